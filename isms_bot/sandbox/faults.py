"""Faults on request: which request is hit, and how. Rules are tried in order; the first that still has a hit left wins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from isms_bot.sandbox.world import Misuse

EFFECTS = {
    "rate_limited": "429; retry_after (seconds; null: no header), reason",
    "conflict": "409",
    "internal_error": "500",
    "bad_gateway": "502 with an HTML page",
    "unavailable": "503, nothing done",
    "unavailable_after_commit": "503, done; the ids stand in additional_data",
    "gateway_timeout": "504; commit (default false)",
    "overload": "529",
    "delay": "the right answer after `seconds`",
    "drop": "the connection is dropped, nothing done",
    "drop_after_commit": "the connection is dropped, done",
}
_KEYS = {"method", "path", "skip", "times", "effect", "retry_after", "reason", "commit", "seconds"}


@dataclass
class Rule:
    """One rule with its counters. `times` None: for ever."""

    effect: str
    method: str = ""
    path: str = ""
    skip: int = 0
    times: int | None = 1
    retry_after: float | None = 1
    reason: str = "public_api_request_rate_limit"
    commit: bool = False
    seconds: float = 0.0

    def matches(self, method: str, path: str) -> bool:
        return (not self.method or self.method.upper() == method) and re.search(self.path, path) is not None


def parse(rules: Any) -> list[Rule]:
    """Raises Misuse with a sentence."""
    if not isinstance(rules, list):
        raise Misuse("faults are a list of rules")
    return [_rule(rule) for rule in rules]


def _rule(rule: Any) -> Rule:
    if not isinstance(rule, Mapping) or rule.get("effect") not in EFFECTS:
        raise Misuse(f"a fault needs an effect, one of {', '.join(EFFECTS)}")
    if unknown := set(rule) - _KEYS:
        raise Misuse(f"a fault has no key {', '.join(sorted(unknown))}; it has {', '.join(sorted(_KEYS))}")
    try:
        re.compile(rule.get("path", ""))
    except re.error as error:
        raise Misuse(f"path is not a regular expression: {error}") from error
    return Rule(**rule)


class Faults:
    def __init__(self) -> None:
        self.rules: Sequence[Rule] = ()

    def take(self, method: str, path: str) -> Rule | None:
        """The rule that hits this request, counted."""
        for rule in self.rules:
            if rule.times == 0 or not rule.matches(method, path):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            if rule.times is not None:
                rule.times -= 1
            return rule
        return None
