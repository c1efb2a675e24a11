"""Effects on jobs that exist: outcomes without a page of their own, amended contracts, fields that are brought up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from isms_bot import texts
from isms_bot.effects.context import Pass
from isms_bot.effects.messages import post, say
from isms_bot.errors import Denied, Permanent
from isms_bot.lifecycle.actions import Amend, Conclude, Show, Wait
from isms_bot.lifecycle.people import hands
from isms_bot.model import Completion, Contract, Link, Message, Outcome, Page, PageState, RosterId, Span, Value

_STATUS = {
    Outcome.WAIVED: "Waived",
    Outcome.PAUSED: "Paused",
    Outcome.CANCELLED: "Cancelled",
    Outcome.WITHDRAWN: "Withdrawn",
    Outcome.LEFT: "Left",
}


def conclude(run: Pass, action: Conclude) -> None:
    """Close an occurrence. The page, where there is one, says so; nothing that people wrote is touched."""
    page = run.job_page(action.key)
    if page is not None and page.state is PageState.LIVE:
        _say_why(run, page, action)
        run.show(page, {"status": _STATUS[action.outcome]})
    body = {"outcome": action.outcome.value, "why": action.why}
    if action.nominal is not None:
        body |= {"schedule": action.schedule, "nominal": action.nominal.isoformat()}
    run.append("outcome", action.key, body)
    run.observatory.forget(action.key)
    run.note("conclude", action.key, page, {"outcome": action.outcome.value})


def wait(run: Pass, action: Wait) -> None:
    """Write down that an occurrence waits: the ledger can say why it opened later than its rule, and whom it was not asked of."""
    contract = action.contract
    body = {
        "schedule": contract.schedule,
        "nominal": contract.nominal.isoformat(),
        "due": contract.nominal_due.isoformat(),
        "person": contract.people[0] if contract.completion is Completion.EACH else None,
        "full": list(action.full),
    }
    run.append("waiting", action.key, body)
    run.note("wait", action.key, None)


def _say_why(run: Pass, page: Page, action: Conclude) -> None:
    """Whoever comes back to the page finds out who decided what, and that nothing is left to do."""
    message = _decided(run, "job.ended_by_decision", action.why, {})
    if message is None and action.outcome is Outcome.LEFT:
        message = texts.message("job.left", run.language)
    if message is not None:
        _tell(run, page, message, f"ended:{action.key}")


def _decided(run: Pass, sentence: str, decision_id: str, given: Mapping[str, str]) -> Message | None:
    """The sentence about a decision of the ledger; None if the cause is none."""
    history = run.workspace.history
    decision = history.decisions.get(decision_id)
    if decision is None:
        return None
    reason = run.workspace.ledger.reveal(history.commitments.get(decision.id, "")) or "–"
    author = run.name(decision.by)
    return texts.message(sentence, run.language, author=author, decision=decision.kind.value, reason=reason, **given)


def _tell(run: Pass, page: Page, message: Message, intent: str) -> None:
    link = (Link(page.title, page.url),)
    try:
        post(run, page.ref, texts.joined(message, link, between="\n"), intent)
    except (Denied, Permanent) as refusal:
        # Comments are off: the status says it all the same.
        run.unsettled.append(f"{page.title}: {refusal}")


def amend(run: Pass, action: Amend) -> None:
    """Say why if there is something to say, write the amendment down, then let the page show it.

    It is said first: once the amendment is written down nobody asks again whether it was said.
    """
    if action.reply:
        given = {"due": action.due, "grace_end": action.grace_end, "missing": ()}
        say(run, action.key, action.cause, action.reply, action.people, given)
    page, before = run.job_page(action.key), run.workspace.history.promise(action.key)
    if page is not None and page.state is PageState.LIVE:
        days = {"first_due": run.day(before.due), "due": run.day(action.due)}
        message = _decided(run, "job.postponed", action.cause, days)
        if message is not None:
            _tell(run, page, message, f"moved:{action.key}:{action.cause}")
    body = {
        "cause": action.cause,
        "due": action.due.isoformat(),
        "grace_end": action.grace_end.isoformat(),
        "people": list(action.people),
    }
    run.append("amended", action.key, body)
    if page is not None and page.state is PageState.LIVE and _as_left(run, page, before, action):
        run.show(
            page,
            {
                "due": Span(action.due),
                "grace_end": Span(action.grace_end),
                "assignee": run.accounts(hands(replace(before, people=action.people), run.view)),
            },
        )
    run.note("amend", action.key, page, {"cause": action.cause})


def _as_left(run: Pass, page: Page, before: Contract, action: Amend) -> bool:
    """True if due day and assignee show what they showed before, or already what is to come. Anything else is a gesture that
    waits for its answer: a page written now would no longer tell who made it."""
    people, due = page.fields.get("assignee") or (), page.fields.get("due")
    contracts = (before, replace(before, people=action.people))
    known = {frozenset(run.accounts(hands(contract, run.view))) for contract in contracts}
    return (not isinstance(people, tuple) or frozenset(people) in known) and due in (Span(before.due), Span(action.due))


def show(run: Pass, action: Show) -> None:
    """Bring fields of the bot's own page up to date; people are given as roster ids."""
    page = run.job_page(action.key)
    if page is None or page.state is not PageState.LIVE:
        return
    run.show(page, {name: _shown(run, name, value) for name, value in action.values.items()})
    run.note("show", action.key, page)


def _shown(run: Pass, name: str, value: Value) -> Value:
    if name != "assignee" or not isinstance(value, tuple):
        return value
    people: tuple[RosterId, ...] = value
    return run.accounts(people)
