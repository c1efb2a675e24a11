"""Who is meant among the accounts that the token sees. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from isms_bot.connector import AccountInfo
from isms_bot.setup.asking import Wrong

NOBODY = ("none", "nobody", "-")
EVERYBODY = ("all", "everybody", "*")
_RANGE = re.compile(r"(\d+)\s*-\s*(\d+)")


def shown(account: AccountInfo) -> str:
    """One line of a list of people."""
    return f"{account.name} ({account.mail})" if account.mail else account.name


def written(account: AccountInfo) -> str:
    """How the configuration names an account: by e-mail where it is shown, else by its id, which no rename changes."""
    return account.mail or account.id


def one(said: str, people: Sequence[AccountInfo]) -> AccountInfo:
    """The person meant by a number of the list (from 1), an e-mail address, an account id, a name or a part of one that only one
    person has. Raises Wrong."""
    if said.isdecimal() and 1 <= int(said) <= len(people):
        return people[int(said) - 1]
    word = said.casefold()
    exact = [one for one in people if word in {name.casefold() for name in (one.id, one.mail, one.name) if name}]
    found = exact or [one for one in people if word and word in one.name.casefold().split()]
    if len(found) == 1:
        return found[0]
    if found:
        raise Wrong(
            f'"{said}" could be {" or ".join(shown(one) for one in found)}; write the e-mail address or the number'
        )
    known = {one.name.casefold(): one for one in people}
    close = get_close_matches(word, known, n=1)
    hint = (
        f"did you mean {shown(known[close[0]])}?"
        if close
        else "write a number of the list, an e-mail address or a name"
    )
    raise Wrong(f'"{said}" is nobody whom the token sees; {hint}')


def some(said: str, people: Sequence[AccountInfo]) -> tuple[AccountInfo, ...] | None:
    """Those who are meant, in the order of the list: names and numbers with commas between them, ranges as 2-4; None for all.

    Raises Wrong.
    """
    if said.casefold() in EVERYBODY:
        return None
    picked: set[str] = set()
    for part in filter(None, (part.strip() for part in said.split(","))):
        between = _RANGE.fullmatch(part)
        if between:
            first, last = int(between[1]), int(between[2])
            if not 1 <= first <= last <= len(people):
                raise Wrong(f"{part} is no range of the list; there are 1 to {len(people)}")
            picked |= {account.id for account in people[first - 1 : last]}
        else:
            picked.add(one(part, people).id)
    if not picked:
        raise Wrong('nobody was named; write numbers, names or addresses with commas between them, or "all"')
    return tuple(account for account in people if account.id in picked)
