"""What a pass costs when nothing has changed, by how many jobs are open: the real connector against the sandbox, over HTTP."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from isms_bot.history import contract_body
from isms_bot.ledger import Draft
from isms_bot.model import Completion, Contract, Ladder, Level, Regime, Source
from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.client import Sandbox
from isms_bot.sandbox.server import running
from tests.e2e.engine.harness import PEOPLE, START, Notion, Stage

DUE = date(2030, 1, 8)
"""Far away, so that nothing is due and nothing is said."""
BODY = ["- [ ] Look", "- [ ] Look again", "Name:", "Date:", "Signature:"]
BATCH = 500

CALLS_PER_SOURCE, SOURCES_WATCHED, SWEEP = 1, 5, 20
LOWER_BOUND = CALLS_PER_SOURCE * SOURCES_WATCHED
"""Below this no pass can go that asks every watched source whether anything has changed."""
FORMULA = LOWER_BOUND + SWEEP
"""S + K: with the default sweep no pass in which nothing changed may cost more."""


def steady_pass_calls(folder: Path, jobs: int) -> int:
    """Requests of one pass over `jobs` open jobs with nothing changed, the default sweep spent."""
    world = open_world(seed=3, people=PEOPLE, now=START)
    with running(world) as sandbox:
        platform = Notion(sandbox, world)
        stage = Stage.begin(platform, folder)
        stage.later(minutes=20)
        stage.pass_()
        seed(stage, sandbox, jobs)
        stage.at(stage.today + timedelta(days=1), 3)
        stage.pass_()
        stage.later(hours=2)
        measured = stage.pass_()
        if measured.done or measured.unsettled or measured.plan.changes:
            raise AssertionError(
                f"this pass was not a quiet one: {measured.done}, {measured.unsettled}, {measured.plan.counts()}"
            )
        there = list(stage.workspace.history.unfinished())
        unread = [key for key in there if key not in stage.watch.readings]
        if len(there) != jobs or (jobs > SWEEP and not unread):
            raise AssertionError("the jobs are not there, or there are too few of them to tell")
        stage.close()
        platform.wiki.close()
    world.close()
    return measured.calls


def seed(stage: Stage, sandbox: Sandbox, jobs: int) -> None:
    """Open jobs in wiki and ledger, as if passes of the past had opened them."""
    place = stage.workspace.need_layout().sources[Source.JOBS]
    store, person, account = stage.store, stage.person("Chris"), stage.account("Chris")
    keys = [f"seeded-{number:05}/{DUE.isoformat()}" for number in range(jobs)]
    for first in range(0, jobs, BATCH):
        batch = keys[first : first + BATCH]
        made = sandbox.act_all(
            [
                {
                    "as": sandbox.bot_id,
                    "do": "create_row",
                    "data_source": place.ref,
                    "properties": {
                        place.fields["title"]: key,
                        place.fields["status"]: "Open",
                        place.fields["assignee"]: [account],
                        place.fields["due"]: DUE.isoformat(),
                        place.fields["first_due"]: DUE.isoformat(),
                        place.fields["grace_end"]: (DUE + timedelta(days=14)).isoformat(),
                        place.fields["key"]: key,
                        place.fields["mark"]: _mark(store.installation(), key),
                    },
                    "lines": BODY,
                }
                for key in batch
            ]
        )
        rows = []
        for key, page in zip(batch, made, strict=True):
            rows += [
                Draft("opened", key, contract_body(_contract(key, person))),
                Draft("delivered", key, {"page": page["page"]}),
            ]
        stage.workspace.append(*rows, at=stage.wiki.now)


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
