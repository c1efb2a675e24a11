"""The plan of a pass: its order, what is held back and why, its digest, and how it reads."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from isms_bot.document import Document
from isms_bot.lifecycle.actions import (
    Action,
    Admit,
    Amend,
    Announce,
    Ask,
    Conclude,
    Discuss,
    Effect,
    Find,
    Improve,
    Keep,
    Monday,
    Notify,
    Open,
    Preview,
    PutBack,
    Raise,
    Read,
    Record,
    Reply,
    Retract,
    Settle,
    Show,
    Supersede,
    Tell,
    Wait,
)
from isms_bot.model import Contract, Outcome, Regime, Signing, Verdict
from isms_bot.plan import facts, plan, sentence

MON, FRI = date(2027, 3, 1), date(2027, 3, 5)


def key(number=3, schedule="review"):
    return f"{schedule}/2027-03-01/p{number:02d}"


def contract(of="review/2027-03-01/p03", people=("p03",)):
    return Contract(of, "review", MON, MON, MON, FRI, FRI, Regime.RECORDING, people, "review", "Review")


def raises(count, people=None):
    return [Raise(key(number % (people or count) + 1, f"s{number}"), (f"p{number:02d}",)) for number in range(count)]


def supersedes(count):
    return [Supersede(key(number), "review/2027-06-01") for number in range(count)]


def opens(count):
    return [Open(contract(f"review/2027-03-01/p{number:02d}"), f"p{number:02d}") for number in range(count)]


SIGNED = Verdict(Signing.SIGNED)
ALL: list[tuple[Action, str, dict[str, object]]] = [
    (Ask(key(), "Why?"), f"pass on a question {key()}", {}),
    (Conclude(key(), Outcome.WAIVED, "d1"), f"close {key()} as waived", {"outcome": "waived"}),
    (
        Amend(key(), "d1", MON, FRI, ("p03",)),
        f"amend {key()}: due 2027-03-01, grace until 2027-03-05 (d1)",
        {"due": "2027-03-01", "grace_end": "2027-03-05", "people": ["p03"], "cause": "d1"},
    ),
    (Show(key(), {"status": "Open", "due": None}), f"show due, status on {key()}", {"fields": ["due", "status"]}),
    (Record(key(), SIGNED, Outcome.RECORDED_LATE), f"file {key()} as recorded late", {"outcome": "recorded late"}),
    (Discuss(key(), "line"), f"discuss {key()}", {}),
    (
        Raise(key(), ("p03", "p01"), not_validly_signed=True),
        f"raise a non-conformity {key()}",
        {"to": ["p03", "p01"], "not_validly_signed": True},
    ),
    (Settle("NC-001", key(), "Stands", "p01"), "note NC-001 as Stands", {"status": "Stands"}),
    (Retract("NC-001", key()), f"retract {key()}", {"number": "NC-001"}),
    (Supersede(key(), "next"), f"close as superseded {key()}", {"by": "next"}),
    (
        Admit(key(), "page-1", ("p01", "p03")),
        f"let p01, p03 open {key()}, and nobody else",
        {"page": "page-1", "people": ["p01", "p03"]},
    ),
    (
        Open(contract(), "p03"),
        f"open {key()} for p03, due 2027-03-05, grace until 2027-03-05",
        {"due": "2027-03-05", "grace_end": "2027-03-05", "people": ["p03"], "regime": "recording"},
    ),
    (Wait(contract(), ("p03",)), f"let {key()} wait: p03 has enough open jobs", {"full": ["p03"]}),
    (Reply(key(), "ticked", "notice.ticked"), f"answer on {key()} (ticked)", {"cause": "ticked"}),
    (
        Announce(MON, MON, MON, ("p01", "p02")),
        "give notice of the end of the introduction to 2 people: last day 2027-03-01",
        {"last_day": "2027-03-01", "people": ["p01", "p02"]},
    ),
    (
        Notify("p03", ((key(), "opened"), ("k2", "due")), MON, exempt=False),
        f"notify p03: {key()} (opened), k2 (due)",
        {"person": "p03", "steps": [[key(), "opened"], ["k2", "due"]]},
    ),
    (
        Tell("NC-001", key(), "late", "nonconformity.signed_late", ("p01",)),
        "say on NC-001 (late)",
        {"cause": "late", "to": ["p01"]},
    ),
    (Find("job-trashed", "k", ("p01",)), "point out job-trashed/k", {"kind": "job-trashed", "to": ["p01"]}),
    (
        Improve("improvement/review/2027-03-01", "review", MON, 2, 3, together=False),
        "propose to improve review: 2 of 3",
        {"count": 2, "of": 3},
    ),
    (PutBack("NC-001", "Open"), "put back NC-001 as Open", {"status": "Open"}),
    (
        Preview("p01", 10, MON, (), 0, 0),
        "show what the end of the introduction would mean to p01: 2027-03-01, 10 working days before",
        {"person": "p01", "end": "2027-03-01", "days": 10},
    ),
    (
        Monday("p01", MON, (("k", 4),), ("brake-held/x",)),
        "sum up the week for p01: 2 lines",
        {"person": "p01", "count": 2},
    ),
    (Keep("readiness", "page-1", Document(), "d1"), "bring up to date readiness", {"text": "d1"}),
    (Read(key()), f"read {key()}", {}),
]
NAMES = [type(action).__name__ for action, _, _ in ALL]


@pytest.mark.parametrize(("action", "said"), [row[:2] for row in ALL], ids=NAMES)
def test_every_action_reads_as_one_line(action, said):
    line = sentence(action)
    assert line.removesuffix(" by next") == said or line == f"close {key()} as superseded by next"


@pytest.mark.parametrize(("action", "expected"), [(row[0], row[2]) for row in ALL], ids=NAMES)
def test_every_action_is_told_by_facts_without_names_and_texts(action, expected):
    found = facts(action)
    assert {name: value for name, value in found.items() if name not in ("do", "key")} == expected
    assert found["key"] == action.key
    assert "Why?" not in json.dumps(found)


def test_a_job_that_counts_in_hours_is_told_by_its_moment_too():
    at = datetime(2027, 3, 4, 10, tzinfo=UTC)
    assert facts(Open(replace(contract(), due_at=at), "p03"))["due_at"] == "2027-03-04T10:00:00+00:00"


def test_a_private_job_is_told_to_be_one():
    action = Open(replace(contract(), private=True), "p03")
    assert facts(action)["private"] is True
    assert f"open {key()} for p03, privately, due " in sentence(action)


def test_a_private_page_may_be_for_nobody_yet():
    assert sentence(Admit(key(), "page-1", ())) == f"let nobody open {key()}, and nobody else"


def test_a_job_without_people_is_open_for_nobody_yet():
    assert " for nobody yet, " in sentence(Open(contract(people=()), None))


# --- order -----------------------------------------------------------------------------------------------------------------


def test_first_what_favours_people_last_what_only_talks_and_no_readings():
    chosen = plan([action for action, _, _ in reversed(ALL)], team=4)
    order = [name for name in NAMES if name not in ("Show", "PutBack", "Read")]
    assert [type(action).__name__ for action in chosen.actions] == [*order, "Show", "PutBack"], (
        "what is put back comes last"
    )


def test_a_week_without_anything_to_say_is_no_change():
    assert not plan([Monday("p01", MON)], team=4).changes
    assert plan([Monday("p01", MON, before="page-1")], team=4).changes


def test_what_waits_is_a_change_once_and_is_said_as_long_as_it_waits():
    new, known = (Wait(contract(key(number)), ("p01", "p02"), number == 1) for number in range(2))
    chosen = plan([known, new], team=4)
    assert (chosen.actions, chosen.waiting) == ((new,), (new, known))
    assert f"still waiting: let {key(1)} wait: p01, p02 have enough open jobs" in chosen.as_text()
    assert [one["key"] for one in chosen.as_json()["waiting"]] == [key(0), key(1)]
    idle = plan([known], team=4)
    assert not idle.changes
    assert idle.as_text().startswith("Nothing to do.\nstill waiting: ")


def test_within_a_kind_the_keys_decide():
    assert [one.key for one in plan([*reversed(opens(3))], team=9).actions] == [key(0), key(1), key(2)]


def test_counts_by_the_words_of_the_rendering():
    assert plan([*opens(2), Ask(key(), "?")], team=9).counts() == {"open": 2, "pass on a question": 1}


# --- brakes ----------------------------------------------------------------------------------------------------------------

BRAKES = [
    ("three for three of twelve: a quarter is not more than a quarter", raises(3), 12, None),
    ("four at once", raises(4), 100, "4 non-conformities at once wait for a yes"),
    ("two for two of seven", raises(2), 7, "non-conformities for more than a quarter of the team wait for a yes"),
    ("two for two of eight", raises(2), 8, None),
    ("two of the same person of four", raises(2, people=1), 4, None),
    ("one alone, however small the team", raises(1), 2, None),
    ("two jobs of roles count as two", [Raise(f"{name}/2027-03-01", ()) for name in "ab"], 7, "non-conformities for more than a quarter of the team wait for a yes"),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "team", "reason"), [row[1:] for row in BRAKES], ids=[row[0] for row in BRAKES])
def test_nonconformities_wait_for_a_person_s_yes(actions, team, reason):
    chosen = plan([*actions, *opens(1)], team=team)
    assert chosen.reasons == ({Effect.NONCONFORMITY: reason} if reason else {})
    assert len(chosen.held) == (len(actions) if reason else 0)
    assert [type(one) for one in chosen.actions if not isinstance(one, Raise)] == [Open], "nothing else is held"


@pytest.mark.parametrize(
    ("count", "jobs", "held"),
    [(5, 0, False), (6, 0, True), (6, 29, True), (6, 30, False), (20, 100, False), (21, 100, True)],
)
def test_closing_more_than_five_and_a_fifth_of_the_open_jobs_waits(count, jobs, held):
    chosen = plan(supersedes(count), team=4, jobs=jobs)
    assert chosen.reasons == ({Effect.CLOSE: f"{count} jobs to be closed at once wait for a yes"} if held else {})


@pytest.mark.parametrize(
    ("count", "team", "schedules", "held"),
    [(8, 4, 2, False), (9, 4, 2, True), (1, 0, 1, False), (1, 4, 0, True), (99, 4, None, False)],
)
def test_opening_more_than_the_schedules_can_give_waits(count, team, schedules, held):
    chosen = plan(opens(count), team=team, schedules=schedules)
    assert bool(chosen.held) is held
    if held:
        assert chosen.reasons[Effect.CREATE].startswith(f"{count} jobs to be opened at once")


def test_introduction_and_filing_are_never_held():
    chosen = plan([Discuss(key(number), "line") for number in range(50)], team=4, schedules=0)
    assert not chosen.held


# --- a yes -----------------------------------------------------------------------------------------------------------------


def test_a_yes_to_the_plan_releases_it():
    actions = raises(4)
    seen = plan(actions, team=100)
    released = plan(actions, team=100, release=seen.digest)
    assert (len(released.actions), released.held, released.reasons) == (4, (), {})


def test_a_yes_to_what_is_held_releases_it_though_the_rest_has_changed():
    seen = plan([*raises(4), *opens(1)], team=100)
    assert seen.held_digest != seen.digest
    released = plan([*raises(4), *opens(2)], team=100, release=seen.held_digest)
    assert (len(released.actions), released.held) == (6, ())


def test_a_yes_to_something_else_releases_nothing():
    seen = plan(raises(4), team=100)
    assert plan(raises(5), team=100, release=seen.digest).held
    assert plan(raises(5), team=100, release=seen.held_digest).held
    assert plan(raises(4), team=100, release="").held


def test_the_digest_follows_what_is_done_not_the_order_it_was_decided_in():
    actions = [*opens(2), *raises(2)]
    assert plan(actions, team=9).digest == plan(actions[::-1], team=9).digest
    other = replace(contract(), due=MON)
    assert plan([Open(contract(), "p03")], team=9).digest != plan([Open(other, "p03")], team=9).digest


# --- rendering -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "pages"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param(opens(3), 3, id="jobs"),
        pytest.param([Find("job-trashed", "k"), Ask(key(), "Why?"), Raise(key(), ("p01",))], 3, id="rows"),
        pytest.param([Discuss(key(number), "line") for number in range(4)], 1, id="misses of one line"),
        pytest.param([Show(key(), {"due": None}), Supersede(key(), key(4)), Read(key())], 0, id="no page"),
        pytest.param([Monday("p01", MON, (("k", 4),)), Preview("p01", 10, MON, (), 0, 0)], 2, id="for the manager"),
        pytest.param([Monday("p01", MON, before="page-1")], 0, id="a week without lines"),
    ],
)
def test_new_pages_are_counted_by_what_makes_them(actions, pages):
    assert plan(actions, team=9).new_pages == pages


def test_pages_that_wait_for_a_yes_are_counted_too():
    chosen = plan(raises(4), team=40)
    assert (len(chosen.held), chosen.new_pages) == (4, 4)


def test_nothing_to_do():
    chosen = plan([Read(key()), Find("job-trashed", "k")], team=4, standing={"job-trashed/k"})
    assert chosen.as_text() == "Nothing to do."
    assert not chosen.changes


def test_a_finding_that_is_new_is_a_change():
    assert plan([Find("job-trashed", "k")], team=4, standing={"job-trashed/other"}).changes


def test_the_text_says_what_is_done_and_what_is_held_and_why():
    chosen = plan([*raises(4), *opens(1)], team=100)
    assert chosen.changes
    assert chosen.as_text().splitlines() == [
        f"open {key(0)} for p03, due 2027-03-05, grace until 2027-03-05",
        "held: 4 non-conformities at once wait for a yes",
        *(f"  raise a non-conformity {action.key}" for action in chosen.held),
        f"plan {chosen.digest}",
    ]


def test_a_plan_of_held_actions_only_is_a_change():
    chosen = plan(raises(4), team=100)
    assert chosen.changes
    assert chosen.actions == ()


def test_the_json_says_the_same():
    chosen = plan([*raises(4), *opens(1)], team=100)
    said = json.loads(json.dumps(chosen.as_json()))
    assert [one["do"] for one in said["actions"]] == ["open"]
    assert [one["key"] for one in said["held"]] == [action.key for action in chosen.held]
    assert said["reasons"] == {"nonconformity": "4 non-conformities at once wait for a yes"}
    assert (said["digest"], said["held_digest"]) == (chosen.digest, chosen.held_digest)
