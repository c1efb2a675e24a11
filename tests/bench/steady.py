"""What a pass costs when nothing has changed, by how many jobs are open: the real connector against the sandbox, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from isms_bot.history import WATCHED, contract_body
from isms_bot.ledger import Draft
from isms_bot.model import Completion, Contract, Ladder, Level, Regime, Source
from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from isms_bot_confluence.storage import render_mark
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import PEOPLE, START, Cloud, DataCenter, Notion

DUE = date(2030, 1, 8)
"""Far away, so that nothing is due and nothing is said."""
BODY = ["- [ ] Look", "- [ ] Look again", "Name:", "Date:", "Signature:"]
FORM = (
    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>Look</ac:task-body>"
    "</ac:task></ac:task-list><p>Name:</p><p>Date:</p><p>Signature:</p>"
)
BATCH = 100

Kind = type[Notion | Cloud | DataCenter]
SWEEP: Mapping[Kind, int] = {Notion: 20, Cloud: 53, DataCenter: 40}
"""The default budget of each."""
LOWER_BOUND: Mapping[Kind, int] = {Notion: len(WATCHED), Cloud: len(WATCHED) + 1, DataCenter: len(WATCHED)}
"""Below this no pass can go that asks every watched source whether anything has changed; on Cloud jobs are asked about their
ticks as well."""


def formula(kind: Kind) -> int:
    """S + K: with the default sweep no pass in which nothing changed may cost more."""
    return LOWER_BOUND[kind] + SWEEP[kind]


def steady_pass_calls(folder: Path, jobs: int, kind: Kind = Notion) -> int:
    """Requests of one pass over `jobs` open jobs with nothing changed, the default sweep spent."""
    world = open_world(seed=3, people=PEOPLE, now=START)
    with running(world) as sandbox:
        platform = kind(sandbox, world)
        stage = Stage.begin(platform, folder)
        stage.later(minutes=20)
        stage.pass_()
        seed(stage, sandbox, jobs)
        # Ten thousand pages take longer to make than a lease lasts; the service, too, takes it anew for each pass.
        stage.workspace.release()
        stage.at(stage.today + timedelta(days=1), 3)
        stage.pass_()
        stage.workspace.release()
        stage.later(hours=2)
        measured = stage.pass_()
        if measured.done or measured.unsettled or measured.plan.changes:
            raise AssertionError(
                f"this pass was not a quiet one: {measured.done}, {measured.unsettled}, {measured.plan.counts()}"
            )
        there = list(stage.workspace.history.unfinished())
        unread = [key for key in there if key not in stage.watch.readings]
        if len(there) != jobs or (jobs > SWEEP[kind] and not unread):
            raise AssertionError("the jobs are not there, or there are too few of them to tell")
        stage.close()
        platform.wiki.close()
    world.close()
    return measured.calls


def seed(stage: Stage, sandbox: Sandbox, jobs: int) -> None:
    """Open jobs in wiki and ledger, as if passes of the past had opened them."""
    row = _notion_row if isinstance(stage.platform, Notion) else _confluence_row
    person = stage.person("Chris")
    keys = [f"seeded-{number:05}/{DUE.isoformat()}" for number in range(jobs)]
    for first in range(0, jobs, BATCH):
        batch = keys[first : first + BATCH]
        made = sandbox.act_all([{"as": sandbox.bot_id, "do": "create_row", **row(stage, key)} for key in batch])
        rows = []
        for key, page in zip(batch, made, strict=True):
            rows += [
                Draft("opened", key, contract_body(_contract(key, person))),
                Draft("delivered", key, {"page": page["page"]}),
            ]
        stage.workspace.append(*rows, at=stage.wiki.now)


def _notion_row(stage: Stage, key: str) -> dict[str, Any]:
    place = stage.workspace.need_layout().sources[Source.JOBS]
    named = {place.fields[name]: value for name, value in _values(stage).items()}
    marked = {
        place.fields["title"]: key,
        place.fields["key"]: key,
        place.fields["mark"]: _mark(stage.store.installation(), key),
    }
    return {"data_source": place.ref, "properties": {**named, **marked}, "lines": BODY}


def _confluence_row(stage: Stage, key: str) -> dict[str, Any]:
    place = stage.workspace.need_layout().sources[Source.JOBS]
    named = {place.fields[name]: value for name, value in _values(stage).items()}
    mark = render_mark(key=key, workspace="acme", installation=stage.store.installation(), source=Source.JOBS.value)
    return {"data_source": place.ref, "title": key, "properties": named, "body": mark + FORM}


def _values(stage: Stage) -> dict[str, Any]:
    return {
        "status": "Open",
        "assignee": [stage.account("Chris")],
        "due": DUE.isoformat(),
        "first_due": DUE.isoformat(),
        "grace_end": (DUE + timedelta(days=14)).isoformat(),
    }


def _mark(installation: str, key: str) -> str:
    return json.dumps({"v": 1, "installation": installation, "workspace": "acme", "key": key, "page": ""})


def _contract(key: str, person: str) -> Contract:
    return Contract(
        key=key,
        schedule=key.partition("/")[0],
        nominal=DUE,
        opened=START.date(),
        nominal_due=DUE,
        due=DUE,
        grace_end=DUE + timedelta(days=14),
        regime=Regime.INTRODUCTION,
        people=(person,),
        procedure="review",
        title="Policy review",
        completion=Completion.ANY,
        quorum=1,
        level=Level.AT_OWN_ACCOUNT,
        ladder=Ladder.CHORE,
        role="developer",
        owner="product-manager",
        policy="promise",
        text="",
    )
