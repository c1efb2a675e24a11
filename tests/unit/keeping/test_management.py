"""*For management*: what is promised, what it costs, what came of it, what was set aside; promises and roles, no ranking of people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from isms_bot.load import costs
from isms_bot.markdown import plain
from isms_bot.model import Completion, Decision, DecisionKind, Outcome
from isms_bot.year import usual_year
from tests.unit.keeping.world import TODAY, facts, history, pack, page, row, rows, shown, team

LIGHT = "lightweight"


def management(**given: Any):
    return shown("for-management", facts(LIGHT, roster=team(), **given))


def test_a_team_of_ten_has_the_jobs_and_hours_that_the_pack_is_described_by() -> None:
    """With second looks at the work of others, and the time of those who take part in a meeting."""
    document = management()
    assert "In all 119 jobs and about 105 hours a year" in plain(document)
    assert sum(int(one["Jobs a year"] or 0) for one in rows(document) if "Jobs a year" in one) == 119
    developer = row(document, "Role", "developer")
    assert (developer["People"], developer["Hours a year"], developer["For each"]) == ("5", "9", "1.8")


@pytest.mark.parametrize("name", [LIGHT, "iso27001"])
def test_it_says_what_init_says_of_the_same_team(name: str) -> None:
    known = pack(name)
    roles = tuple(person.roles for person in team().values())
    year = usual_year(known.schedules, costs(known), "NL", roles, date(TODAY.year, 1, 1))
    document = shown("for-management", facts(name, roster=team(), holidays="NL"))
    assert f"In all {year.jobs} jobs and about {round(year.hours)} hours a year" in plain(document)
    said = {one["Role"]: float(one["Hours a year"]) for one in rows(document) if "For each" in one}
    assert said == {known.roles.get(one.role, one.role).lower(): one.hours for one in year.roles}


def test_every_promise_of_the_policy_is_there_also_those_that_wait_for_a_case() -> None:
    promises = [one["Promise"] for one in rows(management()) if "Jobs a year" in one]
    assert promises == [one.title for one in pack(LIGHT).of_kind("policy")]


@pytest.mark.parametrize(
    ("completion", "quorum", "rotate", "expected"),
    [
        (Completion.EACH, 1, False, ("20", "20.7")),
        (Completion.ALL, 1, False, ("4", "20.7")),
        (Completion.QUORUM, 2, False, ("4", "8.7")),
        (Completion.QUORUM, 9, False, ("4", "20.7")),
        (Completion.ANY, 1, False, ("4", "4.7")),
        (Completion.ALL, 1, True, ("4", "4.7")),
    ],
)
def test_who_signs_decides_how_many_jobs_and_hours_there_are(completion, quorum, rotate, expected) -> None:
    """The restore test takes an hour four times a year, and ten minutes of whoever looks at it; five developers are asked here."""
    one = next(one for one in pack(LIGHT).schedules if one.procedure == "backup-restore-test")
    asked = replace(one, role="developer", completion=completion, quorum=quorum, rotate=rotate)
    found = row(management(schedules={one.id: asked}), "Promise", pack(LIGHT).page("backups").title)
    assert (found["Jobs a year"], found["Hours a year"]) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"), [(90, "6.7"), (None, "4.7"), (True, "4.7")], ids=["changed", "empty", "odd"]
)
def test_minutes_are_those_of_the_page_in_the_wiki(minutes, expected) -> None:
    pages = {**facts(LIGHT).pages, "backup-restore-test": page(LIGHT, "backup-restore-test", minutes=minutes)}
    assert row(management(pages=pages), "Promise", pack(LIGHT).page("backups").title)["Hours a year"] == expected


def test_a_schedule_of_an_own_procedure_counts_half_an_hour_where_nobody_says_more() -> None:
    one = next(one for one in pack(LIGHT).schedules if one.procedure == "backup-restore-test")
    schedules = {"own": replace(one, id="own", procedure="https://wiki.example/own")}
    assert row(management(schedules=schedules), "Promise", pack(LIGHT).page("backups").title)["Hours a year"] == "2"


@pytest.mark.parametrize(
    ("outcome", "column"),
    [
        (Outcome.RECORDED_LATE, "Signed late"),
        (Outcome.NONCONFORMITY, "Not signed in time"),
        (Outcome.INTRODUCTION, "Not signed in time"),
        (Outcome.OPEN, "Open"),
        (Outcome.WAIVED, ""),
    ],
)
def test_what_came_of_the_jobs_is_counted_by_promise(outcome, column) -> None:
    known = history({"backup-restore-test": [TODAY]}, LIGHT, outcomes={"backup-restore-test": outcome})
    found = row(management(history=known), "Promise", pack(LIGHT).page("backups").title)
    counts = {name: found[name] for name in ("Signed in time", "Signed late", "Not signed in time", "Open")}
    assert counts == {**dict.fromkeys(counts, ""), "Signed in time": "1", **({column: "1"} if column else {})}


def test_nobody_is_named_as_long_as_nobody_has_decided_anything() -> None:
    known = history({"backup-restore-test": [TODAY]}, LIGHT, outcomes={"backup-restore-test": Outcome.NONCONFORMITY})
    assert "Name " not in plain(management(history=known))


def test_an_item_that_does_not_apply_shows_who_decided_and_why_and_costs_nothing() -> None:
    known = history()
    known.items["backups"] = ("No", True)
    known.set_by["backups"] = ("p01", date(2027, 5, 3))
    pages = {**facts(LIGHT).pages, "backups": page(LIGHT, "backups", reason="We keep nothing.")}
    document = management(history=known, pages=pages)
    title = pack(LIGHT).page("backups").title
    assert [one for one in rows(document) if one.get("Promise") == title] == [
        {"Promise": title, "Decided by": "Name 1", "On": "Mon 3 May 2027", "Why": "We keep nothing."}
    ]
    assert "In all 115 jobs" in plain(document)


def test_the_reason_may_stand_in_a_decision_and_may_be_missing() -> None:
    known = history()
    known.items["backups"] = ("taken away", False)
    known.set_by["backups"] = (None, None)
    title = pack(LIGHT).page("backups").title
    assert row(management(history=known), "Promise", title)["Why"] == "no reason given"
    assert row(management(history=known), "Promise", title)["Decided by"] == "not told"
    known.decisions["d1"] = Decision("d1", DecisionKind.DOES_NOT_APPLY, "backups", "p01")
    assert (
        row(management(history=known, reasons={"d1": "nothing to keep"}), "Promise", title)["Why"] == "nothing to keep"
    )


def test_decisions_that_except_something_are_listed_until_they_end() -> None:
    known = history()
    until = TODAY + timedelta(days=9)
    schedule = next(one.id for one in pack(LIGHT).schedules if one.procedure == "backup-restore-test")
    for number, (kind, about, end) in enumerate(
        [
            (DecisionKind.WAIVE, schedule, until),
            (DecisionKind.PAUSE, "backups", TODAY - timedelta(days=1)),
            (DecisionKind.SKIP, "access-review/2027-05-03", None),
            (DecisionKind.ACTIVATE, "all", None),
        ]
    ):
        known.decisions[f"d{number}"] = Decision(f"d{number}", kind, about, "p02", until=end)
    document = management(history=known, reasons={"d0": "the room moves"})
    assert [one for one in rows(document) if "Decision" in one] == [
        {
            "Decision": "waived", "About": pack(LIGHT).page("backup-restore-test").title, "Decided by": "Name 2",
            "Why": "the room moves", "Until": "Thu 10 June 2027",
        },
        {
            "Decision": "skipped once", "About": "access-review/2027-05-03", "Decided by": "Name 2",
            "Why": "no reason given", "Until": "",
        },
    ]  # fmt: skip


def test_where_nothing_was_set_aside_the_page_says_so() -> None:
    assert plain(management()).count("Nothing so far.") == 2
