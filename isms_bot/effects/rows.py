"""Rows that the bot keeps beside the jobs: findings that open and close by themselves, questions passed on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from isms_bot import texts
from isms_bot.calendars import add_working_days
from isms_bot.connector import Draft
from isms_bot.document import Document, Item, Run
from isms_bot.effects.context import Pass
from isms_bot.effects.making import fresh, make
from isms_bot.effects.messages import post
from isms_bot.errors import Ambiguous, Conflict, Denied, Gone, Permanent, Transient
from isms_bot.lifecycle.actions import Ask, Find
from isms_bot.lifecycle.people import owners_here
from isms_bot.lifecycle.upkeep import ANSWER_WITHIN, QUESTION
from isms_bot.model import Link, Page, PageState, Source, Span

_STAYING = (
    "clone-losses",
    "half-clone",
    "postponement-asked",
    "record-changed",
    "no-second-person",
    "nonconformity-proposed",
)
"""Kinds that are seen once, when it happens: people close these rows."""
MOST_ROWS = 5
"""How often the row of one finding is made, if people take it away."""
CHANGED = "record-changed"
"""The kind that is said under the record as well."""
_ASKED = {"job-trashed": "job.withdrawn_question", "page-moved-outside": "job.withdrawn_question"}
"""Kinds that are a question to somebody, asked in a comment as well."""


def find(run: Pass, action: Find) -> None:
    """Open the row of a finding, once; a finding that comes back opens its old row again."""
    history = run.workspace.history
    if history.findings.get(action.key):
        return
    page, suffix = _row(run, action)
    if page.fields.get("status") == "Resolved":
        page = run.show(page, {"status": "Open", "since": Span(run.now.date())})
    sentence = _ASKED.get(action.kind)
    if sentence is not None:
        values = {**_values(run, action), "owner": run.mentions(action.to), "grace_end": _values(run, action)["until"]}
        message = texts.message(sentence, run.language, **values)
        post(
            run,
            page.ref,
            texts.joined(message, (Link(page.title, page.url),), between="\n"),
            f"asked:finding/{action.key}{suffix}",
        )
    if action.kind == CHANGED:
        _tell_on_record(run, action)
    run.append("finding", action.key, {"state": "open", "page": page.ref})
    run.note("find", action.key, page)


def _row(run: Pass, action: Find) -> tuple[Page, str]:
    """The row of a finding, and what its intents end with. A row that people took away after an earlier time stays where it is,
    and a new one is made. Raises Permanent if that has happened too often."""
    key = f"finding/{action.key}"
    earlier = frozenset(run.observatory.pages[Source.FINDINGS])
    for attempt in range(1, MOST_ROWS + 1):
        suffix = f"#{attempt}" if attempt > 1 else ""
        page, _ = make(run, Source.FINDINGS, key, lambda _: _draft(run, action), intent=key + suffix)
        try:
            page = fresh(run, page.ref) if page.ref in earlier else page
        except (Denied, Gone):
            # The wiki tells no more about a page that was deleted for good: it is not there in any case.
            continue
        if page.state in (PageState.LIVE, PageState.MOVED):
            return page, suffix
    raise Permanent(f"{action.key}: its row was taken away {MOST_ROWS} times; it is not made again")


def _tell_on_record(run: Pass, action: Find) -> None:
    """Whoever looks at a record sees that it was changed since it was signed, and how a correction is signed."""
    page = run.job_page(action.about.partition("@")[0])
    if page is None or page.state is not PageState.LIVE:
        return
    message = texts.message("job.changed_since", run.language, **_values(run, action))
    link = (Link(page.title, page.url),)
    try:
        post(run, page.ref, texts.joined(message, link, between="\n"), f"changed:{action.about}")
    except (Denied, Permanent) as refusal:
        # Comments are off, or the record is closed to the bot: the finding says it all the same.
        run.unsettled.append(f"{action.about}: {refusal}")


def resolve(run: Pass, found: Iterable[Find]) -> None:
    """Close the rows of findings that no longer stand."""
    standing = {finding.key for finding in found}
    for key, ref in list(run.workspace.history.findings.items()):
        if key in standing or key.partition("/")[0] in _STAYING:
            continue
        page = None
        try:
            page = run.show(fresh(run, ref), {"status": "Resolved"})
        except (Denied, Gone, Permanent) as refusal:
            # Somebody has taken the row away, or its column: that settles it as well.
            run.unsettled.append(f"{key}: {refusal}")
        except (Ambiguous, Conflict, Transient) as refusal:
            run.unsettled.append(f"{key}: {refusal}")
            continue
        run.append("finding", key, {"state": "resolved", "page": ref})
        run.note("resolve", key, page)


def _values(run: Pass, action: Find) -> dict[str, Any]:
    """Everything that a sentence about a finding may name; what the finding itself says comes first."""
    given = {name: run.day(value) if isinstance(value, date) else value for name, value in action.values.items()}
    names = [run.name(person) for person in action.to]
    holder = texts.listed(names, run.language) if names else run.product_manager
    return {
        "product_manager": run.product_manager,
        "wiki": run.workspace.connector.capabilities.name,
        "owner": holder,
        "holder": holder,
        "job": action.about,
        "page": given.get("job", action.about),
        "copy": given.get("job", action.about),
        "procedure": action.about,
        "schedule": action.about,
        "role": "product-manager",
        "minutes": 2,
        "author": "somebody",
        "decision": "",
        "details": "",
        "items": "",
        "person": "",
        "people": "",
        "count": "",
        "account": "",
        "container": "",
        "field": "",
        "until": "",
        "from": "",
        "actions": "",
        "changes": "",
        "digest": "",
        "item": "",
        "due": "",
        **given,
        **_unsaid(run, action),
    }


def _unsaid(run: Pass, action: Find) -> dict[str, str]:
    """What a finding about a private job says instead of what stands on its page: everybody reads findings."""
    key = action.about.partition("@")[0]
    if not run.private(key):
        return {}
    title = run.job_title(run.workspace.history.contracts[key])
    return {"job": title, "page": title, "copy": title, "changes": "", "details": ""}


def _draft(run: Pass, action: Find) -> Draft:
    values = _values(run, action)
    title = texts.say(f"title.finding.{action.kind}", run.language, **values)
    what = texts.say(f"finding.{action.kind}", run.language, **values)
    todo = texts.say(f"finding.{action.kind}.todo", run.language, **values)
    lines = [line for line in str(values["changes"]).split("\n") if line]
    changes = Document(tuple(Item((Run(line),)) for line in lines)) if lines else ""
    body = run.document("finding", {"what": what, "changes": changes, "todo": todo, "page": values["page"]})
    return Draft(
        Source.FINDINGS,
        f"finding/{action.key}",
        title,
        {
            "status": "Open",
            "kind": action.kind,
            "todo": todo,
            "since": Span(run.now.date()),
            "for": run.accounts(action.to),
        },
        body,
    )


def ask(run: Pass, action: Ask) -> None:
    """Make a row in *Questions and ideas* of what somebody wrote under the closing question of a job."""
    history = run.workspace.history
    contract = history.promise(action.key)
    procedure = run.procedure_page(contract)
    by = add_working_days(run.now.date(), ANSWER_WITHIN, run.view.calendar)
    text = texts.say("question.private", run.language) if contract.private else action.text
    shortened = text if len(text) <= 80 else text[:79] + "…"
    to = owners_here(contract, run.view)
    body = run.document(
        "question",
        {
            "question": text,
            "procedure": Link(procedure.title, procedure.url) if procedure else contract.title,
            "page": run.job_link(action.key),
            "owner": run.mention(to[0] if to else None),
            "date": run.day(by),
        },
    )
    # Of several people nobody knows who wrote it, and nothing is said that was not seen.
    asker = contract.people if len(contract.people) == 1 and not contract.private else ()
    draft = Draft(
        Source.QUESTIONS,
        f"{QUESTION}{action.key}",
        texts.say("title.question", run.language, procedure=contract.title, text=shortened),
        {
            "status": "Open",
            "answer_by": Span(by),
            "asked_by": run.accounts(asker),
            **run.related("procedure", procedure),
        },
        body,
    )

    page, _ = make(run, Source.QUESTIONS, draft.key, lambda _: draft)
    run.append("question", action.key, {"page": page.ref})
    run.note("ask", action.key, page)
