"""Finding the form in a page: the steps, the three lines or the sign-off table, and the answer to the closing question.

Reads blocks only; who wrote a value is `observe`'s business and what it amounts to is `judgement`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from isms_bot.model import Account, Block, BlockKind
from isms_bot.signoff.folding import composed, flat, written
from isms_bot.signoff.words import Labels

LINES = ("name", "date", "signature")
"""The parts of the form, in the order in which it shows them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One of the three lines: the block that holds the value and the value, "" if nothing is written yet."""

    block: Block
    value: str


@dataclass(frozen=True, slots=True)
class SignoffRow:
    """One row of a sign-off table: what stands in the cells under the three labels."""

    block: Block
    name: str
    date: str
    signature: str


@dataclass(frozen=True, slots=True)
class Form:
    """The form as found. `answered` tells of each step whether it is ticked or answered with "n/a: reason".

    `table`: a header with all three labels was found; `rows` are its rows. `feedback`: what stands under the closing question.
    """

    labels: Labels
    steps: tuple[Block, ...] = ()
    answered: tuple[bool, ...] = ()
    name: Line | None = None
    date: Line | None = None
    signature: Line | None = None
    table: bool = False
    rows: tuple[SignoffRow, ...] = ()
    feedback: str = ""

    @property
    def known(self) -> bool:
        """True if people can sign here: all three lines, or a sign-off table."""
        return self.table or None not in (self.name, self.date, self.signature)

    @property
    def steps_done(self) -> int:
        """How many steps are answered."""
        return sum(self.answered)


def find_form(blocks: Sequence[Block], labels: Labels, *, question: str = "", bot: Account | None = None) -> Form:
    """The form in `blocks` (reading order).

    `question` is the beginning of the closing question, beside the ones that `labels` know; text that `bot` wrote last is no
    answer to it. A blank step is none. Everything may be missing: see `Form.known`.
    """
    steps, answered = _steps(blocks, labels)
    table, rows, used = _table(blocks, labels)
    rest = [block for number, block in enumerate(blocks) if number not in used]
    name, date, signature = _lines(rest, labels)
    return Form(
        labels=labels,
        steps=steps,
        answered=answered,
        name=name,
        date=date,
        signature=signature,
        table=table,
        rows=rows,
        feedback=_feedback(blocks, labels, question, bot),
    )


# --- steps ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _not_applicable(labels: Labels) -> re.Pattern[str]:
    words = "|".join(map(re.escape, labels.not_applicable))
    return re.compile(rf"(?<!\w)(?:{words})\s*[:\-–—]\s*(?P<reason>[^\n]*)")


def _gives_reason(text: str, labels: Labels, *, at_start: bool) -> bool:
    """True for "n/a: reason" with a real reason; the words of the instruction itself ("n/a: reason") are none."""
    pattern = _not_applicable(labels)
    plain = flat(text).strip()
    matches = [pattern.match(plain)] if at_start else list(pattern.finditer(plain))
    for match in matches:
        words = set(re.findall(r"\w+", match["reason"])) if match else set()
        if words - set(labels.placeholder):
            return True
    return False


def _steps(blocks: Sequence[Block], labels: Labels) -> tuple[tuple[Block, ...], tuple[bool, ...]]:
    steps: list[Block] = []
    answered: list[bool] = []
    above: list[
        tuple[int, int | None]
    ] = []  # depth and number (None: no step) of the blocks that the next one may be inside
    for block in blocks:
        while above and above[-1][0] >= block.depth:
            above.pop()
        number = None
        if block.kind is BlockKind.STEP and block.text.strip():
            number = len(steps)
            steps.append(block)
            answered.append(block.checked or _gives_reason(block.text, labels, at_start=False))
        elif block.kind is BlockKind.TEXT and above and (step := above[-1][1]) is not None:
            answered[step] = answered[step] or _gives_reason(block.text, labels, at_start=True)
        above.append((block.depth, number))
    return tuple(steps), tuple(answered)


# --- the three lines -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _label(labels: Labels) -> re.Pattern[str]:
    kinds = "|".join(f"(?P<{kind}>{'|'.join(map(re.escape, getattr(labels, kind)))})" for kind in LINES)
    return re.compile(rf"(?<![^\W_])(?:{kinds})\s*(?:\([^)\n]*\)\s*)?[*_]*\s*[:：][*_]*")


def _labelled(text: str, labels: Labels) -> Iterator[tuple[str, str]]:
    """Label and value of the lines in `text`: one to a line, or "Name: … Date: … Signature: …" in one line."""
    for line in composed(text).split("\n"):
        matches = list(_label(labels).finditer(flat(line)))
        if not matches or any(character.isalnum() for character in line[: matches[0].start()]):
            continue
        kinds = [match.lastgroup for match in matches]
        matches = [match for number, match in enumerate(matches) if match.lastgroup not in kinds[:number]]
        ends = [match.start() for match in matches[1:]] + [len(line)]
        for match, end in zip(matches, ends, strict=True):
            yield str(match.lastgroup), written(line[match.end() : end].strip(" \t|,;*_"))


def _cell_label(cell: str, labels: Labels) -> str | None:
    """The part of the form that a cell of a table is the label of."""
    plain = " ".join(re.sub(r"\([^)]*\)|[:：*_]", " ", flat(cell)).split())
    return next((kind for kind in LINES if plain in getattr(labels, kind)), None)


def _lines(blocks: Sequence[Block], labels: Labels) -> tuple[Line | None, Line | None, Line | None]:
    """The three lines. A page may hold the labels more than once: the first signature counts (corrections come below with
    their own), with the nearest name and date above it, else below."""
    found: dict[str, list[tuple[int, Line]]] = {kind: [] for kind in LINES}
    place = 0
    for position, block in enumerate(blocks):
        for kind, value in _lines_of(block, labels):
            below = _below(blocks[position + 1 :], block, labels) if not value else None
            found[kind].append((place, below or Line(block, value)))
            place += 1
    signatures = found["signature"]
    anchor = signatures[0][0] if signatures else place
    nearest = {
        kind: min(found[kind], key=lambda entry: (entry[0] > anchor, abs(entry[0] - anchor)))[1]
        if found[kind]
        else None
        for kind in ("name", "date")
    }
    return nearest["name"], nearest["date"], signatures[0][1] if signatures else None


def _lines_of(block: Block, labels: Labels) -> Iterator[tuple[str, str]]:
    if block.kind is BlockKind.ROW:
        cells = block.cells
        if len(cells) > 1 and (kind := _cell_label(cells[0], labels)) and _cell_label(cells[1], labels) is None:
            yield kind, written(cells[1])
    elif block.kind is not BlockKind.STEP:
        yield from _labelled(block.text, labels)


def _below(following: Sequence[Block], block: Block, labels: Labels) -> Line | None:
    """The value written as a block of its own inside the label's block."""
    for inner in following:
        if inner.depth <= block.depth or inner.kind is not BlockKind.TEXT or any(_lines_of(inner, labels)):
            return None
        if value := written(inner.text):
            return Line(inner, value)
    return None


# --- the sign-off table --------------------------------------------------------------------------------------------


def _table(blocks: Sequence[Block], labels: Labels) -> tuple[bool, tuple[SignoffRow, ...], frozenset[int]]:
    """Whether there is a table headed by the three labels, its rows, and the numbers of the blocks that it takes up."""
    columns: dict[str, int] = {}
    width = 0
    rows: list[SignoffRow] = []
    used: set[int] = set()
    for number, block in enumerate(blocks):
        if block.kind is not BlockKind.ROW:
            width = 0
            continue
        kinds = {
            kind: column
            for column, cell in reversed(list(enumerate(block.cells)))
            if (kind := _cell_label(cell, labels))
        }
        if set(kinds) == set(LINES):
            columns, width = kinds, len(block.cells)
            used.add(number)
        elif width and len(block.cells) == width:
            used.add(number)
            rows.append(SignoffRow(block, *(written(block.cells[columns[kind]]) for kind in LINES)))
        else:
            width = 0
    return bool(columns), tuple(rows), frozenset(used)


# --- the closing question ------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _question(labels: Labels, question: str) -> re.Pattern[str]:
    asked = {*labels.question, flat(question)}
    ways = [r"[\W_]+".join(map(re.escape, words)) for way in asked if (words := re.findall(r"\w+", way))]
    return re.compile(rf"[\W_]*(?:{'|'.join(sorted(ways, key=len, reverse=True))})(?!\w)\s*[?？:.]*")


def _feedback(blocks: Sequence[Block], labels: Labels, question: str, bot: Account | None) -> str:
    pattern = _question(labels, question)
    answer: list[str] = []
    asked = False
    for block in blocks:
        text = composed(block.text)
        if block.kind in (BlockKind.TEXT, BlockKind.HEADING) and (match := pattern.match(flat(text))):
            asked = True
            answer.append(_without_hint(text[match.end() :]))
            continue
        if not asked:
            continue
        if block.kind in (BlockKind.HEADING, BlockKind.STEP, BlockKind.ROW) or any(_labelled(text, labels)):
            break
        if bot is None or block.author != bot:
            answer.append(written(text))
    text = "\n".join(part for part in answer if part)
    return "" if flat(text).strip(" .!") in labels.nothing else text


def _without_hint(text: str) -> str:
    """What follows the question on its own line, without "(optional)"."""
    return written(re.sub(r"^\s*\([^)\n]*\)", "", text))
