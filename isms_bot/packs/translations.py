"""Translations of a pack's pages: `pages.nl/ID.md` beside `pages/`. Read and held against the originals; writes nothing.

A translation says title, text and evidence anew and nothing else; what it leaves out is taken from the original, and so is a page
that nobody has translated yet. Steps, tables, form and placeholders are those of the original, so that jobs count alike in every
language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from isms_bot.document import Document, Node, Step, Table
from isms_bot.errors import Problem
from isms_bot.markdown import codes, parse, placeholders
from isms_bot.packs.checking import unknown_name
from isms_bot.packs.location import PAGES_FOLDER, matches
from isms_bot.packs.pages import PackPage, form_words, has_form, read_head

TRANSLATED = ("id", "title", "evidence")
"""What the front matter of a translation may say."""


def folder_of(language: str) -> str:
    """The name of the folder of a translation."""
    return f"{PAGES_FOLDER}.{language}"


def languages(pack: Path) -> tuple[str, ...]:
    """The languages that the pack in this folder is translated into, sorted."""
    return tuple(sorted(one.name.partition(".")[2] for one in pack.glob(folder_of("*")) if one.is_dir()))


def chosen(pack: Path, language: str, original: str) -> str:
    """The translation for people who read `language`: of "nl-BE" that, else "nl". "" where none fits or the original does."""
    there = languages(pack)
    for one in (language, language.partition("-")[0]):
        if one == original:
            return ""
        if one in there:
            return one
    return ""


def translated(pack: Path, language: str, pages: Sequence[PackPage], problems: list[Problem]) -> tuple[PackPage, ...]:
    """`pages`, those that `pages.LANGUAGE/` translates in that language. Everything wrong is added to `problems`."""
    originals = {page.id: page for page in pages}
    found: dict[str, PackPage] = {}
    for path in matches(pack / folder_of(language), "*.md"):
        page = _translation(path, language, originals, problems)
        if page is None:
            continue
        first = found.setdefault(page.id, page)
        if first is not page:
            what = f'"{page.id}" is translated already at {first.path}:{first.lines["id"]}; keep one of them'
            problems.append(page.problem("id", what))
    return tuple(found.get(page.id, page) for page in pages)


def _translation(
    path: Path, language: str, originals: Mapping[str, PackPage], problems: list[Problem]
) -> PackPage | None:
    before = len(problems)
    head = read_head(path, problems)
    if head is None:
        return None
    for key, line in head.lines.items():
        if key not in TRANSLATED:
            what = f"is said by the original; a translation says {', '.join(TRANSLATED)} and its text, nothing else"
            problems.append(Problem(f"{path}:{line}", key, what))
    if head.steps:
        what = "gives its steps ids; they have those of the original, so take {#…} out"
        problems.append(Problem(f"{path}:{head.body_line}", "", what))
    page_id = head.values.get("id")
    if "id" not in head.lines:
        problems.append(Problem(f"{path}:1", "id", "is missing; add a line id: … with the id of the original"))
    elif isinstance(page_id, str) and page_id not in originals:
        what = unknown_name("page of this pack", page_id, originals)
        problems.append(Problem(f"{path}:{head.lines['id']}", "id", what))
    if len(problems) > before:
        return None
    original = originals[str(page_id)]
    front = {**original.front, **head.values}
    page = replace(
        original,
        title=str(front["title"]),
        front=front,
        path=path,
        digest=head.digest,
        lines=head.lines,
        body_line=head.body_line,
        original=original,
    )
    if not head.body.strip():
        return page
    page = replace(page, body=head.body.strip("\n") + "\n", language=language)
    problems.extend(Problem(f"{path}:{page.body_line}", "", what) for what in _differences(page, original, originals))
    return page if len(problems) == before else None


def _differences(page: PackPage, original: PackPage, originals: Mapping[str, PackPage]) -> Iterator[str]:
    """What a text has otherwise than its original of that which is alike in all languages, each as a sentence."""
    mine, theirs = parse(page.body), parse(original.body)
    steps, wanted = (sum(isinstance(node, Step) for node in _nodes(one.nodes)) for one in (mine, theirs))
    if steps != wanted:
        yield f"has {steps} steps, the original has {wanted}; translate each of them and add none"
    if _tables(mine) != _tables(theirs):
        yield f"has tables of {_tables(mine)}, the original has {_tables(theirs)}; keep rows and columns"
    if original.kind == "procedure" and not has_form(page.body.split("\n"), page.language):
        yield f"the form is missing; end the page with the lines {form_words(page.language)} in this order, below the steps"
    for what, have, need in (
        ("placeholders", placeholders(mine), placeholders(theirs)),
        ("ids of pages", codes(mine) & originals.keys(), codes(theirs) & originals.keys()),
    ):
        if missing := sorted(need - have):
            yield f"lacks {what} that the original has: {', '.join(missing)}"
        if more := sorted(have - need):
            yield f"has {what} that the original has not: {', '.join(more)}"


def _nodes(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _nodes(getattr(node, "children", ()))


def _tables(document: Document) -> str:
    """The tables of a document by rows and columns, as text: "3 × 2, 10 × 4", "none"."""
    sizes = [f"{len(node.rows)} × {len(node.rows[0])}" for node in _nodes(document.nodes) if isinstance(node, Table)]
    return ", ".join(sizes) or "none"
