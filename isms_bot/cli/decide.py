"""`decide`: a decision, as a row of *Decisions* would make it."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isms_bot.cli.call import Call, call_of
from isms_bot.cli.options import Yes, day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from threading import Event

    from isms_bot.model import DecisionKind, RosterId
    from isms_bot.outlook import Outlook
    from isms_bot.workspace import Workspace

KINDS = {
    "start": "start",
    "postpone": "postpone",
    "skip": "skip once",
    "pause": "pause until",
    "waive": "waive until",
    "does-not-apply": "does not apply",
    "activate": "activate",
    "end-introduction": "end introduction",
    "accept-late": "accept late",
    "keep-away": "keep away",
    "retract": "retract a non-conformity",
    "evidence": "evidence for a period",
    "attest-private": "attest private area",
}
"""The kinds as words of the command line, and as rows of *Decisions* call them."""

MEANINGS = {
    "start": "A job of it opens with the next pass, for those who hold its role.",
    "postpone": "The job is due later; its original date stays visible.",
    "skip once": "This occurrence is not asked for; the next one is.",
    "pause until": "Nothing is expected until then; what falls into the pause has the outcome paused.",
    "waive until": "The promise is waived until then; what falls into it has the outcome waived.",
    "does not apply": "The policy item or schedule does not apply to you: its jobs end, and no new ones are opened.",
    "activate": "It comes into force: starts that count from activation are now dates.",
    "end introduction": "The introduction ends, no sooner than ten working days from now: from then on a miss is recorded.",
    "accept late": "The record counts although it came late.",
    "keep away": "The page stays away; the occurrence has the outcome withdrawn.",
    "retract a non-conformity": "It was a mistake of the bot: the number stays, it counts nowhere, and that is said once.",
    "evidence for a period": "What is named stands as evidence for the period.",
    "attest private area": "Outsiders cannot open the private area: private pages and jobs may be put there, for a year, and until "
    "somebody who can open it leaves.",
}

Kind = Annotated[str, typer.Argument(metavar="KIND", help=f"One of: {', '.join(KINDS)}.")]
About = Annotated[
    str,
    typer.Option(
        "--about",
        metavar="X",
        help="Key of a job, id of a schedule or policy item, number of a non-conformity; start: a procedure; activate: an id, next, or all.",
    ),
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason; it can be erased later.")]
From = Annotated[date | None, typer.Option("--from", parser=day, metavar="DATE", help="The first day.")]
Until = Annotated[date | None, typer.Option("--until", parser=day, metavar="DATE", help="The last day.")]
As = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="WHO", help="Who decides: roster id, account, e-mail or name. Default: the product manager."
    ),
]
NEEDS_UNTIL = ("postpone", "pause until", "waive until")


def decide(
    context: typer.Context,
    kind: Kind,
    about: About = "",
    why: Why = "",
    start: From = None,
    until: Until = None,
    who: As = None,
    yes: Yes = False,
) -> int:
    """Decide something, with the same effect as a row of Decisions in the wiki."""
    from isms_bot.cli.asking import through
    from isms_bot.errors import UsageError

    meant = kind_of(kind)
    if meant in NEEDS_UNTIL and until is None:
        raise UsageError(f"{meant}: until when? add --until DATE")
    if start and until and until < start:
        raise UsageError(f"--until {until} lies before --from {start}")
    asked = {
        "kind": meant.value,
        "about": about,
        "why": why,
        "start": start.isoformat() if start else None,
        "until": until.isoformat() if until else None,
        "who": who,
        "yes": yes,
    }
    return through(call_of(context), "decide", asked)


def carry_out(call: Call, workspace: Workspace, asked: Mapping[str, Any], _stop: Event) -> int:
    """Decide in an open workspace. Raises UsageError for what or whom there is not."""
    from isms_bot.cli import activating
    from isms_bot.cli.looking import look
    from isms_bot.lifecycle.people import may_decide
    from isms_bot.model import Decision, DecisionKind
    from isms_bot.workspace import token_of

    meant = DecisionKind(asked["kind"])
    start, until = (date.fromisoformat(asked[name]) if asked[name] else None for name in ("start", "until"))
    workspace.hold()
    outlook, found = look(workspace)
    subject = about_what(meant, asked["about"], workspace, outlook)
    by = decider(asked["who"], outlook)
    token = token_of("cli", meant, subject, by, outlook.now.isoformat())
    decision = Decision(f"cli-{token}", meant, subject, by, asked["why"], start, until, outlook.now)
    answer: dict[str, Any] = {"id": decision.id, "kind": meant.value, "about": subject, "by": by}
    if meant is DecisionKind.ACTIVATE and may_decide(decision, outlook.view())[0]:
        shown = activating.show(call, outlook, subject, start)
        answer |= shown
        if shown["in_force_since"] is not None:
            call.answer({**answer, "counts": False})
            return 0
        otherwise = f"this brings {subject} into force and nobody can be asked here; say --yes"
        if not call.agreed("Bring this into force?", yes=asked["yes"], otherwise=otherwise):
            return 1
    counts = outlook.decide(decision)
    last_day = workspace.history.decided_end
    answer["counts"] = counts
    if not counts:
        call.say(f"{by} may not decide this; it belongs to the product manager or the deputy. Nothing was written.")
        call.answer(answer)
        return 1
    call.say(f"{by} decided: {meant.value}, {subject}. {MEANINGS[meant.value]}")
    if meant.value == "end introduction" and last_day is not None:
        call.say(
            f"The last day of the introduction is {last_day}, and ten working days after the team was told at the earliest; "
            "the next pass on a working day tells it."
        )
        answer["last_day"] = last_day.isoformat()
    if any(finding.kind == "no-second-person" for finding in found):
        call.say("There is no second person who could decide; that is shown in the look-back.")
    if meant is DecisionKind.ATTEST_PRIVATE:
        _tell_circle(call, outlook, answer)
    call.say("It has its effect with the next pass.")
    call.answer(answer)
    return 0


def _tell_circle(call: Call, outlook: Outlook, answer: dict[str, Any]) -> None:
    """Whom the attestation is about, and what is still to be made."""
    from isms_bot.lifecycle.privacy import all_inside

    view = outlook.view()
    inside = all_inside(view)
    names = ", ".join(view.roster[one].name for one in inside)
    call.say(f"Those who must be able to open it, and nobody else but the integration: {names}.")
    if not view.area.there:
        call.say(
            "There is no private area yet: name a page as private_root in the configuration and run `isms-bot init`."
        )
    elif view.area.missing:
        call.say(f"{view.area.missing} private pages are still to be made; `isms-bot init` makes them.")
    answer["inside"] = list(inside)


def kind_of(said: str) -> DecisionKind:
    """The kind that is meant. Raises UsageError with what it could be."""
    from isms_bot.errors import UsageError
    from isms_bot.model import DecisionKind

    word = said.strip().casefold()
    value = KINDS.get(word.replace(" ", "-"), word)
    if value in set(DecisionKind):
        return DecisionKind(value)
    close = get_close_matches(word, KINDS, n=1)
    hint = f'did you mean "{close[0]}"? ' if close else ""
    raise UsageError(f'"{said}" is no kind of decision; {hint}kinds: {", ".join(KINDS)}')


def decider(who: str | None, outlook: Outlook) -> RosterId:
    """The roster id of the one who decides. Raises UsageError if that is nobody of the roster."""
    from isms_bot.cli.looking import person
    from isms_bot.errors import UsageError

    if who is None:
        if outlook.product_manager is not None:
            return outlook.product_manager
        named = outlook.workspace.config.product_manager
        raise UsageError(
            f"the product manager of the configuration ({named}) is nobody in Users of the ISMS; "
            "correct the configuration or the roster, or use --as"
        )
    return person(who, outlook.roster.values()).id


def about_what(kind: DecisionKind, about: str, workspace: Workspace, outlook: Outlook) -> str:
    """What the decision is about, if there is such a thing. Raises UsageError."""
    from isms_bot import items as policy_items
    from isms_bot.errors import UsageError
    from isms_bot.lifecycle.activation import NEXT
    from isms_bot.model import DecisionKind, Source
    from isms_bot.roster import ONE_THING

    if kind in ONE_THING:
        return about or ONE_THING[kind]
    history = workspace.history
    schedules = {one.id for one in workspace.config.schedules}
    items = {str(page.fields["item"]) for page in outlook.watch.live(Source.POLICIES) if page.fields.get("item")}
    jobs = set(history.contracts)
    match kind:
        case DecisionKind.START:
            meant = outlook.called(about)
            if meant is not None:
                return meant.id
            procedures = outlook.watch.live(Source.PROCEDURES)
            known = schedules | {str(page.fields["procedure"]) for page in procedures if page.fields.get("procedure")}
        case DecisionKind.ACTIVATE:
            if about == NEXT:
                return _coming(outlook)
            known = policy_items.can_activate(workspace, outlook.watch)
        case DecisionKind.RETRACT:
            known = set(history.numbers.values())
        case DecisionKind.DOES_NOT_APPLY:
            known = schedules | items
        case DecisionKind.EVIDENCE:
            known = schedules | items | jobs
        case DecisionKind.PAUSE | DecisionKind.WAIVE | DecisionKind.SKIP:
            known = schedules | jobs
        case _:
            known = jobs
    if not about:
        raise UsageError(f"{kind.value}: about what? add --about, one of: {_some(known)}")
    coming = (
        kind in (DecisionKind.SKIP, DecisionKind.PAUSE, DecisionKind.WAIVE) and about.partition("/")[0] in schedules
    )
    if about in known or coming:
        return about
    close = get_close_matches(about, known, n=1)
    hint = f'did you mean "{close[0]}"?' if close else f"known: {_some(known)}"
    raise UsageError(f'{kind.value}: there is no "{about}" to decide about; {hint}')


def _coming(outlook: Outlook) -> str:
    """The next item of the order. Raises UsageError if there is none."""
    from isms_bot import items as policy_items
    from isms_bot.errors import UsageError

    item = policy_items.coming(outlook.workspace, outlook.watch, outlook.today)
    if not item:
        raise UsageError("activate: about every policy item that applies something is decided already; nothing is next")
    return item


def _some(known: set[str]) -> str:
    listed = sorted(known)
    return ", ".join(listed[:12]) + (" …" if len(listed) > 12 else "") if listed else "nothing yet"
