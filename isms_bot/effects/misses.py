"""Consequences of a miss: a line for discussion during the introduction, afterwards one non-conformity per occurrence.

The page is made first and the ledger row closes the matter, so that whatever is cut short is found and gone on with. A title
names procedure and role; the person stands only in the linked job.
"""

from __future__ import annotations

from collections.abc import Mapping

from isms_bot import texts
from isms_bot.connector import Draft
from isms_bot.effects.context import Pass
from isms_bot.effects.making import fresh, make
from isms_bot.effects.messages import post
from isms_bot.errors import Denied, Gone, Permanent
from isms_bot.ledger import Draft as Row
from isms_bot.lifecycle.actions import Discuss, Raise, Retract, Supersede
from isms_bot.model import Contract, Key, Link, Outcome, Page, PageState, Source, Span


def raise_nonconformity(run: Pass, action: Raise) -> None:
    """Raise the non-conformity of one missed occurrence: page, ledger, and the job page that says so."""
    history = run.workspace.history
    if action.key in history.missed:
        return
    contract = history.promise(action.key)
    page, given = make(
        run,
        Source.NONCONFORMITIES,
        f"nc/{action.key}",
        lambda payload: _nonconformity(run, action, contract, payload["number"]),
        {"number": _next_number(run)},
    )
    number = given["number"]
    _show_missed(run, action.key)
    run.workspace.append(
        Row("outcome", action.key, {"outcome": Outcome.NONCONFORMITY.value, "number": number}),
        Row("raised", action.key, {"number": number, "page": page.ref, "day": run.now.date().isoformat()}),
        at=run.now,
        pass_id=run.id,
    )
    run.note("raise", action.key, page, {"number": number})


def _next_number(run: Pass) -> str:
    """A number that no page has and none was promised, also where the page was made and the ledger does not know it yet."""
    taken = set(run.workspace.history.numbers.values())
    promised = run.workspace.store.promised(run.workspace.name, Source.NONCONFORMITIES.value)
    taken.update(payload["number"] for payload in promised)
    highest = max((int(number.removeprefix("NC-")) for number in taken), default=0)
    return f"NC-{highest + 1:03d}"


def _show_missed(run: Pass, key: Key) -> None:
    """Let the page say it before the ledger closes the matter: nobody looks after the page of a missed job later.

    A page that somebody edits in this very moment leaves the miss to the next pass; one that takes no status hinders nothing.
    """
    page = run.job_page(key)
    if page is None or page.state is not PageState.LIVE:
        return
    try:
        run.show(page, {"status": "Missed"})
    except (Denied, Gone, Permanent) as refusal:
        run.unsettled.append(f"{key}: {refusal}")


def _nonconformity(run: Pass, action: Raise, contract: Contract, number: str) -> Draft:
    period = run.period(contract)
    role = run.role(contract.role)
    values = {"procedure": contract.title, "period": period, "due": run.due(contract), "role": role}
    what = "nonconformity.not_validly_signed" if action.not_validly_signed else "nonconformity.what"
    job = run.job_page(action.key)
    if job is not None and job.state is not PageState.LIVE:
        what = "nonconformity.withdrawn"
    link = run.job_link(action.key)
    policy, procedure = _policy(run, contract), run.procedure_page(contract)
    body = run.document(
        "nonconformity",
        {
            "what": texts.say(what, run.language, **values),
            "promise": run.promise_of(contract.policy) or (policy.title if policy else contract.policy),
            "policy": Link(policy.title, policy.url) if policy else contract.policy,
            "procedure": Link(procedure.title, procedure.url) if procedure else contract.title,
            "job": link,
            "due": run.due(contract),
            "grace_end": run.day(contract.grace_end),
            "role": run.role(contract.owner),
            "action": texts.message("nonconformity.action.default", run.language, job=link),
        },
    )
    return Draft(
        Source.NONCONFORMITIES,
        f"nc/{action.key}",
        texts.say("title.nonconformity", run.language, number=number, **values),
        {
            "number": number,
            "status": "Open",
            "role": role,
            "owner": run.accounts(action.to[-1:]),
            "raised": Span(run.now.date()),
            **({"job": (job.ref,)} if job and not contract.private else {}),
            **run.related("procedure", procedure),
            **({"policy": (policy.ref,)} if policy else {}),
        },
        body,
    )


def _policy(run: Pass, contract: Contract) -> Page | None:
    ref = run.policy_page(contract.policy)
    return run.observatory.pages[Source.POLICIES].get(ref) if ref else None


def discuss(run: Pass, action: Discuss) -> None:
    """Count the miss on its line of the discussion: per procedure and occurrence, how many of how many, no names."""
    history = run.workspace.history
    if action.key in history.missed:
        return
    contract = history.promise(action.key)
    missed = history.discussion.get(action.line, set()) | {action.key}
    together = [key for key in history.contracts if key == action.line or key.startswith(f"{action.line}/")]
    counts = {"missed": len(missed), "of": len(together)}
    page = _line(run, action.line, contract, counts)
    try:
        page = run.show(fresh(run, page.ref), counts)
    except (Denied, Gone, Permanent) as refusal:
        # Somebody has taken the line away; what is counted stands in the ledger all the same.
        run.unsettled.append(f"{action.line}: {refusal}")
    _say_what_was_said(run, action, page)
    _show_missed(run, action.key)
    run.append("outcome", action.key, {"outcome": Outcome.INTRODUCTION.value, "line": action.line})
    run.note("discuss", action.key, page)


def _tell_those_concerned(run: Pass, action: Retract, why: str, number: Link) -> None:
    """On their job, since no page that everybody reads names them."""
    job = run.job_page(action.key)
    if job is None or job.state is not PageState.LIVE:
        return
    people = run.mentions(run.workspace.history.promise(action.key).people)
    sentence = "job.retracted" if why else "job.retracted.plain"
    message = texts.message(sentence, run.language, people=people, number=action.number, reason=why)
    try:
        post(run, job.ref, texts.joined(message, (number,), between="\n"), f"retracted:{action.number}@job")
    except (Denied, Gone, Permanent) as refusal:
        # Comments are off, or the page has gone: the page of the non-conformity says it all the same.
        run.unsettled.append(f"{action.number}: {refusal}")


def _say_what_was_said(run: Pass, action: Discuss, page: Page) -> None:
    """What somebody wrote under the closing question of the job is a comment on the line: the words and nobody's name."""
    job = run.view.jobs.get(action.key)
    words = job.verdict.feedback if job is not None and job.verdict is not None else ""
    if not words or run.private(action.key):
        return
    said = texts.message("discussion.said", run.language, text=words)
    try:
        post(run, page.ref, texts.joined(said, (Link(page.title, page.url),), between="\n"), f"said-on:{action.key}")
    except (Denied, Gone, Permanent) as refusal:
        # The words stand in Questions and ideas as well.
        run.unsettled.append(f"{action.line}: {refusal}")


def _line(run: Pass, line: str, contract: Contract, counts: Mapping[str, int]) -> Page:
    procedure = run.procedure_page(contract)
    link = Link(procedure.title, procedure.url) if procedure else contract.title
    body = run.document(
        "discussion",
        {
            "what": texts.message(
                "discussion.line", run.language, procedure=link, count=counts["missed"], of=counts["of"]
            ),
            "procedure": link,
            "due": run.day(contract.nominal_due),
        },
    )
    draft = Draft(
        Source.DISCUSSION,
        f"discussion/{line}",
        texts.say("title.discussion", run.language, procedure=contract.title, period=run.period(contract)),
        {"due": Span(contract.nominal_due), **counts, **run.related("procedure", procedure)},
        body,
    )

    page, _ = make(run, Source.DISCUSSION, draft.key, lambda _: draft)
    return page


def supersede(run: Pass, action: Supersede) -> None:
    """Close the page of a missed job with a link to the next one; its outcome stays what it was."""
    page = run.job_page(action.key)
    following = run.job_link(action.by)
    if page is not None and page.state is PageState.LIVE:
        message = texts.message("job.superseded", run.language, next=following)
        post(run, page.ref, message, f"superseded:{action.key}")
        run.show(page, {"status": "Superseded"})
    run.append("superseded", action.key, {"by": action.by})
    run.observatory.forget(action.key)
    run.note("supersede", action.key, page)


def retract(run: Pass, action: Retract) -> None:
    """Say once, where it was raised and to those concerned on their job, that it was our mistake; the number is kept."""
    ref = run.workspace.history.raised[action.number]
    connector = run.workspace.connector
    decision = next(one for one in run.view.decisions("retract a non-conformity") if one.about == action.number)
    why = run.workspace.ledger.reveal(run.workspace.history.commitments.get(decision.id, "")) or ""
    page = connector.page(ref)
    open_why = "" if run.private(action.key) else why
    sentence = "nonconformity.retracted" if open_why else "nonconformity.retracted.plain"
    message = texts.message(sentence, run.language, number=action.number, reason=open_why)
    post(run, ref, message, f"retracted:{action.number}")
    _tell_those_concerned(run, action, why, Link(page.title, page.url))
    run.show(page, {"status": "Retracted"})
    run.append("retracted", action.key, {"number": action.number})
    run.note("retract", action.number, page)
