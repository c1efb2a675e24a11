"""A pack: roles, pages and schedules that belong together, read whole and checked against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from isms_bot.errors import ConfigError, Problem
from isms_bot.layout import BY_SOURCE
from isms_bot.model import Schedule, Source
from isms_bot.packs import translations
from isms_bot.packs.checking import Strict, checked, unknown_name
from isms_bot.packs.fields import Slug, Text
from isms_bot.packs.location import PACK_FILE, PAGES_FOLDER, SCHEDULES_FILE, locate, matches
from isms_bot.packs.pages import KINDS, PackPage, read_page
from isms_bot.packs.schedules import Declared, duplicates, read_file, unknown_roles
from isms_bot.packs.tomlfile import TomlFile

CONTROLS = "controls"
"""The mapping that every pack has: clauses and controls."""


class Defaults(Strict):
    """What schedules of the pack do when they do not say otherwise."""

    first_run_is_practice: bool = False
    clean_cycles: int = Field(default=1, ge=1, le=12)


class PackDocument(Strict):
    """The file pack.toml."""

    title: Text
    version: Text
    language: Text = "en"
    policy: list[Slug] = Field(default_factory=list)
    rollout: list[Slug] = Field(default_factory=list)
    pages: list[Text] = Field(default_factory=lambda: ["*.md"])
    roles: dict[Slug, Text] = Field(default_factory=dict)
    defaults: Defaults = Defaults()
    was: dict[Slug, list[Slug]] = Field(default_factory=dict)
    applicability: dict[Slug, Text] = Field(default_factory=dict)
    mappings: dict[Slug, Text] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as read. `policy` are the ids of the policy items in their order, `rollout` in the order in which they come into
    force; the next one is proposed once the one before has had its `clean_cycles`. `roles` their titles by role; `pages` come in
    the order objective, policy items, procedures, other pages. `files` are the digests (sha256) of all files read; `pages_in`
    are the globs that chose the pages. `was`: ids of pages to former ids, those of other packs among them, whose pages go on as
    these. `practice`: a person's first run of an `each` schedule is practice.

    `language` is that of the originals, `translation` the language that pages were taken in instead, "" for none.
    `applicability` says by item on which fact it need not apply; an item that is not in there applies to everyone. `mappings`
    say by key of the front matter what its entries refer to."""

    name: str
    title: str
    version: str
    language: str
    path: Path
    roles: Mapping[str, str]
    policy: tuple[str, ...]
    rollout: tuple[str, ...]
    clean_cycles: int
    pages: tuple[PackPage, ...]
    declared: tuple[Declared, ...]
    practice: bool
    files: Mapping[Path, str]
    pages_in: tuple[str, ...]
    was: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    translation: str = ""
    applicability: Mapping[str, str] = field(default_factory=dict)
    mappings: Mapping[str, str] = field(default_factory=dict)

    @property
    def translations(self) -> tuple[str, ...]:
        """The languages that the pack is translated into, as far as it is."""
        return translations.languages(self.path)

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """The schedules, in the order of the file."""
        return tuple(one.schedule for one in self.declared)

    def page(self, page_id: str) -> PackPage:
        """The page with this id. Raises KeyError if the pack has none."""
        for page in self.pages:
            if page.id == page_id:
                return page
        raise KeyError(page_id)

    def mapped(self, key: str) -> dict[str, tuple[PackPage, ...]]:
        """Which pages serve which clause, control or risk: what pages name under `key` of their front matter, in the order of
        the numbers, each with its pages."""
        named = sorted({entry for page in self.pages for entry in page.listed(key)}, key=_by_number)
        return {entry: tuple(page for page in self.pages if entry in page.listed(key)) for entry in named}

    def of_kind(self, kind: str) -> tuple[PackPage, ...]:
        """The pages of one kind, in their order."""
        return tuple(page for page in self.pages if page.kind == kind)


def load_pack(name_or_path: str | Path, base: Path | None = None, language: str = "") -> Pack:
    """The pack of this name or in this folder (relative to `base`), whole and sound, in `language` as far as it is translated.

    Raises ConfigError with everything that is wrong with it, by file and line.
    """
    folder = locate(name_or_path, base)
    problems: list[Problem] = []
    source = TomlFile.read(folder / PACK_FILE)
    problems.extend(source.impossible)
    document = checked(PackDocument, source.data, source, (), problems)
    if document is None:
        raise ConfigError(*problems)
    practice = document.defaults.first_run_is_practice
    before = len(problems)
    originals = _pages(folder, document, problems)
    translation = translations.chosen(folder, language, document.language)
    pages = originals
    if translation:
        pages = translations.translated(folder, translation, originals, problems)
    # A page that cannot be read is one problem, not one more for everything that points to it.
    whole = len(problems) == before
    files = {source.path: source.digest}
    declared: tuple[Declared, ...] = ()
    try:
        written, declared = read_file(folder / SCHEDULES_FILE, problems, practice=practice)
        files[written.path] = written.digest
    except ConfigError as error:
        problems.extend(error.problems)
    problems.extend(duplicates(declared))
    known = (*document.roles, *declared_roles())
    problems.extend(unknown_roles(declared, known))
    problems.extend(
        one.problem("replaces", "a pack replaces nothing; take the line out") for one in declared if one.replaces
    )
    if whole:
        problems.extend(_loose_ends(source, document, originals, declared, known))
    if problems:
        raise ConfigError(*problems)
    order = {item: number for number, item in enumerate(document.policy)}
    run = {one.schedule.procedure: number for number, one in enumerate(declared)}
    return Pack(
        name=folder.name,
        title=document.title,
        version=document.version,
        language=document.language,
        path=folder,
        roles=document.roles,
        policy=tuple(document.policy),
        rollout=tuple(document.rollout or document.policy),
        clean_cycles=document.defaults.clean_cycles,
        pages=tuple(
            sorted(
                pages,
                key=lambda page: (KINDS.index(page.kind), order.get(page.id, 0), run.get(page.id, len(run)), page.id),
            )
        ),
        declared=declared,
        practice=practice,
        files={**files, **{one.path: one.digest for page in pages for one in (page, page.original) if one}},
        pages_in=tuple(document.pages),
        was={name: tuple(former) for name, former in document.was.items()},
        translation=translation,
        applicability=document.applicability,
        mappings={**document.mappings, CONTROLS: document.mappings.get(CONTROLS, "ISO/IEC 27001")},
    )


def declared_roles() -> tuple[str, ...]:
    """The roles that every workspace has: the options that the roster starts with."""
    return BY_SOURCE[Source.USERS].field("roles").options


def page_files(folder: Path, globs: Sequence[str]) -> tuple[Path, ...]:
    """The files of the pages of a pack, sorted."""
    found = {path for pattern in globs for path in matches(folder / PAGES_FOLDER, pattern)}
    return tuple(sorted(found))


def _by_number(entry: str) -> tuple[tuple[int, str], ...]:
    """Sorts A.5.2 before A.5.10, and clauses before controls."""
    return tuple((int(part), "") if part.isdecimal() else (10**6, part) for part in entry.split("."))


def _pages(folder: Path, document: PackDocument, problems: list[Problem]) -> tuple[PackPage, ...]:
    lists = (CONTROLS, *document.mappings)
    read = (
        read_page(path, problems, language=document.language, lists=lists)
        for path in page_files(folder, document.pages)
    )
    pages = tuple(page for page in read if page is not None)
    first: dict[str, PackPage] = {}
    for page in pages:
        other = first.setdefault(page.id, page)
        if other is not page:
            what = (
                f'the id "{page.id}" is used already at {other.path}:{other.lines["id"]}; give one of them another id'
            )
            problems.append(page.problem("id", what))
    return pages


def _loose_ends(
    source: TomlFile,
    document: PackDocument,
    pages: Sequence[PackPage],
    declared: Sequence[Declared],
    roles: Sequence[str],
) -> list[Problem]:
    """What points to something that the pack does not have."""
    items = [page.id for page in pages if page.kind == "policy"]
    procedures = [page.id for page in pages if page.kind == "procedure"]
    problems: list[Problem] = []
    for number, item in enumerate(document.policy):
        if item not in items:
            problems.append(source.problem(("policy", number), unknown_name("policy page of this pack", item, items)))
    problems += _rollout(source, document)
    for item in document.applicability:
        if item not in items:
            what = unknown_name("policy page of this pack", item, items)
            problems.append(source.problem(("applicability", item), what))
    for key in document.mappings:
        if not any(page.listed(key) for page in pages):
            what = f"maps nothing: no page has a line {key}: … in its front matter; add one or take this out"
            problems.append(source.problem(("mappings", key), what))
    for page in pages:
        if page.kind == "policy" and page.id not in document.policy:
            problems.append(
                page.problem("id", f'add "{page.id}" to policy in {source.path}, at its place in the order')
            )
        for key in ("role", "reviewer", "with"):
            if (role := page.text(key).removeprefix("every ")) and role not in roles:
                problems.append(page.problem(key, unknown_name("role", role, roles)))
        if (item := page.text("policy")) and item not in items:
            problems.append(page.problem("policy", unknown_name("policy page of this pack", item, items)))
    ids = [page.id for page in pages]
    problems += [
        page.problem("answers", unknown_name("page of this pack", answers, ids))
        for page in pages
        if (answers := page.text("answers")) and answers not in ids
    ]
    for name, former in document.was.items():
        if name not in ids:
            problems.append(source.problem(("was", name), unknown_name("page of this pack", name, ids)))
        problems += [
            source.problem(
                ("was", name), f'"{old}" is still the id of a page of this pack; a former id belongs to no other'
            )
            for old in former
            if old in ids
        ]
    for one in declared:
        if one.schedule.procedure not in procedures:
            what = unknown_name("procedure of this pack", one.schedule.procedure, procedures)
            problems.append(one.problem("procedure", what))
        if one.schedule.policy and one.schedule.policy not in items:
            problems.append(one.problem("policy", unknown_name("policy page of this pack", one.schedule.policy, items)))
    return problems


def _rollout(source: TomlFile, document: PackDocument) -> list[Problem]:
    """The order in which items come into force names every item once, or is left out."""
    problems: list[Problem] = []
    for number, item in enumerate(document.rollout):
        if item not in document.policy:
            problems.append(source.problem(("rollout", number), unknown_name("item of policy", item, document.policy)))
        elif item in document.rollout[:number]:
            problems.append(source.problem(("rollout", number), f'"{item}" stands here twice; take one of them out'))
    missing = [item for item in document.policy if item not in document.rollout]
    if document.rollout and missing:
        what = f"every item comes into force at some time; add {', '.join(missing)}, or leave rollout out"
        problems.append(source.problem(("rollout",), what))
    return problems
