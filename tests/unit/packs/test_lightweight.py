"""The lightweight pack keeps what it says about cadence, time and people."""

from __future__ import annotations

import pytest

from isms_bot.model import Completion, Duration, Ladder, RelativeStart, Schedule, Shift, Unit
from isms_bot.packs import load_pack

TEN = Duration(10, Unit.WORKING_DAY)


@pytest.fixture(scope="module")
def schedules() -> dict[str, Schedule]:
    return {schedule.id: schedule for schedule in load_pack("lightweight").schedules}


@pytest.mark.parametrize(
    ("name", "months", "week", "role", "completion", "policy", "practice"),
    [
        pytest.param("policy-review", 3, 5, "team-member", Completion.EACH, "purpose-and-review", True, id="policy-review"),
        pytest.param("backup-restore-test", 3, 7, "operations", Completion.ANY, "backups", False, id="backup-restore-test"),
        pytest.param("look-back", 3, 13, "product-manager", Completion.ANY, "purpose-and-review", False, id="look-back"),
        pytest.param("computer-check", 6, 16, "team-member", Completion.EACH, "workplace", True, id="computer-check"),
    ],
)  # fmt: skip
def test_each_promise_has_its_cadence_and_people(
    schedules: dict[str, Schedule], name: str, months: int, week: int, role: str, completion: Completion, policy: str, practice: bool
) -> None:  # fmt: skip
    one = schedules[name]
    assert (one.rule.every, one.rule.start, one.rule.shift) == (
        Duration(months, Unit.MONTH),
        RelativeStart(week),
        Shift.CALM,
    )
    assert (one.role, one.completion, one.policy, one.practice) == (role, completion, policy, practice)
    assert (one.lead, one.grace, one.ladder, one.owner) == (TEN, TEN, Ladder.GENTLE, "product-manager")


def test_policy_items_come_in_their_order() -> None:
    pack = load_pack("lightweight")
    assert [page.id for page in pack.of_kind("policy")] == ["purpose-and-review", "backups", "workplace"]
    assert pack.page("policy-review").title == "Information Security Policy Review"


def test_every_scheduled_procedure_states_its_minutes(schedules: dict[str, Schedule]) -> None:
    pack = load_pack("lightweight")
    minutes = {one.procedure: pack.page(one.procedure).front.get("minutes") for one in schedules.values()}
    assert all(isinstance(one, int) and 5 <= one <= 120 for one in minutes.values()), minutes
