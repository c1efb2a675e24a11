"""What never happens, whatever people do and whatever breaks: days are played through and every action is looked at."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from isms_bot.calendars import add_working_days, is_working_day, local_date
from isms_bot.lifecycle import decide
from isms_bot.lifecycle.actions import Amend, Conclude, Discuss, Notify, Open, Raise, Record, Reply
from isms_bot.lifecycle.calm import Calm
from isms_bot.model import (
    Completion,
    DecisionKind,
    Duration,
    Ladder,
    Level,
    Outcome,
    PageState,
    Rule,
    Shift,
    Signature,
    Signing,
    Span,
    Unit,
    WorkCalendar,
)
from tests.unit.lifecycle.world import RESTORE, REVIEW, World, wd

START = date(2027, 3, 1)
DAYS = 70
HOURS = (8, 10)

days = st.integers(-5, DAYS).map(lambda n: START + timedelta(days=n))
spans = st.builds(lambda first, length: Span(first, first + timedelta(days=length)), days, st.integers(0, 20))
calendars = st.sampled_from([WorkCalendar(), WorkCalendar(frozenset({0, 2, 4})), WorkCalendar(holidays="NL")])
people = st.fixed_dictionaries(
    {
        "away": st.one_of(st.just(()), spans.map(lambda span: (span,))),
        "works": calendars,
        "zone": st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]),
        "stand_in": st.sampled_from([None, "p01", "p04"]),
        "until": st.one_of(st.none(), st.none(), days),
        "account": st.sampled_from(["u", "u", "u", None]),
    }
)
schedules = st.fixed_dictionaries(
    {
        "ladder": st.sampled_from(list(Ladder)),
        "lead": st.integers(0, 10).map(wd),
        "grace": st.integers(0, 8).map(wd),
        "completion": st.sampled_from(list(Completion)),
        "quorum": st.integers(1, 3),
        "practice": st.booleans(),
        "rule": st.sampled_from(
            [
                Rule(every=Duration(1, Unit.MONTH)),
                Rule(every=Duration(6, Unit.WEEK), shift=Shift.CALM_CHORE),
                Rule(every=Duration(1, Unit.MONTH), shift=Shift.NEXT),
            ]
        ),
    }
)
ACCIDENTS = (
    "tick", "half", "unclear", "other", "sign", "trash", "restore", "move", "assign", "postpone", "wish", "status",
    "copy", "decide", "outage", "undeliverable", "unreadable", "clock", "mend", "leave", "away",
)  # fmt: skip
accidents = st.lists(
    st.tuples(
        st.integers(0, DAYS), st.sampled_from(ACCIDENTS), st.integers(0, 99), st.sampled_from(list(DecisionKind))
    ),
    max_size=25,
)


def ids(world):
    return sorted(world.history.unfinished())


def happen(world, what, number, kind):
    """Something happens in the wiki or to the bot."""
    keys = [key for key in ids(world) if key in world.pages]
    who = f"u-p0{number % 5}"
    match what:
        case "outage":
            today = world.now.date()
            world.outage(today - timedelta(days=number % 9), today)
        case "undeliverable":
            world.undeliverable = True
        case "unreadable":
            world.unreadable = True
        case "clock":
            world.trusted = False
        case "mend":
            world.undeliverable = world.unreadable = False
            world.trusted = True
        case "leave":
            world.people(**{f"p0{number % 4 + 1}": {"until": world.now.date()}})
        case "away":
            end = world.now.date() + timedelta(days=number % 20)
            world.people(**{f"p0{number % 4 + 1}": {"away": (Span(world.now.date(), end),)}})
        case _ if not keys:
            return
        case _:
            on_a_page(world, keys[number % len(keys)], what, who, number, kind)


def on_a_page(world, key, what, who, number, kind):
    today = world.now.date()
    signings = {
        "tick": Signing.TICKED,
        "half": Signing.HALF_SIGNED,
        "unclear": Signing.UNCLEAR,
        "other": Signing.SOMEONE_ELSE,
    }
    match what:
        case "tick" | "half" | "unclear" | "other":
            world.gesture(key, who)
            world.verdict(key, signings[what], steps_done=2 - number % 2)
        case "sign":
            world.gesture(key, who)
            signer = (world.history.promise(key).people or ("p01",))[0]
            signed = (Signature(signer, Level.BY_OWN_ACCOUNT, world.now, "comment"),)
            world.verdict(key, Signing.SIGNED, at=world.now, signatures=signed, feedback="?" * (number % 2))
        case "trash" | "restore" | "move":
            states = {"trash": PageState.TRASHED, "restore": PageState.LIVE, "move": PageState.MOVED}
            world.gesture(key, who, state=states[what])
        case "assign":
            world.gesture(key, who, assignee=(f"u-p0{number % 6}",))
        case "postpone" | "wish":
            by = "u-p01" if what == "postpone" else who
            world.gesture(key, by, due=Span(today + timedelta(days=number % 30)))
        case "status":
            world.gesture(key, who, status=("Recorded", "Open", "Overdue", "Missed")[number % 4])
        case "copy":
            world.copies ^= {key}
        case "decide":
            about = (key, key.rsplit("/", 1)[0], world.history.contracts[key].schedule)[number % 3]
            until = today + timedelta(days=number % 40) if number % 5 else None
            world.decided(kind, about, row=f"d{number}-{today}", until=until)


class Watcher:
    """Looks at every pass and refuses what must never be."""

    def __init__(self, world):
        self.world = world
        self.messages = defaultdict(list)
        self.consequences = Counter()
        self.outcomes = Counter()

    def before(self, actions):
        view = self.world.view()
        assert decide(view) == actions, "the same view gives the same actions"
        with patch.object(Calm, "__call__", return_value=False):
            assert decide(view) == actions, "the short way skips only what the long way leaves alone"
        for action in actions:
            self.look(view, action)

    def look(self, view, action):
        match action:
            case Raise() | Discuss():
                self.consequence(view, action)
            case Notify():
                self.message(view, action)
            case Amend():
                promise = view.history.promise(action.key)
                assert action.due >= promise.due
                assert action.grace_end >= promise.grace_end
                assert action.grace_end >= action.due
            case Open():
                assert action.contract.due >= action.contract.opened or action.contract.key in view.history.contracts
                assert view.trusted
            case Reply():
                assert (action.key, action.cause) not in view.history.replies
            case Conclude() | Record():
                self.outcomes[action.key] += 1
                assert self.outcomes[action.key] == 1, "one outcome per occurrence"
                if isinstance(action, Conclude):
                    assert action.outcome not in (Outcome.RECORDED, Outcome.NONCONFORMITY)
                    assert action.key not in view.history.missed

    def consequence(self, view, action):
        job = view.jobs[action.key]
        contract = job.contract
        assert view.trusted
        assert job.page is not None
        assert job.read_at == view.now, "read whole and fresh"
        assert local_date(view.now, view.zone_of(contract.people)) > contract.grace_end, "grace has ended"
        assert not job.copies_filled
        self.consequences[action.key] += 1
        assert self.consequences[action.key] == 1, "one consequence per occurrence"
        assert self.outcomes[action.key] == 0
        if job.state is not PageState.LIVE:
            assert isinstance(action, Discuss) or not set(action.to) & set(contract.people), "never to the assignee"
            return
        assert job.verdict is not None
        assert job.verdict.signing is not Signing.SIGNED
        self.warned(view, job)

    def warned(self, view, job):
        contract = job.contract
        told = [view.roster[one] for one in contract.people if one in view.roster and view.roster[one].account]
        assert told, "the account is resolved"
        here = [person for person in told if not person.is_away(local_date(view.now, view.zone_of(contract.people)))]
        assert here
        if (job.key, "last-call") in view.history.replies:
            return
        signed = {one.signer for one in job.verdict.signatures}
        for person in here:
            if person.id in signed:
                continue
            sent = [one for one in view.history.notices[job.key] if one.person == person.id and one.delivered]
            final = [
                one.day for one in sent if contract.ladder is Ladder.URGENT or one.step == f"last:{contract.grace_end}"
            ]
            today = local_date(view.now, view.zone_of(contract.people))
            assert any(add_working_days(on, 1, person.works) < today for on in final), "a working day lay between"

    def message(self, view, action):
        person = view.roster[action.person]
        local = view.now.astimezone(ZoneInfo(person.zone))
        today = local.date()
        assert view.trusted
        assert person.account is not None
        assert person.active(today), "nobody outside the team"
        assert not person.is_away(today), "nobody who is away"
        urgent = any(view.jobs[key].contract.ladder is Ladder.URGENT for key, _ in action.steps)
        if not urgent:
            assert local.hour >= 9, "not before nine"
            assert is_working_day(today, person.works), "on working days only"
        last = any(step.startswith("last:") for _, step in action.steps)
        sent = self.messages[action.person]
        if not urgent and not last:
            assert not [on for on, _ in sent if on == today], "one message per person and day"
            week = [on for on, exempt in sent if not exempt and on > today - timedelta(days=7)]
            assert len(week) < 2, "two a week"
        sent.append((today, urgent or last))
        for key, step in action.steps:
            self.step(view, action, key, step)

    def step(self, view, action, key, step):
        job = view.jobs[key]
        assert job.state is PageState.LIVE
        assert job.verdict is None or job.verdict.signing is not Signing.SIGNED
        assert key not in view.history.missed
        done = [one.step for one in view.history.notices.get(key, ()) if one.person == action.person]
        assert step not in done, "a step is sent once"
        if not step.startswith("last:") and job.contract.ladder is not Ladder.URGENT:
            assert len([one for one in done if not one.startswith("last:")]) < 4, "four at most per job"


def play(given, plans, ends, happenings):
    world = World(mondays=True)
    world.people(**{name: {**who, "account": who["account"] and f"u-{name}"} for name, who in zip(
        ("p01", "p02", "p03", "p04"), given, strict=True
    )})  # fmt: skip
    for base, plan in zip((REVIEW, RESTORE), plans, strict=True):
        plan = {**plan, "completion": Completion.EACH} if base is REVIEW else plan
        world.plan(replace(base, **plan), anchor=START + timedelta(days=7))
    world.history.introduction_end = ends
    watcher = Watcher(world)
    for number in range(DAYS):
        for what in [one for one in happenings if one[0] == number]:
            happen(world, *what[1:])
        for hour in HOURS:
            world.at(START + timedelta(days=number), hour)
            watched_pass(world, watcher)
    return world


def watched_pass(world, watcher):
    actions = world.decide()
    wanted = {action.key for action in actions if type(action).__name__ == "Read"}
    if wanted and not world.unreadable:
        world.read.update(dict.fromkeys(wanted, world.now))
        actions = world.decide()
    watcher.before(actions)
    world.step()


# Shrinking weeks of accidents takes longer than reading them.
@settings(max_examples=25, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    st.lists(people, min_size=4, max_size=4), st.tuples(schedules, schedules),
    st.sampled_from([None, START, START + timedelta(days=40)]), accidents,
)  # fmt: skip
def test_in_any_ten_weeks_nothing_happens_that_must_never_happen(given, plans, ends, happenings):
    play(given, plans, ends, happenings)


@pytest.mark.parametrize("regime", ["recording", "introduction"])
def test_a_team_that_does_nothing_at_all_has_one_consequence_per_occurrence(regime):
    """The days above are no empty ones: without any accident every occurrence that is over was noted, once."""
    plain = {"ladder": Ladder.GENTLE, "lead": wd(5), "grace": wd(5), "completion": Completion.ANY, "quorum": 1,
             "practice": False, "rule": Rule(every=Duration(1, Unit.MONTH))}  # fmt: skip
    nobody = {"away": (), "works": WorkCalendar(), "zone": "UTC", "stand_in": None, "until": None, "account": "u"}
    ends = START if regime == "recording" else None
    world = play([nobody] * 4, (plain, plain), ends, [])
    assert Counter(world.history.missed.values()) == {
        Outcome.NONCONFORMITY if regime == "recording" else Outcome.INTRODUCTION: 2 * 5
    }, "two occurrences each of four people and of one role are over"
    assert len(world.history.superseded) == 2 * 5
