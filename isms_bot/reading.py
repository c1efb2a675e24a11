"""Read a job whole and make a verdict of it; what people signed with goes to the ledger as it is first seen.

Values that people typed and accounts nobody knows are committed, not written: the chain holds no name and no free text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from isms_bot import signoff
from isms_bot.errors import Denied, Gone
from isms_bot.ledger import Draft as Row
from isms_bot.model import (
    Account,
    Contract,
    Observed,
    Page,
    PageRef,
    PageState,
    Person,
    RosterId,
    Signing,
    Source,
    Verdict,
)
from isms_bot.observatory import Observatory, Reading
from isms_bot.workspace import Workspace

RULE = "records"
"""Retention rule of what is committed here."""
_UNTOUCHED = (Signing.NOTHING, Signing.PARTIAL)
_FILLED = (Signing.TICKED, Signing.HALF_SIGNED, Signing.UNCLEAR, Signing.SOMEONE_ELSE, Signing.SIGNED)


class Reader:
    """Reads jobs of one workspace in one pass."""

    def __init__(
        self,
        workspace: Workspace,
        observatory: Observatory,
        roster: Mapping[RosterId, Person],
        bot: Account | None,
        now: datetime,
        confirmers: Callable[[Contract], tuple[RosterId, ...]],
    ) -> None:
        self._workspace, self._observatory = workspace, observatory
        self._roster, self._bot, self._now = roster, bot, now
        self._confirmers = confirmers
        config = workspace.config
        languages = tuple(dict.fromkeys((config.language.partition("-")[0], "en")))
        self._labels = signoff.labels(languages, config.labels)
        self.unreadable: set[PageRef] = set()
        """Pages that are there and could not be read whole: the wiki keeps body or comments from the bot."""

    def read(self, contract: Contract, ref: PageRef, copies: Sequence[Page] = ()) -> Reading | None:
        """What the page of a job amounts to now; None if it is not there to be read (its state is then remembered)."""
        connector, observatory = self._workspace.connector, self._observatory
        try:
            content = connector.read(ref)
        except Gone:
            self._note_absence(ref)
            return None
        except Denied:
            if self._note_absence(ref):
                self.unreadable.add(ref)
            return None
        observatory.keep([content.page])
        if content.page.state in (PageState.TRASHED, PageState.ARCHIVED):
            return None
        form = signoff.find_form(content.blocks, self._labels, bot=self._bot)
        before = self._before(contract.key)
        facts = signoff.observed(content, form, self._labels, seen=self._now, bot=self._bot, before=before)
        if facts != before:
            self._write_down(contract, facts)
        verdict = self._judge(contract, form, facts, content.precision)
        filled = verdict.signing in _UNTOUCHED and any(self._filled(contract, copy) for copy in copies)
        reading = Reading(self._now, verdict, filled, content.fuller_draft)
        observatory.note(contract.key, reading)
        return reading

    def _judge(self, contract: Contract, form: signoff.Form, facts: Mapping[str, Observed], precision: int) -> Verdict:
        return signoff.judge(
            contract, form, facts, self._roster,
            order=self._workspace.config.date_order, now=self._now, precision=precision,
            confirmers=self._confirmers(contract),
        )  # fmt: skip

    def _filled(self, contract: Contract, copy: Page) -> bool:
        """True if somebody filled in a copy instead of the job."""
        try:
            content = self._workspace.connector.read(copy.ref)
        except (Gone, Denied):
            return False
        form = signoff.find_form(content.blocks, self._labels, bot=self._bot)
        facts = signoff.observed(content, form, self._labels, seen=self._now, bot=self._bot, before={})
        return self._judge(contract, form, facts, content.precision).signing in _FILLED

    def _note_absence(self, ref: PageRef) -> bool:
        """Ask for the page's state: trashed is said by the vendor, a bare refusal says nothing about the page. True if the page
        is there after all."""
        known = next(
            (page for page in self._observatory.pages[Source.JOBS].values() if page.ref == ref),
            None,
        )
        try:
            page = self._workspace.connector.page(ref)
        except Gone:
            page = None
        except Denied:
            return False
        if page is not None:
            self._observatory.keep([page])
            return page.state is PageState.LIVE
        if known is not None:
            self._observatory.keep([replace(known, state=PageState.TRASHED)])
        return False

    # --- what was observed, in the ledger ----------------------------------------------------------------------------

    def _before(self, key: str) -> dict[str, Observed]:
        ledger = self._workspace.ledger
        found: dict[str, Observed] = {}
        for fact in self._workspace.history.observed.get(key, ()):
            value = ledger.reveal(fact["value"])
            if value is None:
                continue
            found[fact["as"]] = Observed(
                field=fact["field"],
                value=value,
                account=self._account(fact["account"]),
                at=datetime.fromisoformat(fact["at"]) if fact["at"] else None,
                seen=datetime.fromisoformat(fact["seen"]),
                own=fact["own"],
                id=fact["id"],
            )
        return found

    def _account(self, said: str | None) -> Account | None:
        if said is None:
            return None
        if said.startswith("commit:"):
            return self._workspace.ledger.reveal(said)
        person = self._roster.get(said)
        return person.account if person else None

    def _write_down(self, contract: Contract, facts: Mapping[str, Observed]) -> None:
        workspace = self._workspace
        named = {person.account: person.id for person in self._roster.values() if person.account}
        old = {fact["as"]: fact for fact in workspace.history.observed.get(contract.key, ())}
        rows: list[dict[str, Any]] = []
        for name, fact in sorted(facts.items()):
            same = old.get(name)
            if same is not None and same["seen"] == fact.seen.isoformat() and same["id"] == fact.id:
                rows.append(dict(same))
                continue
            account = named.get(fact.account or "")
            subject = account or contract.people[0] if contract.people else None
            if fact.account is not None and account is None:
                account = workspace.commit(fact.account, rule=RULE, on=self._now.date())
            rows.append(
                {
                    "as": name,
                    "field": fact.field,
                    "value": workspace.commit(fact.value, rule=RULE, subject=subject, on=self._now.date()),
                    "account": account,
                    "at": fact.at.isoformat() if fact.at else None,
                    "seen": fact.seen.isoformat(),
                    "own": fact.own,
                    "id": fact.id,
                }
            )
        workspace.append(Row("observed", contract.key, {"facts": rows}), at=self._now)
