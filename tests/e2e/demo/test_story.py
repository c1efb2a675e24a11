"""The script of the demo by itself: every seed has every part, and all that people do lies in office hours."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date

import pytest

from isms_bot.calendars import add_working_days, is_working_day
from isms_bot.demo.story import CHECK, END, OFFICE, OFFICE_MINUTES, REVIEW, START, TEAM, Deed, Do, Once, Story
from isms_bot.model import Completion, Contract, Ladder, Level, Regime

SEEDS = range(1, 41)
NAMES = {f"p{number:02d}": member.name for number, member in enumerate(TEAM, 1)}


def contract(
    schedule: str, nominal: date, people: tuple[str, ...], completion: Completion = Completion.EACH
) -> Contract:
    due = add_working_days(nominal, 0, OFFICE)
    key = f"{schedule}/{nominal.isoformat()}" + (f"/{people[0]}" if completion is Completion.EACH else "")
    return Contract(
        key=key, schedule=schedule, nominal=nominal, opened=add_working_days(due, -10, OFFICE), nominal_due=due, due=due,
        grace_end=add_working_days(due, 10, OFFICE), regime=Regime.RECORDING, people=people, procedure=schedule,
        title=schedule, completion=completion, quorum=1, level=Level.AT_OWN_ACCOUNT, ladder=Ladder.GENTLE,
        role="team-member", owner="product-manager", policy="purpose-and-review",
    )  # fmt: skip


def year(seed: int) -> list[Deed]:
    """All deeds of a year in which every job opens as planned."""
    story = Story(seed)
    deeds = list(story.opening())
    for ordinal, nominal in enumerate(
        (date(2027, 2, 8), date(2027, 5, 8), date(2027, 9, 1), date(2027, 11, 8)), start=1
    ):
        for person in NAMES:
            deeds += story.deeds(contract(REVIEW, nominal, (person,)), ordinal, NAMES)
    for ordinal, nominal in enumerate((date(2027, 4, 26), date(2027, 10, 26)), start=1):
        for person in NAMES:
            deeds += story.deeds(contract(CHECK, nominal, (person,)), ordinal, NAMES)
    return deeds


@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_has_every_part_once(seed: int) -> None:
    cast = Story(seed).cast
    parts = astuple(cast)[:-1]
    assert len(set(parts)) == len(parts)
    assert set(parts) == {member.name for member in TEAM}
    assert cast.helper not in (cast.leaver, cast.empty, cast.late)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_has_everything_that_may_happen(seed: int) -> None:
    deeds = year(seed)
    assert {deed.do for deed in deeds} == set(Do)
    assert {deed.once for deed in deeds} == set(Once)


@pytest.mark.parametrize("seed", SEEDS)
def test_people_act_in_office_hours(seed: int) -> None:
    first, last = OFFICE_MINUTES
    for deed in year(seed):
        assert first <= deed.minute <= last
        assert START <= deed.day <= END
        assert is_working_day(deed.day, OFFICE), deed


@pytest.mark.parametrize("seed", SEEDS)
def test_one_person_does_none_of_the_own_jobs(seed: int) -> None:
    empty = Story(seed).cast.empty
    person = next(roster for roster, name in NAMES.items() if name == empty)
    assert [deed for deed in year(seed) if deed.about.endswith(f"/{person}")] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bot_is_down_for_two_weeks(seed: int) -> None:
    story = Story(seed)
    down = [
        day for day in (date.fromordinal(n) for n in range(START.toordinal(), END.toordinal())) if story.is_down(day)
    ]
    assert len(down) == 14
    assert down[-1].toordinal() - down[0].toordinal() == 13


@pytest.mark.parametrize(
    ("completion", "people", "signers"),
    [
        pytest.param(Completion.ANY, ("p02", "p03"), 1, id="any"),
        pytest.param(Completion.ALL, ("p02", "p03"), 2, id="all"),
        pytest.param(Completion.QUORUM, ("p02", "p03", "p04"), 3, id="quorum"),
        pytest.param(Completion.ANY, ("nobody-known",), 0, id="nobody"),
    ],
)
def test_a_job_of_several_is_signed_by_as_many_as_it_needs(
    completion: Completion, people: tuple[str, ...], signers: int
) -> None:
    one = contract("restore-test", date(2027, 3, 8), people, completion)
    deeds = list(Story(1).deeds(one, 1, NAMES))
    assert [deed.do for deed in deeds] == [Do.SIGN] * signers
    assert len({deed.who for deed in deeds}) == signers


def test_the_details_vary_with_the_seed() -> None:
    assert len({astuple(Story(seed).cast) for seed in SEEDS}) > 5
    assert len({tuple(astuple(deed) for deed in year(seed)) for seed in SEEDS}) == len(SEEDS)


def test_one_seed_gives_one_story() -> None:
    assert year(7) == year(7)
