"""What somebody should look at beside the jobs: said to who must act, as long as its reason stands."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from isms_bot.model import Mark, Page, Source, Span
from tests.unit.lifecycle.world import FRI, MON, RESTORE, THU, TUE, day, someone


def about(world: Any, kind: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(key, to) for key, to in world.findings() if key.startswith(f"{kind}/")]


def question(ref: str = "q1", *, key: str = "", **fields: Any) -> Page:
    mark = Mark("i", "w", key, ref) if key else None
    made = datetime(2027, 2, 1, 9, tzinfo=UTC)
    return Page(ref, Source.QUESTIONS, "Why so long?", fields=fields, created_at=made, mark=mark)


# --- roles and rows ---


ROLES = [
    ("a role that nobody holds", frozenset({"operations", "auditor"}), {}, ["role-without-holder/auditor"]),
    ("held by somebody", frozenset({"operations"}), {}, []),
    ("product manager and deputy are named in the configuration", frozenset({"product-manager", "deputy"}), {}, []),
    ("unless they are not there", frozenset({"deputy"}), {"deputy": None}, ["role-without-holder/deputy"]),
]  # fmt: skip


@pytest.mark.parametrize(("roles", "given", "expected"), [row[1:] for row in ROLES], ids=[row[0] for row in ROLES])
def test_a_role_of_the_pack_without_a_holder_is_told_to_the_product_manager(world, roles, given, expected):
    world.plan(RESTORE, anchor=day("12-01"))
    world.roles = roles
    for name, value in given.items():
        setattr(world, name, value)
    assert about(world, "role-without-holder") == [(key, ("p01",)) for key in expected]


def test_before_anything_is_in_force_nobody_needs_a_role(world):
    world.plan(RESTORE, anchor=None)
    world.roles = frozenset({"auditor"})
    assert world.findings() == []


def test_a_role_that_jobs_need_is_told_once(world):
    world.plan(RESTORE, anchor=day("12-01"), role="auditor")
    world.roles = frozenset({"auditor"})
    assert len(about(world, "role-without-holder")) == 1


def test_a_row_that_lacks_something_is_told_while_the_person_is_in_the_team(ruled):
    ruled.roster["p05"] = someone("p05", account=None, lacks=("Account", "Time zone"))
    ruled.roster["p06"] = someone("p06", until=date(2027, 2, 1), lacks=("Account",))
    (finding,) = [one for one in ruled.decide() if one.key == "roster-incomplete/p05"]
    assert dict(finding.values) == {"person": "P05", "items": "Account, Time zone"}
    assert about(ruled, "roster-incomplete") == [("roster-incomplete/p05", ("p01",))]


def test_who_is_away_is_passed_over_unless_all_are(ruled):
    ruled.roster["p05"] = someone("p05", lacks=("Account",))
    ruled.people(p01={"away": (Span(MON, FRI),)})
    assert about(ruled, "roster-incomplete") == [("roster-incomplete/p05", ("p02",))]
    ruled.people(p02={"away": (Span(MON, FRI),)})
    assert about(ruled, "roster-incomplete") == [("roster-incomplete/p05", ("p01",))]


# --- questions ---

QUESTIONS = [
    ("after ten working days", question(), day("02-16"), [("question-unanswered/q1", ("p01",))]),
    ("on the tenth nothing yet", question(), day("02-15"), []),
    ("after the day that it carries", question(answer_by=Span(MON)), TUE, [("question-unanswered/q1", ("p01",))]),
    ("on that day nothing yet", question(answer_by=Span(MON)), MON, []),
    ("answered", question(answer_by=Span(MON), answer="Since it is long."), TUE, []),
    ("an empty answer is none", question(answer_by=Span(MON), answer=" "), TUE, [("question-unanswered/q1", ("p01",))]),
    ("said to be answered", question(answer_by=Span(MON), status="Answered"), TUE, []),
    ("about a procedure: its owner", question(answer_by=Span(MON), procedure=("page-restore",)), TUE, [("question-unanswered/q1", ("p03", "p04"))]),
    ("about a procedure without schedule", question(answer_by=Span(MON), procedure=("page-x",)), TUE, [("question-unanswered/q1", ("p01",))]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "today", "expected"), [row[1:] for row in QUESTIONS], ids=[row[0] for row in QUESTIONS]
)
def test_a_question_is_answered_within_ten_working_days(world, page, today, expected):
    world.plan(RESTORE, anchor=None, owner="operations")
    world.row("resolved", "restore", schedule="restore", page="page-restore")
    world.row("resolved", "gone", schedule="gone", page="page-x")
    world.questions = (page,)
    assert about(world.at(today), "question-unanswered") == expected


@pytest.mark.parametrize(
    ("owner", "to"),
    [
        pytest.param("operations", ("p04",), id="the owner of the job, never who asked"),
        pytest.param("nobody", ("p01",), id="else who acts"),
    ],
)
def test_a_question_from_a_job_goes_to_its_owner(ruled, owner, to):
    key = ruled.job(owner=owner)
    ruled.questions = (question(key=f"question/{key}", answer_by=Span(MON)),)
    assert about(ruled.at(TUE), "question-unanswered") == [("question-unanswered/q1", to)]


def test_a_job_that_nobody_else_owns_leaves_its_question_with_who_acts(ruled):
    key = ruled.job(None, schedule="restore", people=("p01", "p02", "p03", "p04"), owner="nobody")
    ruled.questions = (question(key=f"question/{key}", answer_by=Span(MON)),)
    assert about(ruled.at(TUE), "question-unanswered") == [("question-unanswered/q1", ("p01",))]


def test_a_procedure_whose_owner_s_role_nobody_holds_leaves_it_with_who_acts(world):
    world.plan(RESTORE, anchor=None, owner="nobody")
    world.row("resolved", "restore", schedule="restore", page="page-restore")
    world.questions = (question(answer_by=Span(MON), procedure=("page-restore",)),)
    assert about(world.at(TUE), "question-unanswered") == [("question-unanswered/q1", ("p01",))]


def test_a_question_of_which_nothing_is_known_is_let_be(ruled):
    ruled.questions = (
        Page("q1", Source.QUESTIONS, "?"),
        Page("q2", Source.QUESTIONS, "?", fields={"answer_by": Span(MON)}),
    )
    assert about(ruled.at(TUE), "question-unanswered") == [("question-unanswered/q2", ("p01",))]


# --- reviews, the token, outages ---

REVIEWS = [
    ("its day has passed", {"review": Span(MON)}, 1),
    ("it is today", {"review": Span(TUE)}, 0),
    ("no day is set", {}, 0),
    ("it does not apply", {"review": Span(MON), "applies": "No"}, 0),
]


@pytest.mark.parametrize(("fields", "count"), [row[1:] for row in REVIEWS], ids=[row[0] for row in REVIEWS])
def test_a_review_is_told_once_its_day_has_passed(ruled, fields, count):
    ruled.kept = (Page("item", Source.POLICIES, "Backups", fields=fields),)
    assert about(ruled.at(TUE), "review-due") == [("review-due/item", ("p01",))] * count


TOKEN = [
    (None, []),
    (day("04-01"), []),
    (day("03-31"), ["token-expiring/2027-03-31@30"]),
    (day("03-12"), ["token-expiring/2027-03-12@30"]),
    (day("03-11"), ["token-expiring/2027-03-11@10"]),
    (day("02-01"), ["token-expiring/2027-02-01@10"]),
]


@pytest.mark.parametrize(("until", "expected"), TOKEN, ids=[str(row[0]) for row in TOKEN])
def test_a_token_that_ends_is_told_thirty_and_ten_days_before(ruled, until, expected):
    ruled.token_expires = until
    assert about(ruled, "token-expiring") == [(key, ("p01",)) for key in expected]


@pytest.mark.parametrize(("today", "count"), [(THU, 1), (day("03-06"), 1), (day("03-07"), 0)])
def test_an_outage_stays_to_be_looked_at_for_three_days(ruled, today, count):
    ruled.outage(MON, day("03-03"))
    assert about(ruled.at(today), "wiki-unreachable") == [("wiki-unreachable/2027-03-01", ("p01",))] * count
