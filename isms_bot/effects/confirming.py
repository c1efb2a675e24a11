"""What a confirmation is about: which text of the policy a job asks somebody to confirm, and what has changed since they last did.

A procedure whose evidence begins with "confirmation", in any language of the form, asks for one. Its jobs pin the text of every promise when they open, so
that a later reader can tell what was confirmed; its first message says what is new, and what came of the person's questions.
"""

from __future__ import annotations

from collections.abc import Collection
from difflib import unified_diff
from typing import Any

from isms_bot import texts
from isms_bot.effects.context import Pass
from isms_bot.errors import Denied, Gone
from isms_bot.model import Contract, Key, Message, Outcome, Page, RosterId, Source

CONFIRMATION = ("confirmation", "bevestiging", "bestätigung", "potwierdzenie", "confirmación")
_CONFIRMED = (Outcome.RECORDED, Outcome.RECORDED_LATE)


def confirms(run: Pass, contract: Contract) -> bool:
    """True if the job asks its people to confirm the policy."""
    procedure = run.procedure_page(contract)
    evidence = procedure.fields.get("evidence") if procedure else None
    return isinstance(evidence, str) and evidence.casefold().startswith(CONFIRMATION)


def pinned(run: Pass, contract: Contract) -> dict[str, Any]:
    """{"policies": {item: digest}} of all promises that apply now, their texts kept; nothing for other jobs.

    A promise is read again only after it was edited; the texts are kept once per digest.
    """
    if not confirms(run, contract):
        return {}
    digests = {}
    for page in run.observatory.live(Source.POLICIES):
        item = page.fields.get("item")
        if isinstance(item, str) and page.fields.get("applies") == "Yes":
            digest = _digest(run, page)
            if digest is not None:
                digests[item] = digest
    return {"policies": dict(sorted(digests.items()))}


def _digest(run: Pass, page: Page) -> str | None:
    store, workspace = run.workspace.store, run.workspace
    stamp = page.edited_at.isoformat() if page.edited_at else ""
    cached = store.cache_get(workspace.name, f"policy/{page.ref}")
    if cached is not None and cached[0] == stamp:
        known: str = cached[1]
        return known
    try:
        content = workspace.connector.read(page.ref)
    except (Gone, Denied):
        return None
    store.keep_text(content.digest, content.text)
    store.cache_put(workspace.name, f"policy/{page.ref}", [stamp, content.digest])
    return content.digest


def news(run: Pass, person: RosterId, key: Key) -> tuple[Message, ...]:
    """What has changed since this person last confirmed: a sentence for the first message about a job that asks for that."""
    contract = run.workspace.history.contracts[key]
    return (_changes(run, person, contract),) if confirms(run, contract) else ()


def _changes(run: Pass, person: RosterId, contract: Contract) -> Message:
    history = run.workspace.history
    earlier = [
        known
        for known in history.contracts.values()
        if known.schedule == contract.schedule
        and known.nominal < contract.nominal
        and person in known.people
        and history.outcome(known.key) in _CONFIRMED
    ]
    if not earlier:
        return texts.message("notice.changes.first", run.language)
    before = history.policies.get(max(earlier, key=lambda known: known.nominal).key, {})
    now = history.policies.get(contract.key, {})
    changed = [_described(run, item, before.get(item), now.get(item)) for item in sorted({*before, *now})]
    said = [words for words in changed if words]
    if not said:
        return texts.message("notice.changes.none", run.language)
    return texts.message("notice.changes.some", run.language, items=texts.listed(said, run.language))


def _described(run: Pass, item: str, before: str | None, now: str | None) -> str:
    """ "Backups (2 lines)" for a promise that reads differently now; "" for one that does not."""
    if before == now:
        return ""
    page = next((page for page in run.observatory.live(Source.POLICIES) if page.fields.get("item") == item), None)
    title = page.title if page else item
    store = run.workspace.store
    old, new = (store.text(digest) if digest else "" for digest in (before, now))
    lines = [
        line
        for line in unified_diff((old or "").splitlines(), (new or "").splitlines(), lineterm="", n=0)
        if line.startswith("+") and not line.startswith("+++")
    ]
    return texts.say("changes.item", run.language, item=title, count=max(len(lines), 1))


def answers(run: Pass, person: RosterId, opened: Collection[Key]) -> dict[Key, Message]:
    """Answers that stand in Questions and ideas and that this person has not met yet, by the job on which it was asked: for the
    first message about the next job. They are met once that message is there (`MET` is then a cause of the asking job)."""
    history = run.workspace.history
    said: dict[Key, Message] = {}
    for asked, ref in sorted(history.questions.items()):
        if asked in opened or person not in history.contracts[asked].people or (asked, MET) in history.replies:
            continue
        try:
            page = run.workspace.connector.page(ref)
        except (Gone, Denied):
            continue
        answer = page.fields.get("answer")
        if isinstance(answer, str) and answer.strip():
            question = page.title.partition(": ")[2] or page.title
            said[asked] = texts.message("notice.answered", run.language, question=question, text=answer.strip())
    return said


MET = "answer met"
