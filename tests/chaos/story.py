"""A season in the life of a small ISMS, as scenes: everything that a pass can do happens in one of them.

A scene is the state in which its first pass is still to come. `scenes` plays the season once without any trouble and keeps every
scene with what came of it, so that trouble can be made in each alone: whatever goes wrong, what comes of it must be the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from isms_bot.errors import ConnectorError, StoreError
from isms_bot.model import Source, Span
from isms_bot.testing import Crash, Fault
from tests.e2e.engine.harness import ROLES, Stage
from tests.e2e.engine.platforms import Platform
from tests.e2e.engine.truth import Truth, truth

FIRST, SECOND, THIRD = date(2027, 1, 18), date(2027, 2, 18), date(2027, 3, 18)
TEST = "restore/2027-01-25"

SCENES: Mapping[str, frozenset[str]] = {
    name: frozenset(actions.split())
    for name, actions in {
        "init": "", "first": "", "roster": "find", "activate": "find resolve", "open": "open", "notices": "notify",
        "file": "record ask", "due": "notify", "taken-away": "find amend show", "last": "notify", "discuss": "discuss",
        "end-introduction": "notify", "hand-over": "amend", "postponed": "amend reply", "last-call": "reply",
        "supersede": "supersede notify", "gestures": "reply find show", "nonconformity": "raise", "late": "record",
        "proposed": "settle tell find put-back", "settled": "retract", "retract": "retract", "waive": "conclude", "leaver": "conclude open",
    }.items()
}  # fmt: skip
"""The scenes in their order, each with what its first pass must do at least: trouble elsewhere would prove nothing."""


def story(stage: Stage) -> Iterator[str]:
    """Yields the name of each scene once its gestures are done; its passes are the reader's to run."""
    wiki = stage.wiki
    yield "init"
    yield "first"
    for name, roles in ROLES.items():
        wiki.set_field(stage.user(name).ref, "roles", roles, who="Anna")
    wiki.set_field(stage.user("Hana").ref, "roles", ("team-member", "deputy"), who="Hana")
    test = next(page for page in stage.rows(Source.PROCEDURES) if page.title == "Restore test")
    wiki.append(test.ref, *(f"Remark {number}" for number in range(130)), who="Anna")
    yield "roster"
    wiki.set_field(stage.user("Hana").ref, "roles", ("team-member",), who="Anna")
    stage.decide("activate", "all")
    stage.decide("activate", "all", who="Gus")
    stage.later(minutes=20)
    yield "activate"
    stage.eve(FIRST - timedelta(days=7))
    stage.at(stage.today, 8)
    yield "open"
    stage.at(stage.today, 9)
    yield "notices"
    stage.eve(FIRST - timedelta(days=5))
    stage.sign(stage.review(FIRST, "Chris"), "Chris", feedback="Too long for me.")
    stage.later(minutes=20)
    yield "file"
    stage.eve(FIRST)
    yield "due"
    stage.eve(FIRST + timedelta(days=1))
    wiki.trash(stage.ref(stage.review(FIRST, "Dana")), who="Dana")
    yield "taken-away"
    wiki.restore(stage.ref(stage.review(FIRST, "Dana")), who="Dana")
    stage.eve(FIRST + timedelta(days=3))
    yield "last"
    stage.eve(FIRST + timedelta(days=4))
    yield "discuss"
    stage.eve(FIRST + timedelta(days=7))
    stage.decide("end introduction", until=Span(date(2027, 2, 10)))
    stage.later(minutes=20)
    yield "end-introduction"
    stage.eve(FIRST + timedelta(days=8))
    wiki.set_field(stage.ref(TEST), "assignee", (stage.account("Gus"),), who="Ben")
    yield "hand-over"
    wiki.set_field(stage.ref(TEST), "due", Span(date(2027, 1, 27)), who="Anna")
    yield "postponed"
    stage.eve(date(2027, 2, 3))
    wiki.tick(stage.ref(TEST), who="Gus")
    wiki.write(stage.ref(TEST), "Name:", "Gus", who="Gus")
    yield "last-call"
    stage.eve(SECOND - timedelta(days=7))
    stage.pass_()
    stage.later(minutes=8)
    yield "supersede"
    stage.eve(SECOND - timedelta(days=2))
    stage.sign(stage.review(SECOND, "Chris"), "Chris")
    wiki.set_field(stage.ref(stage.review(SECOND, "Dana")), "due", Span(date(2027, 3, 2)), who="Dana")
    wiki.set_field(stage.ref(stage.review(SECOND, "Emil")), "assignee", (stage.account("Gus"),), who="Emil")
    yield "gestures"
    stage.eve(SECOND + timedelta(days=6))
    yield "nonconformity"
    stage.eve(SECOND + timedelta(days=8))
    stage.sign(stage.review(SECOND, "Dana"), "Dana")
    stage.later(minutes=20)
    yield "late"
    for number, status in (("NC-001", "Retracted"), ("NC-002", "Under discussion")):
        page = next(row for row in stage.rows(Source.NONCONFORMITIES) if row.fields["number"] == number)
        wiki.set_field(page.ref, "status", status, who="Dana")
    yield "proposed"
    page = next(row for row in stage.rows(Source.NONCONFORMITIES) if row.fields["number"] == "NC-001")
    wiki.set_field(page.ref, "status", "Retracted", who="Anna")
    yield "settled"
    stage.decide("retract a non-conformity", "NC-002", why="Emil had no account that week")
    stage.later(minutes=20)
    yield "retract"
    stage.decide("waive until", "restore", start=Span(date(2027, 2, 20)), until=Span(date(2027, 3, 10)))
    stage.later(minutes=20)
    yield "waive"
    stage.eve(THIRD)
    wiki.set_field(stage.user("Emil").ref, "until", Span(date(2027, 3, 17)), who="Anna")
    yield "leaver"


LIVING = (Fault.TRANSIENT, Fault.AMBIGUOUS_BEFORE, Fault.AMBIGUOUS_AFTER)
"""Trouble that the process lives through."""


@dataclass(frozen=True)
class Scene:
    """A scene with what came of it when all went well: `calls` to the vendor (those that write begin with `!`) and `writes` of
    the store in its first pass."""

    name: str
    saved: Any
    expected: Truth
    calls: tuple[str, ...]
    writes: tuple[str, ...]


def act(stage: Stage, name: str) -> frozenset[str]:
    """The first thing that happens in a scene, the one that trouble is made in; the kinds of action that were carried out."""
    if name == "init":
        stage.init()
        return frozenset()
    return frozenset(stage.pass_().done)


def afterwards(stage: Stage, name: str) -> None:
    """What happens then, until all is quiet."""
    if name == "init":
        stage.later(minutes=8)
        stage.init_again()
        return
    for _ in range(3):
        stage.later(minutes=8)
        stage.pass_()


def scenes(platform: Platform, folder: Path, *, stride: int = 1) -> tuple[Stage, dict[str, Scene]]:
    """The season without trouble. Little is read beyond what must be, so that the calls that matter are not lost among others."""
    stage = Stage.new(platform, folder, extra="sweep = 4")
    stage.stride = stride
    found: dict[str, Scene] = {}
    for name in story(stage):
        saved = stage.save()
        platform.listen()
        writes = record_writes(stage)
        carried_out = act(stage, name)
        assert SCENES[name] <= carried_out, f"{name} should {sorted(SCENES[name])}, and did {sorted(carried_out)}"
        calls = tuple(platform.calls())
        done = tuple(writes)
        stage.store.on_write = None
        afterwards(stage, name)
        found[name] = Scene(name, saved, truth(stage), calls, done)
    assert tuple(found) == tuple(SCENES)
    return stage, found


def meet(stage: Stage, scene: Scene, fault: Fault, call: int) -> None:
    """The scene, with trouble at one vendor call: a dead process is started anew, a living one goes on."""
    stage.restore(scene.saved)
    stage.platform.trouble(fault, call)
    try:
        act(stage, scene.name)
    except Crash:
        stage.reopen()
    except (ConnectorError, StoreError):
        assert fault in LIVING
    stage.platform.calm()
    afterwards(stage, scene.name)


def record_writes(stage: Stage) -> list[str]:
    """A list that grows with every commit from now on."""
    written: list[str] = []

    def note(moment: str) -> None:
        if moment.startswith("after "):
            written.append(moment.removeprefix("after "))

    stage.store.on_write = note
    return written


def die_at_write(stage: Stage, number: int, moment: str) -> None:
    """The process dies `moment` ("before" or "after") the commit with this number, counted from now."""
    seen = 0

    def strike(told: str) -> None:
        nonlocal seen
        if not told.startswith(moment):
            return
        seen += 1
        if seen > number:
            raise Crash(told)

    stage.store.on_write = strike


def compare(got: Truth, expected: Truth, *, lost: int = 1) -> None:
    """The same pages and the same ledger; nothing said twice but the last warning, and no more than `lost` comments missing."""
    pages = differences(got.pages, expected.pages)
    assert not pages, pages
    ledger = differences(got.ledger, expected.ledger)
    assert not ledger, ledger
    missing = 0
    for name, wanted in expected.comments.items():
        said = got.comments[name]
        assert not said - wanted or all(_is_last(text) and said[text] <= 2 for text in said - wanted), (
            name,
            said,
            wanted,
        )
        unsaid = wanted - said
        assert not any(_is_last(text) for text in unsaid), f"a last warning was lost: {unsaid}"
        missing += unsaid.total()
    assert missing <= lost, missing


def differences(got: Any, expected: Any) -> dict[str, Any]:
    """Where two trees of values differ: path to (got, expected)."""
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        found = {}
        for key in {**expected, **got}:
            inner = differences(got.get(key), expected.get(key))
            found.update({f"{key}.{path}": pair for path, pair in inner.items()})
        return found
    return {} if got == expected else {"": (got, expected)}


def _is_last(text: str) -> bool:
    return "can be signed until" in text and (
        "would be noted" in text or "Nothing is noted" in text or "nothing is noted" in text
    )
