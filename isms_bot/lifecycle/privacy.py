"""The private area: who may open what is there, and whether anything may be put there at all. Pure.

Where the platform restricts single pages, each page has an audience of its own. Where it does not, people close one place for
all of them and attest that; what they attested holds for a year, and no longer than everybody it was about is still entitled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from isms_bot.calendars import local_date
from isms_bot.history import Attestation
from isms_bot.lifecycle.actions import Admit, Find
from isms_bot.lifecycle.people import acting
from isms_bot.lifecycle.view import View
from isms_bot.model import RosterId

HOLDS = timedelta(days=365)
"""How long it counts that somebody attested that outsiders cannot open the private area."""
REMIND = timedelta(days=30)
"""How long before its end that is asked for anew."""


def audience(roles: Iterable[str], people: Iterable[RosterId], view: View) -> tuple[RosterId, ...]:
    """Who may open a private page: product manager, deputy, the holders of the roles that it names, and those whose job it is,
    as far as they are in the team today."""
    today = local_date(view.now, view.zone)
    wanted = {view.product_manager, view.deputy, *people}
    for role in ("product-manager", "deputy", *roles):
        wanted.update(person.id for person in view.holders(role, today))
    return tuple(person for person in sorted(view.roster) if person in wanted and view.roster[person].active(today))


def circle(view: View) -> tuple[RosterId, ...]:
    """Everybody who may open something in the private area by a role."""
    return audience(view.area.roles, (), view)


def all_inside(view: View) -> tuple[RosterId, ...]:
    """The circle, and whose jobs are open there."""
    open_jobs = (job.contract.people for job in view.jobs.values() if job.contract.private)
    return audience(view.area.roles, (person for people in open_jobs for person in people), view)


def ends(attestation: Attestation) -> date:
    """The last day on which what was attested counts."""
    return attestation.day + HOLDS


def usable(view: View) -> bool:
    """True if private pages may be put into the private area now."""
    return view.area.there and (view.area.restricts or _holds(view.history.attested, view))


def _holds(attestation: Attestation | None, view: View) -> bool:
    """True if somebody attested it within the year and nobody that it was about has lost the right since: whoever left may
    still be able to open the place, which nobody but people can look at."""
    if attestation is None or local_date(view.now, view.zone) > ends(attestation):
        return False
    today = local_date(view.now, view.zone)
    gone = {one for one in attestation.inside if one not in view.roster or not view.roster[one].active(today)}
    return not gone and set(attestation.by_role) <= set(circle(view))


def private_area(view: View) -> Iterator[Admit | Find]:
    """Whom to let in where that has changed, and what somebody has to do about the area itself."""
    area = view.area
    if area.restricts:
        yield from _admissions(view)
    if not area.wanted:
        return
    to = acting(view)[:1]
    if area.exposed:
        yield Find(
            "private-page-exposed", "private", to, {"items": ", ".join(area.exposed), "count": str(len(area.exposed))}
        )
    if not area.there:
        yield Find("private-area-unrestricted" if area.restricts else "private-area-unnamed", "private", to)
        return
    if not area.restricts:
        yield from _attestation(view, to)
    if usable(view) and area.missing:
        yield Find("private-pages-missing", "private", to, {"count": str(area.missing)})


def _admissions(view: View) -> Iterator[Admit]:
    for page in view.area.pages:
        people = audience(page.roles, page.people, view)
        accounts = frozenset(account for one in people if (account := view.roster[one].account))
        if view.area.admitted.get(page.ref) != accounts:
            yield Admit(page.key, page.ref, people)


def _attestation(view: View, to: tuple[RosterId, ...]) -> Iterator[Find]:
    inside, attestation = all_inside(view), view.history.attested
    people = ", ".join(view.roster[one].name for one in inside)
    if not usable(view):
        yield Find("private-area-attest", "private", to, {"people": people})
        return
    assert attestation is not None, "without one the area is not usable"
    if local_date(view.now, view.zone) > ends(attestation) - REMIND:
        yield Find("private-area-attest-soon", "private", to, {"people": people, "until": ends(attestation)})
    new = [view.roster[one].name for one in inside if one not in attestation.inside]
    if new:
        yield Find("private-area-newcomer", "private", to, {"people": ", ".join(new)})
