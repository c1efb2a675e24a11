"""Containers of an in-memory wiki as the bot sees them: made, adopted, looked after, never doubled."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from isms_bot.connector import (
    TEST_KEY,
    TEST_PAGE,
    AccountInfo,
    Candidate,
    Capabilities,
    CheckLine,
    LayoutProblem,
    Meanwhile,
    Report,
)
from isms_bot.errors import ConnectorError, Misconfigured
from isms_bot.layout import BY_SOURCE, FieldKind, Layout, SourceLayout, SourceSpec
from isms_bot.model import Source
from isms_bot.testing.session import Session
from isms_bot.testing.world import MemoryContainer, MemoryField


class Containers(Session):
    """`check` and `ensure`."""

    capabilities: ClassVar[Capabilities]

    def check(self) -> tuple[CheckLine, ...]:
        try:
            self._call("check", lambda: None)
        except Misconfigured as error:
            return (CheckLine("token", False, str(error), "Give the bot a token that this wiki knows."),)
        except ConnectorError as error:
            return (CheckLine("wiki", False, str(error), "Try again later."),)
        lines = [CheckLine("token", True, "The wiki knows the token.")]
        for source, layout in self._layout.sources.items() if self._layout else ():
            problems = self.problems(source, layout)
            sentence = (
                " ".join(problem.sentence for problem in problems) or f"{BY_SOURCE[source].title} is as it should be."
            )
            harmless = all(problem.kind == "renamed" for problem in problems)
            lines.append(CheckLine(source.value, harmless, sentence, "" if harmless else "Run isms-bot init."))
        return tuple(lines)

    def accounts(self) -> tuple[AccountInfo, ...]:
        return self._call("accounts", lambda: tuple(self._wiki.accounts.values()))

    def prove(self, report: Report, meanwhile: Meanwhile) -> tuple[CheckLine, ...]:
        lines: list[CheckLine] = []

        def step(what: str, sentence: str) -> None:
            lines.append(CheckLine(what, True, sentence))
            report(sentence)

        try:
            self._call("prove", lambda: None)
        except Misconfigured as error:
            return (CheckLine("read", False, str(error), "Give the bot a token that this wiki knows."),)
        step("read", "The root can be read.")
        for old in self._call("prove", self._wiki.test_pages):
            if self._call("prove", partial(self._wiki.trash_test_page, old), writes=True):
                step("left over", "The test page of an earlier run was put into the trash.")
            else:
                step("left over", "Somebody has written in the test page of an earlier run; it stays.")
        page = self._call("prove", partial(self._wiki.add_test_page, TEST_PAGE, TEST_KEY), writes=True)
        step("write", f'The page "{TEST_PAGE}" was made.')
        try:
            self._call("prove", partial(self._wiki.add_comment, page, "isms-bot can comment here."), writes=True)
            step("comment", "A comment was written on it.")
            meanwhile(page.ref)
        finally:
            gone = self._call("prove", partial(self._wiki.trash_test_page, page), writes=True)
            step(
                "trash",
                "The page was put into the trash." if gone else "Somebody has written in the test page; it stays.",
            )
        return tuple(lines)

    def room(self) -> int | None:
        """What the wiki was given. No call is made."""
        return self._wiki.room

    def watchers(self) -> int:
        """0: nobody gets mails of this wiki. No call is made."""
        return 0

    def candidates(self) -> tuple[Candidate, ...]:
        def listed() -> tuple[Candidate, ...]:
            kept = (
                page
                for page in self._wiki.pages.values()
                if page.place not in self._wiki.containers and not (page.trashed or page.archived) and page.shared
            )
            return tuple(Candidate(page.ref, page.title, f"https://wiki.invalid/{page.ref}") for page in kept)

        return self._call("candidates", listed)

    def ensure(
        self,
        specs: tuple[SourceSpec, ...],
        known: Layout | None,
        report: Report,
        private: tuple[SourceSpec, ...] = (),
    ) -> Layout:
        self._call("ensure", lambda: None)
        found, twins = (dict(known.sources), dict(known.private)) if known else ({}, {})
        for spec in specs:
            found[spec.source] = self._ensured(spec, found.get(spec.source), report, private=False)
        for spec in private if private and self.secludes() else ():
            twins[spec.source] = self._ensured(spec, twins.get(spec.source), report, private=True)
        self._layout = Layout(self._wiki.root, found, twins)
        return self._layout

    def secludes(self) -> bool:
        self._call("secludes", lambda: None)
        wiki = self._wiki
        return wiki.closed_place is not None or (self.capabilities.restrictions and wiki.restricts)

    def _ensured(self, spec: SourceSpec, known: SourceLayout | None, report: Report, *, private: bool) -> SourceLayout:
        container = self._container(spec, known, private=private)
        if container is None:
            make = partial(self._wiki.add_container, spec, self._installation, private=private)
            container = self._call("ensure", make, writes=True)
            report(f"Made {spec.title}.")
        return self._columns(spec, container, known, report)

    def _container(self, spec: SourceSpec, known: SourceLayout | None, *, private: bool) -> MemoryContainer | None:
        containers = self._wiki.containers
        if known is not None and known.ref in containers:
            return containers[known.ref]
        there = [one for one in containers.values() if one.private is private]
        ours = (one for one in there if one.installation == self._installation and one.source is spec.source)
        titled = (one for one in there if one.title == spec.title)
        return next(ours, None) or next(titled, None)

    def _columns(
        self, spec: SourceSpec, container: MemoryContainer, known: SourceLayout | None, report: Report
    ) -> SourceLayout:
        ids: dict[str, str] = {}
        options: dict[str, dict[str, str]] = {}
        for wanted in spec.fields:
            if wanted.kind is FieldKind.TITLE:
                continue
            column = container.fields.get(known.fields.get(wanted.id, "") if known else "")
            if column is None:
                try:
                    column = container.column(wanted.id)
                except LookupError:
                    column = self._call("ensure", partial(self._wiki.add_column, container, wanted), writes=True)
                    report(f"Made the column {wanted.name} of {container.title}.")
            if column.kind is not wanted.kind:
                report(_retyped(container.title, column, wanted.kind))
            ids[wanted.id] = column.id
            kept = known.options.get(wanted.id, {}) if known else {}
            options[wanted.id] = {
                name: kept[name] if kept.get(name) in column.options else self._wiki.option(column, name)
                for name in wanted.options
            }
        return SourceLayout(container.ref, f"https://wiki.invalid/{container.ref}", ids, options)

    def problems(self, source: Source, layout: SourceLayout) -> tuple[LayoutProblem, ...]:
        container = self._wiki.containers.get(layout.ref)
        if container is None:
            sentence = f"{BY_SOURCE[source].title} is gone: take it out of the trash or run isms-bot init."
            return (LayoutProblem(source, "", "deleted", sentence),)
        found = []
        for field_id, column_id in layout.fields.items():
            spec, column = BY_SOURCE[source].field(field_id), container.fields.get(column_id)
            if column is None:
                sentence = f"The column {spec.name} of {container.title} was deleted: restore it or run isms-bot init."
                found.append(LayoutProblem(source, field_id, "deleted", sentence))
            elif column.kind is not spec.kind:
                found.append(LayoutProblem(source, field_id, "retyped", _retyped(container.title, column, spec.kind)))
            elif column.name != spec.name:
                sentence = f"The column {spec.name} of {container.title} is called {column.name} now; nothing needs to be done."
                found.append(LayoutProblem(source, field_id, "renamed", sentence))
        return tuple(found)


def _retyped(title: str, column: MemoryField, kind: FieldKind) -> str:
    return f"The column {column.name} of {title} is of kind {column.kind.value} now: make it {kind.value} again."
