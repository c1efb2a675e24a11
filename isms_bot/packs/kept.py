"""Pages of a pack that the bot keeps up to date: what such a page may leave to the bot, as {placeholders} in its text.

In a cell of a table a placeholder is about its row: about the clause or control in the first cell, and about the pages that the row
names by their `ids`. What each one says is decided in `isms_bot.keeping`, which has a function for every name in here.
"""

from __future__ import annotations

import re
from pathlib import Path

from isms_bot.errors import Problem
from isms_bot.packs.checking import unknown_name

COMMON = ("product_manager", "objective", "policy")
"""What every page of a pack may name."""
OF_A_ROW = (
    "state",
    "control_state",
    "procedures",
    "last_record",
    "state_of_all",
    "last_record_of_all",
    "nonconformity_state",
    "last_nonconformity",
    "in_force_two_months",
    "set_to_no",
    "introduction_over",
    "recorded_monthly",
    "recorded_quarterly",
    "recorded_yearly",
    "cases",
    "done_within_a_year",
    "nonconformities",
    "roles_held",
)
"""In a cell of a table."""
OF_THE_PAGE = ("work", "load", "left_out", "exceptions", "records")
"""In a paragraph of their own."""

_PLACEHOLDER = re.compile(r"(?<!`)\{([a-z][a-z0-9_]*)\}(?!`)")


def problems(path: Path, kind: object, body: list[str], first: int) -> list[Problem]:
    """What is wrong with a page that is marked `kept`; `first` is the line of the file on which `body` begins."""
    found: list[Problem] = []
    if kind != "page":
        found.append(Problem(f"{path}:1", "kept", "only a page of the kind page can be the bot's; take the line out"))
    named = [(number, name, line) for number, line in enumerate(body, first) for name in _PLACEHOLDER.findall(line)]
    for number, name, line in named:
        if name in COMMON:
            continue
        in_table = line.lstrip().startswith("|")
        known = OF_A_ROW if in_table else OF_THE_PAGE
        if name in known:
            continue
        if name in OF_A_ROW + OF_THE_PAGE:
            place = "in a paragraph of its own" if in_table else "in a cell of a table"
            found.append(Problem(f"{path}:{number}", f"{{{name}}}", f"stands {place}; move it there"))
        else:
            found.append(
                Problem(f"{path}:{number}", f"{{{name}}}", unknown_name("placeholder of a kept page", name, known))
            )
    if not found and not any(name not in COMMON for _, name, _ in named):
        what = (
            "there is nothing here for the bot to keep up to date; write placeholders, as {state}, or take the line out"
        )
        found.append(Problem(f"{path}:1", "kept", what))
    return found
