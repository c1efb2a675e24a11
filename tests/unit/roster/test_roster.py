"""Rows of Users of the ISMS and of Decisions: which of them count, and what they say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from isms_bot.history import History
from isms_bot.model import Decision, DecisionKind, Page, Person, Source, Span, Value, WorkCalendar
from isms_bot.roster import (
    Change,
    RosterDefaults,
    accept,
    decision,
    named,
    people,
    says_something_else,
    shared_accounts,
    unique_accounts,
)

PM, BOT, CLEO, GUEST = "u-pm", "u-bot", "u-cleo", "u-guest"
ENTITLED = frozenset({PM, BOT})
DEFAULTS = RosterDefaults("Europe/Amsterdam", "NL", "en")
MON, FRI = date(2027, 3, 1), date(2027, 3, 5)


def row(ref="row-1", title="Cleo", by=CLEO, **fields):
    return Page(ref, Source.USERS, title, fields={"account": (CLEO,), **fields}, edited_by=by)


# --- who is meant ---------------------------------------------------------------------------------------------------------

KNOWN = [Person("p01", "row-1", "Cleo", account=CLEO, mail="cleo@example.com"), Person("p02", "row-2", "Dirk")]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("U-CLEO", "p01"),
        ("Cleo@example.com", "p01"),
        ("cleo", "p01"),
        ("dirk", "p02"),
        ("Emil", None),
        ("", None),
        (None, None),
    ],
)
def test_somebody_is_meant_by_account_mail_address_or_name(wanted, expected):
    assert named(wanted, KNOWN) == expected


# --- who may change the roster ------------------------------------------------------------------------------------------

BEFORE = row(by=PM, roles=("operations",), key="k", mark="m")


def test_the_first_roster_counts_whoever_made_it():
    made = row(by=GUEST)
    assert accept([made], {}, ENTITLED) == ({"row-1": made}, ())


COUNTING = [
    ("the product manager changes anything", row(by=PM, roles=("developer",))),
    ("the bot writes", row(by=BOT, roles=("developer",))),
    ("a person says when to be away", row(roles=("operations",), away=Span(MON, FRI))),
    ("a person sets zone and language", row(roles=("operations",), zone="UTC", language="nl")),
    ("somebody opens it and changes nothing", row(by=GUEST, roles=("operations",))),
    ("fields of the bot itself are no change", row(by=GUEST, roles=("operations",), key="other", mark="other")),
]


@pytest.mark.parametrize("now", [case[1] for case in COUNTING], ids=[case[0] for case in COUNTING])
def test_a_change_counts(now):
    assert accept([now], {"row-1": BEFORE}, ENTITLED) == ({"row-1": now}, ())


REFUSED = [
    ("a person takes a role", row(roles=("product-manager",)), ("roles",)),
    ("a person takes another account", row(roles=("operations",), account=(GUEST,)), ("account",)),
    ("a person changes the own name", row(title="Cleopatra", roles=("operations",)), ("title",)),
    ("a person is away and takes a role", row(roles=("x",), away=Span(MON)), ("away", "roles")),
    ("somebody else says that a person is away", row(by=GUEST, roles=("operations",), away=Span(MON)), ("away",)),
    ("nobody knows who", row(by=None, roles=("x",)), ("roles",)),
]


@pytest.mark.parametrize(("now", "fields"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_change_is_a_finding_not_a_fact(now, fields):
    counting, changes = accept([now], {"row-1": BEFORE}, ENTITLED)
    assert counting == {"row-1": BEFORE}
    assert changes == (Change(now, now.edited_by, fields),)


def test_a_new_row_of_anybody_else_does_not_count_yet():
    new = row("row-2", by=GUEST)
    counting, changes = accept([BEFORE, new], {"row-1": BEFORE}, ENTITLED)
    assert counting == {"row-1": BEFORE}
    assert changes == (Change(new, GUEST, ("account", "title")),)


def test_a_row_that_is_gone_still_counts_since_nobody_knows_who_took_it():
    counting, changes = accept([], {"row-1": BEFORE}, ENTITLED)
    assert counting == {"row-1": BEFORE}
    assert changes == (Change(BEFORE, None, ("row",)),)


def test_the_row_of_somebody_who_left_may_go():
    gone = row(by=PM, until=Span(MON))
    assert accept([], {"row-1": gone}, ENTITLED) == ({"row-1": gone}, ())


def test_a_person_whose_row_names_nobody_cannot_change_it():
    before = row(by=PM, account=None)
    counting, changes = accept([row(account=None, away=Span(MON))], {"row-1": before}, ENTITLED)
    assert counting == {"row-1": before}
    assert [change.fields for change in changes] == [("away",)]


# --- what a row says ----------------------------------------------------------------------------------------------------


def someone(**fields):
    """The person of a row, with a manager and a stand-in in the roster."""
    history = History(people={"row-1": "p01", "row-2": "p02", "row-3": "p03"})
    rows = [Page("row-1", Source.USERS, "Cleo", fields=fields), row("row-2"), row("row-9")]
    roster = people(rows, history, DEFAULTS)
    assert list(roster) == ["p01", "p02"], "by roster id; a row without one is not yet a person"
    return roster["p01"]


def test_an_empty_row_says_what_holds_for_everybody():
    assert someone() == Person(
        "p01",
        "row-1",
        "Cleo",
        works=WorkCalendar(holidays="NL"),
        zone="Europe/Amsterdam",
        language="en",
        lacks=("Account",),
    )


LACKS = [
    ("nothing", {"account": (CLEO,)}, ()),
    ("an account", {}, ("Account",)),
    ("no account, where a stand-in signs", {"stand_in": ("row-3",)}, ()),
    ("a calendar that exists", {"account": (CLEO,), "calendar": "Atlantis", "zone": "Europe/Berlin"}, ("Calendar",)),
    ("a zone that exists", {"account": (CLEO,), "zone": "Mars/Olympus"}, ("Time zone",)),
    ("a zone, since the holidays are others", {"account": (CLEO,), "calendar": "DE-BY"}, ("Time zone",)),
    ("nothing, where the holidays are the same", {"account": (CLEO,), "calendar": "NL"}, ()),
    ("all of it", {"calendar": "Atlantis"}, ("Account", "Calendar", "Time zone")),
]


@pytest.mark.parametrize(("fields", "expected"), [row[1:] for row in LACKS], ids=[row[0] for row in LACKS])
def test_a_row_lacks(fields, expected):
    assert someone(**fields).lacks == expected


SAYS = [
    ("account", (CLEO, GUEST), "account", CLEO),
    ("account", (), "account", None),
    ("mail", " cleo@example.com ", "mail", "cleo@example.com"),
    ("mail", "", "mail", None),
    ("roles", ("operations", "developer"), "roles", frozenset({"operations", "developer"})),
    ("roles", None, "roles", frozenset()),
    ("since", Span(MON), "since", MON),
    ("until", Span(FRI), "until", FRI),
    ("until", None, "until", None),
    ("works", ("Monday", "Friday", "Someday"), "works", WorkCalendar(frozenset({0, 4}), "NL")),
    ("works", ("Someday",), "works", WorkCalendar(holidays="NL")),
    ("calendar", "DE-BY", "works", WorkCalendar(holidays="DE-BY")),
    ("calendar", "Atlantis", "works", WorkCalendar(holidays="NL")),
    ("zone", "America/New_York", "zone", "America/New_York"),
    ("zone", "Mars/Olympus", "zone", "Europe/Amsterdam"),
    ("language", "nl", "language", "nl"),
    ("manager", ("row-2",), "manager", "p02"),
    ("manager", ("row-9",), "manager", None),
    ("stand_in", ("row-9", "row-3"), "stand_in", "p03"),
    ("stand_in", None, "stand_in", None),
    ("away", Span(MON, FRI), "away", (Span(MON, FRI),)),
    ("away", Span(MON), "away", (Span(MON, MON),)),
    ("away", "soon", "away", ()),
]


@pytest.mark.parametrize(("name", "value", "attribute", "expected"), SAYS)
def test_a_field_says(name, value, attribute, expected):
    given = {name: value}
    if name == "works":
        from isms_bot.layout import DAYS

        given = {name: tuple({"Monday": DAYS[0], "Friday": DAYS[4]}.get(day, day) for day in value)}
    assert getattr(someone(**given), attribute) == expected


# --- accounts -----------------------------------------------------------------------------------------------------------


def roster_of(*accounts, **until):
    return {
        f"p{number}": Person(f"p{number}", f"row-{number}", "", account, until=until.get(f"p{number}"))
        for number, account in enumerate(accounts, 1)
    }


def test_an_account_that_stands_twice_is_told():
    assert shared_accounts(roster_of("a", "b", "a", None, None)) == {"a": ("p1", "p3")}


def test_an_account_that_went_to_a_successor_is_not_shared():
    assert shared_accounts(roster_of("a", "a", p1=MON)) == {}


def test_the_first_row_keeps_an_account_that_stands_twice():
    unique = unique_accounts(roster_of("a", None, "a", "b"))
    assert [person.account for person in unique.values()] == ["a", None, None, "b"]


# --- decisions ----------------------------------------------------------------------------------------------------------

TEAM = {"p01": Person("p01", "row-1", "Pam", PM), "p02": Person("p02", "row-2", "Cleo", CLEO)}
MADE = datetime(2027, 3, 1, 9, tzinfo=UTC)
KEYS = {"page-1": "review/2027-03-01/p02"}


def decided(by=PM, edited_by=None, **fields):
    page = Page(
        "d1", Source.DECISIONS, "t", fields={"kind": "waive until", "about": "review", **fields}, created_by=by,
        created_at=MADE, edited_by=edited_by or by,
    )  # fmt: skip
    return decision(page, TEAM, KEYS)


def test_a_row_is_a_decision():
    assert decided(why=" because ", start=Span(MON), until=Span(FRI)) == Decision(
        "d1", DecisionKind.WAIVE, "review", "p01", "because", MON, FRI, MADE
    )


def test_a_span_may_say_both_ends():
    assert (decided(start=Span(MON, FRI)).start, decided(start=Span(MON, FRI)).until) == (MON, FRI)
    assert (decided().start, decided().until) == (None, None)


@pytest.mark.parametrize(
    "fields", [{"kind": None}, {"kind": "something"}, {"about": ""}, {"about": "", "job": ("page-9",)}],
    ids=["no kind", "an unknown kind", "about nothing", "about a page that is no job"],
)  # fmt: skip
def test_a_row_that_says_too_little_is_none_yet(fields):
    assert decided(**fields) is None


def test_a_row_may_point_at_a_job_instead_of_naming_it():
    assert decided(about=" ", job=("page-9", "page-1")).about == "review/2027-03-01/p02"


def test_the_end_of_the_introduction_needs_no_subject():
    assert decided(kind="end introduction", about="").about == "introduction"


AUTHORS = [
    ("who made it", {"by": PM}, "p01"),
    ("who is not in the roster is nobody", {"by": GUEST}, None),
    ("nobody is nobody", {"by": None}, None),
    ("a proposal that the product manager has touched is theirs", {"by": CLEO, "edited_by": PM}, "p01"),
    ("what somebody else changed afterwards is theirs", {"by": PM, "edited_by": CLEO}, "p02"),
    ("what a stranger changed afterwards is nobody's", {"by": PM, "edited_by": GUEST}, None),
]


@pytest.mark.parametrize(("given", "by"), [case[1:] for case in AUTHORS], ids=[case[0] for case in AUTHORS])
def test_the_author_of_a_decision_is(given, by):
    assert decided(**given).by == by


def test_an_account_that_stands_twice_decides_as_its_first_row():
    twice = {**TEAM, "p03": replace(TEAM["p01"], id="p03")}
    page = Page("d1", Source.DECISIONS, "t", fields={"kind": "activate", "about": "all"}, created_by=PM)
    assert decision(page, twice, {}).by == "p01"


LAST = MON + timedelta(days=30)
ACCEPTED = Decision("row-d", DecisionKind.WAIVE, "review", "p1", "because", start=MON, until=LAST)
CHANGED_LATER: list[tuple[str, dict[str, Value], bool]] = [
    ("nothing", {}, False),
    ("only why", {"why": "better put"}, False),
    ("what it is about", {"about": "restore"}, True),
    ("its kind", {"kind": "pause until"}, True),
    ("its first day", {"start": None}, True),
    ("its last day", {"until": Span(MON + timedelta(days=90))}, True),
    ("emptied", {"kind": ""}, True),
]


@pytest.mark.parametrize(
    ("changed", "expected"), [row[1:] for row in CHANGED_LATER], ids=[row[0] for row in CHANGED_LATER]
)
def test_a_row_that_was_taken_in_says_something_else(changed, expected):
    said: dict[str, Value] = {"kind": "waive until", "about": "review", "start": Span(MON), "until": Span(LAST)}
    row = Page("row-d", Source.DECISIONS, "", fields={**said, **changed})
    assert says_something_else(row, ACCEPTED, {}) is expected


def test_what_was_next_on_its_day_is_still_what_the_row_said():
    accepted = Decision("row-d", DecisionKind.ACTIVATE, "backups", "p1")
    row = Page("row-d", Source.DECISIONS, "", fields={"kind": "activate", "about": "next"})
    assert not says_something_else(row, accepted, {})
