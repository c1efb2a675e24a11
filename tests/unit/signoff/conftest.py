"""A page with a form on a desk, the people who write into it, and a bot that looks at it now and then."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings

from isms_bot.model import (
    Block,
    BlockKind,
    Comment,
    Completion,
    Content,
    Contract,
    Level,
    Observed,
    Page,
    Person,
    Regime,
    Source,
    Value,
    Verdict,
)
from isms_bot.signoff import Form, Labels, find_form, judge, labels, observed

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
BOT = "u-bot"
ENGLISH = labels(("en",))
PEOPLE = {
    person.id: person
    for person in (
        Person("p01", "page-1", "Anna Jansen", "u-anna"),
        Person("p02", "page-2", "Bob Müller", "u-bob"),
        Person("p03", "page-3", "Carl Żółty", "u-carl"),
        Person("p04", "page-4", "Dana van den Berg", None),
        Person("p05", "page-5", "Carl Smit", "u-smit"),
        Person("p06", "page-6", "Anna Peters", "u-peters", until=date(2026, 1, 31)),
    )
}


@dataclass
class Desk:
    """One job page. `by` is an account, "" for one that the vendor does not tell."""

    words: Labels = ENGLISH
    blocks: list[Block] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    fields: dict[str, Value] = field(default_factory=dict)
    edited_by: str | None = None
    now: datetime = NOON
    facts: dict[str, Observed] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=lambda: dict(PEOPLE))
    order: str = "dmy"
    precision: int = 60

    def block(
        self, kind: BlockKind, text: str = "", *, by: str = BOT, at: datetime | None = None, **rest: object
    ) -> Block:
        made = Block(f"b{len(self.blocks)}", kind, text, author=by or None, at=at or self.now, **rest)  # type: ignore[arg-type]
        self.blocks.append(made)
        return made

    def steps(self, *ticks: bool) -> "Desk":
        for number, tick in enumerate(ticks):
            self.block(BlockKind.STEP, f"Look at thing {number}", checked=tick)
        return self

    def lines(
        self, name: str = "", day: str = "", signature: str = "", *, by: str | tuple[str, str, str] = "u-anna"
    ) -> "Desk":
        authors = (by, by, by) if isinstance(by, str) else by
        for label, value, author in zip(("Name", "Date", "Signature"), (name, day, signature), authors, strict=True):
            self.block(BlockKind.TEXT, f"{label}: {value}", by=author if value else BOT)
        return self

    def table(self, *rows: tuple[str, str, str, str]) -> "Desk":
        """Rows of name, date, signature and who wrote them."""
        self.block(BlockKind.ROW, cells=("Name", "Date", "Signature"))
        for name, day, signature, by in rows:
            self.block(BlockKind.ROW, cells=(name, day, signature), by=by)
        return self

    def rewrite(self, number: int, by: str, **changes: object) -> None:
        self.blocks[number] = replace(self.blocks[number], author=by, at=self.now, **changes)  # type: ignore[arg-type]

    def comment(self, text: str, by: str | None = "u-anna", *, person: bool = True, at: datetime | None = None) -> str:
        made = Comment(f"c{len(self.comments)}", text, by, person, at or self.now)
        self.comments.append(made)
        return made.id

    def later(self, **ahead: float) -> "Desk":
        self.now += timedelta(**ahead)
        return self

    @property
    def form(self) -> Form:
        return find_form(self.blocks, self.words, bot=BOT)

    def look(self) -> dict[str, Observed]:
        page = Page(
            "page", Source.JOBS, "Policy review", fields=self.fields, edited_by=self.edited_by, edited_at=self.now
        )
        content = Content(page, tuple(self.blocks), tuple(self.comments), "", "")
        self.facts = observed(content, self.form, self.words, seen=self.now, bot=BOT, before=self.facts)
        return self.facts

    def verdict(
        self,
        people: tuple[str, ...] = ("p01",),
        completion: Completion = Completion.EACH,
        quorum: int = 1,
        level: Level = Level.AT_OWN_ACCOUNT,
        confirmers: Iterable[str] = (),
    ) -> Verdict:
        """What the bot makes of the page, looking now."""
        day = date(2026, 11, 4)
        contract = Contract(
            "k", "policy-review", day, day, day, day, day, Regime.RECORDING, people, "proc", "Policy review", completion, quorum, level
        )  # fmt: skip
        return judge(
            contract,
            self.form,
            self.look(),
            self.people,
            order=self.order,
            now=self.now,
            precision=self.precision,
            confirmers=tuple(confirmers),
        )


@pytest.fixture
def desk() -> Desk:
    """An empty page."""
    return Desk()


@pytest.fixture(scope="session")
def new_desk() -> Callable[[], Desk]:
    """Makes empty pages, one per example."""
    return Desk
