"""Everything that must come out the same, whatever went wrong on the way: what stands in the wiki and in the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isms_bot.model import Page, PageRef, Source, Value
from tests.e2e.engine.harness import Stage


@dataclass(frozen=True)
class Truth:
    """Everything that must come out the same whatever went wrong on the way."""

    pages: Mapping[str, Any]
    ledger: Mapping[str, Any]
    comments: Mapping[str, Counter[str]]


def truth(stage: Stage) -> Truth:
    """What stands in the wiki and in the ledger, free of page ids and times of day."""
    names: dict[PageRef, str] = {}
    found: list[Page] = []
    for source in Source:
        found += stage.rows(source)
    for page in found:
        names[page.ref] = page.mark.key if page.mark is not None and page.is_original else page.title
    pages: dict[str, Any] = {}
    comments: dict[str, Counter[str]] = {}
    for page in found:
        name = f"{page.source.value}: {names[page.ref]}"
        assert name not in pages, f"{name} stands there twice"
        fields = {
            key: _plain(value, names) for key, value in page.fields.items() if key not in ("evidence", "mark", "key")
        }
        pages[name] = {"title": page.title, **fields}
        if page.source in (Source.JOBS, Source.NONCONFORMITIES, Source.FINDINGS, Source.DISCUSSION):
            comments[name] = Counter(stage.comments(page.ref))
    history = stage.workspace.history
    ledger = {
        "contracts": {key: repr(contract) for key, contract in history.contracts.items()},
        "outcomes": {key: outcome.value for key, outcome in history.outcomes.items()},
        "missed": {key: outcome.value for key, outcome in history.missed.items()},
        "numbers": dict(history.numbers),
        "standing": {number: one.status for number, one in history.standing.items()},
        "retracted": sorted(history.retracted),
        "raised": {number: names.get(ref, "gone") for number, ref in history.raised.items()},
        "discussion": {line: sorted(keys) for line, keys in history.discussion.items()},
        "notices": {
            key: sorted((one.person, one.step) for one in sent) for key, sent in history.notices.items() if sent
        },
        "replies": sorted(history.replies),
        "amendments": {key: [one.cause for one in changes] for key, changes in history.amendments.items()},
        "records": dict(history.records),
        "superseded": dict(history.superseded),
        "findings": sorted(history.findings),
        "questions": {key: names.get(ref, "gone") for key, ref in history.questions.items()},
        "improvements": {key: names.get(ref, "gone") for key, ref in history.improvements.items()},
        "decisions": {names.get(ref, ref): one.kind.value for ref, one in history.decisions.items()},
        "activated": dict(history.activated),
        "introduction": history.introduction_end,
        "people": {names.get(ref, ref): person for ref, person in history.people.items()},
        "pages": {key: names.get(ref, "gone") for key, ref in history.pages.items()},
        "rules": len(history.rules),
        "outages": list(history.outages),
    }
    return Truth(pages, ledger, comments)


def _plain(value: Value, names: Mapping[PageRef, str]) -> Any:
    return tuple(names.get(part, part) for part in value) if isinstance(value, tuple) else value
