"""What is taken in without anybody's leave: new versions of the rules, days on which nobody looked, what policy items are set to.

Each is written into the ledger once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from isms_bot import items
from isms_bot.calendars import local_date
from isms_bot.config import rules_diff
from isms_bot.config.rules import from_plain
from isms_bot.ledger import Draft as Row
from isms_bot.lifecycle.actions import Find
from isms_bot.model import DecisionKind, PageState, Person, RosterId, Source
from isms_bot.observatory import Observatory
from isms_bot.recurrence import shortest_gap
from isms_bot.workspace import Workspace

TICKS = 2
DAY = timedelta(hours=24)
_CADENCE = ("every", "start", "on", "rrule", "cron", "until")
_GONE = "taken away"
_STOPS = (items.NO, _GONE)
"""What a policy item says, or what became of its page, that stops its schedules."""


class Accepting:
    """Takes it in for one pass. What somebody has to look at is added to `found`, for those in `to`."""

    def __init__(self, workspace: Workspace, watch: Observatory, now: datetime, found: list[Find]) -> None:
        self._workspace, self._watch, self._now, self._found = workspace, watch, now, found
        self._history = workspace.history
        self._today = local_date(now, workspace.config.timezone)
        self.to: tuple[RosterId, ...] = ()

    def rules(self) -> frozenset[str]:
        """A version of the rules that is new; returns ids of schedules that are held back, since they look like a rename."""
        rules = self._workspace.rules
        last = self._history.rules[-1] if self._history.rules else None
        canonical = json.dumps(rules, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        schedules: dict[str, Any] = dict(rules["schedules"])
        before = dict(last.schedules) if last else {}
        held_back = self._vanished(schedules)
        if last is not None and last.digest == digest:
            return held_back
        yesterday = self._today - timedelta(days=1)
        since = {}
        for schedule, entry in schedules.items():
            known = next((name for name in (schedule, *entry.get("was", ())) if name in before), None)
            if known == schedule and all(before[known].get(key) == entry.get(key) for key in _CADENCE):
                continue
            opened = self._history.latest.get(known or "", ())[-1:]
            if known is not None and (known != schedule or before[known].get("start") != entry.get("start")):
                # The same promise on other days, as in another pack: asked for next on the day that is nearest to when it would
                # have come anyway, not again at once.
                half = timedelta(days=shortest_gap(from_plain(schedule, entry).rule) // 2)
                opened = [last + half for last in opened]
            since[schedule] = max([*opened, yesterday]).isoformat()
        diff = rules_diff({**rules, "schedules": before}, dict(rules)) if last else ""
        body = {"day": self._today.isoformat(), "digest": digest, "schedules": schedules, "since": since, "diff": diff}
        self._workspace.append(Row("rules", "", body), at=self._now)
        return held_back

    def _vanished(self, after: dict[str, Any]) -> frozenset[str]:
        """Ids that look like a rename nobody declared: held back until `was` or a decision says what is meant."""
        ended = {one.about for one in self._history.decisions.values() if one.kind is DecisionKind.DOES_NOT_APPLY}
        renamed = {old for entry in after.values() for old in entry.get("was", ())}
        ever: dict[str, Any] = {}
        for version in self._history.rules:
            ever.update(version.schedules)
        held: set[str] = set()
        for old in sorted(set(ever) - set(after) - renamed - ended):
            self._found.append(Find("schedule-vanished", old, self.to, {"schedule": old}))
            procedure = ever[old].get("procedure")
            held.update(new for new in after if self._is_new(new) and after[new].get("procedure") == procedure)
        return frozenset(held)

    def _is_new(self, schedule: str) -> bool:
        """True for an id that has opened nothing yet."""
        return not self._history.latest.get(schedule)

    def outage(self) -> None:
        """A gap between completed passes counts for nobody."""
        last = self._workspace.store.last_completed_pass(self._workspace.name)
        if last is None or last.completed is None:
            return
        tick = timedelta(minutes=self._workspace.config.pass_minutes)
        if self._now - last.completed <= max(TICKS * tick, DAY):
            return
        zone = self._workspace.config.timezone
        body = {"from": local_date(last.completed, zone).isoformat(), "to": self._today.isoformat()}
        if any(span.start.isoformat() == body["from"] for span in self._history.outages):
            return
        self._workspace.append(Row("outage", "", body), at=self._now)

    def items(self, roster: Mapping[RosterId, Person]) -> None:
        """Write down what people set policy items to, by whom and why, since that stops schedules and cancels open jobs.

        It counts without a reason too; the reason is then asked for until it stands there, or in a decision about the item.
        """
        decided = {one.about for one in self._history.decisions.values() if one.kind is DecisionKind.DOES_NOT_APPLY}
        for page in sorted(self._watch.pages[Source.POLICIES].values(), key=lambda page: page.ref):
            item, reason = page.fields.get("item"), page.fields.get("reason")
            if not isinstance(item, str) or not item or (page.mark is not None and not page.is_original):
                continue
            said = (
                _GONE
                if page.state in (PageState.TRASHED, PageState.ARCHIVED)
                else str(page.fields.get("applies") or "")
            )
            why = reason.strip() if isinstance(reason, str) else ""
            known = self._history.items.get(item)
            if said in _STOPS and not why and item not in decided:
                self._found.append(Find("applies-without-reason", item, self.to, {"item": page.title}))
            if said in _STOPS and item not in decided and self._applies_to_everyone(item):
                self._found.append(Find("applies-to-everyone", item, self.to, {"item": page.title}))
            if known == (said, bool(why)) or (known is None and said not in _STOPS):
                continue
            by = next((one.id for one in roster.values() if one.account and one.account == page.edited_by), None)
            token = self._workspace.commit(why, rule="decisions", subject=by, on=self._today)
            body = {"item": item, "applies": said, "reason": token, "by": by, "day": self._today.isoformat()}
            self._workspace.append(Row("applies", "", body), at=self._now)

    def _applies_to_everyone(self, item: str) -> bool:
        """True for an item of the pack that the pack knows no reason to leave out; a pack without such reasons says nothing."""
        pack = self._workspace.config.pack
        return pack is not None and bool(pack.applicability) and item in pack.policy and item not in pack.applicability
