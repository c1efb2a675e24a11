"""config.toml, packs and schedule files -> Config, or every problem with them at once. Writes nothing, calls nobody."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from isms_bot import registry
from isms_bot.config.config import Config, MailConfig, ServiceConfig, StoreConfig, Watched, WorkspaceConfig
from isms_bot.config.models import ConfigModel, WorkspaceModel
from isms_bot.errors import ConfigError, Problem
from isms_bot.model import Shift, Window
from isms_bot.packs import Declared, Pack, declared_roles, load_pack
from isms_bot.packs.checking import checked, keys, unknown_key, unknown_name
from isms_bot.packs.location import PAGES_FOLDER, matches
from isms_bot.packs.schedules import duplicates, read_file, unknown_roles
from isms_bot.packs.tomlfile import Loc, TomlFile
from isms_bot.packs.translations import folder_of
from isms_bot.recurrence import shortest_gap, windows
from isms_bot.signoff.words import KINDS, LANGUAGES

_YEAR_FIRST = ("zh", "ja", "ko", "hu", "lt", "sv")
_SECRETIVE = ("password", "secret", "api_key", "api_token", "access_token", "private_key")


def load(path: Path) -> Config:
    """The configuration in the file `path`, with its packs and schedule files.

    Raises ConfigError with everything that is wrong, each as file:line, dotted path and a sentence with the remedy. Nothing
    is written, no folder is made and no secret is read.
    """
    return _Loading(path).config()


def reload(old: Config) -> Config:
    """The configuration read anew from the same file. Raises ConfigError on a broken edit; `old` stays as good as it was."""
    return load(old.path)


def changed(config: Config) -> bool:
    """True if any file that `config` was read from has other contents, is gone, or has been joined by a new one."""
    files = set(config.files)
    if _matches(config.watched) | {config.path} != files:
        return True
    for path, digest in config.files.items():
        try:
            now = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            return True
        if now != digest:
            return True
    return False


class _Loading:
    """One reading of all files, gathering problems."""

    def __init__(self, path: Path) -> None:
        self.base = path.parent
        self.source = TomlFile.read(path)
        self.problems: list[Problem] = list(self.source.impossible)
        self.files: dict[Path, str] = {path: self.source.digest}
        self.watched: list[Watched] = []

    def config(self) -> Config:
        source = self.source
        self._refuse_secrets(source.data, ())
        model = checked(ConfigModel, source.data, source, (), self.problems)
        tables = source.data.get("workspaces")
        workspaces = {
            name: workspace
            for name, table in (tables.items() if isinstance(tables, dict) else ())
            if isinstance(table, dict) and (workspace := self._workspace(name, table)) is not None
        }
        if model is None or self.problems:
            raise ConfigError(*_in_order(self.problems))
        default = f"sqlite:///{(self.base.absolute() / 'state' / 'isms-bot.sqlite3').as_posix()}"
        return Config(
            workspaces=workspaces,
            store=StoreConfig(
                model.store.url or default, self.base, source.where(("store", "url")) if model.store.url else ""
            ),
            service=ServiceConfig(**model.service.model_dump()),
            path=source.path,
            digest=self._digest(),
            files=self.files,
            watched=tuple(self.watched),
        )

    def _workspace(self, name: str, table: Mapping[str, Any]) -> WorkspaceConfig | None:
        loc: Loc = ("workspaces", name)
        before = len(self.problems)
        settings_model = self._settings_model(table, loc)
        core, own = keys(WorkspaceModel), keys(settings_model) if settings_model else ()
        settings = None
        if settings_model is not None:
            given = {key: value for key, value in table.items() if key in own and key not in core}
            settings = checked(settings_model, given, self.source, loc, self.problems)
        self._strangers(table, loc, core, own if settings_model else None)
        model = checked(
            WorkspaceModel, {key: table[key] for key in core if key in table}, self.source, loc, self.problems
        )
        language = table.get("language")
        pack = self._pack(table.get("pack"), (*loc, "pack"), language if isinstance(language, str) else "")
        own_files = table.get("schedules", [])
        written = self._own(own_files, loc, pack) if isinstance(own_files, list) else ()
        if pack is None and table.get("pack") is not None:
            # Without the pack nobody can say which roles there are and what is replaced.
            return None
        written_roles = table.get("roles")
        more = [one for one in written_roles if isinstance(one, str)] if isinstance(written_roles, list) else []
        roles = {**dict.fromkeys((*declared_roles(), *more), ""), **(pack.roles if pack else {})}
        declared = self._joined(pack, written)
        for problem in unknown_roles(written, roles):
            self._add(problem)
        if model is None:
            return None
        self._contradictions(model, loc)
        declared = self._windowed(declared, model, loc)
        if len(self.problems) > before or settings is None:
            return None
        return WorkspaceConfig(
            name=name,
            connector=model.connector,
            settings=settings,
            token=model.token,
            token_where=self.source.where((*loc, "token")),
            timezone=model.timezone,
            product_manager=model.product_manager,
            where=self.source.where(loc),
            token_expires=model.token_expires,
            calendar=model.calendar,
            language=model.language,
            date_order=model.date_order or usual_date_order(model.language),
            pack=pack,
            schedules=tuple(one.schedule for one in declared),
            declared={one.schedule.id: one for one in declared},
            roles=roles,
            deputy=model.deputy,
            team=None if model.team is None else tuple(model.team),
            introduction=model.introduction,
            pass_minutes=model.pass_minutes,
            night_minutes=model.night_minutes,
            sweep=model.sweep,
            settle_seconds=model.settle_seconds,
            most_open_jobs=model.most_open_jobs,
            labels=_labels(model),
            mail=self._mail(model, loc),
        )

    def _mail(self, model: WorkspaceModel, loc: Loc) -> MailConfig | None:
        if model.mail is None:
            return None
        return MailConfig(model.mail.server, model.mail.sender, self.source.where((*loc, "mail", "server")))

    def _settings_model(self, table: Mapping[str, Any], loc: Loc) -> type[BaseModel] | None:
        name = table.get("connector")
        if not isinstance(name, str):
            return None
        try:
            model: type[BaseModel] = registry.connector_class(name).settings_model()
        except ConfigError as error:
            self.problems.extend(self.source.problem((*loc, "connector"), problem.what) for problem in error.problems)
            return None
        return model

    def _strangers(
        self, table: Mapping[str, Any], loc: Loc, core: tuple[str, ...], own: tuple[str, ...] | None
    ) -> None:
        """Keys that nobody knows. Without the connector (`own` None) only slips of the pen for keys that are left out."""
        for key in table:
            if key in core or (own is not None and key in own):
                continue
            if own is not None:
                self.problems.append(self.source.problem((*loc, key), unknown_key(key, (*core, *own))))
                continue
            left = [name for name in core if name not in table]
            if near := get_close_matches(key, left, n=1, cutoff=0.8):
                self.problems.append(self.source.problem((*loc, key), unknown_key(key, near)))

    def _pack(self, name: object, loc: Loc, language: str) -> Pack | None:
        if not isinstance(name, str) or not name.strip():
            return None
        try:
            pack = load_pack(name, self.base, language)
        except ConfigError as error:
            # What has a place in a file of the pack keeps it; a pack that is not there is a matter of this file.
            for problem in error.problems:
                nowhere = problem.path == "pack"
                self._add(self.source.problem(loc, problem.what) if nowhere else problem)
            return None
        self.files.update(pack.files)
        self.watched += [Watched(pack.path, glob.escape(file.name)) for file in pack.files if file.parent == pack.path]
        self.watched += [Watched(pack.path / PAGES_FOLDER, pattern) for pattern in pack.pages_in]
        # A translation that is there, and one that may come.
        spoken = dict.fromkeys((language, language.partition("-")[0]))
        if pack.language not in spoken:
            self.watched += [Watched(pack.path / folder_of(pack.translation or one), "*.md") for one in spoken if one]
        return pack

    def _own(self, patterns: list[object], loc: Loc, pack: Pack | None) -> tuple[Declared, ...]:
        practice = pack is not None and pack.practice
        written: list[Declared] = []
        read: set[Path] = set()
        for number, pattern in enumerate(patterns):
            if not isinstance(pattern, str) or not pattern:
                continue
            found = matches(self.base, pattern)
            if not found and not glob.has_magic(pattern):
                what = f"there is no file {self.base / pattern}; create it or take it out"
                self.problems.append(self.source.problem((*loc, "schedules", number), what))
            self.watched.append(Watched(self.base, pattern))
            for path in found:
                if path.resolve() in read:
                    continue
                read.add(path.resolve())
                problems: list[Problem] = []
                try:
                    source, schedules = read_file(path, problems, practice=practice)
                except ConfigError as error:
                    problems.extend(error.problems)
                else:
                    self.files[path] = source.digest
                    written += schedules
                for problem in problems:
                    self._add(problem)
        return tuple(written)

    def _joined(self, pack: Pack | None, written: tuple[Declared, ...]) -> tuple[Declared, ...]:
        """The pack's schedules, with own ones in place of those they replace, and the other own ones after them."""
        shipped = pack.declared if pack else ()
        known = [one.schedule.id for one in shipped]
        instead: dict[str, Declared] = {}
        for one in written:
            if one.replaces and one.schedule.id not in known:
                what = f"replaces nothing: {unknown_name('schedule of the pack', one.schedule.id, known)}"
                self._add(one.problem("replaces", what))
            elif one.replaces:
                instead.setdefault(one.schedule.id, one)
        joined = [instead.get(one.schedule.id, one) for one in shipped]
        joined += [one for one in written if one is not instead.get(one.schedule.id)]
        for problem in duplicates(joined, known):
            self._add(problem)
        items = {page.id: page.text("policy") for page in pack.of_kind("procedure")} if pack else {}
        return tuple(_of_its_item(one, items) for one in joined)

    def _contradictions(self, model: WorkspaceModel, loc: Loc) -> None:
        if model.deputy is not None and model.deputy.casefold() == model.product_manager.casefold():
            what = "is the product manager as well, and nobody decides for oneself; name somebody else or take it out"
            self.problems.append(self.source.problem((*loc, "deputy"), what))
        own = _labels(model)
        if model.language.partition("-")[0] not in LANGUAGES and not {"name", "date", "signature", "sign"} <= set(own):
            table = self.source.dotted((*loc, "labels"))
            what = (
                f"the form has no words in this language ({', '.join(LANGUAGES)} are built in); "
                f"add [{table}] with at least name, date, signature and sign"
            )
            self.problems.append(self.source.problem((*loc, "language"), what))

    def _windowed(self, declared: tuple[Declared, ...], model: WorkspaceModel, loc: Loc) -> tuple[Declared, ...]:
        """The schedules with the windows of the workspace, for those that wait for one."""
        given = tuple(Window(one.first, one.until, one.every) for one in model.windows)
        wrong = {number: said for number, window in enumerate(given) if (said := windows.problem(window))}
        self.problems.extend(self.source.problem((*loc, "windows", number), said) for number, said in wrong.items())
        if wrong:
            return declared
        return tuple(self._in_windows(one, given) if _waits(one) else one for one in declared)

    def _in_windows(self, one: Declared, given: tuple[Window, ...]) -> Declared:
        rule = one.schedule.rule
        wrong = (
            'waits for a window, and the workspace has none; add windows = [{ from = …, until = …, every = "6 weeks" }]'
        )
        if given:
            wrong = windows.too_rare(given, shortest_gap(rule))
        if wrong:
            self._add(one.problem("shift", wrong))
        return replace(one, schedule=replace(one.schedule, rule=replace(rule, windows=given)))

    def _refuse_secrets(self, here: Any, loc: Loc) -> None:
        """A secret in clear is refused wherever it stands, also under a key that nobody knows."""
        for key, value in here.items() if isinstance(here, dict) else ():
            if isinstance(value, str) and value and key.lower().endswith(_SECRETIVE):
                what = 'a secret does not stand in this file; take it out, withdraw it, and write { env = "NAME" }'
                self.problems.append(self.source.problem((*loc, key), what))
            self._refuse_secrets(value, (*loc, key))

    def _add(self, problem: Problem) -> None:
        # Two workspaces may share a pack or a file; what is wrong with it is said once.
        if problem not in self.problems:
            self.problems.append(problem)

    def _digest(self) -> str:
        whole = hashlib.sha256()
        for path, digest in sorted((_shown(path, self.base), digest) for path, digest in self.files.items()):
            whole.update(f"{path}\0{digest}\n".encode())
        return whole.hexdigest()


def _waits(one: Declared) -> bool:
    return one.schedule.rule.shift is Shift.WINDOW


def _of_its_item(one: Declared, items: Mapping[str, str]) -> Declared:
    """A schedule that names no policy item belongs to that of its procedure: it comes into force with it, and its records go there."""
    item = items.get(one.schedule.procedure, "")
    return replace(one, schedule=replace(one.schedule, policy=item)) if item and not one.schedule.policy else one


def _labels(model: WorkspaceModel) -> dict[str, tuple[str, ...]]:
    return {kind: words for kind in KINDS if (words := getattr(model.labels, kind))}


def usual_date_order(language: str) -> str:
    """The order of day, month and year that people of a language write: dmy, mdy (en-US) or ymd."""
    if language == "en-US":
        return "mdy"
    return "ymd" if language.partition("-")[0] in _YEAR_FIRST else "dmy"


def _shown(path: Path, base: Path) -> str:
    """A name of the file that does not depend on where the installation lies."""
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else "/".join(path.parts[-3:])


def _matches(watched: Iterable[Watched]) -> set[Path]:
    return {path for one in watched for path in matches(one.folder, one.pattern)}


def _in_order(problems: list[Problem]) -> list[Problem]:
    """By file, then by line; each once."""

    def place(problem: Problem) -> tuple[str, int]:
        file, _, line = problem.where.rpartition(":")
        return (file, int(line)) if line.isdecimal() else (problem.where, 0)

    return sorted(dict.fromkeys(problems), key=place)
