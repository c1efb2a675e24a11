"""Promises about the private area: who can open a page there, from its first moment on, and that all else is as elsewhere."""

from __future__ import annotations

from contextlib import suppress

import pytest

from isms_bot.connector import Connector, Draft
from isms_bot.errors import ConnectorError, Denied, Misconfigured, Permanent
from isms_bot.layout import PRIVATE, SOURCES
from isms_bot.model import Page, PageState, Source, Text, Value
from isms_bot.testing.faults import Fault
from isms_bot.testing.promises.scenes import FORM, KEY, document, job, later, refs, silent
from isms_bot.testing.under_test import WikiUnderTest


def _area(wiki: WikiUnderTest) -> tuple[Connector, tuple[str, str], str]:
    """(connector with a private area, two accounts inside, one outside)."""
    first, second, outside = (person.id for person in wiki.people[:3])
    return wiki.private_connector(first, second), (first, second), outside


def _private(connector: Connector, key: str = KEY, **fields: Value) -> Page:
    return connector.create(
        Draft(Source.JOBS, key, f"Incident {key}", fields, document("Name:", "Signature:"), private=True)
    )


class PrivacyPromises:
    """The promises of `admit`, `readers` and private drafts."""

    def test_a_private_page_is_open_to_its_audience_alone(self, wiki: WikiUnderTest) -> None:
        connector, inside, outside = _area(wiki)
        page = _private(connector)
        assert page.private
        assert not wiki.may_open(page.ref, outside)
        if connector.capabilities.restrictions:
            assert not any(wiki.may_open(page.ref, one) for one in inside), "nobody before somebody is admitted"

        page = connector.admit(page, inside)

        assert page.private
        assert all(wiki.may_open(page.ref, one) for one in inside)
        assert not wiki.may_open(page.ref, outside)

    def test_the_address_of_a_private_page_holds_no_word_of_its_title(self, wiki: WikiUnderTest) -> None:
        connector, inside, _ = _area(wiki)
        made = connector.create(Draft(Source.JOBS, KEY, "Laptop of the accountant", private=True))
        admitted = connector.admit(made, inside)
        for page in (made, admitted, connector.page(made.ref), *connector.find(Source.JOBS, KEY)):
            assert page.title == "Laptop of the accountant"
            assert page.url
            assert "ccountant" not in page.url

    def test_whoever_is_not_admitted_again_is_out(self, wiki: WikiUnderTest) -> None:
        connector, inside, outside = _area(wiki)
        page = connector.admit(_private(connector), inside)
        page = connector.admit(page, inside[:1])
        page = connector.admit(page, inside[:1])
        assert wiki.may_open(page.ref, inside[0])
        assert not wiki.may_open(page.ref, outside)
        assert wiki.may_open(page.ref, inside[1]) is not connector.capabilities.restrictions
        assert connector.page(page.ref).private, "the bot itself is never left out"

    def test_a_private_page_is_looked_for_and_seen_like_any_other(self, wiki: WikiUnderTest) -> None:
        connector, inside, _ = _area(wiki)
        before = connector.observe(Source.JOBS, None)
        later(wiki, minutes=10)
        hidden, shown = connector.admit(_private(connector), inside), job(connector, "restore-test/2027-02-28")
        hidden = connector.update(hidden, {"status": "Open"})

        for seen in (connector.observe(Source.JOBS, before.cursor), connector.observe(Source.JOBS, None)):
            assert {page.ref: page.private for page in seen.pages} == {hidden.ref: True, shown.ref: False}
            assert {page.state for page in seen.pages} == {PageState.LIVE}
        assert refs(connector.find(Source.JOBS, KEY)) == [hidden.ref]
        again = connector.read(hidden.ref)
        assert (again.page.private, again.page.fields["status"]) == (True, "Open")
        assert connector.page(hidden.ref).private
        assert not connector.page(shown.ref).private

    def test_a_private_page_that_was_just_made_is_found_by_its_key(self, wiki: WikiUnderTest) -> None:
        """A process that dies before it admits anybody goes on with the same page."""
        connector, inside, outside = _area(wiki)
        before = connector.observe(Source.JOBS, None)
        made = _private(connector)

        connector = wiki.private_connector(*inside)
        [found] = connector.find(Source.JOBS, KEY)
        seen = connector.observe(Source.JOBS, before.cursor).pages

        assert (found.ref, found.private, found.is_original) == (made.ref, True, True)
        assert (refs(seen), {page.private for page in seen}) == ([made.ref], {True})
        admitted = connector.admit(found, inside)
        assert wiki.may_open(admitted.ref, inside[0])
        assert not wiki.may_open(admitted.ref, outside)

    @pytest.mark.parametrize("kind", [Fault.AMBIGUOUS_BEFORE, Fault.AMBIGUOUS_AFTER])
    def test_at_no_moment_of_its_making_is_a_private_page_open_to_others(
        self, wiki: WikiUnderTest, kind: Fault
    ) -> None:
        """Whatever call gets lost on the way; and it can be gone on with."""
        connector, inside, outside = _area(wiki)
        for number in range(7):
            key = f"incident/{number}"
            wiki.fault(kind, after=number)
            with suppress(ConnectorError):
                connector.admit(_private(connector, key), inside)
            for _ in range(number + 1):
                with suppress(ConnectorError):  # whatever of the fault is left
                    connector.page(wiki.unknown_ref)
            for page in connector.find(Source.JOBS, key):
                assert not wiki.may_open(page.ref, outside), f"call {number}"
                admitted = connector.admit(page, inside)
                assert wiki.may_open(admitted.ref, inside[1]), f"call {number}"
                assert not wiki.may_open(admitted.ref, outside), f"call {number}"

    def test_a_copy_of_a_private_procedure_is_private_and_whole(self, wiki: WikiUnderTest) -> None:
        connector, inside, outside = _area(wiki)
        policy = connector.create(Draft(Source.POLICIES, "pack/item", "A promise", {"item": "item"}))
        procedure = connector.create(
            Draft(Source.PROCEDURES, "pack/incident", "Incident", {"procedure": "incident", "policy": (policy.ref,)},
                  document(*FORM), private=True)
        )  # fmt: skip
        procedure = connector.admit(connector.update(procedure, {}), inside)
        snapshot = connector.snapshot(procedure.ref)
        assert snapshot.page.private

        fields: dict[str, Value] = {"status": "Preparing", "procedure": (procedure.ref,), "policy": (policy.ref,)}
        page, _ = connector.clone(snapshot, Draft(Source.JOBS, KEY, "Incident, January", fields, private=True))
        page = connector.update(connector.admit(page, inside), {"status": "Open", "assignee": inside[:1]})

        assert connector.read(page.ref).digest == snapshot.digest
        assert page.fields["procedure"] == (procedure.ref,)
        assert page.fields["policy"] == (policy.ref,)
        assert page.is_original
        assert wiki.may_open(page.ref, inside[0])
        assert not wiki.may_open(page.ref, outside)
        assert not wiki.may_open(procedure.ref, outside)

    def test_people_work_in_a_private_page_and_the_bot_talks_there(self, wiki: WikiUnderTest) -> None:
        connector, inside, outside = _area(wiki)
        page = connector.update(connector.admit(_private(connector), inside), {"status": "Open"})
        wiki.write(page.ref, "Name:", "Somebody", who=inside[0])
        connector.comment(page.ref, (Text("Here it is."),), "aaaa11112222")
        content = connector.read(page.ref)
        assert any("Somebody" in block.text for block in content.blocks)
        assert any(link.endswith("#aaaa11112222") for comment in content.comments for link in comment.links)
        closed = connector.update(content.page, {"status": "Recorded"})
        assert closed.private
        connector.protect(closed)
        assert wiki.may_open(page.ref, inside[0]), "a guarded record can still be read by those whom it concerns"
        assert not wiki.may_open(page.ref, outside)
        connector.admit(connector.page(page.ref), inside[:1])
        assert wiki.may_open(page.ref, inside[0])
        assert not wiki.may_open(page.ref, outside)

    def test_a_private_page_can_be_taken_back(self, wiki: WikiUnderTest) -> None:
        connector, _, outside = _area(wiki)
        page = connector.update(_private(connector), {})
        connector.trash(page)
        gone = connector.page(page.ref)
        assert (gone.state, gone.private) == (PageState.TRASHED, True)
        assert connector.find(Source.JOBS, KEY) == ()
        assert not wiki.may_open(page.ref, outside)

    def test_a_private_record_stays_where_it_is(self, wiki: WikiUnderTest) -> None:
        connector, inside, outside = _area(wiki)
        policy = connector.create(Draft(Source.POLICIES, "pack/item", "A promise", {"item": "item"}))
        page = connector.update(connector.admit(_private(connector), inside), {"status": "Open"})
        with pytest.raises(Permanent):
            connector.file(page, policy.ref)
        assert not wiki.may_open(page.ref, outside)

    def test_nobody_is_admitted_to_pages_that_are_not_private_or_not_ours(self, wiki: WikiUnderTest) -> None:
        connector, inside, outside = _area(wiki)
        page = job(connector, "restore-test/2027-02-28")
        with pytest.raises(Permanent):
            connector.admit(page, inside)
        theirs = wiki.create_row(Source.JOBS, "By hand")
        with pytest.raises(Permanent):
            connector.admit(connector.page(theirs), inside)
        assert wiki.may_open(page.ref, outside)
        assert wiki.may_open(theirs, outside)

    def test_who_can_open_a_page_is_told_or_it_is_said_that_it_is_not(self, wiki: WikiUnderTest) -> None:
        connector, inside, outside = _area(wiki)
        page = connector.admit(_private(connector), inside)
        told = connector.readers(page.ref, (*inside, outside))
        assert set(told) == {*inside, outside}
        if connector.capabilities.restrictions:
            assert told == {inside[0]: True, inside[1]: True, outside: False}
        everybody = connector.readers(job(connector, "restore-test/2027-02-28").ref, (*inside, outside))
        assert False not in everybody.values()
        if connector.capabilities.restrictions:
            with pytest.raises(Denied):
                connector.readers(wiki.unknown_ref, inside)

    def test_the_private_area_is_made_once(self, wiki: WikiUnderTest) -> None:
        connector, inside, _ = _area(wiki)
        first = connector.ensure(SOURCES, None, silent, PRIVATE)
        assert set(first.private) == {spec.source for spec in PRIVATE}
        assert wiki.private_connector(*inside).ensure(SOURCES, first, silent, PRIVATE).private == first.private
        found = connector.ensure(SOURCES, None, silent, PRIVATE)
        assert [place.ref for place in found.private.values()] == [place.ref for place in first.private.values()]
        assert not {place.ref for place in first.private.values()} & {place.ref for place in first.sources.values()}
        assert connector.ensure(SOURCES, first, silent).private == first.private, "what is known stays"

    def test_it_is_told_whether_there_can_be_a_private_area(self, wiki: WikiUnderTest) -> None:
        assert wiki.connector().secludes() is wiki.connector().capabilities.restrictions
        connector, _, _ = _area(wiki)
        assert connector.secludes()

    def test_without_a_private_area_no_private_page_is_made(self, wiki: WikiUnderTest) -> None:
        connector = wiki.connector()
        with pytest.raises(Misconfigured):
            _private(connector)
        assert connector.observe(Source.JOBS, None).pages == ()
