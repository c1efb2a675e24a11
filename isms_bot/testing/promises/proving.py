"""Promises about the first hour: the token is proven by doing, nothing is left behind, and an address tells which wiki it is of."""

from __future__ import annotations

from itertools import cycle

import pytest

from isms_bot.connector import TEST_PAGE, Connector
from isms_bot.errors import Ambiguous, Transient
from isms_bot.model import Mention, PageRef, Source, Text
from isms_bot.testing.faults import Fault
from isms_bot.testing.promises.scenes import job, refs, silent
from isms_bot.testing.under_test import WikiUnderTest

TROUBLE = (Fault.TRANSIENT, Fault.AMBIGUOUS_BEFORE, Fault.AMBIGUOUS_AFTER)
STEPS = ("read", "write", "comment", "trash")


class Interrupted(Exception):  # noqa: N818 - somebody pressed Ctrl-C
    """What stops a proof while its page stands."""


def nothing(_: PageRef) -> None:
    """Nobody does anything in the meantime."""


def interrupt(_: PageRef) -> None:
    raise Interrupted


class ProvingPromises:
    """`prove`, `room`, `recognise`."""

    def test_a_proof_reads_writes_comments_and_trashes_and_tells_each_step(self, wiki: WikiUnderTest) -> None:
        told: list[str] = []

        lines = wiki.unbound().prove(told.append, nothing)

        assert [line for line in lines if not line.ok] == []
        assert [line.what for line in lines if line.what in STEPS] == list(STEPS)
        assert told == [line.sentence for line in lines]

    def test_a_proof_leaves_nothing_behind(self, wiki: WikiUnderTest) -> None:
        before = wiki.under_root()

        wiki.unbound().prove(silent, nothing)

        assert wiki.under_root() == before

    def test_the_page_stands_and_can_be_talked_on_in_the_meantime(self, wiki: WikiUnderTest) -> None:
        connector = wiki.unbound()
        stood: list[tuple[str, ...]] = []

        def mention(page: PageRef) -> None:
            stood.append(wiki.under_root())
            connector.comment(page, (Mention(wiki.people[0].id), Text(" does this reach you?")), "t1")

        lines = connector.prove(silent, mention)

        assert [[title for title in titles if title.startswith(TEST_PAGE)] for titles in stood] == [[TEST_PAGE]]
        assert all(line.ok for line in lines)
        assert TEST_PAGE not in wiki.under_root()

    def test_the_page_goes_away_when_the_meantime_is_interrupted(self, wiki: WikiUnderTest) -> None:
        with pytest.raises(Interrupted):
            wiki.unbound().prove(silent, interrupt)

        assert TEST_PAGE not in wiki.under_root()

    def test_trouble_anywhere_leaves_nothing_once_it_is_proven_again(self, wiki: WikiUnderTest) -> None:
        """Each run meets trouble one call later than the one before, and clears up after it."""
        connector = wiki.unbound()
        before = wiki.under_root()
        connector.prove(silent, nothing)
        cost, broken_off = connector.calls, 0

        for call, fault in zip(range(cost), cycle(TROUBLE), strict=False):
            wiki.fault(fault, after=call)
            try:
                wiki.unbound().prove(silent, nothing)
            except (Transient, Ambiguous):
                broken_off += 1
            assert len(wiki.under_root()) <= len(before) + 1, call
        lines = self._in_peace(wiki).prove(silent, nothing)

        assert all(line.ok for line in lines)
        assert wiki.under_root() == before
        assert broken_off > cost // 2

    @staticmethod
    def _in_peace(wiki: WikiUnderTest) -> Connector:
        """A connector after the fault that was ordered has struck, if nothing has met it yet."""
        connector = wiki.unbound()
        for _ in range(2):
            try:
                connector.accounts()
            except (Transient, Ambiguous):
                continue
        return connector

    def test_a_test_page_in_which_somebody_wrote_stays_and_is_spoken_of(self, wiki: WikiUnderTest) -> None:
        def answer(page: PageRef) -> None:
            wiki.comment(page, "Yes, it reached me")

        first = wiki.unbound().prove(silent, answer)
        again = wiki.unbound().prove(silent, nothing)

        assert [title for title in wiki.under_root() if title.startswith(TEST_PAGE)] == [TEST_PAGE]
        assert "stays" in first[-1].sentence
        assert any("stays" in line.sentence for line in again)
        assert all(line.ok for line in (*first, *again))

    def test_a_proof_says_what_to_do_about_a_wrong_token_instead_of_raising(self, wiki: WikiUnderTest) -> None:
        [line] = wiki.stranger().prove(silent, nothing)

        assert not line.ok
        assert line.sentence and line.todo

    def test_a_proof_touches_no_page_of_the_isms(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        before = connector.page(page.ref)

        connector.prove(silent, nothing)

        assert refs(connector.observe(Source.JOBS, None).pages) == [page.ref]
        assert connector.page(page.ref) == before

    def test_asking_for_room_makes_nothing(self, wiki: WikiUnderTest) -> None:
        before = wiki.under_root()
        room = wiki.unbound().room()

        assert room is None or room > 0
        assert wiki.under_root() == before

    def test_the_address_of_a_page_is_recognised(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        page = job(connector)
        before = connector.calls

        place = connector.recognise(page.url)

        assert place is not None
        assert place.wiki and place.credential and place.variable.isupper()
        assert connector.calls == before

    @pytest.mark.parametrize(
        "address", ["", "acme", "https://example.com/", "mailto:mira@example.com", "https://[", "ü://"]
    )
    def test_what_is_no_address_of_a_page_is_not_recognised(self, wiki: WikiUnderTest, address: str) -> None:
        assert wiki.unbound().recognise(address) is None
