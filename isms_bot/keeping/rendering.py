"""A kept page: its text in the pack with every placeholder filled in from the facts. Pure.

The first line says whose page it is. The same facts always make the same document, so that nothing is written on a day on which
nothing has changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from isms_bot import texts
from isms_bot.document import Callout, Document, Node, Runs, Table
from isms_bot.keeping import evidence, management, readiness, words
from isms_bot.keeping.evidence import Row
from isms_bot.keeping.facts import Facts
from isms_bot.layout import BY_SOURCE
from isms_bot.markdown import Filling, fill, link_codes, parse, placeholders
from isms_bot.model import Link, Message, Source
from isms_bot.packs import PackPage

OF_A_ROW: Mapping[str, Callable[[Facts, Row], Message]] = {
    "state": evidence.state,
    "control_state": evidence.control_state,
    "procedures": evidence.procedures,
    "last_record": evidence.last_record,
    "state_of_all": evidence.state_of_all,
    "last_record_of_all": evidence.last_record_of_all,
    "nonconformity_state": evidence.nonconformity_state,
    "last_nonconformity": evidence.last_nonconformity,
    "in_force_two_months": readiness.in_force_two_months,
    "set_to_no": readiness.set_to_no,
    "introduction_over": readiness.introduction_over,
    "recorded_monthly": readiness.recorded_monthly,
    "recorded_quarterly": readiness.recorded_quarterly,
    "recorded_yearly": readiness.recorded_yearly,
    "cases": readiness.cases,
    "done_within_a_year": readiness.done_within_a_year,
    "nonconformities": readiness.nonconformities,
    "roles_held": readiness.roles_held,
}
"""What a cell says, by its placeholder (`isms_bot.packs.kept`)."""
OF_THE_PAGE: Mapping[str, Callable[[Facts], Document]] = {
    "work": management.work,
    "load": management.load,
    "left_out": management.left_out,
    "exceptions": management.exceptions,
    "records": readiness.records,
}
"""What stands for a paragraph, by its placeholder."""

_CLAUSE = re.compile(r"A\.\d+(?:\.\d+)*|\d+(?:\.\d+)+")


def render(page: PackPage, facts: Facts) -> Document:
    """The document of a kept page of the pack."""
    written = parse(page.body)
    nodes = tuple(_table(node, facts) if isinstance(node, Table) else node for node in written.nodes)
    rest = Document(nodes)
    values: dict[str, Filling] = {name: OF_THE_PAGE[name](facts) for name in placeholders(rest) if name in OF_THE_PAGE}
    filled = fill(rest, {**_common(facts), **values})
    addresses = {name: there.url for name, there in facts.pages.items() if there.url}
    return Document((_first_line(facts), *link_codes(filled, addresses).nodes))


def _first_line(facts: Facts) -> Node:
    container = BY_SOURCE[Source.QUESTIONS].title
    return Callout(words.runs(texts.message("kept.first_line", facts.language, container=container)))


def _common(facts: Facts) -> dict[str, Filling]:
    objective = facts.pages.get("objective")
    return {
        "product_manager": facts.product_manager,
        "objective": Link(objective.title, objective.url) if objective is not None else "our objective",
        "policy": BY_SOURCE[Source.POLICIES].title,
    }


def _table(table: Table, facts: Facts) -> Table:
    return Table(tuple(_row(row, facts) for row in table.rows), table.header)


def _row(row: tuple[Runs, ...], facts: Facts) -> tuple[Runs, ...]:
    alone = Document((Table((row,), header=False),))
    wanted = [name for name in sorted(placeholders(alone)) if name in OF_A_ROW]
    if not wanted:
        return row
    about = Row(_clauses(row[0]), tuple(run.text for cell in row for run in cell if run.code))
    values: dict[str, Filling] = {name: OF_A_ROW[name](facts, about) for name in wanted}
    [filled] = fill(alone, {**_common(facts), **values}).nodes
    assert isinstance(filled, Table)
    return filled.rows[0]


def _clauses(cell: Runs) -> frozenset[str]:
    """The clauses and controls that a cell names; "9.2.2" is one of 9.2 as well."""
    return frozenset(_above(_CLAUSE.findall("".join(run.text for run in cell))))


def _above(named: list[str]) -> Iterator[str]:
    for clause in named:
        yield clause
        parts = clause.split(".")
        if not clause.startswith("A.") and len(parts) > 2:
            yield ".".join(parts[:2])
