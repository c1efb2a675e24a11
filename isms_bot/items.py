"""Policy items as the wiki and the decisions have them: which apply, in which order they come into force, which is next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from isms_bot.history import History
from isms_bot.lifecycle import activation
from isms_bot.model import DecisionKind, PageState, Schedule, Source
from isms_bot.observatory import Observatory
from isms_bot.workspace import Workspace

NO, NOT_YET = "No", "Not yet"


def applying_no(watch: Observatory) -> set[str]:
    """Items of which the wiki says that they do not apply, or whose page was taken away."""
    return {
        str(page.fields.get("item"))
        for page in watch.pages[Source.POLICIES].values()
        if page.fields.get("applies") == NO or page.state in (PageState.TRASHED, PageState.ARCHIVED)
    }


def decided_no(history: History, today: date) -> set[str]:
    """Items and schedules of which it was decided that they do not apply today."""
    return {
        one.about
        for one in history.decisions.values()
        if one.kind is DecisionKind.DOES_NOT_APPLY
        and (one.start is None or one.start <= today)
        and (one.until is None or today <= one.until)
    }


def stopped(schedules: Iterable[Schedule], watch: Observatory, history: History, today: date) -> frozenset[str]:
    """Ids of schedules that do not apply, by themselves or with their item."""
    items, about = applying_no(watch), decided_no(history, today)
    return frozenset(one.id for one in schedules if one.policy in items | about or one.id in about)


def order(workspace: Workspace, watch: Observatory, today: date) -> tuple[str, ...]:
    """Items in the order in which they come into force, without those that do not apply, or not yet."""
    config = workspace.config
    later = {
        str(page.fields.get("item")) for page in watch.live(Source.POLICIES) if page.fields.get("applies") == NOT_YET
    }
    without = later | applying_no(watch) | decided_no(workspace.history, today)
    return activation.in_order(config.pack.rollout if config.pack else (), config.schedules, without)


def coming(workspace: Workspace, watch: Observatory, today: date) -> str:
    """The item that comes into force next; "" if about every one something is decided."""
    found = order(workspace, watch, today)
    return activation.coming(found, workspace.config.schedules, workspace.history.activated)


def can_activate(workspace: Workspace, watch: Observatory) -> set[str]:
    """What a decision to activate may be about."""
    schedules = {name for one in workspace.config.schedules for name in (one.id, one.policy) if name}
    items = {str(page.fields["item"]) for page in watch.live(Source.POLICIES) if page.fields.get("item")}
    return schedules | items | {activation.ALL, activation.NEXT}
