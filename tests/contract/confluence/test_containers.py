"""Containers on Confluence: pages under the root, known by their property, adopted by title, never doubled."""

from __future__ import annotations

import pytest

from isms_bot.connector import Draft
from isms_bot.errors import Ambiguous, Conflict, Misconfigured, Transient
from isms_bot.layout import BY_SOURCE, SOURCES, Layout
from isms_bot.model import Source
from isms_bot.testing.faults import Fault
from isms_bot.testing.promises.scenes import KEY, job, silent
from tests.contract.confluence.wiki import OTHER_INSTALLATION, CloudWiki, ConfluenceWiki


def refs(layout: Layout) -> dict[Source, str]:
    return {source: place.ref for source, place in layout.sources.items()}


def test_a_container_says_what_it_is_for_and_carries_its_mark(wiki: ConfluenceWiki) -> None:
    place = wiki.layout.sources[Source.JOBS]

    seen = wiki.seen(place.ref)

    assert (seen["title"], seen["parent"]) == ("Jobs and records", wiki.root)
    assert BY_SOURCE[Source.JOBS].about in seen["text"]
    assert seen["content_properties"]["isms-bot"]["key"] == "source:jobs"
    assert place.url.endswith(place.ref)


def test_a_page_with_the_right_title_under_the_root_is_adopted_and_its_text_stays(wiki: ConfluenceWiki) -> None:
    theirs = wiki.act(None, "create_page", parent=wiki.root, title="Procedures", lines=["How we work"])["page"]
    before = wiki.seen(theirs)

    layout = wiki.open().ensure(SOURCES, None, silent)

    assert layout.sources[Source.PROCEDURES].ref == theirs
    assert (wiki.seen(theirs)["storage"], wiki.seen(theirs)["version"]) == (before["storage"], before["version"])


def test_a_page_with_the_right_title_elsewhere_is_left_alone(wiki: ConfluenceWiki) -> None:
    above = wiki.act(None, "create_page", parent=wiki.root, title="Old things")["page"]
    theirs = wiki.act(None, "create_page", parent=above, title="Procedures", lines=["How we worked"])["page"]

    layout = wiki.open().ensure(SOURCES, None, silent)

    made = layout.sources[Source.PROCEDURES].ref
    assert made != theirs
    assert wiki.seen(made)["title"] == "Procedures · acme"
    assert wiki.seen(theirs)["content_properties"] == {}


@pytest.mark.parametrize("fault", [Fault.TRANSIENT, Fault.AMBIGUOUS_AFTER])
@pytest.mark.parametrize("call", range(2, 23, 4))
def test_a_run_that_was_cut_off_anywhere_is_finished_by_the_next(wiki: ConfluenceWiki, fault: Fault, call: int) -> None:
    wiki.fault(fault, after=call)
    with pytest.raises((Transient, Ambiguous)):
        wiki.open().ensure(SOURCES, None, silent)

    layout = wiki.open().ensure(SOURCES, None, silent)

    titles = [leaf.title for leaf in wiki.open()._api.below(wiki.root, 1)]
    assert sorted(titles) == sorted(spec.title for spec in SOURCES)
    assert refs(wiki.open().ensure(SOURCES, None, silent)) == refs(layout)


def test_a_copy_of_a_container_is_no_container(wiki: ConfluenceWiki) -> None:
    first = wiki.layout
    wiki.duplicate(first.sources[Source.JOBS].ref, properties=True)
    wiki.duplicate(first.sources[Source.QUESTIONS].ref)

    assert refs(wiki.open().ensure(SOURCES, None, silent)) == refs(first)


def test_another_installation_goes_on_with_the_containers_that_are_there(wiki: ConfluenceWiki) -> None:
    first = wiki.layout

    again = wiki.open(installation=OTHER_INSTALLATION).ensure(SOURCES, None, silent)

    assert refs(again) == refs(first)


def test_ensure_with_everything_known_writes_nothing(wiki: ConfluenceWiki) -> None:
    first = wiki.layout
    wiki.sandbox.clear_requests()

    wiki.open().ensure(SOURCES, first, silent)

    assert {one["method"] for one in wiki.sandbox.requests()} == {"GET"}


@pytest.mark.parametrize("gesture", ["trash", "purge"])
def test_a_container_that_is_gone_is_not_made_anew_behind_peoples_backs(wiki: ConfluenceWiki, gesture: str) -> None:
    first = wiki.layout
    getattr(wiki, gesture)(first.sources[Source.JOBS].ref)

    with pytest.raises(Misconfigured, match=r"restore|reached"):
        wiki.open().ensure(SOURCES, first, silent)


def test_a_root_that_cannot_be_read_is_misconfigured(wiki: ConfluenceWiki) -> None:
    for changes in ({"root": wiki.unknown_ref}, {"space": "NOPE"}):
        with pytest.raises(Misconfigured, match="correct"):
            wiki.open(**changes).ensure(SOURCES, None, silent)


def test_the_space_may_be_named_in_any_case(cloud: CloudWiki) -> None:
    connector = cloud.open(space="isms")
    connector.ensure(SOURCES, None, silent)

    assert job(connector).fields["status"] == "Open"


def test_a_connector_that_was_bound_before_asks_for_nothing_twice(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()

    connector.create(Draft(Source.JOBS, KEY, "Job"))

    assert connector.calls == 1


def test_old_operations_of_v1_are_not_needed(cloud: CloudWiki) -> None:
    cloud.access(v1_legacy="gone410")
    connector = cloud.open()
    cloud.adopt(connector.ensure(SOURCES, None, silent))
    item = cloud.create_row(Source.POLICIES, "We keep backups")
    procedure = cloud.create_procedure("Restore test", ["- [ ] Restore it", "Name:"])
    cloud.act(None, "attach", page=procedure, name="list.csv", content="a,b")

    page, _ = connector.clone(connector.snapshot(procedure), Draft(Source.JOBS, KEY, "Restore test"))
    page = connector.update(page, {"status": "Open"})
    cloud.comment(page.ref, "On it")
    assert connector.read(page.ref).comments
    page = connector.file(page, item)
    assert connector.protect(page)
    connector.attach(page.ref, "seen.json", b"{}")
    assert connector.accounts()
    assert [line for line in connector.check() if not line.ok] == []
    with pytest.raises(Conflict):
        connector.trash(page)
