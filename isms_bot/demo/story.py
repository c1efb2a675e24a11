"""The cast, and what they do in a year: who signs when, who is away, what goes wrong. Everything follows from the seed.

The story knows promises only (contracts of jobs that have reached people). What comes of it is the bot's business: nothing here
writes an outcome. Days are those of the office; nobody of the cast works at weekends or on public holidays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from isms_bot.calendars import add_working_days, working_days
from isms_bot.model import Completion, Contract, Key, RosterId, WorkCalendar

ZONE = "Europe/Amsterdam"
CALENDAR = "NL"
OFFICE = WorkCalendar(holidays=CALENDAR)
START = date(2027, 1, 4)
END = date(2027, 12, 31)
DOWN_DAYS = 14
"""How long the bot is down once in the year."""
OFFICE_MINUTES = (15, 355)
"""People act between 10:15 and 15:55, in minutes after ten."""

REVIEW, CHECK = "policy-review", "computer-check"
"""The two schedules of the pack that everybody has; what is peculiar in the year happens to these."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the invented team, with the roles that the product manager gives."""

    name: str
    mail: str
    roles: tuple[str, ...]

    @property
    def first(self) -> str:
        """The first name."""
        return self.name.partition(" ")[0]


TEAM = (
    Member("Mira Lindqvist", "mira@example.com", ("team-member", "product-manager")),
    Member("Tomasz Wolny", "tomasz@example.com", ("team-member", "deputy", "operations", "recovery-team")),
    Member("Saanvi Rao", "saanvi@example.com", ("team-member", "operations", "developer", "recovery-team")),
    Member("Joost van Dalen", "joost@example.com", ("team-member", "developer", "recovery-team")),
    Member("Elena Ferrer", "elena@example.com", ("team-member", "top-management")),
    Member("Noah Brandt", "noah@example.com", ("team-member", "developer")),
)


class Do(StrEnum):
    """What somebody does."""

    GIVE_ROLES = "give out the roles"
    ACTIVATE = "put everything into force"
    ATTEST = "attest that the private page is closed"
    END_INTRODUCTION = "end the introduction"
    SIGN = "do the job and sign it"
    SIGN_FOR_ANOTHER = "sign a colleague's job"
    COPY = "duplicate the page and fill in the copy"
    TRASH = "put the page into the trash"
    KEEP_AWAY = "decide that the page stays away"
    GO_AWAY = "enter an absence"
    LEAVE = "enter somebody's last day"


class Once(StrEnum):
    """What somebody waits for before doing something."""

    AT_ONCE = "nothing"
    NOTED = "the miss has been noted"
    ANSWERED = "the bot has answered the other name"
    POINTED_OUT = "the bot has pointed at the copy"
    ASKED = "the bot has asked about the page in the trash"


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody (by name) does something on a day, so many minutes after ten; `about` a job, `until` a date where it has one."""

    day: date
    minute: int
    who: str
    do: Do
    about: Key = ""
    once: Once = Once.AT_ONCE
    start: date | None = None
    until: date | None = None
    words: str = ""
    by_comment: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    """Who has which part, by name. `empty`: whose personal jobs stay open; `helper`: who signs a colleague's job."""

    manager: str
    deputy: str
    empty: str
    late: str
    traveller: str
    leaver: str
    helper: str


QUESTIONS = (
    "Does the promise about backups include the design files?",
    "What counts as a calm place to work on a train?",
    "May the second factor be the watch instead of the phone?",
    "Whom do I tell when a supplier sends data that we did not ask for?",
)


class Story:
    """The year of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        draw = _drawing(seed, "story")
        others = [member.name for member in TEAM[2:]]
        draw.shuffle(others)
        empty, late, traveller, leaver = others
        helper = draw.choice((TEAM[1].name, traveller))
        self.cast = Cast(TEAM[0].name, TEAM[1].name, empty, late, traveller, leaver, helper)
        self.down_from = date(2027, 4, 15) + timedelta(days=draw.randrange(5))
        self.down_until = self.down_from + timedelta(days=DOWN_DAYS - 1)
        self._end_introduction = add_working_days(date(2027, 6, 30), draw.randint(1, 4), OFFICE)
        self._question = draw.choice(QUESTIONS)

    def is_down(self, day: date) -> bool:
        """True on the days on which the bot does not run."""
        return self.down_from <= day <= self.down_until

    def opening(self) -> tuple[Deed, ...]:
        """What is known beforehand: the first day, and the decision half-way."""
        manager = self.cast.manager
        return (
            Deed(START, 30, manager, Do.GIVE_ROLES),
            Deed(START, 45, manager, Do.ACTIVATE, start=START, words="We have read it together and start today."),
            Deed(START, 50, manager, Do.ATTEST, words="Its share menu names Tomasz and me, and nobody else."),
            Deed(
                self._end_introduction, self._minute("introduction"), manager, Do.END_INTRODUCTION,
                words="The procedures fit by now, and the questions are answered.",
            ),
        )  # fmt: skip

    def deeds(self, contract: Contract, ordinal: int, names: Mapping[RosterId, str]) -> Iterator[Deed]:
        """What comes of one job that has just reached people. `ordinal` counts the occurrences of its schedule from 1."""
        draw = _drawing(self.seed, contract.key)
        people = [names[person] for person in contract.people if person in names]
        if not people:
            return
        if contract.completion is Completion.EACH:
            yield from self._personal(contract, ordinal, people[0], draw)
        elif contract.completion in (Completion.ALL, Completion.QUORUM):
            for name in people:
                yield self._in_time(contract, name, draw, by_comment=True)
        else:
            yield self._in_time(contract, draw.choice(people), draw)

    def _personal(self, contract: Contract, ordinal: int, who: str, draw: Random) -> Iterator[Deed]:
        cast = self.cast
        if who == cast.empty:
            return
        match contract.schedule, ordinal:
            case (schedule, 1 | 3) if schedule == REVIEW and who == cast.late:
                yield self._after(contract.grace_end, draw, who, contract.key, Once.NOTED)
            case (schedule, 1) if schedule == REVIEW and who == cast.traveller:
                yield self._in_time(contract, who, draw, words=self._question)
            case (schedule, 2) if schedule == REVIEW and who == cast.traveller:
                yield from self._absence(contract, who, draw)
            case (schedule, 2) if schedule == REVIEW and who == cast.leaver:
                day = self._before(contract, draw, latest=5)
                yield Deed(day, self._draw(draw), cast.helper, Do.SIGN_FOR_ANOTHER, contract.key)
                yield self._after(day, draw, who, contract.key, Once.ANSWERED)
            case (schedule, 3) if schedule == REVIEW and who == cast.traveller:
                yield Deed(self._before(contract, draw, latest=2), self._draw(draw), who, Do.COPY, contract.key)
                yield self._after(contract.grace_end, draw, who, contract.key, Once.POINTED_OUT)
            case (schedule, 4) if schedule == REVIEW and who == cast.leaver:
                last = add_working_days(contract.due, -draw.randint(2, 4), OFFICE)
                yield Deed(
                    _working(contract.opened + timedelta(days=1)), self._draw(draw), cast.manager, Do.LEAVE,
                    contract.key, until=last, words=who,
                )  # fmt: skip
                yield Deed(
                    add_working_days(last, 2, OFFICE), self._draw(draw), cast.manager, Do.ATTEST,
                    words="Whoever left is not in its share menu any more.",
                )  # fmt: skip
            case (schedule, 1) if schedule == CHECK and who == cast.leaver:
                yield Deed(_working(contract.opened), self._draw(draw), who, Do.TRASH, contract.key)
                yield Deed(
                    _working(contract.opened + timedelta(days=1)), self._draw(draw), cast.manager, Do.KEEP_AWAY,
                    contract.key, Once.ASKED, words="The computer was returned; there is nothing to check.",
                )  # fmt: skip
            case _ if who == cast.leaver:
                yield self._early(contract, who, draw)
            case _:
                yield self._in_time(contract, who, draw)

    def _absence(self, contract: Contract, who: str, draw: Random) -> Iterator[Deed]:
        """Away over the due day, entered beforehand; the job is signed some days after the return."""
        start = add_working_days(contract.due, -draw.randint(1, 2), OFFICE)
        end = contract.due + timedelta(days=draw.randint(6, 9))
        told = max(_working(contract.opened), add_working_days(start, -2, OFFICE))
        yield Deed(told, self._draw(draw), who, Do.GO_AWAY, contract.key, start=start, until=end)
        back = add_working_days(end, draw.randint(2, 4), OFFICE)
        yield Deed(back, self._draw(draw), who, Do.SIGN, contract.key, by_comment=draw.random() < 0.3)

    def _in_time(
        self, contract: Contract, who: str, draw: Random, *, by_comment: bool | None = None, words: str = ""
    ) -> Deed:
        """Mostly before the due day, one in seven some days later, before grace ends."""
        day = self._before(contract, draw, latest=0)
        if draw.random() < 1 / 7 and working_days(contract.due, contract.grace_end, OFFICE) > 2:
            day = add_working_days(contract.due, draw.randint(1, 2), OFFICE)
        commented = draw.random() < 0.3 if by_comment is None else by_comment
        return Deed(day, self._draw(draw), who, Do.SIGN, contract.key, words=words, by_comment=commented)

    def _early(self, contract: Contract, who: str, draw: Random) -> Deed:
        day = add_working_days(contract.opened, draw.randint(1, 3), OFFICE)
        return Deed(min(day, contract.due), self._draw(draw), who, Do.SIGN, contract.key)

    def _before(self, contract: Contract, draw: Random, *, latest: int) -> date:
        """A working day between the opening and so many working days before the due day."""
        room = max(0, working_days(contract.opened, contract.due, OFFICE) - latest)
        return add_working_days(contract.opened, draw.randint(0, room), OFFICE)

    def _after(self, day: date, draw: Random, who: str, key: Key, once: Once) -> Deed:
        """The first working day after `day`, or a later one: once what is waited for has happened."""
        return Deed(add_working_days(day, draw.randint(1, 2), OFFICE), self._draw(draw), who, Do.SIGN, key, once)

    def _draw(self, draw: Random) -> int:
        return draw.randint(*OFFICE_MINUTES)

    def _minute(self, what: str) -> int:
        return self._draw(_drawing(self.seed, what))


def _working(day: date) -> date:
    return add_working_days(day, 0, OFFICE)


def _drawing(seed: int, what: str) -> Random:
    """Chance of its own for everything that happens: what is added to the story later changes nothing else."""
    return Random(f"{seed}/{what}")  # noqa: S311 - a story needs no secret
