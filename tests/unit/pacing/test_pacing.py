"""Patience and pace, on a clock that only moves when somebody waits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from isms_bot import pacing
from isms_bot.connector import Connector, Draft
from isms_bot.document import Document, Paragraph, Run, Step
from isms_bot.errors import Ambiguous, Denied, Misconfigured, Transient
from isms_bot.model import Page, Source, Text
from isms_bot.pacing import VERBS, Kind, Paced, Patient, Wrapper
from isms_bot.testing import Crash, MemoryWiki


class FakeClock:
    """Time passes by sleeping only."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2027, 1, 4, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def wiki() -> MemoryWiki:
    return MemoryWiki()


def patient(wiki: MemoryWiki, clock: FakeClock, budget: float = 120, cap: float = 60) -> Patient:
    return Patient(wiki.connector(), clock, budget=budget, cap=cap, sleep=clock.sleep)


def paced(wiki: MemoryWiki, clock: FakeClock, per_second: float = 2.0, burst: int = 1) -> Paced:
    return Paced(wiki.connector(), clock, per_second=per_second, burst=burst, sleep=clock.sleep)


def a_job(wiki: MemoryWiki) -> Page:
    return wiki.connector().create(Draft(Source.JOBS, "a/2027-01-04", "Job"))


Use = Callable[[Connector, Page], object]
USES: dict[str, Use] = {
    "check": lambda connector, _: connector.check(),
    "accounts": lambda connector, _: connector.accounts(),
    "prove": lambda connector, _: connector.prove(lambda _: None, lambda _: None),
    "room": lambda connector, _: connector.room(),
    "watchers": lambda connector, _: connector.watchers(),
    "candidates": lambda connector, _: connector.candidates(),
    "ensure": lambda connector, _: connector.ensure((), None, lambda _: None),
    "observe": lambda connector, _: connector.observe(Source.JOBS, None),
    "find": lambda connector, _: connector.find(Source.JOBS, "a/2027-01-04"),
    "page": lambda connector, page: connector.page(page.ref),
    "read": lambda connector, page: connector.read(page.ref),
    "snapshot": lambda connector, page: connector.snapshot(page.ref),
    "clone": lambda connector, page: connector.clone(
        connector.snapshot(page.ref), Draft(Source.JOBS, "b/2027-01-04", "Job")
    ),
    "create": lambda connector, _: connector.create(Draft(Source.JOBS, "b/2027-01-04", "Job")),
    "comment": lambda connector, page: connector.comment(page.ref, (Text("Hello"),), "t1"),
    "update": lambda connector, page: connector.update(page, {"status": "Open"}),
    "rewrite": lambda connector, page: connector.rewrite(page, Document((Paragraph((Run("New"),)),))),
    "file": lambda connector, page: connector.file(page, page.ref),
    "protect": lambda connector, page: connector.protect(page),
    "attach": lambda connector, page: connector.attach(page.ref, "a.txt", b""),
    "trash": lambda connector, page: connector.trash(page),
    "admit": lambda connector, page: connector.admit(replace(page, private=True), ("acc-anna",)),
    "secludes": lambda connector, _: connector.secludes(),
    "readers": lambda connector, page: connector.readers(page.ref, ("acc-anna",)),
}


# --- the table of verbs ---


def test_the_table_has_every_verb_with_the_class_that_the_port_states() -> None:
    stated = {
        name: match[1]
        for name, verb in vars(Connector).items()
        if (match := re.match(r"(read|set|add)\. ", getattr(verb, "__doc__", None) or ""))
    }

    assert stated == {name: kind.value for name, kind in VERBS.items()}
    assert set(USES) == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_passes_through_a_wrapper_with_its_name_and_answer(verb: str, wiki: MemoryWiki) -> None:
    passed: list[str] = []

    class Witness(Wrapper):
        def around(self, verb: str, act):  # type: ignore[no-untyped-def]
            passed.append(verb)
            return act()

    page, twin_page = a_job(wiki), a_job(twin := MemoryWiki())

    answer = USES[verb](Witness(wiki.connector()), page)

    assert passed[-1] == verb
    assert repr(answer) == repr(USES[verb](twin.connector(), twin_page))


def test_what_makes_no_call_is_forwarded(wiki: MemoryWiki, clock: FakeClock) -> None:
    inner = wiki.connector()
    wrapped = Patient(Paced(inner, clock), clock)
    inner.accounts()

    assert (wrapped.calls, wrapped.now()) == (inner.calls, inner.now()) == (1, wiki.now)
    assert wrapped.capabilities == inner.capabilities
    assert wrapped.settings_model() is inner.settings_model()
    assert wrapped.restore_mark("{}") is None
    wrapped.bind(inner.ensure((), None, lambda _: None))
    assert clock.slept == []


def test_a_wrapper_is_not_opened_but_put_around_a_connector(wiki: MemoryWiki, clock: FakeClock) -> None:
    with pytest.raises(TypeError, match="wraps a connector"):
        Patient.open(None, token="t", installation="i", workspace="w")
    with pytest.raises(AttributeError, match="connector inside"):
        patient(wiki, clock).calls = 3
    assert not hasattr(Paced, "capabilities")


# --- patience ---


UNTROUBLED = ("check", "watchers", "room")
"""A wiki in memory has no watchers and no room to ask for, and `check` reports what goes wrong instead of raising."""


@pytest.mark.parametrize("verb", VERBS)
def test_a_busy_wiki_is_asked_again_by_every_verb(verb: str, wiki: MemoryWiki, clock: FakeClock) -> None:
    page = a_job(wiki)
    if VERBS[verb] is not Kind.READ:
        wiki.faults.on("write" if verb != "ensure" else "ensure", "transient")
    elif verb == "snapshot":
        wiki.faults.on("read", "transient")
    elif verb not in UNTROUBLED:
        wiki.faults.on(verb, "transient")

    USES[verb](patient(wiki, clock), page)

    assert clock.slept == ([] if verb in UNTROUBLED else [1.0])


def test_waits_grow_and_are_capped(wiki: MemoryWiki, clock: FakeClock) -> None:
    wiki.faults.then(*["transient"] * 7)

    patient(wiki, clock, budget=1000, cap=20).accounts()

    assert clock.slept == [1, 2, 4, 8, 16, 20, 20]


@pytest.mark.parametrize(("asked", "waited"), [(0, 0.0), (7, 7.0), (59.5, 59.5), (3600, 60.0), (-5, 0.0)])
def test_the_wish_of_the_wiki_is_honoured_and_capped(
    wiki: MemoryWiki, clock: FakeClock, asked: float, waited: float
) -> None:
    wiki.faults.retry_after = asked
    wiki.faults.then("transient")

    patient(wiki, clock).accounts()

    assert clock.slept == [waited]


def test_patience_ends_with_the_budget_and_the_last_error(wiki: MemoryWiki, clock: FakeClock) -> None:
    wiki.faults.then(*["transient"] * 100)
    connector = patient(wiki, clock, budget=10)

    with pytest.raises(Transient):
        connector.accounts()

    assert clock.slept == [1, 2, 4]
    assert connector.calls == 4


def test_every_verb_has_its_own_budget(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = patient(wiki, clock, budget=3)
    for _ in range(3):
        wiki.faults.then("transient", "transient")
        connector.accounts()

    assert clock.slept == [1, 2] * 3


@pytest.mark.parametrize("verb", ["update", "rewrite", "file", "protect", "attach", "trash"])
def test_a_set_whose_answer_got_lost_is_repeated(verb: str, wiki: MemoryWiki, clock: FakeClock) -> None:
    page = a_job(wiki)
    wiki.faults.on("write", "ambiguous-after", "ambiguous-before")

    USES[verb](patient(wiki, clock), page)

    assert clock.slept == ([1] if verb in ("rewrite", "trash") else [1, 2])


@pytest.mark.parametrize("fault", ["ambiguous-before", "ambiguous-after"])
@pytest.mark.parametrize("verb", ["create", "clone", "comment"])
def test_an_add_whose_answer_got_lost_is_never_repeated(
    verb: str, fault: str, wiki: MemoryWiki, clock: FakeClock
) -> None:
    page = a_job(wiki)
    wiki.faults.on("write", fault)

    with pytest.raises(Ambiguous):
        USES[verb](patient(wiki, clock), page)

    made = len(wiki.connector().find(Source.JOBS, "b/2027-01-04")) + len(wiki.connector().read(page.ref).comments)
    assert (clock.slept, made) == ([], int(fault == "ambiguous-after"))


def test_a_question_whose_answer_got_lost_is_asked_again(clock: FakeClock) -> None:
    class Deaf(type(MemoryWiki().connector())):  # type: ignore[misc]
        lost = 2

        def accounts(self):  # type: ignore[no-untyped-def]
            self.lost -= 1
            if self.lost >= 0:
                raise Ambiguous("the answer got lost")
            return super().accounts()

    inner = Deaf(MemoryWiki(), token="token-of-the-bot", installation="i", workspace="w")

    assert Patient(inner, clock, sleep=clock.sleep).accounts()
    assert clock.slept == [1, 2]


def test_a_half_copy_is_not_tried_again(wiki: MemoryWiki, clock: FakeClock) -> None:
    page = wiki.connector().create(
        Draft(Source.PROCEDURES, "p", "Long", body=Document(tuple(Step((Run(f"step {n}"),)) for n in range(150))))
    )
    connector = patient(wiki, clock)
    snapshot = connector.snapshot(page.ref)
    wiki.faults.on("clone", "ok", "transient")

    with pytest.raises(Ambiguous) as caught:
        connector.clone(snapshot, Draft(Source.JOBS, "b/2027-01-04", "Job"))

    [half] = connector.find(Source.JOBS, "b/2027-01-04")
    assert (caught.value.committed, clock.slept) == ((half.ref,), [])


def test_what_will_not_change_is_not_asked_again(wiki: MemoryWiki, clock: FakeClock) -> None:
    with pytest.raises(Denied):
        patient(wiki, clock).page("page-none")

    assert clock.slept == []


def test_nobody_waits_once_the_bot_is_stopping(wiki: MemoryWiki, clock: FakeClock) -> None:
    stop = Event()
    connector = Patient(wiki.connector(), clock, stop=stop, sleep=clock.sleep)
    stop.set()
    wiki.faults.then("transient")

    with pytest.raises(Transient):
        connector.accounts()
    assert clock.slept == []
    assert connector.accounts()


def test_a_stop_while_waiting_ends_the_patience(wiki: MemoryWiki, clock: FakeClock) -> None:
    stop = Event()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        stop.set()

    connector = Patient(wiki.connector(), clock, stop=stop, sleep=sleep)
    wiki.faults.then(*["transient"] * 5)

    with pytest.raises(Transient):
        connector.accounts()
    assert clock.slept == [1]


def test_waiting_ends_early_when_the_stop_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("isms_bot.pacing.time.sleep", waited.append)
    stop = Event()
    stop.set()

    pacing.sleep(3600, stop)
    pacing.sleep(5)

    assert waited == [5]


def test_a_crash_passes_through_patience_and_pace(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = Patient(paced(wiki, clock), clock, sleep=clock.sleep)
    wiki.faults.then("crash-after")

    with pytest.raises(Crash):
        connector.create(Draft(Source.JOBS, "b/2027-01-04", "Job"))
    assert (connector.calls, clock.slept) == (1, [])


# --- pace ---


def test_calls_keep_the_pace(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = paced(wiki, clock)
    for _ in range(11):
        connector.accounts()

    assert clock.seconds - 1000 == pytest.approx(5.0)


def test_a_burst_goes_out_at_once_and_is_paid_afterwards(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = paced(wiki, clock, burst=4)
    for _ in range(4):
        connector.accounts()
    assert clock.slept == []

    for _ in range(10):
        connector.accounts()
    assert sum(clock.slept) == pytest.approx(5.0)


def test_a_quiet_hour_saves_up_no_more_than_a_burst(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = paced(wiki, clock, burst=2)
    connector.accounts()
    clock.seconds += 3600
    for _ in range(4):
        connector.accounts()

    assert sum(clock.slept) == pytest.approx(1.0)


def test_a_verb_pays_for_all_its_calls(wiki: MemoryWiki, clock: FakeClock) -> None:
    page = a_job(wiki)
    connector = paced(wiki, clock)

    connector.read(page.ref)
    cost = connector.calls
    connector.accounts()

    assert cost == 3
    assert sum(clock.slept) == pytest.approx(cost * 0.5)


def test_a_verb_that_makes_no_call_costs_nothing(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = Paced(wiki.unbound(), clock, per_second=2, burst=1, sleep=clock.sleep)
    for _ in range(5):
        with pytest.raises(Misconfigured):
            connector.observe(Source.JOBS, None)

    assert (connector.calls, clock.slept) == (0, [])


def test_a_failed_call_is_paid_for_too(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = paced(wiki, clock)
    for _ in range(3):
        with pytest.raises(Denied):
            connector.page("page-none")

    assert sum(clock.slept) == pytest.approx(1.0)


def test_after_a_rebuff_everybody_waits_as_long_as_asked(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = paced(wiki, clock)
    wiki.faults.retry_after = 7
    wiki.faults.then("transient")
    with pytest.raises(Transient):
        connector.accounts()

    connector.observe(Source.JOBS, None)

    assert 7 <= sum(clock.slept) <= 8


def test_the_wait_after_a_rebuff_is_capped(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = Paced(wiki.connector(), clock, cap=30, sleep=clock.sleep)
    wiki.faults.retry_after = 86_400
    wiki.faults.then("transient")
    with pytest.raises(Transient):
        connector.accounts()

    connector.accounts()

    assert 30 <= sum(clock.slept) <= 31


def test_the_pace_is_halved_after_a_rebuff_and_recovers(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = paced(wiki, clock)
    wiki.faults.retry_after = 0
    wiki.faults.then("transient")
    with pytest.raises(Transient):
        connector.accounts()
    for _ in range(60):
        connector.accounts()

    assert clock.slept[1] == pytest.approx(1.0)
    assert clock.slept[1:] == sorted(clock.slept[1:], reverse=True)
    assert clock.slept[-1] == pytest.approx(0.5)


def test_the_pace_never_falls_below_an_eighth(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = paced(wiki, clock)
    wiki.faults.retry_after = 0
    wiki.faults.then(*["transient"] * 20)
    for _ in range(20):
        with pytest.raises(Transient):
            connector.accounts()

    assert max(clock.slept) == pytest.approx(4.0)


def test_a_fault_without_a_wish_does_not_change_the_pace(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = paced(wiki, clock)
    wiki.faults.then("transient")
    with pytest.raises(Transient):
        connector.accounts()
    connector.accounts()
    connector.accounts()

    assert clock.slept == [pytest.approx(0.5)] * 2


def test_patience_and_pace_do_not_wait_twice_for_one_wish(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector = Patient(paced(wiki, clock), clock, sleep=clock.sleep)
    wiki.faults.retry_after = 7
    wiki.faults.then("transient")

    connector.accounts()

    assert 7 <= sum(clock.slept) <= 8


def test_pace_sends_nothing_once_the_bot_is_stopping(wiki: MemoryWiki, clock: FakeClock) -> None:
    stop = Event()
    connector = Paced(wiki.connector(), clock, per_second=2, burst=1, stop=stop, sleep=clock.sleep)
    connector.accounts()
    stop.set()

    with pytest.raises(Transient, match="stopping"):
        connector.accounts()
    assert (connector.calls, clock.slept) == (1, [])


def test_a_document_written_through_both_wrappers_arrives(wiki: MemoryWiki, clock: FakeClock) -> None:
    connector: Connector = Patient(paced(wiki, clock), clock, sleep=clock.sleep)
    made = connector.create(Draft(Source.JOBS, "b/2027-01-04", "Job", body=Document((Paragraph((Run("Hello"),)),))))

    assert [block.text for block in connector.read(made.ref).blocks] == ["Hello"]
