"""Pages that a team has already: found, chosen, read where they stand, and never touched, in every kind of wiki."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from isms_bot.bootstrap import init, plan_init
from isms_bot.errors import Reopen, UsageError
from isms_bot.model import Page, Source
from isms_bot.sandbox.bootstrap import open_world
from isms_bot.sandbox.server import running
from tests.e2e.engine.harness import Stage
from tests.e2e.engine.platforms import PEOPLE, START, Cloud, DataCenter, Memory, Notion

FORM = ("Name:", "Date:", "Signature:")
OWN = ("## How we test", "We restore a file and compare it.", "- [ ] Restore our own way", "- [ ] Compare it", *FORM)
TEXT = "We have looked and tested since 2019."
KINDS = (Memory, Notion, Cloud, DataCenter)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__.lower())
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Configured, nothing made; the team has a promise and a procedure of its own."""
    with ExitStack() as left:
        if request.param is Memory:
            platform: Any = Memory()
        else:
            world = open_world(seed=3, people=PEOPLE, now=START)
            left.callback(world.close)
            platform = request.param(left.enter_context(running(world)), world)
            left.callback(platform.wiki.close)
        stage = Stage.new(platform, tmp_path)
        left.callback(stage.close)
        yield stage


def _own(stage: Stage, title: str, *lines: str) -> str:
    """A page of the team's own under the root, by Anna."""
    wiki = stage.wiki
    if isinstance(stage.platform, Memory):
        wiki.connector()  # a memory wiki has pages once it has containers
        page = wiki.create_row(Source.POLICIES, title, lines=lines, who="Anna")
        wiki.move(page, who="Anna")
        return str(page)
    return str(wiki.act("Anna", "create_page", parent=wiki.root, title=title, lines=list(lines))["page"])


def _row(stage: Stage, source: Source, key: str) -> Page:
    return next(row for row in stage.rows(source) if row.fields.get("key") == key)


def _as_it_is(stage: Stage, page: str) -> Any:
    content = stage.workspace.connector.read(page)
    return content.text, content.page.edited_by, content.page.edited_at, content.page.title


def test_pages_of_the_same_title_are_candidates_and_nothing_more(stage: Stage) -> None:
    promise = _own(stage, "THE PROMISE", TEXT)
    _own(stage, "Lunch", "Soup.")
    plan = plan_init(stage.workspace)
    assert [(one.id, one.candidate.ref, one.candidate.title) for one in plan.candidates] == [
        ("promise", promise, "THE PROMISE")
    ]
    assert 'to adopt or not: "THE PROMISE"' in plan.as_text()
    before = _as_it_is(stage, promise)
    stage.init()
    assert stage.workspace.history.adopted == {}
    assert _as_it_is(stage, promise) == before


def test_an_adopted_page_stays_byte_for_byte_and_its_row_leads_there(stage: Stage) -> None:
    promise = _own(stage, "The promise", TEXT)
    before = _as_it_is(stage, promise)
    made = init(stage.workspace, lambda _: None, adopt={"promise": promise})
    assert made == 4 + len(PEOPLE)
    stage.platform.adopt(stage.workspace.need_layout())
    row = _row(stage, Source.POLICIES, "pack/promise")
    connector = stage.workspace.connector
    [said] = [block.text for block in connector.read(row.ref).blocks if "stands on" in block.text]
    assert connector.page(promise).title in said
    assert TEXT not in connector.read(row.ref).text
    assert _as_it_is(stage, promise) == before
    calm = plan_init(stage.workspace)
    assert not calm.changes
    assert init(stage.workspace, lambda _: None) == 0
    assert _as_it_is(stage, promise) == before


def test_jobs_are_copies_of_an_adopted_procedure(stage: Stage) -> None:
    own = _own(stage, "Restore test", *OWN)
    stage.later(minutes=90)
    init(stage.workspace, lambda _: None, adopt={"restore": own})
    stage.platform.adopt(stage.workspace.need_layout())
    before = _as_it_is(stage, own)
    stage.pass_()
    roles = {"Anna": ("team-member", "product-manager"), "Ben": ("team-member", "operations")}
    for name, held in roles.items():
        stage.wiki.set_field(stage.user(name).ref, "roles", held, who="Anna")
    stage.later(minutes=20)
    stage.activate()
    stage.morning(date(2027, 1, 19))
    job = stage.job("restore/2027-01-25")
    assert job.fields["procedure"] == (_row(stage, Source.PROCEDURES, "pack/restore").ref,)
    steps = [block.text for block in stage.workspace.connector.read(job.ref).blocks if "way" in block.text]
    assert steps == ["Restore our own way"]
    assert _as_it_is(stage, own) == before


def test_what_was_adopted_is_known_again_after_the_store_was_lost(tmp_path: Path) -> None:
    stage = Stage.new(Memory(), tmp_path / "first")
    promise = _own(stage, "The promise", TEXT)
    init(stage.workspace, lambda _: None, adopt={"promise": promise})
    another = Stage.new(stage.platform, tmp_path / "second")
    with pytest.raises(Reopen):
        init(another.workspace, lambda _: None, take_over=True)
    another.reopen()
    assert init(another.workspace, lambda _: None, take_over=True) == 0
    assert another.workspace.history.adopted == {"pack/promise": promise}
    for one in (stage, another):
        one.close()


@pytest.mark.parametrize(
    ("choice", "said"),
    [({"promises": "PAGE"}, 'did you mean "promise"'), ({"promise": "NOWHERE"}, "cannot be read"),
     ({"promise": "PAGE", "objective": "PAGE"}, "cannot stand for two pages")],
)  # fmt: skip
def test_a_choice_that_makes_no_sense_is_told_before_anything_is_made(
    tmp_path: Path, choice: dict[str, str], said: str
) -> None:
    platform = Memory()
    stage = Stage.new(platform, tmp_path)
    page = _own(stage, "The promise", TEXT)
    pages = len(platform.wiki.pages)
    adopt = {name: page if ref == "PAGE" else ref for name, ref in choice.items()}
    with pytest.raises(UsageError, match=said):
        init(stage.workspace, lambda _: None, adopt=adopt)
    assert len(platform.wiki.pages) == pages
    stage.close()
