"""What stands inside a line: styles, code, links and mentions. Styles are switches: `**` turns bold on or off, `*` italic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from isms_bot.document import Run, Runs

_MENTION = "mention:"
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_TO_ESCAPE = re.compile(r"[\\*`\[\]]|<(?=br ?/?>)|&(?=nbsp;)")
_LINE_BREAK = re.compile(r"<br ?/?>")
_STARS = re.compile(r"\*+")
_FENCE = re.compile(r"`+")
_TARGET = re.compile(r"\((?:<((?:\\.|[^<>\\])*)>|((?:\\.|[^\\() ]|\((?:\\.|[^\\() ])*\))*))\)")


@dataclass(slots=True)
class _Style:
    bold: bool = False
    italic: bool = False
    link: str | None = None


def parse_runs(text: str) -> Runs:
    """The runs of one line of Markdown; neighbours of the same style are one run."""
    merged: list[Run] = []
    for run in _runs(text, _Style()):
        last = merged[-1] if merged else None
        if last is not None and last.account is None and run.account is None and replace(last, text=run.text) == run:
            merged[-1] = replace(last, text=last.text + run.text)
        else:
            merged.append(run)
    return tuple(merged)


def _runs(text: str, style: _Style) -> Iterator[Run]:
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and (escaped := _ESCAPED.match(text, at)):
            yield _run(escaped[1], style)
            at = escaped.end()
        elif char == "*":
            stars = _STARS.match(text, at)
            assert stars is not None
            if not _switch(text, stars, style):
                yield _run(stars[0], style)
            at = stars.end()
        elif char == "`" and (code := _code(text, at)):
            yield replace(_run(code[0], style), code=True)
            at = code[1]
        elif char == "[" and style.link is None and (link := _link(text, at)):
            words, target, at = link
            if target.startswith(_MENTION):
                yield replace(_run("", style), account=target.removeprefix(_MENTION))
            else:
                style.link = target
                yield from _runs(words, style)
                style.link = None
        elif char == "<" and (line_break := _LINE_BREAK.match(text, at)):
            yield _run("\n", style)
            at = line_break.end()
        else:
            yield _run(char, style)
            at += 1


def _run(text: str, style: _Style) -> Run:
    return Run(text, bold=style.bold, italic=style.italic, link=style.link)


def _switch(text: str, stars: re.Match[str], style: _Style) -> bool:
    """Turn the styles that these stars mean on or off; False if they are only stars (2 * 3)."""
    if len(stars[0]) > 3:
        return False
    bold, italic = len(stars[0]) > 1, len(stars[0]) != 2
    closes = (bold and style.bold) or (italic and style.italic)
    opens = (bold and not style.bold) or (italic and not style.italic)
    if closes and text[stars.start() - 1 : stars.start()] in ("", " ", "\t"):
        return False
    if opens and (text[stars.end() : stars.end() + 1] in ("", " ", "\t") or not _closed_later(text, stars)):
        return False
    style.bold ^= bold
    style.italic ^= italic
    return True


def _closed_later(text: str, stars: re.Match[str]) -> bool:
    return re.compile(r"(?:(?<=[^\\ \t])|(?<=\\\\))\*").search(text, stars.end() + 1) is not None


def _code(text: str, at: int) -> tuple[str, int] | None:
    fence = _FENCE.match(text, at)
    assert fence is not None
    for close in _FENCE.finditer(text, fence.end()):
        if close[0] == fence[0]:
            code = text[fence.end() : close.start()]
            if code.startswith(" ") and code.endswith(" ") and code.strip(" "):
                code = code[1:-1]
            return code, close.end()
    return None


def _link(text: str, at: int) -> tuple[str, str, int] | None:
    """Words, address and end of the link that begins at `at`; None if it is only a bracket."""
    end = at + 1
    while end < len(text) and text[end] != "]":
        if text[end] == "\\":
            end += 2
        elif text[end] == "`" and (code := _code(text, end)):
            end = code[1]
        elif text[end] == "[":
            return None
        else:
            end += 1
    target = _TARGET.match(text, end + 1)
    if target is None:
        return None
    address = target[1] if target[1] is not None else target[2]
    return text[at + 1 : end], _ESCAPED.sub(r"\1", address), target.end()


def render_runs(runs: Runs) -> str:
    """One line of Markdown that `parse_runs` reads back as these runs."""
    parts: list[str] = []
    bold = italic = False
    for run in (*runs, Run("")):
        parts.append("**" * (run.bold != bold) + "*" * (run.italic != italic))
        bold, italic = run.bold, run.italic
        parts.append(_rendered(run))
    return "".join(parts)


def _rendered(run: Run) -> str:
    if run.account is not None:
        return f"[@]({_address(_MENTION + run.account)})"
    text = _rendered_code(run.text) if run.code and run.text else _escaped(run.text)
    return text if run.link is None else f"[{text}]({_address(run.link)})"


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(r"\\\g<0>", text).replace("\n", "<br>")


def _rendered_code(text: str) -> str:
    text = text.replace("\n", " ")
    fence = "`" * (max((len(ticks) for ticks in _FENCE.findall(text)), default=0) + 1)
    padded = text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip(" ") != "")
    return f"{fence} {text} {fence}" if padded else f"{fence}{text}{fence}"


def _address(url: str) -> str:
    escaped = re.sub(r"[\\()<>]", r"\\\g<0>", url)
    return f"<{escaped}>" if " " in url else escaped
