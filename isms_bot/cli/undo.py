"""`undo`: take back the pages that one pass made, as far as nobody has touched them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isms_bot.cli.call import Call, call_of
from isms_bot.cli.options import Yes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from threading import Event

    from isms_bot.model import Page
    from isms_bot.store import PassAction
    from isms_bot.workspace import Workspace

LEFT = 4
STAYS = {
    "notify": "a message was sent",
    "reply": "a comment was written",
    "record": "a signed job was filed",
    "discuss": "a miss stands in the discussion",
    "find": "a finding closes by itself once its reason is gone",
    "resolve": "a finding was closed",
    "ask": "a question was passed on",
    "amend": "a contract was changed in somebody's favour",
    "conclude": "an occurrence has its outcome",
    "wait": "a job waits for its turn, and opens by itself",
    "show": "a page shows what the ledger says",
    "supersede": "a missed job was closed",
    "retract": "a non-conformity was retracted",
    "improve": "an improvement was proposed",
    "tell": "a comment was written",
    "settle": "somebody decided about a non-conformity",
    "monday": "the week was summed up",
    "preview": "the end of the introduction was shown ahead",
    "keep": "a page that the bot keeps was brought up to date",
    "announce": "the team was told of the end of the introduction",
    "admit": "who may open a private page follows from the roster",
    "put-back": "a status is as it was before",
}
"""What a pass may do beside making pages, and why it is not taken back."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the pass did: `page` is trashed if there is no reason (`why`) to leave it."""

    kind: str
    key: str
    page: Page | None
    number: str = ""
    why: str = ""


Number = Annotated[int, typer.Argument(metavar="PASS", help="Number of the pass, as apply and status say it.")]


def undo(context: typer.Context, number: Number, yes: Yes = False) -> int:
    """Trash the pages that a pass made and nobody has touched; their occurrences are cancelled. Shows the plan first."""
    from isms_bot.cli.asking import through

    return through(call_of(context), "undo", {"number": number, "yes": yes})


def carry_out(call: Call, workspace: Workspace, asked: Mapping[str, Any], stop: Event) -> int:
    """Take back one pass in an open workspace. Raises UsageError if there is no such pass."""
    from isms_bot.errors import UsageError

    number, store = int(asked["number"]), workspace.store
    if number not in {row.id for row in store.passes(workspace.name, 1_000_000)}:
        raise UsageError(f"there is no pass {number} of {workspace.name}; `isms-bot status` says the last one")
    workspace.need_layout()
    steps = [_step(workspace, action) for action in reversed(store.actions_of(number))]
    wanted = [step for step in steps if not step.why]
    for step in steps:
        call.say(f"leave {step.key}: {step.why}" if step.why else f"trash {step.key}")
    done: list[str] = []
    left = [{"key": step.key, "why": step.why} for step in steps if step.why]
    if not wanted:
        call.say(f"Pass {number} made nothing that can be taken back.")
    elif not call.agreed(
        "Do this?", yes=bool(asked["yes"]), otherwise="undo trashes pages and nobody can be asked here; say --yes"
    ):
        return 1
    else:
        workspace.hold()
    for step in wanted:
        if stop.is_set():
            break
        refusal = _take_back(workspace, step, number)
        if refusal:
            call.say(f"left {step.key}: {refusal}")
            left.append({"key": step.key, "why": refusal})
        else:
            done.append(step.key)
    if wanted:
        call.say(f"Taken back: {len(done)} of {len(wanted)}.")
    call.answer({"pass": number, "undone": done, "left": left})
    return 0 if len(done) == len(wanted) else LEFT


def _step(workspace: Workspace, action: PassAction) -> Step:
    """What is to be done about one action: nothing, with the reason, unless it made a page that nobody has touched."""
    from isms_bot.errors import Denied, Gone
    from isms_bot.model import PageState

    history = workspace.history
    number = str(action.detail.get("number", ""))
    if action.kind not in ("open", "raise"):
        return Step(action.kind, action.key, None, why=STAYS.get(action.kind, action.kind))
    if action.kind == "open" and action.key in history.outcomes:
        why = f"its outcome is {history.outcomes[action.key].value} by now"
        return Step(action.kind, action.key, None, number, why)
    if number in history.retracted:
        return Step(action.kind, action.key, None, number, "it is retracted already")
    try:
        content = workspace.connector.read(action.page)
    except (Gone, Denied):
        return Step(action.kind, action.key, None, number, "its page is gone already")
    page = content.page
    if page.state is not PageState.LIVE:
        return Step(action.kind, action.key, page, number, f"its page is {page.state.value}")
    if page.edited_by != page.created_by or any(comment.by_person for comment in content.comments):
        return Step(action.kind, action.key, page, number, "somebody has worked on the page")
    return Step(action.kind, action.key, page, number)


def _take_back(workspace: Workspace, step: Step, number: int) -> str:
    """Trash one page and write it down; returns why it was left, "" if it was not."""
    from isms_bot.errors import Conflict, Denied, Gone
    from isms_bot.ledger import Draft
    from isms_bot.model import Outcome

    page = step.page
    if page is None:
        return "it has no page"
    try:
        workspace.connector.trash(page)
    except Conflict:
        return "somebody has just worked on the page"
    except (Denied, Gone) as refusal:
        return str(refusal)
    now = workspace.connector.now() if workspace.on_sandbox else workspace.clock.now()
    rows = [Draft("undone", step.key, {"pass": number, "kind": step.kind, "page": page.ref})]
    if step.kind == "open":
        # With an outcome the occurrence is neither opened again nor held against anybody.
        rows.append(Draft("outcome", step.key, {"outcome": Outcome.CANCELLED.value}))
    else:
        rows.append(Draft("retracted", step.key, {"number": step.number}))
    workspace.append(*rows, at=now or workspace.clock.now())
    return ""
