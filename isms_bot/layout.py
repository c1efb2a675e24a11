"""What the bot's containers look like: one spec per source, in words that no vendor owns. Pure.

Field *ids* (left) are what code uses; names are what people read and may rename: a connector stores the vendor's ids.
Fields marked `owned` are written by the bot alone; in the others people write and the bot writes only on its own rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from isms_bot.model import Source


class FieldKind(StrEnum):
    """Kinds of field that both families of wiki can hold."""

    TITLE = "title"
    TEXT = "text"
    OPTION = "option"
    OPTIONS = "options"
    PEOPLE = "people"
    DATE = "date"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    RELATION = "relation"
    MAIL = "mail"
    URL = "url"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field: its id, the name it is created with, its kind, the options it starts with, the source a relation leads to."""

    id: str
    name: str
    kind: FieldKind
    options: tuple[str, ...] = ()
    target: Source | None = None
    owned: bool = False


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One container: the title it is created with, a sentence for people, and its fields."""

    source: Source
    title: str
    about: str
    fields: tuple[FieldSpec, ...]

    def field(self, field_id: str) -> FieldSpec:
        """The spec of one field. Raises KeyError if this source has no such field."""
        for spec in self.fields:
            if spec.id == field_id:
                return spec
        raise KeyError(field_id)


@dataclass(frozen=True, slots=True)
class SourceLayout:
    """Where a source really lives: the vendor's id of the container, and per field id the vendor's ids of field and options.

    `extra` is the connector's own (for example the database id beside the data source id). JSON-compatible throughout.
    """

    ref: str
    url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """The containers of one workspace as created or adopted; kept in the store and found again under the root.

    `private` are the places of the private area, twins of open ones; empty where the platform or the configuration has none.
    """

    root: str
    sources: Mapping[Source, SourceLayout]
    private: Mapping[Source, SourceLayout] = field(default_factory=dict)

    def place(self, source: Source, *, private: bool = False) -> SourceLayout | None:
        """Where pages of a source live, openly or in the private area; None if there is no such place."""
        return (self.private if private else self.sources).get(source)


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
JOB_STATUS = (
    "Preparing", "Open", "Overdue", "Missed", "Recorded", "Recorded late", "Superseded", "Waived", "Paused", "Cancelled",
    "Withdrawn", "Left",
)  # fmt: skip
NONCONFORMITY_STATUS = ("Open", "Under discussion", "Stands", "Reworded", "Retracted", "Closed")

_KEY = FieldSpec("key", "Key", FieldKind.TEXT, owned=True)
_MARK = FieldSpec("mark", "Mark", FieldKind.TEXT, owned=True)


def _relation(field_id: str, name: str, target: Source, *, owned: bool = False) -> FieldSpec:
    return FieldSpec(field_id, name, FieldKind.RELATION, target=target, owned=owned)


SOURCES: tuple[SourceSpec, ...] = (
    SourceSpec(
        Source.USERS,
        "Users of the ISMS",
        "Who carries out the policy: one row per person. Roles, dates and absences are kept here by people.",
        (
            FieldSpec("title", "Name", FieldKind.TITLE),
            FieldSpec("account", "Account", FieldKind.PEOPLE),
            FieldSpec("mail", "E-mail", FieldKind.MAIL),
            FieldSpec(
                "roles", "Roles", FieldKind.OPTIONS,
                ("product-manager", "deputy", "top-management", "operations", "developer", "team-member"),
            ),
            FieldSpec("since", "From", FieldKind.DATE),
            FieldSpec("until", "Until", FieldKind.DATE),
            FieldSpec("works", "Works on", FieldKind.OPTIONS, DAYS),
            FieldSpec("calendar", "Calendar", FieldKind.TEXT),
            FieldSpec("zone", "Time zone", FieldKind.TEXT),
            FieldSpec("language", "Language", FieldKind.TEXT),
            _relation("manager", "Manager", Source.USERS),
            _relation("stand_in", "Stand-in", Source.USERS),
            FieldSpec("away", "Away", FieldKind.DATE),
            _KEY, _MARK,
        ),
    ),
    SourceSpec(
        Source.POLICIES,
        "Information Security Policy",
        "Our promises, one page each, with the records that show that we keep them.",
        (
            FieldSpec("title", "Promise", FieldKind.TITLE),
            FieldSpec("item", "Id", FieldKind.TEXT),
            FieldSpec("applies", "Applies", FieldKind.OPTION, ("Yes", "Not yet", "No")),
            FieldSpec("reason", "Reason", FieldKind.TEXT),
            FieldSpec("in_force", "In force since", FieldKind.DATE),
            FieldSpec("introduction", "Introduction until", FieldKind.DATE),
            FieldSpec("review", "Next review", FieldKind.DATE),
            _KEY, _MARK,
        ),
    ),
    SourceSpec(
        Source.PROCEDURES,
        "Procedures",
        "How we do it: each page is the template that a job is copied from.",
        (
            FieldSpec("title", "Procedure", FieldKind.TITLE),
            FieldSpec("procedure", "Id", FieldKind.TEXT),
            FieldSpec("role", "Role", FieldKind.TEXT),
            _relation("policy", "Policy", Source.POLICIES),
            FieldSpec("minutes", "Minutes", FieldKind.NUMBER),
            FieldSpec("evidence", "Evidence", FieldKind.TEXT),
            FieldSpec("rewriting", "Being rewritten", FieldKind.CHECKBOX),
            FieldSpec("review", "Next review", FieldKind.DATE),
            _KEY, _MARK,
        ),
    ),
    SourceSpec(
        Source.JOBS,
        "Jobs and records",
        "What is to be done now, and what was done. The bot opens and files these pages; people do the jobs.",
        (
            FieldSpec("title", "Job", FieldKind.TITLE),
            FieldSpec("status", "Status", FieldKind.OPTION, JOB_STATUS, owned=True),
            FieldSpec("assignee", "Assignee", FieldKind.PEOPLE),
            FieldSpec("reviewer", "Reviewer", FieldKind.PEOPLE),
            FieldSpec("due", "Due", FieldKind.DATE),
            FieldSpec("first_due", "First due", FieldKind.DATE, owned=True),
            FieldSpec("grace_end", "Grace until", FieldKind.DATE, owned=True),
            FieldSpec("signed_by", "Signed by", FieldKind.PEOPLE),
            FieldSpec("signed_on", "Signed on", FieldKind.DATE),
            FieldSpec("evidence", "What was seen", FieldKind.TEXT, owned=True),
            _relation("policy", "Policy", Source.POLICIES, owned=True),
            _relation("procedure", "Procedure", Source.PROCEDURES, owned=True),
            _KEY, _MARK,
        ),
    ),
    SourceSpec(
        Source.NONCONFORMITIES,
        "Non-conformities",
        "Promises that were not kept, and what we learn from them. They judge nobody.",
        (
            FieldSpec("title", "Non-conformity", FieldKind.TITLE),
            FieldSpec("number", "Number", FieldKind.TEXT, owned=True),
            FieldSpec("status", "Status", FieldKind.OPTION, NONCONFORMITY_STATUS),
            FieldSpec("role", "Role", FieldKind.TEXT, owned=True),
            FieldSpec("owner", "Owner", FieldKind.PEOPLE),
            FieldSpec("raised", "Raised", FieldKind.DATE, owned=True),
            _relation("job", "Job", Source.JOBS, owned=True),
            _relation("procedure", "Procedure", Source.PROCEDURES, owned=True),
            _relation("policy", "Policy", Source.POLICIES, owned=True),
            _KEY, _MARK,
        ),
    ),
    SourceSpec(
        Source.DISCUSSION,
        "Discussion",
        "What did not happen in time during the introduction: per procedure, to talk about, never to hold against anybody.",
        (
            FieldSpec("title", "Procedure", FieldKind.TITLE),
            FieldSpec("missed", "Not signed in time", FieldKind.NUMBER, owned=True),
            FieldSpec("of", "Of", FieldKind.NUMBER, owned=True),
            FieldSpec("due", "Due", FieldKind.DATE, owned=True),
            _relation("procedure", "About", Source.PROCEDURES, owned=True),
            _KEY, _MARK,
        ),
    ),
    SourceSpec(
        Source.QUESTIONS,
        "Questions and ideas",
        "Anything unclear, wrong or a pain. Every row is answered within ten working days.",
        (
            FieldSpec("title", "Question or idea", FieldKind.TITLE),
            FieldSpec("status", "Status", FieldKind.OPTION, ("Open", "Answered")),
            FieldSpec("asked_by", "Asked by", FieldKind.PEOPLE),
            FieldSpec("answer_by", "Answer by", FieldKind.DATE, owned=True),
            FieldSpec("answer", "Answer", FieldKind.TEXT),
            _relation("procedure", "Procedure", Source.PROCEDURES),
            _KEY, _MARK,
        ),
    ),
    SourceSpec(
        Source.DECISIONS,
        "Decisions",
        "Start, postpone, skip, pause, waive, activate, end the introduction: what, why, from, until. Written by people who may.",
        (
            FieldSpec("title", "What", FieldKind.TITLE),
            FieldSpec(
                "kind", "Kind", FieldKind.OPTION,
                ("start", "postpone", "skip once", "pause until", "waive until", "does not apply", "activate", "end introduction",
                 "accept late", "keep away", "retract a non-conformity", "evidence for a period", "attest private area"),
            ),
            FieldSpec("about", "About", FieldKind.TEXT),
            _relation("job", "Job", Source.JOBS),
            FieldSpec("why", "Why", FieldKind.TEXT),
            FieldSpec("start", "From", FieldKind.DATE),
            FieldSpec("until", "Until", FieldKind.DATE),
            _KEY, _MARK,
        ),
    ),
    SourceSpec(
        Source.FINDINGS,
        "Findings",
        "What somebody should look at, each with the sentence how to repair it. Rows close by themselves once repaired.",
        (
            FieldSpec("title", "What", FieldKind.TITLE),
            FieldSpec("status", "Status", FieldKind.OPTION, ("Open", "Resolved"), owned=True),
            FieldSpec("kind", "Kind", FieldKind.TEXT, owned=True),
            FieldSpec("todo", "What to do", FieldKind.TEXT, owned=True),
            FieldSpec("since", "Since", FieldKind.DATE, owned=True),
            FieldSpec("for", "For", FieldKind.PEOPLE, owned=True),
            _KEY, _MARK,
        ),
    ),
    SourceSpec(
        Source.REGISTER,
        "Register of the bot",
        "Marks of what cannot carry one itself. Kept by the bot; nothing to do here.",
        (
            FieldSpec("title", "What", FieldKind.TITLE),
            FieldSpec("ref", "Reference", FieldKind.TEXT, owned=True),
            _KEY, _MARK,
        ),
    ),
)  # fmt: skip

BY_SOURCE: Mapping[Source, SourceSpec] = {spec.source: spec for spec in SOURCES}

_TWINS: Mapping[Source, tuple[str, str]] = {
    Source.POLICIES: ("Private registers", "Registers whose rows are not everybody's business."),
    Source.PROCEDURES: ("Private procedures", "Procedures whose jobs are not everybody's business."),
    Source.JOBS: (
        "Private jobs and records",
        "Jobs made from private procedures, and the records of them; they stay here.",
    ),
}

PRIVATE: tuple[SourceSpec, ...] = tuple(
    replace(BY_SOURCE[source], title=title, about=about) for source, (title, about) in _TWINS.items()
)
"""The places of the private area, in an order in which relations lead to what is there: twins of open containers, with the same
fields. A relation of a twin leads to the open container, except from private jobs to private procedures."""


def twin_of(source: Source) -> SourceSpec | None:
    """The place of the private area for pages of this source, None if it has none."""
    return next((spec for spec in PRIVATE if spec.source is source), None)
