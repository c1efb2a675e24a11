"""From lightweight to iso27001 in a workspace that lives: pages, records, history and non-conformities stay, no job is doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from isms_bot import config
from isms_bot.bootstrap import plan_init
from isms_bot.model import Page, Source
from tests.e2e.engine.harness import ROLES, Stage
from tests.e2e.engine.platforms import PEOPLE, Memory

pytestmark = pytest.mark.slow

KEPT = (
    "pack/objective",
    "pack/users",
    "pack/asset-register",
    "pack/recovery-plan",
    "pack/access-review",
    "pack/backups",
)
MISSED, OPEN = "backup-restore-test/2027-02-22", "access-review/2027-03-08"
"""Of operations: one that nobody does, and one that is open while the pack changes."""


@dataclass
class Told:
    """What was there before the other pack came, and after it had come."""

    stage: Stage
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    made: int = 0
    again: int = 0
    plan: Any = None


def _use(stage: Stage, pack: str) -> None:
    """Name a pack that ships in the configuration, and start anew."""
    path = stage.folder / "config.toml"
    lines = [f'pack = "{pack}"' if line.startswith("pack = ") else line for line in path.read_text().splitlines()]
    path.write_text("\n".join(lines))
    stage.config = config.load(path)
    stage.reopen()


def _looked_at(stage: Stage) -> dict[str, Any]:
    """Everything that has to stay: pages by key with their words, the ledger's outcomes, who is who."""
    history = stage.workspace.history
    rows = {source: stage.rows(source) for source in Source}
    texts = {
        page.fields["key"]: (page.ref, page.title, stage.workspace.connector.read(page.ref).text)
        for page in (*rows[Source.POLICIES], *rows[Source.PROCEDURES])
        if page.fields["key"] in KEPT
    }
    return {
        "pages": texts,
        "jobs": {page.fields["key"]: page for page in rows[Source.JOBS]},
        "doubles": [key for key, many in Counter(page.fields["key"] for page in rows[Source.JOBS]).items() if many > 1],
        "nonconformities": {page.fields["number"]: page.ref for page in rows[Source.NONCONFORMITIES]},
        "outcomes": dict(history.outcomes),
        "contracts": dict(history.contracts),
        "people": dict(history.people),
        "findings": set(history.findings),
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A team with records, a non-conformity and open jobs, that then names the other pack."""
    folder: Path = tmp_path_factory.mktemp("grown")
    stage = Stage.new(Memory(), folder)
    stage.stride = 2
    _use(stage, "lightweight")
    stage.init()
    stage.pass_()
    for name, roles in ROLES.items():
        stage.wiki.set_field(stage.user(name).ref, "roles", roles, who="Anna")
    stage.later(minutes=20)
    stage.activate()
    stage.decide("end introduction")
    stage.wiki.append(_page(stage, "pack/recovery-plan").ref, "We rebuild in Frankfurt.", who="Ben")
    stage.morning(date(2027, 1, 12))
    stage.sign("inventory-review/2027-01-18", "Anna")
    stage.morning(date(2027, 2, 4))
    people = stage.rows(Source.USERS)
    for key in [key for key in stage.workspace.history.pages if key.startswith("policy-review/")]:
        stage.sign(key, next(row.title for row in people if key.endswith(stage.person(row.title))))
    stage.morning(date(2027, 3, 12))
    told = Told(stage, before=_looked_at(stage))
    _use(stage, "iso27001")
    told.plan = plan_init(stage.workspace)
    told.made = stage.init()
    told.again = stage.init()
    stage.morning(date(2027, 3, 15))
    stage.sign(OPEN, "Ben")
    stage.morning(date(2027, 3, 18))
    told.after = _looked_at(stage)
    yield told
    stage.close()


def _page(stage: Stage, key: str) -> Page:
    return next(row for row in stage.rows(Source.POLICIES) if row.fields["key"] == key)


def test_the_scene_has_records_a_nonconformity_and_open_jobs(told: Told) -> None:
    outcomes = Counter(outcome.value for outcome in told.before["outcomes"].values())
    assert outcomes == {"recorded": 1 + len(PEOPLE), "nonconformity": 1}
    assert told.before["outcomes"][MISSED].value == "nonconformity"
    assert list(told.before["nonconformities"]) == ["NC-001"]
    assert OPEN in set(told.before["jobs"]) - set(told.before["outcomes"])


def test_the_new_pack_adds_what_is_missing_and_a_second_run_nothing(told: Told) -> None:
    assert told.made == len(told.plan.pages)
    assert not [title for title in told.plan.pages if title.startswith(("Our objective", "Access review"))]
    assert told.again == 0


def test_pages_that_mean_the_same_keep_id_place_and_words(told: Told) -> None:
    assert set(told.before["pages"]) == set(KEPT)
    assert told.after["pages"] == told.before["pages"]
    plan = _page(told.stage, "pack/recovery-plan")
    assert plan.fields["item"] == "continuity-plan"
    assert not [row for row in told.stage.rows(Source.POLICIES) if row.fields["key"] == "pack/continuity-plan"]


def test_records_outcomes_and_people_are_as_before(told: Told) -> None:
    assert told.after["outcomes"].items() >= told.before["outcomes"].items()
    assert told.after["contracts"].items() >= told.before["contracts"].items()
    assert told.after["people"] == told.before["people"]
    assert told.after["nonconformities"] == told.before["nonconformities"]
    for key, page in told.before["jobs"].items():
        assert told.after["jobs"][key].ref == page.ref


def test_open_jobs_stay_open_and_none_is_doubled(told: Told) -> None:
    assert told.after["outcomes"][OPEN].value == "recorded"
    assert told.after["doubles"] == []
    assert told.stage.workspace.ledger.verify().problems == ()


def test_a_promise_that_goes_on_under_another_id_is_asked_for_once(told: Told) -> None:
    """Assets, policy and access were looked at in the last weeks: the new pack asks for them a quarter or half a year later."""
    opened = sorted(key for key in told.after["jobs"] if key not in told.before["jobs"])
    asked = ("policy-confirmation/", "asset-review/", "access-review/", "backup-restore-test/")
    assert not [key for key in opened if key.startswith(asked)], opened


def test_schedules_that_were_replaced_are_no_riddle(told: Told) -> None:
    new = told.after["findings"] - told.before["findings"]
    assert not [key for key in new if "schedule-vanished" in key], new


def test_the_change_of_pack_accuses_nobody(told: Told) -> None:
    added = {
        key: told.after["outcomes"][key].value for key in set(told.after["outcomes"]) - set(told.before["outcomes"])
    }
    assert set(added.values()) <= {"recorded"}, added
