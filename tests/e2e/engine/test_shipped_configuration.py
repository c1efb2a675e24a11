"""`config.example.toml` as it ships, put into force on any day: no job is born overdue, and nobody who does nothing at all has a
non-conformity in the first quarter."""

from __future__ import annotations

import logging
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from isms_bot import config
from isms_bot.calendars import add_working_days
from isms_bot.connector import AccountInfo
from isms_bot.history import History
from isms_bot.lifecycle import Procedure, ProcedureState, View
from isms_bot.lifecycle.actions import Open
from isms_bot.lifecycle.openings import openings
from isms_bot.model import Person, Source, WorkCalendar
from isms_bot.recurrence import resolve_start
from tests.e2e.engine.harness import Stage, WikiClock
from tests.e2e.engine.platforms import Memory

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"
QUARTER = 92
DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range((date(2036, 12, 31) - date(2026, 1, 1)).days)]
SAMPLED = sorted(random.Random(2026).sample(DAYS, 60))
LIVED = (
    date(2026, 12, 21), date(2028, 2, 29), date(2029, 6, 4), date(2031, 7, 12), date(2032, 12, 31), date(2034, 10, 30), date(2036, 4, 1),
)  # fmt: skip
"""Days on which the whole bot is started: around the turn of the year, on a leap day, in summer, on any day. The last ones with `make
long` only."""


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> config.Config:
    copy = tmp_path_factory.mktemp("shipped") / "config.toml"
    shutil.copyfile(EXAMPLE, copy)
    return config.load(copy)


def test_no_job_is_born_overdue_whenever_the_shipped_schedules_start(shipped: config.Config) -> None:
    one = shipped.workspace()
    roles = frozenset({"team-member", "operations", "developer", "product-manager"})
    person = Person(
        "p01", "row", "Anna", "acc", None, roles, works=WorkCalendar(holidays=one.calendar), zone=one.timezone
    )
    schedules = {schedule.id: schedule for schedule in one.schedules}
    procedures = {
        name: Procedure(schedule.procedure, f"page-{name}", name, ProcedureState.READY)
        for name, schedule in schedules.items()
    }
    opened = 0
    for start in SAMPLED:
        anchors = {name: resolve_start(schedule.rule.start, start) for name, schedule in schedules.items()}
        for passed in range(0, QUARTER, 3):
            day = start + timedelta(days=passed)
            history = History()
            history.rule_since.update(dict.fromkeys(schedules, start - timedelta(days=1)))
            view = View(
                now=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
                zone=one.timezone,
                calendar=WorkCalendar(holidays=one.calendar),
                schedules=schedules,
                anchors={name: anchor for name, anchor in anchors.items() if anchor},
                procedures=procedures,
                roster={"p01": person},
                jobs={},
                history=history,
            )
            for action in openings(view):
                if not isinstance(action, Open):
                    continue
                opened += 1
                contract = action.contract
                assert contract.due >= add_working_days(day, 5, person.works), f"started {start}: {contract}"
                assert contract.grace_end >= add_working_days(contract.due, 1, person.works), f"started {start}"
    assert opened > len(SAMPLED)


@pytest.mark.parametrize(
    "start", [*LIVED[:3], *(pytest.param(day, marks=pytest.mark.long) for day in LIVED[3:])], ids=str
)
def test_the_first_quarter_accuses_nobody_though_nobody_does_anything(
    shipped: config.Config, tmp_path: Path, start: date
) -> None:
    platform = Memory(coarse=True, now=datetime(start.year, start.month, start.day, 8, tzinfo=UTC))
    wiki = platform.wiki
    wiki.accounts["acc-pm"] = AccountInfo("acc-pm", "Pia", "product.manager@example.com", is_person=True)
    stage = Stage(platform, tmp_path, shipped, WikiClock(wiki))
    stage._open(create=True)
    stage.init()
    stage.pass_()
    wiki.set_field(stage.user("Ben").ref, "roles", ("team-member", "operations"), who="Pia")
    wiki.create_row(Source.DECISIONS, "Begin", {"kind": "activate", "about": "all", "why": "we begin"}, who="Pia")
    stage.later(minutes=30)
    stage.pass_()
    history = stage.workspace.history
    seen: set[str] = set()
    for _ in range(QUARTER):
        stage.at(stage.today + timedelta(days=1))
        stage.pass_()
        for key in set(history.contracts) - seen:
            seen.add(key)
            assert history.contracts[key].due > stage.today, f"{key} was born overdue"
            assert stage.job(key).fields["status"] == "Open"
    assert seen
    assert history.numbers == {}
    assert set(history.outcomes.values()) <= {"introduction"}
    assert stage.rows(Source.NONCONFORMITIES) == ()
    stage.close()
