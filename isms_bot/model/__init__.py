"""The vocabulary: values that every other module speaks in. Standard library only; no clock, no I/O, no vendor."""

from __future__ import annotations

from isms_bot.model.conversation import Decision, DecisionKind, Link, Mention, Message, Snapshot, Text
from isms_bot.model.durations import Duration, RelativeStart, Rule, Shift, Span, Unit, Window
from isms_bot.model.identity import Account, Key, PageRef, RosterId
from isms_bot.model.pages import Block, BlockKind, Comment, Content, Mark, Page, PageState, Source, Value
from isms_bot.model.people import Person, WorkCalendar
from isms_bot.model.promises import Completion, Contract, Ladder, Level, Outcome, Phase, Regime, Schedule
from isms_bot.model.signing import Behalf, Given, Observed, Signature, Signing, Verdict

__all__ = [
    "Account",
    "Behalf",
    "Block",
    "BlockKind",
    "Comment",
    "Completion",
    "Content",
    "Contract",
    "Decision",
    "DecisionKind",
    "Duration",
    "Given",
    "Key",
    "Ladder",
    "Level",
    "Link",
    "Mark",
    "Mention",
    "Message",
    "Observed",
    "Outcome",
    "Page",
    "PageRef",
    "PageState",
    "Person",
    "Phase",
    "Regime",
    "RelativeStart",
    "RosterId",
    "Rule",
    "Schedule",
    "Shift",
    "Signature",
    "Signing",
    "Snapshot",
    "Source",
    "Span",
    "Text",
    "Unit",
    "Value",
    "Verdict",
    "Window",
    "WorkCalendar",
]
