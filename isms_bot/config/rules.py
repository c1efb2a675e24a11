"""The rules of a workspace as plain data for the ledger, back again, and what changed between two of them in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from isms_bot import calendars
from isms_bot.config.config import Config
from isms_bot.model import Completion, Duration, Ladder, Level, RelativeStart, Rule, Schedule, Shift, Span, Window
from isms_bot.packs import Pack
from isms_bot.recurrence import parse_start

FORMAT = 1

Plain = dict[str, Any]


def rules(config: Config, workspace: str) -> Plain:
    """The promises of a workspace as JSON-compatible data, equal for equal rules whatever file they stand in.

    `{"format", "pack": {"name", "version"} or None, "timezone", "calendar", "schedules": {id: {key: value}}}`; a pack that is
    read in another language than its own says which. Raises ConfigError if there is no such workspace.
    """
    one = config.workspace(workspace)
    schedules = sorted(one.schedules, key=lambda schedule: schedule.id)
    return {
        "format": FORMAT,
        "pack": _pack(one.pack) if one.pack else None,
        "timezone": one.timezone,
        "calendar": one.calendar,
        "schedules": {schedule.id: plain(schedule, one.declared[schedule.id].whys) for schedule in schedules},
    }


def _pack(pack: Pack) -> Plain:
    said = {"name": pack.name, "version": pack.version, "language": pack.translation}
    return {key: value for key, value in said.items() if value}


def schedules_of(dump: Plain) -> tuple[Schedule, ...]:
    """The schedules that a dump of `rules` holds. Raises ValueError if the dump is of a format that is not known."""
    if dump.get("format") != FORMAT:
        raise ValueError(f"rules of format {dump.get('format')} are not known here; use the version that wrote them")
    return tuple(from_plain(schedule_id, entry) for schedule_id, entry in dump["schedules"].items())


def plain(schedule: Schedule, whys: tuple[str, ...] = ()) -> Plain:
    """A schedule as JSON-compatible data, with the words of the configuration; what is not set is left out."""
    rule = schedule.rule
    completion = f"quorum {schedule.quorum}" if schedule.completion is Completion.QUORUM else schedule.completion.value
    reasons = whys + ("",) * (len(rule.pauses) - len(whys))
    entry: Plain = {
        "procedure": schedule.procedure,
        "assign": f"{'rotate ' if schedule.rotate else ''}role:{schedule.role}",
        "every": str(rule.every) if rule.every else None,
        "start": _start(rule.start),
        "on": rule.on,
        "shift": rule.shift.value,
        "windows": [_window(window) for window in rule.windows] or None,
        "rrule": rule.rrule,
        "cron": rule.cron,
        "until": rule.until.isoformat() if rule.until else None,
        "pause": [_pause(span, why) for span, why in zip(rule.pauses, reasons, strict=True)] or None,
        "completion": completion,
        "lead": str(schedule.lead),
        "grace": str(schedule.grace),
        "ladder": schedule.ladder.value,
        "level": schedule.level.value,
        "policy": schedule.policy or None,
        "owner": schedule.owner,
        "practice": schedule.practice,
        "was": list(schedule.was) or None,
    }
    return {key: value for key, value in entry.items() if value is not None}


def from_plain(schedule_id: str, entry: Mapping[str, Any]) -> Schedule:
    """The schedule that `plain` made `entry` of."""
    start = entry.get("start")
    kind, _, count = entry["completion"].partition(" ")
    return Schedule(
        id=schedule_id,
        procedure=entry["procedure"],
        rule=Rule(
            every=_duration(entry["every"]) if "every" in entry else None,
            start=None
            if start is None
            else parse_start(start)
            if start.startswith("week")
            else date.fromisoformat(start),
            on=entry.get("on"),
            shift=Shift(entry["shift"]),
            windows=tuple(_window_from(text) for text in entry.get("windows", ())),
            rrule=entry.get("rrule"),
            cron=entry.get("cron"),
            until=date.fromisoformat(entry["until"]) if "until" in entry else None,
            pauses=tuple(_span(pause) for pause in entry.get("pause", ())),
        ),
        role=entry["assign"].removeprefix("rotate ").removeprefix("role:"),
        rotate=entry["assign"].startswith("rotate "),
        completion=Completion(kind),
        quorum=int(count or 1),
        lead=_duration(entry["lead"]),
        grace=_duration(entry["grace"]),
        ladder=Ladder(entry["ladder"]),
        level=Level(entry["level"]),
        policy=entry.get("policy", ""),
        owner=entry["owner"],
        practice=entry["practice"],
        was=tuple(entry.get("was", ())),
    )


def _window(window: Window) -> str:
    again = f" every {window.every}" if window.every else ""
    return f"{window.first} to {window.last}{again}"


def _window_from(text: str) -> Window:
    first, _, rest = text.partition(" to ")
    last, _, every = rest.partition(" every ")
    return Window(date.fromisoformat(first), date.fromisoformat(last), _duration(every) if every else None)


def rules_diff(old: Plain, new: Plain) -> str:
    """What is different in `new`, a line each: "policy-review: every 3 months -> every 6 months"; "" if nothing is."""
    lines = [
        f"{key}: {_said(key, old.get(key))} -> {_said(key, new.get(key))}"
        for key in ("pack", "timezone", "calendar")
        if old.get(key) != new.get(key)
    ]
    before, after = dict(old.get("schedules", {})), new.get("schedules", {})
    for schedule_id, entry in after.items():
        former = next((name for name in entry.get("was", ()) if name in before and name not in after), None)
        if schedule_id not in before and former is not None:
            lines.append(f"{former}: is now called {schedule_id}")
            before[schedule_id] = before.pop(former)
        if schedule_id not in before:
            lines.append(f"{schedule_id}: new, {_cadence(entry)}, {entry['assign']}")
            continue
        lines += _changes(schedule_id, before[schedule_id], entry)
    lines += [
        f"{schedule_id}: taken out (was {_cadence(before[schedule_id])})"
        for schedule_id in before
        if schedule_id not in after
    ]
    return "\n".join(lines)


def _changes(schedule_id: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    lines = []
    if _cadence(old) != _cadence(new):
        lines.append(f"{schedule_id}: {_cadence(old)} -> {_cadence(new)}")
    for key in dict.fromkeys((*old, *new)):
        if key not in ("every", "rrule", "cron", "was") and old.get(key) != new.get(key):
            lines.append(f"{schedule_id}: {key} {_said(key, old.get(key))} -> {_said(key, new.get(key))}")
    return lines


def _cadence(entry: Mapping[str, Any]) -> str:
    return next((f"{key} {entry[key]}" for key in ("every", "rrule", "cron") if key in entry), "never")


def _said(key: str, value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key == "pack":
        return " ".join(filter(None, (value["name"], value["version"], value.get("language"))))
    if key == "pause":
        return ", ".join(f"{one['from']} to {one.get('until', 'open')}{_why(one)}" for one in value)
    return str(value)


def _why(pause: Mapping[str, str]) -> str:
    return f" ({pause['why']})" if pause.get("why") else ""


def _start(start: date | RelativeStart | None) -> str | None:
    if isinstance(start, RelativeStart):
        return f"week {start.weeks} after activation"
    return start.isoformat() if start else None


def _pause(span: Span, why: str) -> dict[str, str]:
    entry = {"from": span.start.isoformat(), "until": span.end.isoformat() if span.end else "", "why": why}
    return {key: value for key, value in entry.items() if value}


def _span(pause: Mapping[str, str]) -> Span:
    return Span(date.fromisoformat(pause["from"]), date.fromisoformat(pause["until"]) if "until" in pause else None)


def _duration(text: str) -> Duration:
    return calendars.parse_duration(text)
