"""The documentation as text: its pages, links, anchors, blocks, and the words of the command line in it. Knows nothing of what is right."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(
    [*(ROOT / "docs").rglob("*.md"), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"))]
)
GUIDES = sorted(GUIDE.glob("*.md"))

_FENCE = re.compile(r"^( *)```([a-z]*)\n(.*?)^\1```$", re.M | re.S)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.M)
_INDENTED = re.compile(r"^(?: {4,}|\t)(.*)$", re.M)
CUT = "…"
"""Stands for words that a reader fills in; nothing after it is looked at."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and text, and the line on which it begins."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, *languages: str) -> list[Block]:
    """The fenced blocks of a page, of these languages only if any are given."""
    text = page.read_text(encoding="utf-8")
    found = [
        Block(page, text.count("\n", 0, match.start()) + 1, match[2], re.sub(f"^{match[1]}", "", match[3], flags=re.M))
        for match in _FENCE.finditer(text)
    ]
    return [block for block in found if not languages or block.language in languages]


def prose(page: Path) -> str:
    """The text of a page without its blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Where the links of a page lead."""
    return _LINK.findall(_SPAN.sub("", prose(page)))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    plain = (re.sub(r"[`*_]|\]\([^)]*\)|\[", "", heading).strip().lower() for heading in _HEADING.findall(prose(page)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def spans(page: Path) -> list[str]:
    """What stands between backticks in the prose of a page."""
    return _SPAN.findall(prose(page))


# --- commands ------------------------------------------------------------------------------------------------------------

_COMPOSE = re.compile(r"docker compose (exec|run)((?: -\S+)*?)( --entrypoint \S+)?((?: -v \S+| -\S+)*) isms-bot ")
_CALL = re.compile(r"(?:^|(?<= -- )|(?<=/bin/))isms(?:-bot)? +(?P<words>.*)")
_INSIDE = re.compile(r"\$+\([^)]*\)")


def commands(page: Path) -> list[list[str]]:
    """The words after `isms-bot` of every command in the blocks and spans of a page, up to "…", a pipe or a comment. A span may
    name a verb and no more; it ends in CUT."""
    written = [_words(line.strip()) for line in _lines(page)]
    named = [_words(span) for span in spans(page)]
    return [words for words in written if words] + [[*words, CUT] for words in named if words]


def _lines(page: Path) -> Iterator[str]:
    for block in blocks(page):
        if block.language in ("", "sh", "ini"):
            yield from block.text.splitlines()
    yield from (match[1] for match in _INDENTED.finditer(prose(page)))


def _words(line: str) -> list[str]:
    compose = _COMPOSE.match(line)
    if compose:
        entry = bool(compose[3])
        rest = line[compose.end() :]
        line = "" if entry else rest if compose[1] == "exec" else f"isms-bot {rest}"
    match = _CALL.search(line)
    if match is None:
        return []
    text = _INSIDE.sub("X", match["words"]).split(" #")[0]
    if text.count("'") % 2:
        text = text.rstrip("'")
    words: list[str] = []
    for word in shlex.split(text):
        if word in ("|", "&&", ";", ">"):
            break
        words.append(CUT if word == "$@" else word)
        if words[-1] == CUT:
            break
    return words
