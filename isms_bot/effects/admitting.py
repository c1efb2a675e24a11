"""Who may open a private page: set anew whenever it follows differently from roster and jobs."""

from __future__ import annotations

from collections.abc import Iterable

from isms_bot import areas
from isms_bot.effects.context import Pass
from isms_bot.effects.making import fresh
from isms_bot.lifecycle.actions import Admit
from isms_bot.lifecycle.privacy import audience
from isms_bot.model import Contract, Page, PageState, RosterId


def admit(run: Pass, action: Admit) -> None:
    """Let these people in to a page that is there, and nobody else."""
    page = fresh(run, action.page)
    if page.state is not PageState.LIVE or not page.private:
        return
    let_in(run, page, action.people)
    run.note("admit", action.key, page)


def let_in(run: Pass, page: Page, people: Iterable[RosterId]) -> Page:
    """The private page, open to these people; remembered, so that it is not set again before that changes."""
    accounts = run.accounts(tuple(people))
    page = run.workspace.connector.admit(page, accounts)
    run.observatory.keep([page])
    areas.remember(run.workspace, page.ref, accounts)
    return page


def of_job(run: Pass, contract: Contract) -> tuple[RosterId, ...]:
    """Whom a private job is for."""
    return audience((contract.role, contract.owner), contract.people, run.view)
