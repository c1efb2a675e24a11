"""The year told: what came of it in numbers, in sentences, in a table. Everything is read off the ledger, nothing off the script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from isms_bot import texts
from isms_bot.demo.player import Year
from isms_bot.demo.story import END, START, TEAM, Do, Once
from isms_bot.history import History
from isms_bot.model import Key, Outcome, Schedule
from isms_bot.workspace import Workspace

LANGUAGE = "en"
_RECORDS = (Outcome.RECORDED, Outcome.RECORDED_LATE)
Counts = dict[str, int]


def counts(history: History, calls: int) -> Counts:
    """The year in numbers.

    `jobs` opened; `records` filed, `late_records` among them; `introduction`: misses that stand on the discussion page;
    `nonconformities` raised (a job signed afterwards is a record too, and both stay); `refused_signatures`: jobs on which a
    signature in another's name was answered; `notices` delivered, each to one person; `withdrawn`, `left`, `open`: jobs with this
    outcome; `superseded`: pages closed because the next one opened; `api_calls`: requests to the wiki.
    """
    outcomes = Counter(history.outcome(key) for key in history.contracts)
    return {
        "jobs": len(history.contracts),
        "records": sum(outcomes[outcome] for outcome in _RECORDS),
        "late_records": outcomes[Outcome.RECORDED_LATE],
        "introduction": sum(1 for outcome in history.missed.values() if outcome is Outcome.INTRODUCTION),
        "nonconformities": len(history.numbers),
        "refused_signatures": len({key for key, cause in history.replies if cause.startswith("someone-else:")}),
        "notices": _notices(history),
        "withdrawn": outcomes[Outcome.WITHDRAWN],
        "left": outcomes[Outcome.LEFT],
        "superseded": len(history.superseded),
        "open": outcomes[Outcome.OPEN],
        "api_calls": calls,
    }


def _notices(history: History) -> int:
    """Messages that were delivered: steps of several jobs to one person on one day went out as one."""
    return len({(sent.person, sent.day) for steps in history.notices.values() for sent in steps if sent.delivered})


class Telling:
    """Sentences and table about one year of one workspace."""

    def __init__(self, workspace: Workspace, year: Year) -> None:
        self._history, self._year = workspace.history, year
        self._calls = workspace.connector.calls
        self._schedules: Mapping[str, Schedule] = {one.id: one for one in workspace.config.schedules}
        self._first = {member.name: member.first for member in TEAM}

    @property
    def counts(self) -> Counts:
        """The year in numbers, see `counts`."""
        return counts(self._history, self._calls)

    # --- sentences -----------------------------------------------------------------------------------------------------

    def sentences(self) -> Iterator[str]:
        """The story, a paragraph each."""
        year, numbers = self._year, self.counts
        manager = self._first[year.story.cast.manager]
        yield (
            f"On {_day(START)} an empty workspace with {len(TEAM)} people got its ISMS: {year.set_up_pages} pages and rows, in "
            f"{year.set_up_calls} calls. {manager}, the product manager, gave out the roles and put everything into force."
        )
        yield (
            f"Until {_day(END)} the bot opened {numbers['jobs']} jobs and sent {numbers['notices']} messages. "
            f"{numbers['records']} jobs were ticked, dated and signed; they lie as records under their policy item."
        )
        yield from filter(None, (self._introduction(), self._other_name(), self._copy(), self._trash()))
        yield from filter(None, (self._down(), self._away(), self._ended(), self._late(), self._nonconformities()))
        yield from filter(None, (self._left(), self._private(), self._empty(), self._questions(), self._open()))

    def cost(self) -> str:
        """What the year cost in calls to the wiki."""
        year = self._year
        daily = sorted(year.calls.values())
        busiest = max(year.calls, key=lambda day: (year.calls[day], -day.toordinal()))
        return (
            f"Cost: {self._calls} calls to the wiki in {year.passes} passes, one a day; {daily[len(daily) // 2]} on an ordinary "
            f"day, {year.calls[busiest]} on the busiest ({_day(busiest)})."
        )

    def _job(self, key: Key) -> str:
        contract = self._history.contracts[key]
        schedule = self._schedules.get(contract.schedule)
        period = texts.period(contract.nominal, schedule, LANGUAGE) if schedule else contract.nominal.isoformat()
        return f"{contract.title}, {period}"

    def _about(self, do: Do) -> tuple[date, Key, str] | None:
        """The first time that this was done: the day, the job, by whom (first name)."""
        found = next(((day, deed) for day, deed in self._year.done if deed.do is do), None)
        return (found[0], found[1].about, self._first[found[1].who]) if found else None

    def _introduction(self) -> str | None:
        noted = [key for key, outcome in self._history.missed.items() if outcome is Outcome.INTRODUCTION]
        if not noted:
            return None
        signed = [key for key in noted if self._history.outcome(key) is Outcome.RECORDED_LATE]
        also = f" {_times(len(signed), 'of them was', 'of them were')} signed after all: a late record, and the line stays."
        return (
            f"The introduction was for learning: {_times(len(noted), 'job', 'jobs')} not signed in time stand on the discussion "
            f"page, procedure by procedure and without a name.{also if signed else ''}"
        )

    def _other_name(self) -> str | None:
        found = self._about(Do.SIGN_FOR_ANOTHER)
        if found is None:
            return None
        day, key, helper = found
        answered = any(about == key and cause.startswith("someone-else:") for about, cause in self._history.replies)
        own = next((on for on, deed in self._year.done if deed.about == key and deed.once is Once.ANSWERED), None)
        if not answered or own is None:
            return None
        return (
            f"On {_day(day)} {helper} signed a colleague's *{self._job(key)}*. The bot did not take it, and named three ways on the "
            f"page the next morning; on {_day(own)} the colleague added the own signature."
        )

    def _copy(self) -> str | None:
        found = self._about(Do.COPY)
        if found is None:
            return None
        _, key, who = found
        came = (
            "It was signed there, and both facts were kept"
            if key in self._history.records
            else "It is still open there"
        )
        return (
            f"{who} duplicated *{self._job(key)}* and filled in the copy. A copy is no job: once grace had passed the bot pointed at "
            f"the original instead of noting anything. {came}."
        )

    def _trash(self) -> str | None:
        found = self._about(Do.TRASH)
        if found is None:
            return None
        day, key, who = found
        manager = self._first[self._year.story.cast.manager]
        if self._history.outcome(key) is not Outcome.WITHDRAWN:
            return None
        return (
            f"On {_day(day)} {who} put *{self._job(key)}* into the trash. The bot asked once and reminded nobody; {manager} "
            "decided to keep it away, so it counts as withdrawn."
        )

    def _down(self) -> str | None:
        story = self._year.story
        if not self._history.outages:
            return None
        span = self._history.outages[0]
        causes = [amendment.cause for changes in self._history.amendments.values() for amendment in changes]
        moved = sum(1 for cause in causes if cause == f"outage:{span.start.isoformat()}")
        return (
            f"From {_day(story.down_from)} to {_day(story.down_until)} the bot was down. None of these days counted for anyone: "
            f"{_times(moved, 'job', 'jobs')} got the time back, and what had been signed meanwhile was signed in time."
        )

    def _away(self) -> str | None:
        for who, (start, end) in self._year.away.items():
            moved = [
                key
                for key, changes in self._history.amendments.items()
                if any(change.cause.startswith("away:") for change in changes)
            ]
            if moved:
                due = self._history.promise(moved[0]).due
                return (
                    f"{self._first[who]} was away from {_day(start)} to {_day(end)}, over a due date. Nothing was sent meanwhile, and "
                    f"*{self._job(moved[0])}* waited until {_day(due)}."
                )
        return None

    def _ended(self) -> str | None:
        decided, last = self._year.when(Do.END_INTRODUCTION), self._history.introduction_end
        if decided is None or last is None:
            return None
        manager = self._first[self._year.story.cast.manager]
        return (
            f"On {_day(decided)} {manager} decided to end the introduction. The team had ten working days' notice: {_day(last)} was "
            "its last day."
        )

    def _late(self) -> str | None:
        late = [key for key, outcome in self._history.outcomes.items() if outcome is Outcome.RECORDED_LATE]
        kept = [key for key in late if key in self._history.numbers]
        if not kept:
            return None
        number = self._history.numbers[kept[0]]
        return (
            f"*{self._job(kept[0])}* was once signed after its grace. It is a record all the same, marked late; {number} stays and "
            "says that it was signed."
        )

    def _nonconformities(self) -> str | None:
        numbers = self._history.numbers
        if not numbers:
            return None
        manager = self._first[self._year.story.cast.manager]
        waited = "".join(
            f" {count} of them waited for {manager}'s yes, given on {_day(day)}: more than a quarter of the team "
            "at once is a question first."
            for day, count in self._year.released
            if count
        )
        return (
            f"After the introduction {_times(len(numbers), 'promise', 'promises')} not kept in time became non-conformities "
            f"({_listed(numbers.values())}). Their titles name procedure and role, nobody else.{waited}"
        )

    def _left(self) -> str | None:
        for who, last in self._year.left.items():
            ended = [key for key, outcome in self._history.outcomes.items() if outcome is Outcome.LEFT]
            if ended:
                jobs = " and ".join(f"*{self._job(key)}*" for key in ended)
                return f"{self._first[who]}'s last day was {_day(last)}. {jobs}, open by then, ended as left: nothing is noted about it."
        return None

    def _private(self) -> str | None:
        private = [key for key, contract in self._history.contracts.items() if contract.private]
        if not private:
            return None
        titles = " and ".join(dict.fromkeys(f"*{self._history.contracts[key].title}*" for key in private))
        recorded = sum(key in self._history.records for key in private)
        return (
            f"{titles} is not everybody's business: {_times(len(private), 'job was', 'jobs were')} done in the private area, and "
            f"{_times(recorded, 'record', 'records')} stayed there; under the promise stands one line without a name."
        )

    def _empty(self) -> str:
        who = self._first[self._year.story.cast.empty]
        closed = len(self._history.superseded)
        return (
            f"{who}'s personal jobs stayed empty all year. Each was told of four times at most; {_times(closed, 'page', 'pages')} of "
            "that kind were closed with a link when the next one opened, so that nothing piles up."
        )

    def _questions(self) -> str | None:
        asked = len(self._history.questions)
        if not asked:
            return None
        return f"{_times(asked, 'question', 'questions')} written under a job went to *Questions and ideas*, to be answered within ten working days."

    def _open(self) -> str:
        count = self.counts["open"]
        return f"{_times(count, 'job is', 'jobs are')} open as the year ends."

    # --- the table -----------------------------------------------------------------------------------------------------

    def table(self) -> Iterator[str]:
        """Outcomes by procedure, a line each, with a head and a line of sums."""
        history = self._history
        rows: dict[str, list[int]] = {}
        for key, contract in history.contracts.items():
            row = rows.setdefault(contract.title, [0] * len(_COLUMNS))
            outcome = history.outcome(key)
            for position, counted in enumerate(
                (
                    True,
                    outcome in _RECORDS,
                    outcome is Outcome.RECORDED_LATE,
                    history.missed.get(key) is Outcome.INTRODUCTION,
                    key in history.numbers,
                    outcome is Outcome.WITHDRAWN,
                    outcome is Outcome.LEFT,
                    outcome is Outcome.OPEN,
                )
            ):
                row[position] += counted
        sums = [sum(column) for column in zip(*rows.values(), strict=True)]
        width = max(len(title) for title in (*rows, "Procedure"))
        yield "  ".join(["Procedure".ljust(width), *_COLUMNS])
        for title, row in (*sorted(rows.items()), ("All", sums)):
            cells = [str(value or "·").rjust(len(name)) for name, value in zip(_COLUMNS, row, strict=True)]
            yield "  ".join([title.ljust(width), *cells])
        yield "A job signed after its grace is a record, and its line or non-conformity stays: it stands in two columns."


_COLUMNS = ("jobs", "records", "late", "discussed", "non-conf.", "withdrawn", "left", "open")


def _day(day: date) -> str:
    return texts.day(day, LANGUAGE, START + timedelta(days=1))


def _times(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _listed(parts: Iterable[str]) -> str:
    return texts.listed(list(parts), LANGUAGE)
