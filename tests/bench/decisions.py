"""How fast the rules are when nothing is due, which is what nearly all passes are about.

    python -m tests.bench.decisions [JOBS]

No test asserts on it: the figure depends on the machine.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from isms_bot.history import History, contract_body, fold
from isms_bot.lifecycle import Job, Procedure, ProcedureState, View, decide
from isms_bot.model import (
    Completion,
    Contract,
    Duration,
    Page,
    Person,
    Regime,
    Rule,
    Schedule,
    Signing,
    Source,
    Span,
    Unit,
    Value,
    Verdict,
    WorkCalendar,
)

NOW = datetime(2027, 3, 3, 10, tzinfo=UTC)
OPENED, DUE, GRACE_END = date(2027, 3, 1), date(2027, 3, 15), date(2027, 3, 29)
PEOPLE, SCHEDULES, ROUNDS = 100, 20, 3
BOT = "u-bot"


def decisions_per_second(jobs: int = 100_000) -> float:
    """Open jobs that the rules look at in a second: a hundred people, twenty schedules, every opening announced, every page
    live and read, nothing due."""
    view = _view(jobs)
    return jobs / min(_lasted(view) for _ in range(ROUNDS))


def _lasted(view: View) -> float:
    """Seconds of one decision about everything; the first round also loads calendars, and other work may slow any of them."""
    begun = time.perf_counter()
    actions = decide(view)
    lasted = time.perf_counter() - begun
    if actions:
        raise AssertionError(f"something was due after all: {actions[:3]}")
    return lasted


def _view(jobs: int) -> View:
    calendars = ("NL", "DE-BY", "PL", "")
    roster = {
        (name := f"p{number:03d}"): Person(
            name, f"row-{name}", name, account=f"u-{name}", roles=frozenset({"team-member"}),
            works=WorkCalendar(holidays=calendars[number % 4]), zone="Europe/Amsterdam",
            away=(Span(date(2027, 7, 1), date(2027, 7, 20)),),
        )
        for number in range(PEOPLE)
    }  # fmt: skip
    schedules = {
        (name := f"schedule-{number:02d}"): Schedule(
            name, name, Rule(every=Duration(3, Unit.MONTH)), "team-member", lead=Duration(10, Unit.WORKING_DAY)
        )
        for number in range(SCHEDULES)
    }
    history, opened = History(), {}
    verdict = Verdict(Signing.NOTHING, steps_total=5)
    for number in range(jobs):
        contract = _contract(number)
        opened[contract.key] = _job(contract, verdict)
        _remember(history, contract, number)
    return View(
        now=NOW, zone="Europe/Amsterdam", calendar=WorkCalendar(holidays="NL"), schedules=schedules,
        anchors=dict.fromkeys(schedules, date(2027, 12, 1)),
        procedures={name: Procedure(name, f"page-{name}", name, ProcedureState.READY) for name in schedules},
        roster=roster,
        jobs={key: replace(job, contract=history.promise(key), frozen=history.promise(key)) for key, job in opened.items()},
        history=history, product_manager="p000", deputy="p001", bot=BOT,
    )  # fmt: skip


def _contract(number: int) -> Contract:
    person, schedule = f"p{number % PEOPLE:03d}", f"schedule-{number // PEOPLE % SCHEDULES:02d}"
    nominal = DUE + timedelta(days=number // (PEOPLE * SCHEDULES))
    return Contract(
        f"{schedule}/{nominal}/{person}", schedule, nominal, OPENED, DUE, DUE, GRACE_END, Regime.RECORDING, (person,),
        schedule, "Review", Completion.EACH, role="team-member", policy="rules",
    )  # fmt: skip


def _job(contract: Contract, verdict: Verdict) -> Job:
    fields: dict[str, Value] = {
        "status": "Open",
        "due": Span(contract.due),
        "grace_end": Span(contract.grace_end),
        "assignee": (f"u-{contract.people[0]}",),
    }
    page = Page(f"page-{contract.key}", Source.JOBS, contract.title, fields=fields, edited_by=BOT, edited_at=NOW)
    return Job(contract, contract, page, verdict, NOW - timedelta(hours=5))


def _remember(history: History, contract: Contract, number: int) -> None:
    noticed = {
        "person": contract.people[0],
        "day": OPENED.isoformat(),
        "steps": [[contract.key, "opened"]],
        "exempt": False,
        "delivered": True,
    }
    rows = (
        ("opened", contract_body(contract)),
        ("delivered", {"page": f"page-{contract.key}"}),
        ("noticed", noticed),
    )
    entries = [
        SimpleNamespace(seq=3 * number + place, kind=kind, key=contract.key, body=body)
        for place, (kind, body) in enumerate(rows, 1)
    ]
    fold(history, entries)


if __name__ == "__main__":
    print(f"{decisions_per_second(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):,.0f} decisions per second")  # noqa: T201
