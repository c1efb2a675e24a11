"""A small team with the iso27001 pack, as values: what kept pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from isms_bot.document import Document, Table
from isms_bot.history import History
from isms_bot.keeping.facts import Facts
from isms_bot.keeping.rendering import render
from isms_bot.model import Contract, Outcome, Page, Person, Regime, Source
from isms_bot.packs import Pack, load_pack

TODAY = date(2027, 6, 1)
LONG_AGO = TODAY - timedelta(days=200)


@cache
def pack(name: str = "iso27001") -> Pack:
    return load_pack(name)


def page(name: str, page_id: str, source: Source = Source.POLICIES, **fields: Any) -> Page:
    one = pack(name).page(page_id)
    return Page(f"ref-{page_id}", source, one.title, f"https://wiki.example/{page_id}", fields=fields)


def everything(name: str = "iso27001") -> dict[str, Page]:
    return {one.id: page(name, one.id) for one in pack(name).pages}


def team() -> dict[str, Person]:
    """Ten people: a product manager, five developers, two in operations, two others."""
    roles = ["product-manager", *["developer"] * 5, *["operations"] * 2, *[""] * 2]
    return {
        f"p{number:02}": Person(f"p{number:02}", f"row-{number}", f"Name {number}", roles=frozenset({role} - {""}))
        for number, role in enumerate(roles, 1)
    }


def facts(name: str = "iso27001", **given: Any) -> Facts:
    """Everything is there and nothing has happened, unless said otherwise."""
    made = Facts(
        today=TODAY, zone="Europe/Amsterdam", language="en", pack=pack(name), history=History(),
        schedules={one.id: one for one in pack(name).schedules}, pages=everything(name), roles=pack(name).roles,
        product_manager="Ada",
    )  # fmt: skip
    return replace(made, **given)


def history(
    records: Mapping[str, Iterable[date]] | None = None,
    name: str = "iso27001",
    *,
    since: date | None = None,
    outcomes: Mapping[str, Outcome] | None = None,
) -> History:
    """A history with records of procedures, signed on these days, and everything in force `since`. `outcomes`: by procedure, of
    one job more."""  # fmt: skip
    made = History()
    if since is not None:
        made.activated["all"] = since
    for procedure, days in (records or {}).items():
        for day in days:
            key = f"{procedure}/{day}"
            made.contracts[key] = contract(key, procedure, day, name)
            made.outcomes[key] = Outcome.RECORDED
            made.records[key] = "digest"
            made.signed[key] = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    for procedure, outcome in (outcomes or {}).items():
        key = f"{procedure}/one-more"
        made.contracts[key] = contract(key, procedure, TODAY, name)
        if outcome is not Outcome.OPEN:
            made.outcomes[key] = outcome
    return made


def contract(key: str, procedure: str, day: date, name: str = "iso27001") -> Contract:
    written = pack(name).page(procedure)
    return Contract(
        key=key, schedule=procedure, nominal=day, opened=day, nominal_due=day, due=day, grace_end=day,
        regime=Regime.RECORDING, people=("p01",), procedure=procedure, title=written.title, policy=written.text("policy"),
    )  # fmt: skip


def shown(page_id: str, given: Facts) -> Document:
    return render(given.pack.page(page_id), given)


def rows(document: Document) -> list[dict[str, str]]:
    """All rows of all tables, as words by the words of their header."""
    found: list[dict[str, str]] = []
    for node in document.nodes:
        if isinstance(node, Table):
            head, *body = [["".join(run.text for run in cell) for cell in row] for row in node.rows]
            found += [dict(zip(head, row, strict=True)) for row in body]
    return found


def row(document: Document, column: str, value: str) -> dict[str, str]:
    """The row in which a column says so."""
    return next(one for one in rows(document) if one.get(column) == value)


def links(document: Document) -> dict[str, str]:
    """Where the words of tables lead."""
    return {
        run.text: run.link
        for node in document.nodes
        if isinstance(node, Table)
        for line in node.rows
        for cell in line
        for run in cell
        if run.link
    }
