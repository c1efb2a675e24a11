"""Who can open what, as the wiki tells: everybody the policy, the procedures and the own jobs; nobody what is not theirs.

By the roster as it was accepted last and the pages as they were seen last; what the wiki does not tell is said to be so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from isms_bot import areas
from isms_bot.connector import CheckLine
from isms_bot.errors import ConnectorError
from isms_bot.layout import BY_SOURCE
from isms_bot.lifecycle import View
from isms_bot.lifecycle.privacy import audience
from isms_bot.model import Account, PageRef, Person, Source
from isms_bot.workspace import Workspace

_FOR_ALL = (Source.POLICIES, Source.PROCEDURES)
Told = Mapping[Account, bool | None]


def lines(workspace: Workspace, today: date) -> list[CheckLine]:
    """A line for each person of the roster and for each private page; one alone where the platform tells nothing of this; none
    before the roster was accepted. Costs a look at every page that is asked about, on Confluence Cloud one call per account."""
    view = areas.as_remembered(workspace, today)
    team = [person for person in view.roster.values() if person.account and person.active(today)]
    layout = workspace.layout()
    if layout is None or not team:
        return []
    if not workspace.connector.capabilities.restrictions:
        said = "This wiki does not tell the bot who can open a page."
        said += " `isms-bot start who-can-open-what` opens the job in which somebody looks."
        return [CheckLine("who can open what", True, said)]
    try:
        accounts = [str(person.account) for person in team]
        shared = {
            BY_SOURCE[source].title: workspace.connector.readers(layout.sources[source].ref, accounts)
            for source in _FOR_ALL
        }
        found = [_of_person(workspace, person, shared) for person in team]
        return [*found, *(_of_private(workspace, view, page.ref) for page in view.area.pages)]
    except ConnectorError as error:
        return [CheckLine("who can open what", False, str(error), "Try again later.")]


def _of_person(workspace: Workspace, person: Person, shared: Mapping[str, Told]) -> CheckLine:
    """Whether a person can open what all need, and the own open jobs."""
    history, account = workspace.history, str(person.account)
    told = {title: readers[account] for title, readers in shared.items()}
    for key in history.unfinished():
        if key in history.pages and person.id in history.promise(key).people:
            told[key] = workspace.connector.readers(history.pages[key], (account,))[account]
    closed = [title for title, can in told.items() if can is False]
    what = f"{person.name} can open"
    if closed:
        todo = "Look at the restrictions of the page and at the permissions of the space."
        return CheckLine(what, False, f"{person.name} cannot open {', '.join(closed)}.", todo)
    jobs = len(told) - len(shared)
    sure = "" if all(told.values()) else " as far as restrictions tell"
    return CheckLine(what, True, f"Policy, procedures and {jobs} open jobs{sure}.")


def _of_private(workspace: Workspace, view: View, ref: PageRef) -> CheckLine:
    """Whether a private page is open to its audience, and to nobody else of the roster."""
    page = next(one for one in view.area.pages if one.ref == ref)
    inside = set(audience(page.roles, page.people, view))
    everybody = {one.id: one for one in view.roster.values() if one.account}
    told = workspace.connector.readers(ref, [str(one.account) for one in everybody.values()])
    can = {name: told[str(one.account)] for name, one in everybody.items()}
    outsiders = [everybody[name].name for name, known in can.items() if name not in inside and known is not False]
    kept_out = [everybody[name].name for name, known in can.items() if name in inside and known is False]
    what = f"private {page.key.removeprefix('pack/')}"
    if outsiders:
        todo = "Take them out in the restrictions of the page, unless somebody has let them in on purpose."
        return CheckLine(what, False, f"Open to {', '.join(outsiders)} as well, whom it does not concern.", todo)
    if kept_out:
        todo = "Run `isms-bot apply`; if it stays, look at the restrictions of the page and of those above it."
        return CheckLine(what, False, f"Not open to {', '.join(kept_out)}, whom it concerns.", todo)
    names = ", ".join(everybody[name].name for name in can if name in inside)
    return CheckLine(what, True, f"Open to {names or 'nobody'} alone.")
