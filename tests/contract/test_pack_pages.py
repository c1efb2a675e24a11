"""Every page of both packs, and of their translations, stands in every wiki as it was written.

Written by each connector, kept by the sandbox, read back by the connector: headings, paragraphs, items, steps, tables, quotes,
callouts, links and the values of placeholders, in their order. One server for all; the requests go over HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any, assert_never

import pytest

from isms_bot.connector import Draft
from isms_bot.document import Callout, Divider, Document, Heading, Item, Node, Paragraph, Quote, Runs, Step, Table
from isms_bot.markdown import Filling, fill, link_codes, parse, placeholders
from isms_bot.model import Link, Source
from isms_bot.packs import Pack, PackPage, available, kept, load_pack
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from tests.contract.confluence.wiki import CloudWiki, DataCenterWiki
from tests.contract.notion.wiki import START, NotionWiki

WIKIS: dict[str, Callable[[Sandbox], Any]] = {"notion": NotionWiki, "cloud": CloudWiki, "datacenter": DataCenterWiki}
MANAGER = "Anna Łęcka (0176)"
"""A name as people have them: not all of it is ASCII."""
Line = tuple[str, str]
"""A kind and the words, links as {words|address}."""


def _packs() -> Iterator[tuple[str, Pack]]:
    for name in available():
        pack = load_pack(name)
        yield name, pack
        for language in pack.translations:
            yield f"{name} in {language}", load_pack(name, language=language)


PACKS = dict(_packs())


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running(now=START) as sandbox:
        yield sandbox


@pytest.fixture(scope="module", params=WIKIS)
def connector(served: Sandbox, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A connector of each platform, over the one sandbox."""
    wiki = WIKIS[request.param](served)
    yield wiki.connector()
    wiki.close()


def filled(page: PackPage, pack: Pack) -> Document:
    """The page as `init` writes it: placeholders have their values, and ids of pages lead there."""
    somewhere = "https://wiki.example.com/pages"
    values: dict[str, Filling] = {
        "product_manager": MANAGER,
        "objective": Link("Our objective", f"{somewhere}/objective"),
        "policy": Link("Our policy", f"{somewhere}/policy?view=1&sort=2"),
    }
    if page.front.get("kept"):
        # What the bot knows stands there from its first pass on.
        values |= dict.fromkeys((*kept.OF_A_ROW, *kept.OF_THE_PAGE), "known from the first pass on")
    return link_codes(fill(parse(page.body), values), {one.id: f"{somewhere}/{one.id}" for one in pack.pages})


# --- what was written --------------------------------------------------------------------------------------------------


def _words(runs: Runs) -> str:
    """The words of a line; neighbours that lead to the same place are one link, however they look."""
    said: list[list[str]] = []
    for run in runs:
        link = run.link or ""
        if said and said[-1][0] == link:
            said[-1][1] += run.text
        else:
            said.append([link, run.text])
    return "".join(f"{{{words}|{link}}}" if link else words for link, words in said)


def written(nodes: tuple[Node, ...], depth: int = 0) -> Iterator[Line]:
    """A line for each block, rows of tables included."""
    pad = "  " * depth
    for node in nodes:
        match node:
            case Heading(level, runs):
                yield f"{pad}heading {level}", _words(runs)
            case Paragraph(runs):
                yield f"{pad}text", _words(runs)
            case Quote(runs):
                yield f"{pad}quote", _words(runs)
            case Callout(runs):
                yield f"{pad}callout", _words(runs)
            case Step(runs, checked, children):
                yield f"{pad}step {'x' if checked else '_'}", _words(runs)
                yield from written(children, depth + 1)
            case Item(runs, numbered, children):
                yield f"{pad}{'number' if numbered else 'bullet'}", _words(runs)
                yield from written(children, depth + 1)
            case Table(rows, _):
                for row in rows:
                    yield f"{pad}row of {len(row)}", " ¦ ".join(map(_words, row))
            case Divider():
                yield f"{pad}divider", ""
            case _:
                assert_never(node)


# --- what came back ----------------------------------------------------------------------------------------------------

_MARKS = {"# ": "heading 1", "## ": "heading 2", "### ": "heading 3", "[ ] ": "step _", "[x] ": "step x", "- ": "bullet",
          "1. ": "number", "> ": "quote", "! ": "callout"}  # fmt: skip


def came_back(canonical: str) -> Iterator[Line]:
    """The lines of a connector's canonical text, which holds all that a record is watched by."""
    callout = False
    for line in canonical.split("\n"):
        said = line.lstrip(" ")
        pad = line[: len(line) - len(said)]
        if said in ("{divider}", "{hr}"):
            yield f"{pad}divider", ""
        elif said.startswith("{macro info"):
            callout = True
        elif said == "{/macro}":
            callout = False
        elif said == "{table}":
            pass
        elif said.startswith("| "):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|(?![^{}|]*\})", said)[1:-1]]
            # On Notion rows stand one step below their table.
            yield f"{pad.removeprefix('  ')}row of {len(cells)}", " ¦ ".join(map(_unescaped, cells))
        else:
            mark = next((mark for mark in _MARKS if said.startswith(mark)), "")
            kind = "callout" if callout else _MARKS.get(mark, "text")
            yield f"{pad}{kind}", _unescaped(said.removeprefix(mark))


def _unescaped(words: str) -> str:
    """Words without the backslashes that keep them from posing as marks."""
    return re.sub(r"\\([\\{}|\[#>1-])", r"\1", words)


# --- the promise -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PACKS)
def test_every_page_of_a_pack_comes_back_as_it_was_written(connector: Any, name: str) -> None:
    """Translated packs bring only the pages that are translated: the others are the originals, which come with those."""
    pack = PACKS[name]
    lost: dict[str, list[tuple[Line | None, Line | None]]] = {}
    read = 0
    for page in pack.pages:
        if pack.translation and page.language != pack.translation:
            continue
        document = filled(page, pack)
        assert placeholders(document) == frozenset()
        source = Source.PROCEDURES if page.kind == "procedure" else Source.POLICIES
        title = f"{page.title} ({name})"
        made = connector.create(
            Draft(source, f"pack/{page.id}/{pack.translation or 'original'}/{name}", title, {}, document)
        )
        content = connector.read(made.ref)
        want, got = list(written(document.nodes)), list(came_back(content.text))
        if want != got:
            pairs = zip_longest(want, got)
            lost[page.id] = [(one, other) for one, other in pairs if one != other][:3]
        assert content.page.title == title
        read += 1
    assert lost == {}
    assert read >= (2 if pack.translation else 50)


@pytest.mark.parametrize("name", available())
def test_pages_have_everything_that_this_test_compares(name: str) -> None:
    """A pack without callouts, links or tables would come back whole as well, and prove nothing."""
    pack = PACKS[name]
    said = [line for page in pack.pages for line in written(filled(page, pack).nodes)]
    kinds = {kind.strip().partition(" of ")[0] for kind, _ in said}
    assert kinds >= {"heading 2", "text", "callout", "quote", "step _", "bullet", "row", "divider"}
    words = " ".join(words for _, words in said)
    assert [part for part in ("|https://wiki.example.com/pages/", MANAGER, "“", "×") if part not in words] == []
