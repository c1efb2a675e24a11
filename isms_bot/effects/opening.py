"""Opening a job: contract to the ledger, procedure to a page, and last of all the people on it.

The contract is written before the page is made; a page that is made and not handed over yet has the status *Preparing*. A
half clone is never finished: it is trashed and made again if nobody touched it, else it stays and is pointed out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from isms_bot import texts
from isms_bot.connector import Draft
from isms_bot.effects.admitting import let_in, of_job
from isms_bot.effects.confirming import pinned
from isms_bot.effects.context import Pass
from isms_bot.effects.messages import post
from isms_bot.effects.once import Result, once
from isms_bot.errors import Conflict, Denied, Gone, Permanent
from isms_bot.history import contract_body
from isms_bot.lifecycle.actions import Find, Open
from isms_bot.lifecycle.occasions import row_of
from isms_bot.lifecycle.people import hands
from isms_bot.model import Completion, Contract, Page, PageState, Snapshot, Source, Span

PREPARING = "Preparing"
MOST_COPIES = 3
"""How often the same text is tried before somebody has to look at it."""


def open_job(run: Pass, action: Open) -> None:
    """Open the job of `action`, or go on where an earlier pass was cut off."""
    snapshot = _snapshot(run, action.contract)
    if snapshot is None:
        return
    contract = _frozen(run, action.contract, snapshot)
    page, intent = _existing(run, contract), f"open:{contract.key}"
    if page is None:
        try:
            page, intent = _clone(run, contract, snapshot)
        except Permanent as refusal:
            values = {"procedure": contract.title, "items": str(refusal)}
            run.found.append(Find("clone-losses", contract.schedule, _manager(run), values))
            raise
    if page.fields.get("status") == PREPARING:
        whole = _whole(run, contract, snapshot, page, intent)
        if whole is None:
            return
        promise = run.workspace.history.promise(contract.key)
        if promise.private:
            whole = let_in(run, whole, of_job(run, promise))
        page = run.show(whole, {"status": "Open", "assignee": run.accounts(hands(promise, run.view))})
    _tell_asker(run, contract)
    run.append("delivered", contract.key, {"page": page.ref, **pinned(run, contract)})
    run.note("open", contract.key, page)


def _tell_asker(run: Pass, contract: Contract) -> None:
    """Under the row that asked for the job: that it is there, where, and with whom; once, however many have a job of their own."""
    row = row_of(contract, run.view)
    if row is None or row.id not in run.observatory.pages[Source.DECISIONS]:
        return
    promise = run.workspace.history.promise(contract.key)
    each = promise.completion is Completion.EACH
    people = texts.listed([run.name(person) for person in hands(promise, run.view)], run.language)
    said = texts.message(
        "decision.started.private" if promise.private else "decision.started",
        run.language,
        author=run.mention(row.by),
        job=run.job_link(contract.key),
        due=run.due(promise),
        people=run.role(promise.role) if each else people,
    )
    try:
        post(run, row.id, said, f"started:{row.id}")
    except (Denied, Gone, Permanent) as refusal:
        # Somebody has taken the row away, or comments are off; the job is there all the same.
        run.unsettled.append(f"{contract.title}: {refusal}")


def _snapshot(run: Pass, contract: Contract) -> Snapshot | None:
    """The procedure as it is now, once per pass; None if it has gone in the meantime (a finding, no blind job)."""
    procedure = run.view.procedures[contract.schedule]
    origin = procedure.text or procedure.page
    known = run.snapshots.get(origin)
    if known is not None:
        return known
    try:
        snapshot = run.workspace.connector.snapshot(origin)
    except (Gone, Denied):
        snapshot = None
    # A page of the team's own lies where it always lay, outside the bot's containers.
    there = (PageState.LIVE, PageState.MOVED) if procedure.text else (PageState.LIVE,)
    if snapshot is None or snapshot.page.state not in there:
        run.found.append(Find("procedure-trashed", contract.schedule, _manager(run), {"procedure": procedure.title}))
        return None
    run.snapshots[origin] = snapshot
    if snapshot.losses:
        said = texts.listed(snapshot.losses, run.language)
        run.found.append(
            Find("clone-losses", contract.schedule, _manager(run), {"procedure": procedure.title, "items": said})
        )
    return snapshot


def _manager(run: Pass) -> tuple[str, ...]:
    return tuple(person for person in (run.view.product_manager,) if person)


def _frozen(run: Pass, contract: Contract, snapshot: Snapshot) -> Contract:
    """The contract as it stands in the ledger, written now if it is not there yet, with the released text beside it."""
    history = run.workspace.history
    if contract.key in history.contracts:
        return history.contracts[contract.key]
    contract = replace(contract, text=snapshot.digest)
    run.workspace.store.keep_text(snapshot.digest, snapshot.content.text)
    run.append("opened", contract.key, contract_body(contract))
    return contract


def _existing(run: Pass, contract: Contract) -> Page | None:
    """A page that carries the key already: made by an earlier pass, or known to the wiki though the store was lost."""
    own, _ = run.observatory.jobs(run.workspace.store.installation(), run.workspace.name)
    page = own.get(contract.key)
    return page if page is not None and page.state is PageState.LIVE else None


def _clone(run: Pass, contract: Contract, snapshot: Snapshot) -> tuple[Page, str]:
    """(page, key of the intent that made it). A copy that was trashed as half has an outcome without a page: the next attempt
    has an intent of its own."""
    connector = run.workspace.connector
    draft = _draft(run, contract)

    def add(_payload: Mapping[str, Any]) -> Result:
        page, _ = connector.clone(snapshot, draft)
        run.observatory.keep([page])
        run.made.add(page.ref)
        return {"page": page.ref}

    def look(_payload: Mapping[str, Any]) -> Result | None:
        found = [page for page in connector.find(Source.JOBS, contract.key) if page.is_original]
        run.observatory.keep(found)
        return {"page": found[0].ref} if found else None

    broken = 0
    for attempt in count(1):
        intent = f"open:{contract.key}" + (f"#{attempt}" if attempt > 1 else "")
        payload = {"text": snapshot.digest}
        result = once(run.workspace, intent, "open", payload, add=add, look=look, at=run.now, compound=True)
        if result["page"]:
            break
        broken += result["text"] == snapshot.digest
        if broken >= MOST_COPIES:
            raise Permanent(f"{contract.title}: copying broke off {broken} times; simplify the procedure")
    page = run.observatory.pages[Source.JOBS].get(result["page"]) or connector.page(result["page"])
    run.observatory.keep([page])
    return page, intent


def _draft(run: Pass, contract: Contract) -> Draft:
    policy = run.policy_page(contract.policy)
    return Draft(
        Source.JOBS,
        contract.key,
        run.job_title(contract),
        {
            "status": PREPARING,
            "due": Span(contract.due),
            "first_due": Span(contract.nominal_due),
            "grace_end": Span(contract.grace_end),
            **run.related("procedure", run.procedure_page(contract), private=contract.private),
            **({"policy": (policy,)} if policy else {}),
        },
        private=contract.private,
    )


def _whole(run: Pass, contract: Contract, snapshot: Snapshot, page: Page, intent: str) -> Page | None:
    """The page if its copy is complete. A half one is trashed, to be made again in the next pass, or left if it was touched."""
    if page.ref in run.made:
        return page
    connector = run.workspace.connector
    content = connector.read(page.ref)
    run.observatory.keep([content.page])
    if content.digest in (snapshot.digest, contract.text):
        return content.page
    try:
        connector.trash(content.page)
    except Conflict:
        run.found.append(
            Find(
                "half-clone",
                contract.key,
                _manager(run),
                {"page": run.job_title(contract), "procedure": contract.title},
            )
        )
        return None
    run.observatory.keep([replace(content.page, state=PageState.TRASHED)])
    run.workspace.store.resolve(run.workspace.name, intent, {"page": "", "text": snapshot.digest})
    run.unsettled.append(f"{contract.key}: a copy that had broken off was trashed; it is made anew in the next pass")
    return None
