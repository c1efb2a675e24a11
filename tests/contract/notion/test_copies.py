"""Copies through real requests: three thousand blocks, hosted files, every kind of block, and nothing a person could inject."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from isms_bot.connector import Draft
from isms_bot.document import Document, Paragraph, Run
from isms_bot.errors import Denied, Permanent
from isms_bot.model import Link, Page, Snapshot, Source, Text
from isms_bot.testing.promises.scenes import job
from isms_bot_notion.client import Wire
from isms_bot_notion.clone import lower_bound
from tests.contract.notion.wiki import NotionWiki

DRAFT = Draft(Source.JOBS, "restore-test/2027-01-31", "Restore test, January")
Json = dict[str, Any]


def rich(text: str, **more: Any) -> list[Json]:
    return [{"type": "text", "text": {"content": text}, **more}]


def procedure(wiki: NotionWiki, blocks: list[Json]) -> str:
    """A procedure that a person has written."""
    place = wiki.layout.sources[Source.PROCEDURES]
    row = {"data_source": place.ref, "properties": {place.fields["title"]: "Restore test"}, "blocks": blocks[:100]}
    page = str(wiki.act(None, "create_row", **row)["page"])
    for start in range(100, len(blocks), 100):
        wiki.act(None, "append", page=page, blocks=blocks[start : start + 100])
    return page


def copied(wiki: NotionWiki, snapshot: Snapshot) -> tuple[Page, int]:
    """A copy and the writes that it took."""
    connector = wiki.connector()
    wiki.sandbox.clear_requests()
    page, _ = connector.clone(snapshot, DRAFT)
    return page, sum(one["method"] in ("POST", "PATCH") for one in wiki.sandbox.requests())


EVERYTHING: list[Json] = [
    {
        "heading_1": {
            "rich_text": rich("One"),
            "is_toggleable": True,
            "children": [{"paragraph": {"rich_text": rich("in it")}}],
        }
    },
    {
        "paragraph": {
            "rich_text": rich("coloured", annotations={"bold": True, "color": "red"}),
            "color": "blue_background",
        }
    },
    {"callout": {"rich_text": rich("mind"), "icon": {"type": "emoji", "emoji": "🔥"}, "color": "gray_background"}},
    {"quote": {"rich_text": rich("said")}},
    {"toggle": {"rich_text": rich("more"), "children": [{"divider": {}}]}},
    {"code": {"rich_text": rich("ls -l"), "language": "bash", "caption": rich("look")}},
    {"equation": {"expression": "e=mc^2"}},
    {"bookmark": {"url": "https://example.com/a", "caption": rich("a")}},
    {"embed": {"url": "https://example.com/b"}},
    {"image": {"type": "external", "external": {"url": "https://example.com/c.png"}, "caption": rich("c")}},
    {"table_of_contents": {"color": "gray"}},
    {"breadcrumb": {}},
    {"to_do": {"rich_text": rich("do"), "checked": True}},
    {
        "table": {
            "table_width": 2,
            "has_column_header": True,
            "children": [{"table_row": {"cells": [rich("a"), []]}}, {"table_row": {"cells": [rich("b"), rich("c")]}}],
        }
    },
    {
        "column_list": {
            "children": [
                {"column": {"children": [{"paragraph": {"rich_text": rich("left")}}], "width_ratio": 0.3}},
                {"column": {"children": [{"to_do": {"rich_text": rich("right"), "checked": False}}]}},
            ]
        }
    },
    {"paragraph": {"rich_text": [{"mention": {"date": {"start": "2027-01-31"}}}, {"equation": {"expression": "x"}}]}},
    {"paragraph": {"rich_text": rich("link", annotations={"strikethrough": True})}},
]


def test_every_kind_of_block_that_can_be_made_is_made(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    who = {"mention": {"user": {"id": wiki.people[0].id}}}
    source = procedure(wiki, [*EVERYTHING, {"paragraph": {"rich_text": [who]}}])
    snapshot = connector.snapshot(source)

    page, writes = copied(wiki, snapshot)

    copy = connector.read(page.ref)
    assert copy.digest == snapshot.digest
    assert snapshot.losses == ()
    assert writes == lower_bound(snapshot) == 1
    assert [block["type"] for block in wiki.sandbox.page(page.ref)["blocks"]] == [
        block["type"] for block in wiki.sandbox.page(source)["blocks"]
    ]


def test_three_thousand_blocks_are_copied_whole_in_the_fewest_writes(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    blocks = [
        {
            "to_do": {
                "rich_text": rich(f"step {number}"),
                "checked": number % 2 == 0,
                "children": [{"bulleted_list_item": {"rich_text": rich(f"hint {number}.{hint}")}} for hint in range(9)],
            }
        }
        for number in range(300)
    ]
    snapshot = connector.snapshot(procedure(wiki, blocks))

    page, writes = copied(wiki, snapshot)

    assert len(snapshot.content.blocks) == 3000
    assert writes == lower_bound(snapshot) == 3
    assert connector.read(page.ref).digest == snapshot.digest


def test_deep_and_wide_procedures_are_copied_in_the_fewest_writes(wiki: NotionWiki) -> None:
    def below(depth: int) -> list[Json]:
        if depth == 0:
            return []
        kind = {"rich_text": rich(f"level {depth}"), "children": below(depth - 1)}
        return [{"toggle": kind}, {"bulleted_list_item": {"rich_text": rich("beside")}}]

    connector = wiki.connector()
    source = procedure(wiki, below(2))
    for depth in (2, 2):
        blocks = wiki.sandbox.page(source)["blocks"]
        deepest = [block for block in blocks if block["type"] == "toggle"][-1]
        wiki.as_the_bot("PATCH", f"blocks/{deepest['id']}/children", {"children": below(depth)})
    rows = [{"table_row": {"cells": [rich(f"row {number}")]}} for number in range(100)]
    wiki.act(None, "append", page=source, blocks=[{"table": {"table_width": 1, "children": rows}}])
    table = next(block for block in wiki.sandbox.page(source)["blocks"] if block["type"] == "table")
    wiki.as_the_bot("PATCH", f"blocks/{table['id']}/children", {"children": rows})
    snapshot = connector.snapshot(source)

    page, writes = copied(wiki, snapshot)

    assert connector.read(page.ref).digest == snapshot.digest
    assert writes == lower_bound(snapshot) > 1


def synced(wiki: NotionWiki) -> str:
    """A procedure with a copy of a synced block."""
    original = {"synced_block": {"synced_from": None, "children": [{"paragraph": {"rich_text": rich("shared words")}}]}}
    block = wiki.act(None, "append", page=procedure(wiki, []), blocks=[original])["blocks"][0]
    return procedure(wiki, [{"synced_block": {"synced_from": {"type": "block_id", "block_id": block}}}])


def test_a_synced_block_is_copied_with_the_words_of_its_original(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    snapshot = connector.snapshot(synced(wiki))

    page, _ = copied(wiki, snapshot)

    copy = connector.read(page.ref)
    assert ([block.text for block in copy.blocks], copy.digest) == (["shared words"], snapshot.digest)
    assert [sentence[:14] for sentence in snapshot.losses] == ["Synced blocks "]


def test_a_synced_block_of_a_page_that_is_not_shared_does_not_keep_the_rest_from_being_read(
    wiki: NotionWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = wiki.connector()
    page = synced(wiki)
    wiki.append(page, "After it")
    hidden = next(block["id"] for block in wiki.sandbox.page(page)["blocks"] if block["type"] == "synced_block")
    listed = Wire.pages

    def refusing(self: Wire, path: str, what: str, query: Json | None = None) -> Iterator[Json]:
        if hidden in path:
            raise Denied("Could not find block")
        return listed(self, path, what, query)

    # The sandbox shows the words of every original; Notion answers 404 for one that is not shared.
    monkeypatch.setattr(Wire, "pages", refusing)

    assert [block.text for block in connector.read(page).blocks] == ["After it"]


# --- files ---


def with_file(wiki: NotionWiki, data: bytes = b"%PDF planted", times: int = 1) -> str:
    """A procedure with a file that lies with the vendor."""
    upload = wiki.open()._wire.upload("plan.pdf", data, "arranging")
    file = {"type": "file_upload", "file_upload": {"id": upload}}
    return procedure(wiki, [{"file": {**file, "name": "plan.pdf"}}] * times)


def test_a_hosted_file_is_fetched_and_uploaded_once_for_many_copies(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    source = with_file(wiki, times=2)
    before = connector.calls
    snapshot = connector.snapshot(source)
    assert connector.calls - before == 2 + 1 + 2
    wiki.sandbox.clear_requests()

    pages = [connector.clone(snapshot, Draft(Source.JOBS, f"a/2027-01-0{number}", "Job"))[0] for number in (1, 2)]
    connector.snapshot(source)

    assert [connector.read(page.ref).digest for page in pages] == [snapshot.digest] * 2
    assert connector.read(pages[0].ref).attachments == ("plan.pdf", "plan.pdf")
    assert snapshot.losses == ()
    assert [one["path"] for one in wiki.sandbox.requests() if "file_uploads" in one["path"]] == []


def test_other_bytes_under_the_same_name_are_a_change(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    first, second = with_file(wiki, b"one"), with_file(wiki, b"two")

    assert connector.read(first).digest != connector.read(second).digest
    assert connector.read(first).digest == wiki.connector().read(first).digest


def test_without_uploads_a_hosted_file_is_a_loss_that_is_said(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    source = with_file(wiki)
    wiki.sandbox.integration(insert_content=False)
    snapshot = connector.snapshot(source)
    wiki.sandbox.integration(insert_content=True)

    page, _ = copied(wiki, snapshot)

    assert [sentence[:5] for sentence in snapshot.losses] == ["Files"]
    assert connector.read(page.ref).digest == snapshot.digest


# --- words ---


def test_a_comment_link_carries_the_token_and_other_links_stay(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    page = job(connector)

    made = connector.comment(
        page.ref, (Link("a", "https://example.com/#x"), Text("."), Link("b", "https://example.com/b#y")), "t1"
    )

    assert made.links == ("https://example.com/#x", "https://example.com/b#t1")


def test_an_address_that_notion_refuses_becomes_plain_words(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    body = Document((Paragraph((Run("here", link="javascript:alert(1)"),)),))

    [block] = connector.read(connector.create(Draft(Source.JOBS, "a/2027-01-01", "Job", body=body)).ref).blocks

    assert block.text == "here"


def test_a_snapshot_of_another_connector_is_refused(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    snapshot = connector.snapshot(procedure(wiki, []))
    foreign = Snapshot(snapshot.page, snapshot.content, snapshot.digest, {"not": "ours"})

    with pytest.raises(Permanent, match="not taken"):
        connector.clone(foreign, DRAFT)
