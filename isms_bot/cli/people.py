"""`people`: who is in the roster, and who of the wiki is not."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isms_bot.cli.call import call_of

if TYPE_CHECKING:
    from isms_bot.model import Person

Suggest = Annotated[
    bool, typer.Option("--suggest", help="Also list accounts that the token sees and that have no row in the roster.")
]


def people(context: typer.Context, suggest: Suggest = False) -> int:
    """List the roster: ids, roles, dates, and whether the account of each row resolves."""
    from isms_bot.cli.looking import look
    from isms_bot.cli.opening import opened

    call = call_of(context)
    with opened(call, dry=True) as open_:
        accounts = {account.id: account for account in open_.workspace.connector.accounts()}
        outlook, _ = look(open_.workspace)
    rows = [_row(person, accounts.keys()) for person in outlook.roster.values()]
    for row in rows:
        dates = f"from {row['from'] or 'the beginning'}" + (f" until {row['until']}" if row["until"] else "")
        away = f", away {row['away']}" if row["away"] else ""
        known = "account resolves" if row["resolves"] else "account does not resolve"
        call.say(f"{row['id']}  {row['name']}: {', '.join(row['roles']) or 'no role'}; {dates}{away}; {known}")
    if not rows:
        call.say("Nobody is in the roster yet.")
    answer: dict[str, object] = {
        "people": rows,
        "product_manager": outlook.product_manager,
        "deputy": outlook.deputy,
    }
    if outlook.product_manager is None:
        named = open_.workspace.config.product_manager
        call.say(f"The product manager of the configuration ({named}) is none of them; correct one or the other.")
    if suggest:
        there = {person.account for person in outlook.roster.values()}
        missing = [one for one in accounts.values() if one.is_person and one.active and one.id not in there]
        for one in missing:
            call.say(f"no row: {one.name}{f' <{one.mail}>' if one.mail else ''} ({one.id})")
        if not missing:
            call.say("Everybody whom the token sees has a row.")
        answer["without_row"] = [{"account": one.id, "name": one.name, "mail": one.mail} for one in missing]
    call.answer(answer)
    return 0


def _row(person: Person, accounts: Container[str]) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "roles": sorted(person.roles),
        "from": person.since.isoformat() if person.since else None,
        "until": person.until.isoformat() if person.until else None,
        "away": ", ".join(f"{span.start} to {span.end or 'open'}" for span in person.away),
        "account": person.account,
        "resolves": person.account is not None and person.account in accounts,
    }
