"""Filing a signed job as a record under its policy item.

The order is: what was seen goes to the page, the record goes under its policy, it is read again for its canonical hash, then
its status, protection last, and the ledger closes the occurrence. Every step is harmless to repeat after a crash.
"""

from __future__ import annotations

from typing import Any

from isms_bot import texts
from isms_bot.connector import Draft
from isms_bot.effects.context import Pass
from isms_bot.effects.making import make
from isms_bot.lifecycle.actions import Record
from isms_bot.model import Content, Level, Outcome, PageRef, PageState, Signature, Source, Verdict

FILED = "filed/"
"""Keys of the lines that stand for private records begin with it."""
_STATUS = {Outcome.RECORDED: "Recorded", Outcome.RECORDED_LATE: "Recorded late"}


def record(run: Pass, action: Record) -> None:
    """File the job of `action`. If it was edited since it was judged nothing is filed: the next pass looks again."""
    page = run.job_page(action.key)
    if page is None or page.state is not PageState.LIVE:
        return
    connector, history = run.workspace.connector, run.workspace.history
    contract = history.promise(action.key)
    page = run.show(page, {"evidence": _evidence(run, action.verdict)})
    under = run.policy_page(contract.policy)
    if under is not None and not contract.private:
        page = connector.file(page, under)
    content = connector.read(page.ref)
    page = content.page
    run.observatory.keep([page])
    if _edited(run, content):
        run.unsettled.append(f"{action.key}: edited while it was being filed; it is looked at again in the next pass")
        return
    page = run.show(page, {"status": _STATUS[action.outcome]})
    connector.protect(page)
    if contract.private:
        _line(run, action, under)
    signed = action.verdict.at or run.now
    run.append(
        "outcome",
        action.key,
        {
            "outcome": action.outcome.value,
            "digest": content.digest,
            "text": run.workspace.commit(
                content.text, rule="records", subject=_signer(action.verdict), on=run.now.date()
            ),
            "page": page.ref,
            "signed_at": signed.isoformat(),
            "signatures": [_signature(signature) for signature in action.verdict.signatures],
        },
    )
    run.observatory.forget(action.key)
    run.note("record", action.key, page)


def _line(run: Pass, action: Record, under: PageRef | None) -> None:
    """One line stands under the policy item for a record that never leaves the private area: its key, a date, its outcome, and a link
    for those who may open it."""
    title = texts.say(
        "title.private-record", run.language, key=action.key, date=run.day(run.now.date()), outcome=action.outcome.value
    )
    draft = Draft(
        Source.JOBS,
        f"{FILED}{action.key}",
        title,
        {"status": _STATUS[action.outcome]},
        run.document("private-record", {"record": run.job_link(action.key)}),
    )
    page, _ = make(run, Source.JOBS, draft.key, lambda _: draft)
    page = run.show(page, draft.fields)
    if under is not None:
        run.observatory.keep([run.workspace.connector.file(page, under)])


def _signer(verdict: Verdict) -> str | None:
    return verdict.signatures[0].signer if verdict.signatures else None


def _edited(run: Pass, content: Content) -> bool:
    """True if a person edited the page since it was judged in this pass."""
    page = content.page
    seen = run.view.jobs
    return (
        page.edited_by is not None
        and page.edited_by != run.view.bot
        and page.edited_at is not None
        and any(
            job.page is not None and job.page.ref == page.ref and _later(page.edited_at, job.page.edited_at)
            for job in seen.values()
        )
    )


def _later(one: Any, other: Any) -> bool:
    return other is None or one > other


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "signer": signature.signer,
        "level": signature.level.value,
        "at": signature.at.isoformat(),
        "via": signature.via,
        "done_on": signature.done_on.isoformat() if signature.done_on else None,
        "on_behalf_of": signature.on_behalf_of,
        "confirmed_by": signature.confirmed_by,
        "confirmed_at": signature.confirmed_at.isoformat() if signature.confirmed_at else None,
    }


def _evidence(run: Pass, verdict: Verdict) -> str:
    """What was seen, in words that claim no more than that."""
    said = []
    for signature in verdict.signatures:
        level = {Level.BY_OWN_ACCOUNT: "by-own-account", Level.AT_OWN_ACCOUNT: "at-own-account", Level.TYPED: "typed"}
        values = {
            "signer": run.name(signature.signer),
            "field": signature.via,
            "date": run.day(signature.at.date()),
            "seen": f"{run.day(run.now.date())} {run.now:%H:%M} UTC",
        }
        said.append(texts.say(f"evidence.{level[signature.level]}", run.language, **values))
        if signature.on_behalf_of is not None:
            values["other"] = run.name(signature.on_behalf_of)
            said.append(texts.say("evidence.on-behalf", run.language, **values))
        if signature.confirmed_at is not None:
            answered = {"signer": run.name(signature.confirmed_by), "date": run.day(signature.confirmed_at.date())}
            said.append(texts.say("evidence.confirmation", run.language, **answered))
    precision = run.workspace.connector.capabilities.time_precision
    if precision:
        said.append(texts.say("evidence.precision", run.language, count=precision))
    return " ".join(said)
