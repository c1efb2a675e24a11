"""What the wiki in memory offers to tests beyond the port: faults, a lagging index, restarts, guarded pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from isms_bot.connector import Draft
from isms_bot.document import Document, Run, Step
from isms_bot.errors import Ambiguous, Denied, Gone, Transient
from isms_bot.layout import SOURCES
from isms_bot.model import PageState, Source, Text
from isms_bot.testing import CoarseMemoryConnector, Crash, Fault, FaultPlan, MemoryConnector, MemoryWiki, Refused

KEY = "a/2027-01-04"
DRAFT = Draft(Source.JOBS, KEY, "Job")
LONG = Document(tuple(Step((Run(f"step {number}"),)) for number in range(250)))


@pytest.mark.parametrize(
    ("fault", "error", "made"),
    [
        (Fault.OK, None, 1),
        (Fault.TRANSIENT, Transient, 0),
        (Fault.CRASH_BEFORE, Crash, 0),
        (Fault.CRASH_AFTER, Crash, 1),
        (Fault.AMBIGUOUS_BEFORE, Ambiguous, 0),
        (Fault.AMBIGUOUS_AFTER, Ambiguous, 1),
    ],
)
def test_a_fault_strikes_before_or_after_the_write(fault: Fault, error: type[BaseException] | None, made: int) -> None:
    wiki = MemoryWiki()
    connector = wiki.connector()
    wiki.faults.then(fault)

    if error is None:
        connector.create(DRAFT)
    else:
        with pytest.raises(error):
            connector.create(DRAFT)

    assert len(wiki.connector().find(Source.JOBS, KEY)) == made


def test_a_crash_cannot_be_caught_as_an_error() -> None:
    assert not issubclass(Crash, Exception)


def test_faults_are_aimed_at_a_verb_then_at_a_class_then_at_the_next_call() -> None:
    plan = FaultPlan(["ambiguous-before"])
    plan.on("comment", "crash-after")
    plan.on("write", "transient")

    calls = [("page", False), ("comment", True), ("comment", True), ("create", True)]
    taken = [plan.take(verb, writes=writes) for verb, writes in calls]

    assert taken == [Fault.AMBIGUOUS_BEFORE, Fault.CRASH_AFTER, Fault.TRANSIENT, Fault.OK]
    assert [fault for _, fault in plan.log] == taken


def test_a_cleared_plan_is_all_well() -> None:
    plan = FaultPlan(["transient"])
    plan.on("write", "transient")
    plan.clear()

    assert [plan.take("create", writes=True), plan.take("page", writes=False)] == [Fault.OK, Fault.OK]


@pytest.mark.parametrize(("fault", "steps"), [("crash-before", 100), ("crash-after", 200)])
def test_a_long_page_can_be_left_half_made(fault: str, steps: int) -> None:
    wiki = MemoryWiki()
    wiki.faults.on("create", "ok", fault)

    with pytest.raises(Crash):
        wiki.connector().create(Draft(Source.JOBS, KEY, "Job", body=LONG))

    [half] = wiki.connector().find(Source.JOBS, KEY)
    assert len(wiki.connector().read(half.ref).blocks) == steps


def test_containers_can_be_left_half_made_and_are_finished_by_the_next() -> None:
    wiki = MemoryWiki()
    wiki.faults.on("ensure", "ok", "ok", "crash-after")
    with pytest.raises(Crash):
        wiki.unbound().ensure(SOURCES, None, lambda _: None)
    begun = list(wiki.containers)

    layout = wiki.unbound().ensure(SOURCES, None, lambda _: None)

    assert begun
    assert begun == list(wiki.containers)[: len(begun)]
    assert len(wiki.containers) == len(layout.sources) == len(SOURCES)


def test_a_new_page_is_invisible_until_the_index_has_caught_up() -> None:
    wiki = MemoryWiki(index_lag=timedelta(minutes=10))
    connector = wiki.connector()
    page = connector.create(DRAFT)

    assert connector.find(Source.JOBS, KEY) == ()
    assert connector.observe(Source.JOBS, None).pages == ()
    assert connector.page(page.ref).ref == page.ref
    wiki.advance(timedelta(minutes=10))
    assert [found.ref for found in connector.find(Source.JOBS, KEY)] == [page.ref]


def test_an_edit_hidden_by_a_lagging_index_is_seen_later() -> None:
    wiki = MemoryWiki(index_lag=timedelta(minutes=10), floor_to_minute=True)
    connector = wiki.connector()
    page = connector.create(DRAFT)
    wiki.advance(timedelta(hours=1, seconds=40))
    wiki.set_title(page.ref, "Edited")
    first = connector.observe(Source.JOBS, connector.observe(Source.JOBS, None).cursor)
    wiki.advance(timedelta(minutes=10))

    second = connector.observe(Source.JOBS, first.cursor)

    assert (first.pages, [seen.title for seen in second.pages]) == ((), ["Edited"])


def test_times_are_floored_if_asked() -> None:
    moment = datetime(2027, 1, 4, 9, 30, 59, tzinfo=UTC)
    exact, coarse = MemoryWiki(now=moment), MemoryWiki(now=moment, floor_to_minute=True)

    assert exact.connector().create(DRAFT).edited_at == moment
    assert coarse.connector().create(DRAFT).edited_at == moment.replace(second=0)
    assert type(exact.connector()) is MemoryConnector
    assert type(coarse.connector()) is CoarseMemoryConnector


def test_two_wikis_that_are_used_alike_are_alike() -> None:
    wikis = MemoryWiki(), MemoryWiki()
    pages = [wiki.connector().update(wiki.connector().create(DRAFT), {"status": "Open"}) for wiki in wikis]

    assert pages[0] == pages[1]


def test_a_restarted_bot_sees_what_the_first_one_did_and_counts_anew() -> None:
    wiki = MemoryWiki()
    first = wiki.connector()
    made = first.create(DRAFT)
    again = wiki.connector()

    assert (again.calls, again.now()) == (0, None)
    assert again.page(made.ref) == made
    assert (first.calls, again.calls, wiki.calls) == (1, 1, 2)


def test_people_cannot_write_in_a_guarded_page_or_in_the_trash() -> None:
    wiki = MemoryWiki()
    connector = wiki.connector()
    guarded, thrown = (connector.update(connector.create(Draft(Source.JOBS, key, "Job")), {}) for key in ("a/1", "a/2"))
    connector.protect(guarded)
    wiki.trash(thrown.ref)

    for page in (guarded, thrown):
        with pytest.raises(Refused):
            wiki.set_title(page.ref, "Mine")


def test_a_page_hidden_from_the_bot_is_denied_and_comes_back() -> None:
    wiki = MemoryWiki()
    connector = wiki.connector()
    page = connector.create(DRAFT)
    wiki.share(page.ref, shared=False)
    with pytest.raises(Denied):
        connector.page(page.ref)
    assert connector.observe(Source.JOBS, None).pages == ()
    wiki.share(page.ref)

    assert connector.page(page.ref) == page


@pytest.mark.parametrize(("tells", "error"), [(True, Gone), (False, Denied)])
def test_a_purged_page_answers_as_the_platform_would(tells: bool, error: type[Exception]) -> None:
    wiki = MemoryWiki(tells_of_purge=tells)
    connector = wiki.connector()
    page = connector.create(DRAFT)
    wiki.purge(page.ref)

    with pytest.raises(error):
        connector.page(page.ref)


def test_a_page_moved_out_loses_its_mark_until_it_comes_home() -> None:
    wiki = MemoryWiki()
    connector = wiki.connector()
    page = connector.create(DRAFT)
    wiki.move(page.ref)
    away = connector.page(page.ref)
    wiki.move(page.ref, Source.JOBS)

    assert (away.state, away.mark, away.fields) == (PageState.MOVED, None, {})
    assert connector.page(page.ref).mark == page.mark


def test_a_rewritten_page_is_the_persons() -> None:
    wiki = MemoryWiki()
    connector = wiki.connector()
    page = connector.create(DRAFT)
    wiki.replace_body(page.ref, "# Mine", "| a | b |", who="Ben")

    content = connector.read(page.ref)

    assert [(block.text, block.author) for block in content.blocks] == [("Mine", "acc-ben"), ("a | b", "acc-ben")]


@pytest.mark.parametrize("act", ["tick", "write", "who", "page", "column"])
def test_a_gesture_that_makes_no_sense_says_so(act: str) -> None:
    wiki = MemoryWiki()
    ref = wiki.connector().create(DRAFT).ref
    with pytest.raises(LookupError, match=r".{10,}"):
        {
            "tick": lambda: wiki.tick(ref, "no such step"),
            "write": lambda: wiki.write(ref, "Name:", "x"),
            "who": lambda: wiki.set_title(ref, "x", who="Nobody"),
            "page": lambda: wiki.trash("page-none"),
            "column": lambda: wiki.set_field(ref, "no such column", "x"),
        }[act]()


def test_a_comment_of_the_bot_survives_a_crash_after_it_was_posted() -> None:
    wiki = MemoryWiki()
    page = wiki.connector().create(DRAFT)
    wiki.faults.on("comment", "crash-after")
    with pytest.raises(Crash):
        wiki.connector().comment(page.ref, (Text("Hello"),), "t1")

    [comment] = wiki.connector().read(page.ref).comments

    assert [link.rpartition("#")[2] for link in comment.links] == ["t1"]
