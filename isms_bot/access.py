"""Who can open what, as the wiki tells: everybody the policy, the procedures and the own jobs; nobody what is not theirs.

By the roster as it was accepted last and the pages as they were seen last; what the wiki does not tell is said to be so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from isms_bot import areas
from isms_bot.connector import CheckLine
from isms_bot.errors import ConnectorError
from isms_bot.layout import BY_SOURCE
from isms_bot.lifecycle import PrivatePage, View
from isms_bot.lifecycle.privacy import audience, circle, ends, usable
from isms_bot.model import Account, Person, Source
from isms_bot.texts import listed
from isms_bot.workspace import Workspace

_FOR_ALL = (Source.POLICIES, Source.PROCEDURES)
_SHOWN = 5
"""How many private pages with the same audience are named in a line; the others are counted."""
Told = Mapping[Account, bool | None]


def lines(workspace: Workspace, today: date) -> list[CheckLine]:
    """A line for each person of the roster, for each private page that is not open to its audience alone, and for each audience whose
    pages are; where the platform tells nothing of this, what people said instead. None before the roster was accepted. Costs a look
    at every page that is asked about."""
    view = areas.as_remembered(workspace, today)
    team = [person for person in view.roster.values() if person.account and person.active(today)]
    layout = workspace.layout()
    if layout is None or not team:
        return []
    if not workspace.connector.capabilities.restrictions:
        said = "This wiki does not tell the bot who can open a page."
        said += " `isms-bot start who-can-open-what` opens the job in which somebody looks."
        return [CheckLine("who can open what", True, said), *_attested(workspace, view)]
    try:
        accounts = [str(person.account) for person in team]
        shared = {
            BY_SOURCE[source].title: workspace.connector.readers(layout.sources[source].ref, accounts)
            for source in _FOR_ALL
        }
        return [*(_of_person(workspace, person, shared) for person in team), *_private(workspace, view)]
    except ConnectorError as error:
        return [CheckLine("who can open what", False, f"{error}.", "Try again later.")]


def _of_person(workspace: Workspace, person: Person, shared: Mapping[str, Told]) -> CheckLine:
    """Whether a person can open what all need, and the own open jobs."""
    history, account = workspace.history, str(person.account)
    told = {title: readers[account] for title, readers in shared.items()}
    for key in history.unfinished():
        if key in history.pages and person.id in history.promise(key).people:
            told[key] = workspace.connector.readers(history.pages[key], (account,))[account]
    closed = [title for title, can in told.items() if can is False]
    what = f"access of {person.name}"
    if closed:
        todo = "Look at the restrictions of the page and of those above it, and at the permissions of the space."
        return CheckLine(what, False, f"Cannot open {listed(closed)}.", todo)
    count = len(told) - len(shared)
    jobs = [f"{count} open {'job' if count == 1 else 'jobs'}"] if count else []
    sentence = f"Can open {listed([*shared, *jobs])}"
    return CheckLine(what, True, f"{sentence}." if all(told.values()) else f"{sentence}, as far as restrictions tell.")


# --- the private area where the platform restricts pages


def _private(workspace: Workspace, view: View) -> Iterator[CheckLine]:
    """What is wrong page by page, then what is as it should be, by who can open it."""
    people = {one.id: one for one in view.roster.values() if one.account}
    closed: dict[str, list[str]] = {}
    for page in view.area.pages:
        inside = audience(page.roles, page.people, view)
        told = workspace.connector.readers(page.ref, [str(one.account) for one in people.values()])
        wrong = _astray(page, [(one.name, one.id in inside, told[str(one.account)]) for one in people.values()])
        if wrong is not None:
            yield wrong
        else:
            names = [people[one].name for one in inside if one in people]
            closed.setdefault(listed(names) if names else "nobody", []).append(_named(page))
    yield from _circles(closed)


def _circles(closed: Mapping[str, Sequence[str]]) -> Iterator[CheckLine]:
    """A line for each circle: the pages that are open to it alone."""
    for who, pages in closed.items():
        more = f" and {len(pages) - _SHOWN} more" if len(pages) > _SHOWN else ""
        sentence = f"{', '.join(pages[:_SHOWN])}{more}: open to {who}, and to nobody else of the roster."
        yield CheckLine("private pages", True, sentence)


def _astray(page: PrivatePage, people: Sequence[tuple[str, bool, bool | None]]) -> CheckLine | None:
    """What is wrong with who can open a private page; None if nothing is. `people`: a name, whether it is for them, and whether they
    can open it, None if that is not told."""
    what = f"private {_named(page)}"
    outsiders = [name for name, meant, can in people if not meant and can]
    unsure = [name for name, meant, can in people if not meant and can is None]
    kept_out = [name for name, meant, can in people if meant and can is False]
    if outsiders:
        todo = "Take them out in the restrictions of the page, unless somebody has let them in on purpose."
        return CheckLine(what, False, f"Open to {listed(outsiders)} as well, whom it does not concern.", todo)
    if unsure:
        said = (
            f"May be open to {listed(unsure)} as well, whom it does not concern: its restrictions do not rule it out."
        )
        return CheckLine(what, False, said, "Let the restrictions of the page name single people, and no group.")
    if kept_out:
        todo = "Run `isms-bot apply`; if it stays, look at the restrictions of the page and of those above it."
        return CheckLine(what, False, f"Not open to {listed(kept_out)}, whom it concerns.", todo)
    return None


def _named(page: PrivatePage) -> str:
    return page.key.removeprefix("pack/")


# --- the private area where people close it


def _attested(workspace: Workspace, view: View) -> Iterator[CheckLine]:
    """What people said of the private area; nothing if there is nothing private."""
    area, attestation = view.area, view.history.attested
    if not area.wanted:
        return
    if not workspace.connector.secludes():
        sentence = "There is none, since no page is named for it: nothing private is made, and no private job opens."
        yield CheckLine("private area", True, sentence)
        return
    who = f"It is for {listed([view.roster[one].name for one in circle(view)])}, and for whoever has a job there."
    if not area.there:
        yield CheckLine(
            "private area", False, "A page is named for it, and nothing is there yet.", "Run `isms-bot init`."
        )
    elif attestation is not None and usable(view):
        sentence = f"Closed, as was attested on {attestation.day}; that counts until {ends(attestation)} at most. {who}"
        yield CheckLine("private area", True, sentence)
    else:
        sentence = f"Nobody has attested lately that outsiders cannot open it; until then nothing private opens. {who}"
        todo = "Look at the share menu of its page, then run `isms-bot decide attest-private`."
        yield CheckLine("private area", False, sentence, todo)
