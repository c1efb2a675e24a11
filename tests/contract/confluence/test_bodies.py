"""Bodies on Confluence: what a copy carries over byte for byte, what it resets, files, and what is refused."""

from __future__ import annotations

import pytest

from isms_bot.connector import Draft
from isms_bot.errors import Ambiguous, Permanent
from isms_bot.model import BlockKind, PageState, Source
from isms_bot.testing.faults import Fault
from isms_bot.testing.promises.scenes import KEY, job, texts
from tests.contract.confluence.wiki import CloudWiki, ConfluenceWiki, DataCenterWiki

LAYOUT = (
    '<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell><p>Left &mdash; as it is</p></ac:layout-cell>'
    '<ac:layout-cell><ac:structured-macro ac:name="panel" ac:schema-version="1" ac:macro-id="0b0e0e5c-0000-4000-8000-000000000001">'
    '<ac:parameter ac:name="bgColor">#deebff</ac:parameter><ac:rich-text-body><p>Right</p></ac:rich-text-body></ac:structured-macro>'
    "</ac:layout-cell></ac:layout-section></ac:layout>"
)  # fmt: skip
CODE = (
    '<ac:structured-macro ac:name="code" ac:schema-version="1" ac:macro-id="0b0e0e5c-0000-4000-8000-000000000002">'
    "<ac:plain-text-body><![CDATA[if a < b && c: ]]]]><![CDATA[>]]></ac:plain-text-body></ac:structured-macro>"
)
TASKS = (
    '<ac:task-list ac:task-list-id="0b0e0e5c-0000-4000-8000-000000000003"><ac:task><ac:task-id>17</ac:task-id>'
    "<ac:task-uuid>0b0e0e5c-0000-4000-8000-000000000004</ac:task-uuid><ac:task-status>complete</ac:task-status>"
    '<ac:task-body><span class="placeholder-inline-tasks">Look</span></ac:task-body></ac:task></ac:task-list>'
)
IMAGE = '<p><ac:image ac:width="300"><ri:attachment ri:filename="plan &amp; map.png" /></ac:image></p>'


def procedure(wiki: ConfluenceWiki, body: str) -> str:
    """A procedure with this storage."""
    page = wiki.create_procedure("Restore test", [])
    wiki.act(None, "storage", page=page, body=body)
    return page


def test_layouts_and_macros_are_copied_byte_for_byte(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = procedure(wiki, LAYOUT + CODE)
    written = wiki.seen(page)["storage"]

    copy, loss = connector.clone(connector.snapshot(page), Draft(Source.JOBS, KEY, "Job"))

    assert wiki.seen(copy.ref)["storage"].endswith(written)
    assert loss.sentences == ()
    assert connector.read(copy.ref).digest == connector.snapshot(page).digest


def test_the_steps_of_a_copy_are_open_and_new(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = procedure(wiki, TASKS)

    copy, _ = connector.clone(connector.snapshot(page), Draft(Source.JOBS, KEY, "Job"))

    storage = wiki.seen(copy.ref)["storage"]
    assert "<ac:task-status>incomplete</ac:task-status>" in storage
    assert "<ac:task-id>1</ac:task-id>" in storage
    assert "0b0e0e5c-0000-4000-8000-000000000004" not in storage
    assert [task["status"] for task in wiki.seen(copy.ref)["tasks"]] == ["incomplete"]


def test_a_copy_of_a_procedure_that_the_bot_wrote_has_the_tables_of_the_job_and_not_its_own(
    wiki: ConfluenceWiki,
) -> None:
    connector = wiki.connector()
    made = connector.create(Draft(Source.PROCEDURES, "procedure/restore", "Restore test", {"procedure": "restore"}))
    connector.update(made, {})

    copy, _ = connector.clone(connector.snapshot(made.ref), Draft(Source.JOBS, KEY, "Job", {"status": "Preparing"}))

    seen = wiki.seen(copy.ref)
    assert (seen["mark"]["Key"], seen["mark"]["Source"]) == (KEY, "jobs")
    assert "Id" not in seen["properties"]
    assert seen["storage"].count('ac:name="details"') == 2


def test_what_stays_with_the_procedure_is_said(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = wiki.create_procedure("Restore test", ["Restore it"])
    wiki.comment(page, "Which one?", on="Restore it")
    wiki.append_uncopyable(page)

    _, loss = connector.clone(connector.snapshot(page), Draft(Source.JOBS, KEY, "Job"))

    assert loss.sentences == (
        "comments beside words of the text stay with the procedure",
        "pages below the procedure stay there",
    )


# --- files ---


def with_files(wiki: ConfluenceWiki) -> str:
    page = procedure(wiki, IMAGE)
    wiki.act(None, "attach", page=page, name="plan & map.png", content="bytes of an image")
    wiki.act(None, "attach", page=page, name="list.csv", content="a,b")
    return page


def test_files_of_a_procedure_are_copied(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    snapshot = connector.snapshot(with_files(wiki))

    copy, loss = connector.clone(snapshot, Draft(Source.JOBS, KEY, "Job"))
    again, _ = connector.clone(snapshot, Draft(Source.JOBS, f"{KEY}/p02", "Job"))

    for page in (copy, again):
        content = connector.read(page.ref)
        assert content.attachments == ("list.csv", "plan & map.png")
        assert content.digest == snapshot.digest
    assert loss.sentences == ()


def test_files_cost_nothing_more_on_cloud(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    snapshot = connector.snapshot(with_files(cloud))
    before = connector.calls

    page, _ = connector.clone(snapshot, Draft(Source.JOBS, KEY, "Job"))

    assert connector.calls - before == 1
    assert connector.page(page.ref).mark.key == KEY
    assert connector.page(page.ref).created_by == page.created_by == cloud.facts["bot_id"]
    assert cloud.seen(page.ref)["labels"] == []


@pytest.mark.parametrize("fault", [Fault.TRANSIENT, Fault.AMBIGUOUS_BEFORE])
def test_a_copy_that_lacks_a_file_names_the_half_page_and_reads_as_half(
    datacenter: DataCenterWiki, fault: Fault
) -> None:
    connector = datacenter.connector()
    snapshot = connector.snapshot(with_files(datacenter))
    before = connector.calls
    connector.clone(snapshot, Draft(Source.JOBS, f"{KEY}/p01", "Job"))
    cost = connector.calls - before
    datacenter.fault(fault, after=cost - 1)

    with pytest.raises(Ambiguous) as caught:
        connector.clone(snapshot, Draft(Source.JOBS, f"{KEY}/p02", "Job"))

    [half] = connector.find(Source.JOBS, f"{KEY}/p02")
    assert caught.value.committed == (half.ref,)
    content = connector.read(half.ref)
    assert (content.digest == snapshot.digest) is ("plan & map.png" in content.attachments)
    connector.trash(content.page)


def test_a_file_of_the_bot_is_replaced_by_name(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = job(connector)

    connector.attach(page.ref, "evidence.json", b"{}")
    connector.attach(page.ref, "evidence.json", b"[]")

    assert [(one["title"], one["version"]) for one in wiki.seen(page.ref)["attachments"]] == [("evidence.json", 2)]


def test_no_file_is_put_on_a_page_that_is_not_the_bots(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    page = wiki.create_procedure("Restore test", [])

    with pytest.raises(Permanent, match="left alone"):
        connector.attach(page, "evidence.json", b"{}")
    assert wiki.seen(page)["attachments"] == []


# --- what is refused ---


def test_storage_that_is_not_well_formed_is_refused_with_nothing_half_made(wiki: ConfluenceWiki) -> None:
    api = wiki.open()._api
    space = api.space()

    with pytest.raises(Permanent, match="xhtml"):
        api.create(space, wiki.root, "Broken", "<p>never closed")

    assert api.below(wiki.root, 1) == ()


def test_a_live_doc_is_refused_with_a_sentence(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    page = cloud.create_procedure("Restore test", ["Restore it"])
    cloud.act(None, "live", page=page)

    for act in (connector.read, connector.snapshot):
        with pytest.raises(Permanent, match="live doc"):
            act(page)
    assert connector.page(page).state is PageState.LIVE


def test_a_snapshot_of_another_connector_is_refused(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    snapshot = connector.snapshot(wiki.create_procedure("Restore test", []))

    with pytest.raises(Permanent, match="not taken by"):
        connector.clone(
            type(snapshot)(snapshot.page, snapshot.content, snapshot.digest), Draft(Source.JOBS, KEY, "Job")
        )


def test_links_by_title_read_alike_after_the_page_was_renamed(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    other = wiki.act(None, "create_page", parent=wiki.root, title="The manual")["page"]
    body = '<p>See <ac:link><ri:page ri:content-title="The manual" /><ac:plain-text-link-body><![CDATA[it]]></ac:plain-text-link-body></ac:link></p>'
    page = procedure(wiki, body)
    before = wiki.connector().read(page)

    wiki.set_title(other, "The handbook")

    assert "The handbook" in wiki.seen(page)["storage"]
    after = wiki.connector().read(page)
    assert (after.digest, texts(after)) == (before.digest, texts(before))
    assert [one.kind for one in after.blocks] == [BlockKind.TEXT]
    assert connector.calls == 0
