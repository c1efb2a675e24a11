"""Promises about errors: ours only, of the kind that says what may be done, one request each, and never a guess."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isms_bot.connector import Connector, Draft
from isms_bot.errors import Ambiguous, Denied, Gone, Misconfigured, Transient
from isms_bot.model import PageRef, Source, Text
from isms_bot.testing.faults import Fault
from isms_bot.testing.promises.scenes import KEY, job, refs, steps
from isms_bot.testing.under_test import WikiUnderTest

Act = Callable[[Connector, PageRef], object]

LOOKING = [
    pytest.param(lambda connector, ref: connector.page(ref), id="page"),
    pytest.param(lambda connector, ref: connector.read(ref), id="read"),
    pytest.param(lambda connector, ref: connector.snapshot(ref), id="snapshot"),
    pytest.param(lambda connector, ref: connector.comment(ref, (Text("Hello"),), "t1"), id="comment"),
]
ANYWHERE = [
    pytest.param(lambda connector: connector.accounts(), id="accounts"),
    pytest.param(lambda connector: connector.observe(Source.JOBS, None), id="observe"),
    pytest.param(lambda connector: connector.find(Source.JOBS, KEY), id="find"),
    pytest.param(lambda connector: connector.create(Draft(Source.JOBS, KEY, "Job")), id="create"),
]


class HonestyPromises:
    """All verbs."""

    @pytest.mark.parametrize("act", LOOKING)
    def test_a_page_that_the_wiki_does_not_show_is_denied_not_gone(self, wiki: WikiUnderTest, act: Act) -> None:
        with pytest.raises(Denied, match=r".{10,}"):
            act(wiki.connector(), wiki.unknown_ref)

    @pytest.mark.parametrize("act", LOOKING)
    def test_a_purged_page_is_gone_only_if_the_wiki_says_so(self, wiki: WikiUnderTest, act: Act) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.purge(page.ref)

        with pytest.raises((Gone, Denied)):
            act(connector, page.ref)

    @pytest.mark.parametrize("act", LOOKING[1:])
    def test_a_trashed_page_is_gone(self, wiki: WikiUnderTest, act: Act) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.trash(page.ref)

        with pytest.raises(Gone, match=r".{10,}"):
            act(connector, page.ref)

    def test_writing_to_a_trashed_page_is_gone(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.trash(page.ref)

        with pytest.raises(Gone):
            connector.update(page, {"status": "Overdue"})

    @pytest.mark.parametrize("act", ANYWHERE)
    def test_a_wrong_token_is_told_by_the_kind_of_error(
        self, wiki: WikiUnderTest, act: Callable[[Connector], object]
    ) -> None:
        with pytest.raises((Denied, Misconfigured), match=r".{10,}"):
            act(wiki.stranger())

    @pytest.mark.parametrize("act", ANYWHERE[1:])
    def test_without_containers_everything_is_misconfigured(
        self, wiki: WikiUnderTest, act: Callable[[Connector], object]
    ) -> None:
        connector = wiki.unbound()

        with pytest.raises(Misconfigured, match=r".{10,}"):
            act(connector)
        assert connector.calls == 0

    @pytest.mark.parametrize("act", ANYWHERE)
    def test_a_busy_wiki_is_transient_and_asked_once(
        self, wiki: WikiUnderTest, act: Callable[[Connector], object]
    ) -> None:
        connector = wiki.connector()
        wiki.fault(Fault.TRANSIENT)

        with pytest.raises(Transient) as caught:
            act(connector)

        assert (caught.value.retry_after, connector.calls) == (7, 1)
        assert wiki.connector().find(Source.JOBS, KEY) == ()

    @pytest.mark.parametrize(("fault", "made"), [(Fault.AMBIGUOUS_BEFORE, 0), (Fault.AMBIGUOUS_AFTER, 1)])
    def test_a_lost_answer_to_a_create_is_ambiguous_and_not_sent_again(
        self, wiki: WikiUnderTest, fault: Fault, made: int
    ) -> None:
        connector = wiki.connector()
        wiki.fault(fault)

        with pytest.raises(Ambiguous):
            connector.create(Draft(Source.JOBS, KEY, "Job"))

        assert connector.calls == 1
        assert len(connector.find(Source.JOBS, KEY)) == made

    @pytest.mark.parametrize(("fault", "made"), [(Fault.AMBIGUOUS_BEFORE, 0), (Fault.AMBIGUOUS_AFTER, 1)])
    def test_a_lost_answer_to_a_comment_is_ambiguous_and_not_sent_again(
        self, wiki: WikiUnderTest, fault: Fault, made: int
    ) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.fault(fault)

        with pytest.raises(Ambiguous):
            connector.comment(page.ref, (Text("Hello"),), "t1")

        assert len(connector.read(page.ref).comments) == made

    @pytest.mark.parametrize("fault", [Fault.TRANSIENT, Fault.AMBIGUOUS_BEFORE, Fault.AMBIGUOUS_AFTER])
    def test_a_copy_that_breaks_off_names_the_half_page_and_is_not_called_harmless(
        self, wiki: WikiUnderTest, fault: Fault
    ) -> None:
        connector = wiki.connector()
        procedure = connector.create(Draft(Source.PROCEDURES, "procedure/long", "Long", body=steps(250, 4)))
        snapshot = connector.snapshot(procedure.ref)
        before = connector.calls
        connector.clone(snapshot, Draft(Source.JOBS, f"{KEY}/p01", "Long"))
        cost = connector.calls - before
        wiki.fault(fault, after=cost - 1)

        with pytest.raises((Transient, Ambiguous)) as caught:
            connector.clone(snapshot, Draft(Source.JOBS, f"{KEY}/p02", "Long"))

        made = connector.find(Source.JOBS, f"{KEY}/p02")
        if cost > 1:
            assert isinstance(caught.value, Ambiguous)
            assert caught.value.committed == (made[0].ref,)
            whole = connector.read(made[0].ref).digest == snapshot.digest
            assert whole is (fault is Fault.AMBIGUOUS_AFTER)
        assert len(made) == (cost > 1 or fault is Fault.AMBIGUOUS_AFTER)

    def test_a_lost_answer_to_a_question_can_be_asked_again(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        wiki.fault(Fault.AMBIGUOUS_AFTER)

        with pytest.raises((Transient, Ambiguous)):
            connector.observe(Source.JOBS, None)

        assert refs(connector.observe(Source.JOBS, None).pages) == [page.ref]
