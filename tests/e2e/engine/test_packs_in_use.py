"""A pack of one's own in a workspace that speaks Dutch: jobs are Dutch and count; items that everyone needs are not lost unseen."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import date

import pytest
import structlog

from isms_bot.model import Key, Page, Source
from isms_bot.packs import copy_pack
from tests.e2e.engine.harness import ROLES, Stage
from tests.e2e.engine.platforms import Memory

OPEN = date(2027, 2, 3)
"""A day on which the first policy review is open: it is due in the fifth week."""


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The lightweight pack, copied and put into force by a team that reads Dutch."""
    folder = tmp_path_factory.mktemp("dutch")
    stage = Stage.new(Memory(), folder)
    shutil.rmtree(folder / "pack")
    copy_pack("lightweight", folder / "pack")
    stage.configure('language = "nl"')
    stage.init()
    stage.pass_()
    for name, roles in ROLES.items():
        stage.wiki.set_field(stage.user(name).ref, "roles", roles, who="Anna")
    stage.later(minutes=20)
    stage.activate()
    stage.stride = 2
    stage.morning(OPEN)
    yield stage
    stage.close()


def procedure(stage: Stage, name: str) -> Page:
    return next(row for row in stage.rows(Source.PROCEDURES) if row.fields.get("procedure") == name)


def review(stage: Stage, name: str) -> Key:
    person = stage.person(name)
    return next(
        key for key in stage.workspace.history.pages if key.startswith("policy-review/") and key.endswith(person)
    )


def test_pages_are_dutch_where_they_are_translated_and_english_where_not(stage: Stage) -> None:
    assert procedure(stage, "policy-review").title == "Informatiebeveiligingsbeleid doornemen"
    assert procedure(stage, "look-back").title == "Look-back"
    titles = {row.fields.get("item"): row.title for row in stage.rows(Source.POLICIES)}
    assert titles["purpose-and-review"] == "Doel en onderhoud van dit beleid"
    assert titles["backups"] == "Backups"


def test_the_rules_in_the_ledger_say_in_which_language_the_pack_was_read(stage: Stage) -> None:
    assert stage.workspace.rules["pack"] == {"name": "pack", "version": "1", "language": "nl"}


def test_a_dutch_job_asks_for_a_confirmation_and_pins_the_text_that_is_confirmed(stage: Stage) -> None:
    key = review(stage, "Chris")
    texts = [block.text for block in stage.workspace.connector.read(stage.ref(key)).blocks]
    assert "Naam:" in texts
    assert any(text.startswith("Bevestig: ik heb het informatiebeveiligingsbeleid gelezen") for text in texts)
    assert "purpose-and-review" in stage.workspace.history.policies[key]


def test_a_job_that_is_signed_in_dutch_is_recorded(stage: Stage) -> None:
    key = review(stage, "Chris")
    page = stage.ref(key)
    stage.wiki.tick(page, who="Chris")
    for label, text in (("Naam:", "Chris"), ("Datum:", "3 februari 2027"), ("Handtekening:", "Chris")):
        stage.wiki.write(page, label, text, who="Chris")
    stage.later(minutes=20)
    stage.settle()
    assert stage.outcome(key) == "recorded"


def test_a_dutch_signing_comment_counts(stage: Stage) -> None:
    key = review(stage, "Dana")
    page = stage.ref(key)
    stage.wiki.tick(page, who="Dana")
    stage.wiki.comment(page, "Getekend", who="Dana")
    stage.later(minutes=20)
    stage.settle()
    assert stage.outcome(key) == "recorded"


@pytest.mark.parametrize(
    ("item", "found"),
    [
        pytest.param("backups", True, id="an item that the pack knows no reason to leave out"),
        pytest.param("production-data", False, id="an item that may be left out on a fact"),
    ],
)
def test_whoever_leaves_out_what_applies_to_everyone_is_asked_whether_that_is_meant(
    stage: Stage, item: str, found: bool
) -> None:
    row = next(row for row in stage.rows(Source.POLICIES) if row.fields.get("item") == item)
    finding = f"applies-to-everyone/{item}"
    stage.wiki.set_field(row.ref, "reason", "We keep nothing.", who="Anna")
    stage.wiki.set_field(row.ref, "applies", "No", who="Anna")
    stage.settle()
    assert (finding in stage.findings()) is found
    stage.decide("does not apply", item, why="nothing of ours is worth a copy")
    stage.later(minutes=20)
    stage.settle()
    assert finding not in stage.findings(), "somebody who may decide has said that it is meant"
    stage.wiki.set_field(row.ref, "applies", "Yes", who="Anna")
    stage.settle()
    assert finding not in stage.findings()
