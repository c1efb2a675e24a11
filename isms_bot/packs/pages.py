"""Pages of a pack: front matter between two `---` lines, then Markdown; read and checked, with the line of what is wrong.

The front matter is `key: value` per line and nothing more: no lists, no nesting, no quotes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from isms_bot.calendars import parse_duration
from isms_bot.errors import ConfigError, Problem
from isms_bot.model import Ladder, Level
from isms_bot.packs import kept
from isms_bot.packs.checking import unknown_key, unknown_name
from isms_bot.packs.fields import slug
from isms_bot.packs.tomlfile import read_text
from isms_bot.signoff.folding import flat
from isms_bot.signoff.words import LANGUAGES, labels

KINDS = ("objective", "policy", "procedure", "page")
Front = str | int | bool | tuple[str, ...]
"""A value of the front matter: minutes int, private bool, controls tuple, the rest str."""

_STEP = re.compile(r"\s*[-*] \[[ xX]\] \S")
_STEP_ID = re.compile(r"[ \t]*\{#([^{}]*)\}[ \t]*$")
"""The id of a step, at the end of its line: `- [ ] Check that the disk is encrypted. {#disk-encrypted}`."""


@dataclass(frozen=True, slots=True)
class PackPage:
    """One page: its kind, id and title, all of its front matter (`front`), its Markdown (`body`), its file and digest.

    `body_line` is the line of the file on which the body begins; `lines` are the lines of the keys. `language` is that of the
    body. `original` is the page that this one translates, None for a page that is an original.

    `steps` are the ids of the steps in their order, empty if the page gives none. They stand in the pack only, never on a page of
    the wiki, stay when words change, and are the same in every language: reports count by them.
    """

    kind: str
    id: str
    title: str
    front: Mapping[str, Front]
    body: str
    path: Path
    digest: str
    body_line: int
    lines: Mapping[str, int]
    language: str = "en"
    original: PackPage | None = None
    steps: tuple[str, ...] = ()

    def text(self, key: str) -> str:
        """A value of the front matter as text; "" if the page does not have it."""
        value = self.front.get(key, "")
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    def listed(self, key: str) -> tuple[str, ...]:
        """What the page names of a list such as `controls`; empty if it names nothing."""
        value = self.front.get(key, ())
        return value if isinstance(value, tuple) else ()

    @property
    def private(self) -> bool:
        """True for a page that is not everybody's business."""
        return self.front.get("private") is True

    def problem(self, key: str, what: str) -> Problem:
        """The sentence `what` about `key` of the front matter."""
        return Problem(f"{self.path}:{self.lines.get(key, 1)}", key, what)


@dataclass(frozen=True, slots=True)
class Head:
    """A file with front matter: the values of its keys and their lines, the text below and where that begins, and the ids that
    stood behind its steps."""

    values: Mapping[str, Front]
    lines: Mapping[str, int]
    body: str
    body_line: int
    digest: str
    steps: tuple[str, ...]


def read_head(path: Path, problems: list[Problem], lists: Collection[str] = ()) -> Head | None:
    """Front matter and text of the file at `path`; None if there is no front matter. Everything wrong is added to `problems`.

    `lists` are further keys, whose values are lists: what the pack maps its pages to.
    """
    try:
        raw, text = read_text(path)
    except ConfigError as error:
        problems.extend(error.problems)
        return None
    lines = text.lstrip("\ufeff").split("\n")
    end = _front_end(lines)
    if end is None:
        what = "begins without front matter; put kind, id and title as key: value between two --- lines at the top"
        problems.append(Problem(f"{path}:1", "", what))
        return None
    front, at = _front(path, lines[1:end], problems, lists)
    body, steps = _step_ids(path, lines[end + 1 :], end + 2, problems)
    return Head(front, at, "\n".join(body), end + 2, hashlib.sha256(raw).hexdigest(), steps)


def read_page(
    path: Path, problems: list[Problem], *, language: str = "en", lists: Collection[str] = ()
) -> PackPage | None:
    """The page at `path`; None, with everything wrong added to `problems`, if it cannot be used. `lists` as in `read_head`."""
    before = len(problems)
    head = read_head(path, problems, lists)
    if head is None:
        return None
    front, at = head.values, head.lines
    for key in ("kind", "id", "title"):
        if key not in at:
            problems.append(Problem(f"{path}:1", key, f"is missing; add a line {key}: … to the front matter"))
    if front.get("kind") == "procedure":
        problems.extend(_procedure_problems(path, front, at, head.body.split("\n"), head.body_line, language))
    if "answers" in at and not front.get("kept"):
        what = "names the page on which people say what of a kept page does not apply; take it out, or add kept: true"
        problems.append(Problem(f"{path}:{at['answers']}", "answers", what))
    if front.get("kept"):
        problems.extend(kept.problems(path, front.get("kind"), head.body.split("\n"), head.body_line))
    if len(problems) > before:
        return None
    return PackPage(
        kind=str(front["kind"]),
        id=str(front["id"]),
        title=str(front["title"]),
        front=front,
        body=head.body.strip("\n") + "\n",
        path=path,
        digest=head.digest,
        body_line=head.body_line,
        lines=at,
        language=language,
        steps=head.steps,
    )


def form_words(language: str) -> str:
    """The lines that a form ends with in a language, for sentences: "Name:, Date:, Signature:"."""
    own = LANGUAGES.get(language.partition("-")[0], LANGUAGES["en"])
    return ", ".join(f"{words[0].capitalize()}:" for words in (own.name, own.date, own.signature))


def has_form(lines: list[str], language: str) -> bool:
    """True if below the last step there are lines for name, date and signature in this order, or a table headed by them.

    Labels in `language` and in English are known.
    """
    last_step = max((number for number, line in enumerate(lines) if _STEP.match(line)), default=-1)
    known = labels((language, "en"))
    wanted = [known.name, known.date, known.signature]
    met = 0
    for line in lines[last_step + 1 :]:
        flattened = flat(line)
        cells = [cell.strip() for cell in flattened.strip(" |").split("|")]
        if len(cells) >= 3 and all(cell in words for cell, words in zip(cells, wanted, strict=False)):
            return True
        label, colon, _ = flattened.strip(" *_>").partition(":")
        if colon and label.strip(" *_") in wanted[met]:
            met += 1
        if met == len(wanted):
            return True
    return False


def _front_end(lines: list[str]) -> int | None:
    if not lines or lines[0].strip() != "---":
        return None
    return next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)


def _front(
    path: Path, lines: list[str], problems: list[Problem], lists: Collection[str]
) -> tuple[dict[str, Front], dict[str, int]]:
    readers = {**_VALUES, **dict.fromkeys(lists, _listed)}
    front: dict[str, Front] = {}
    at: dict[str, int] = {}
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        where = f"{path}:{number}"
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon:
            problems.append(Problem(where, "", "is no front matter; write key: value"))
        elif key not in readers:
            problems.append(Problem(where, key, unknown_key(key, readers)))
        elif key in at:
            problems.append(Problem(where, key, f"stands already on line {at[key]}; keep one of them"))
        else:
            at[key] = number
            try:
                front[key] = readers[key](value)
            except ValueError as error:
                problems.append(Problem(where, key, str(error)))
    return front, at


def _step_ids(path: Path, lines: list[str], first: int, problems: list[Problem]) -> tuple[list[str], tuple[str, ...]]:
    """The lines of a text without the ids of its steps, and these. Either all steps have one, or none."""
    body = list(lines)
    ids: dict[str, int] = {}
    without: list[int] = []
    for number, line in enumerate(lines):
        if not _STEP.match(line):
            continue
        found = _STEP_ID.search(line)
        where = f"{path}:{first + number}"
        if found is None:
            without.append(first + number)
            continue
        body[number] = line[: found.start()]
        try:
            step = slug(found[1])
        except ValueError as error:
            problems.append(Problem(where, "", f"the id of this step: {error}"))
            continue
        if step in ids:
            problems.append(Problem(where, "", f'the id "{step}" is that of the step on line {ids[step]}; change one'))
        ids.setdefault(step, first + number)
    if ids and without:
        what = "this step has no id, and others on the page have; add one as {#disk-encrypted} at the end of the line"
        problems.extend(Problem(f"{path}:{line}", "", what) for line in without)
    return body, tuple(ids)


def _procedure_problems(
    path: Path, front: Mapping[str, Front], at: Mapping[str, int], body: list[str], first: int, language: str
) -> list[Problem]:
    problems: list[Problem] = []
    if "role" not in at:
        problems.append(Problem(f"{path}:1", "role", "is missing; a procedure names the role that owns it"))
    if ("cadence" in at) == ("trigger" in at):
        what = "a procedure has either a cadence (role: …, cadence: quarterly) or a trigger (trigger: a new supplier)"
        problems.append(Problem(f"{path}:{at.get('trigger', 1)}", "cadence", what))
    for key in ("due", "ladder"):
        if key in at and "cadence" in at:
            what = "is said by the schedule of a procedure with a cadence; only one with a trigger says it here"
            problems.append(Problem(f"{path}:{at[key]}", key, what))
    if front.get("reviewer") == front.get("role", ""):
        what = "is the role that does it; name another one, since nobody has a second look at own work"
        problems.append(Problem(f"{path}:{at['reviewer']}", "reviewer", what))
    if not any(_STEP.match(line) for line in body):
        problems.append(Problem(f"{path}:{first}", "", "a procedure needs steps; write each as a line - [ ] …"))
    if not has_form(body, language):
        what = f"the form is missing; end the page with the lines {form_words(language)} in this order, below the steps"
        problems.append(Problem(f"{path}:{first + max(len(body) - 1, 0)}", "", what))
    return problems


def _words(value: str) -> str:
    if not value:
        raise ValueError("is empty; write something after the colon or take the line out")
    return value


def _kind(value: str) -> str:
    if value not in KINDS:
        raise ValueError(unknown_name("kind of page", value, KINDS))
    return value


def _role(value: str) -> str:
    return slug(value.removeprefix("role:"))


def _beside(value: str) -> str:
    every = "every " if value.startswith("every ") else ""
    return every + _role(value.removeprefix("every "))


def _minutes(value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise ValueError("must be a whole number of minutes, as 20")
    return int(value)


def _yes(value: str) -> bool:
    if value not in ("true", "false"):
        raise ValueError("must be true or false")
    return value == "true"


def _due(value: str) -> str:
    return str(parse_duration(_words(value)))


def _ladder(value: str) -> str:
    if value not in [*Ladder]:
        raise ValueError(unknown_name("ladder", value, [*Ladder]))
    return value


def _level(value: str) -> str:
    if value not in [*Level]:
        raise ValueError(unknown_name("level", value, [*Level]))
    return value


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _words(value).split(",") if part.strip())


_VALUES: Mapping[str, Callable[[str], Front]] = {
    "kind": _kind,
    "id": slug,
    "title": _words,
    "role": _role,
    "reviewer": _role,
    "cadence": _words,
    "trigger": _words,
    "due": _due,
    "ladder": _ladder,
    "evidence": _words,
    "policy": slug,
    "minutes": _minutes,
    "with": _beside,
    "look": _minutes,
    "level": _level,
    "private": _yes,
    "kept": _yes,
    "answers": slug,
}
