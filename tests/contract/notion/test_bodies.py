"""Bodies: what makes two of them the same, what a copy loses, and what of it is said."""

from __future__ import annotations

from typing import Any

import pytest

from isms_bot_notion import blocks, richtext
from isms_bot_notion.blocks import Node, Tree
from isms_bot_notion.payload import Losses, creatable

Json = dict[str, Any]
PAGE = "11111111-1111-4111-8111-111111111111"
OTHER = "33333333-3333-4333-8333-333333333333"
HEX = OTHER.replace("-", "")


def text(content: str, link: str | None = None, **styles: Any) -> Json:
    """A run as Notion answers it."""
    annotations = {"bold": False, "strikethrough": False, "color": "default", **styles}
    return {
        "type": "text", "text": {"content": content, "link": {"url": link} if link else None},
        "annotations": annotations, "plain_text": content, "href": link,
    }  # fmt: skip


def mention(kind: str, value: Any, words: str = "@") -> Json:
    return {
        "type": "mention",
        "mention": {"type": kind, kind: value},
        "annotations": {},
        "plain_text": words,
        "href": None,
    }


def paragraph(*items: Json, **body: Any) -> Node:
    return Node("paragraph", {"rich_text": list(items), "color": "default", "icon": None, **body}, id="b1")


def copied(tree: Tree, upload: str | None = "upload-1") -> tuple[Tree, tuple[str, ...]]:
    losses = Losses()
    made = creatable(tree, PAGE, lambda _: upload, losses)
    return made, losses.sentences()


SAME = {
    "runs split": ((text("one two"),), (text("one "), text("two"))),
    "bold": ((text("one"),), (text("one", bold=True),)),
    "colour": ((text("one"),), (text("one", color="red"),)),
    "a day as midnight": (
        (mention("date", {"start": "2027-01-31", "end": None}),),
        (mention("date", {"start": "2027-01-31T00:00:00.000+00:00", "end": None}),),
    ),
    "a page by path and by address": (
        (text("x", f"/{HEX}"),),
        (text("x", f"https://app.notion.com/p/Slug-{HEX}?pvs=4"),),
    ),
    "name of a person": ((mention("user", {"id": "u1"}, "@Anna"),), (mention("user", {"id": "u1"}, "@Anna B."),)),
    "a trailing slash": ((text("x", "https://example.com/"),), (text("x", "https://example.com"),)),
}
DIFFERENT = {
    "words": ((text("one"),), (text("two"),)),
    "struck through": ((text("one"),), (text("one", strikethrough=True),)),
    "where a link leads": ((text("x", "https://example.com/a"),), (text("x", "https://example.com/b"),)),
    "link or none": ((text("x"),), (text("x", "https://example.com"),)),
    "who is mentioned": ((mention("user", {"id": "u1"}),), (mention("user", {"id": "u2"}),)),
    "a mention or its words": ((mention("user", {"id": "u1"}),), (text("{user u1}"),)),
    "which part of a page": ((text("x", f"/{HEX}"),), (text("x", f"/{HEX}#{'4' * 32}"),)),
    "lines or one": ((text("a\nb"),), (text("a\\nb"),)),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME.keys())
def test_what_may_change_by_itself_is_no_change(one: tuple[Json, ...], other: tuple[Json, ...]) -> None:
    assert blocks.canonical((paragraph(*one),)) == blocks.canonical((paragraph(*other),))


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_changes_the_meaning_is_a_change(one: tuple[Json, ...], other: tuple[Json, ...]) -> None:
    assert blocks.canonical((paragraph(*one),)) != blocks.canonical((paragraph(*other),))


def file(url: str, sha: str, name: str = "plan.pdf") -> Node:
    return Node("file", {"name": name, "type": "file", "file": {"url": url}, "caption": []}, id="f", sha=sha)


def test_a_file_is_known_by_its_bytes_not_by_its_address() -> None:
    first = file("https://files.example/a?signature=1", "sha-1")

    assert blocks.canonical((first,)) == blocks.canonical((file("https://files.example/b?signature=2", "sha-1"),))
    assert blocks.canonical((first,)) != blocks.canonical((file("https://files.example/a?signature=1", "sha-2"),))


def test_a_view_of_the_bot_is_no_part_of_a_page() -> None:
    view = Node("child_database", {"title": ""}, id="v", owned=True)

    assert blocks.canonical((paragraph(text("x")), view)) == blocks.canonical((paragraph(text("x")),))


def test_tables_columns_and_synced_blocks_read_as_what_they_hold() -> None:
    table = Node("table", {"table_width": 1}, (Node("table_row", {"cells": [[text("a")]]}, id="r"),), id="t")
    column = Node("column", {}, (table,), id="c")
    synced = Node("synced_block", {"synced_from": None}, (paragraph(text("x")),), id="s")

    read = blocks.to_blocks((Node("column_list", {}, (column,), id="l"), synced))

    assert [(one.id, one.kind.value, one.depth, one.cells) for one in read] == [
        ("r", "row", 0, ("a",)),
        ("b1", "text", 0, ()),
    ]


LOST = {
    "button": (Node("unsupported", {"block_type": "button"}), "Buttons"),
    "form": (Node("unsupported", {"block_type": "form"}), "Blocks of kinds"),
    "sub-page": (Node("child_page", {"title": "x"}, id="p"), "Sub-pages"),
    "database": (Node("child_database", {"title": "x"}, id="d"), "Databases"),
    "meeting notes": (Node("meeting_notes", {"title": []}), "Meeting notes"),
    "old transcription": (Node("transcription", {"title": []}), "Meeting notes"),
    "template button": (Node("template", {"rich_text": []}), "Old template"),
    "hosted file without uploads": (file("https://files.example/a", "s"), "Files"),
}


@pytest.mark.parametrize(("lost", "sentence"), LOST.values(), ids=LOST.keys())
def test_what_cannot_be_made_is_left_out_and_said(lost: Node, sentence: str) -> None:
    made, losses = copied((paragraph(text("before")), lost, paragraph(text("after"))), upload=None)

    assert [richtext.plain(one.body["rich_text"]) for one in made] == ["before", "after"]
    assert [one.startswith(sentence) for one in losses] == [True]


def test_losses_are_counted_per_kind() -> None:
    _, losses = copied((LOST["button"][0], LOST["button"][0], LOST["sub-page"][0]))

    assert [one[-4:] for one in losses] == ["(2).", "(1)."]


def test_a_link_preview_and_a_pasted_mention_become_words_with_a_link() -> None:
    preview = Node("link_preview", {"url": "https://example.com/1"})
    pasted = mention("link_mention", {"href": "https://example.com/2", "title": "A ticket"}, "A ticket")

    made, losses = copied((preview, paragraph(text("see "), pasted)))

    assert [richtext.links(one.body["rich_text"]) for one in made] == [
        ("https://example.com/1",),
        ("https://example.com/2",),
    ]
    assert richtext.plain(made[1].body["rich_text"]) == "see A ticket"
    assert blocks.canonical(made[1:]) == blocks.canonical((paragraph(text("see "), pasted),))
    assert len(losses) == 2


def test_a_synced_block_is_copied_as_it_is_now() -> None:
    inner = paragraph(text("shared words"))

    made, losses = copied((Node("synced_block", {"synced_from": {"block_id": OTHER}}, (inner,)),))

    assert [one.type for one in made] == ["paragraph"]
    assert losses[0].startswith("Synced blocks")


def test_a_synced_block_whose_original_cannot_be_seen_is_a_loss() -> None:
    made, losses = copied((Node("synced_block", {"synced_from": {"block_id": OTHER}}),))

    assert made == ()
    assert "not shared with the bot" in losses[0]


def test_links_to_places_inside_stay_and_are_said() -> None:
    inside = text("see below", f"/{PAGE.replace('-', '')}#{HEX}")

    made, losses = copied((paragraph(inside),))

    assert richtext.links(made[0].body["rich_text"]) == (f"https://app.notion.com/p/{PAGE.replace('-', '')}#{HEX}",)
    assert losses[0].startswith("Links to places inside")


def test_boxes_are_opened_and_read_only_keys_stripped() -> None:
    step = Node("to_do", {"rich_text": [text("do it")], "checked": True, "color": "default"}, id="x", author="a")

    [made], _ = copied((step,))

    assert made == Node("to_do", {"rich_text": [{"type": "text", "text": {"content": "do it"}}], "checked": False})


def test_a_hosted_file_becomes_an_upload_and_reads_back_the_same() -> None:
    original = file("https://files.example/a?signature=1", "sha-1")

    made, losses = copied((original,))

    assert made[0].body == {"type": "file_upload", "file_upload": {"id": "upload-1"}, "name": "plan.pdf"}
    assert blocks.canonical(made) == blocks.canonical((original,))
    assert losses == ()


def test_a_paragraph_of_very_many_styles_keeps_its_words() -> None:
    made, losses = copied((paragraph(*(text(f"{number} ", bold=number % 2 == 0) for number in range(150))),))

    assert richtext.plain(made[0].body["rich_text"]) == "".join(f"{number} " for number in range(150))
    assert len(made[0].body["rich_text"]) <= 100
    assert losses[0].startswith("Paragraphs lost their styles")


@pytest.mark.parametrize("size", [1999, 2000, 2001, 4001])
def test_a_long_run_is_split_at_two_thousand(size: int) -> None:
    made, _ = copied((paragraph(text("x" * size)),))

    assert [len(one["text"]["content"]) <= 2000 for one in made[0].body["rich_text"]] == [True] * -(-size // 2000)
    assert richtext.plain(made[0].body["rich_text"]) == "x" * size


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "https://x y", "https://x/" + "a" * 2000, ""])
def test_an_address_that_notion_does_not_take_is_no_link(url: str) -> None:
    assert richtext.usable(url) is None
