"""Rules go into the ledger as plain data, come back as they were, and their changes read as sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms_bot.config import load, rules, rules_diff, schedules_of
from isms_bot.config.rules import from_plain, plain
from isms_bot.model import Completion, Duration, Ladder, Level, RelativeStart, Rule, Schedule, Shift, Span, Unit, Window

Build = Callable[..., Path]

durations = st.builds(Duration, st.integers(0, 9999), st.sampled_from(Unit))
slugs = st.text("abc-9", min_size=1, max_size=8)
spans = st.tuples(st.dates(), st.dates()).map(lambda two: Span(*sorted(two)))
windows = st.builds(Window, st.dates(), st.dates(), st.none() | durations)
schedules = st.builds(
    Schedule,
    id=slugs,
    procedure=st.text(min_size=1),
    rule=st.builds(
        Rule,
        every=st.none() | durations,
        start=st.none() | st.dates() | st.builds(RelativeStart, st.integers(0, 999)),
        on=st.none() | st.just("last friday"),
        shift=st.sampled_from(Shift),
        rrule=st.none() | st.just("FREQ=DAILY"),
        cron=st.none() | st.just("0 9 1 * *"),
        until=st.none() | st.dates(),
        pauses=st.lists(spans, max_size=2).map(tuple),
        windows=st.lists(windows, max_size=2).map(tuple),
    ),
    role=slugs,
    rotate=st.booleans(),
    completion=st.sampled_from([Completion.EACH, Completion.ANY, Completion.ALL]),
    lead=durations,
    grace=durations,
    ladder=st.sampled_from(Ladder),
    level=st.sampled_from(Level),
    policy=st.just("") | slugs,
    owner=slugs,
    practice=st.booleans(),
    was=st.lists(slugs, max_size=2).map(tuple),
)


@given(schedules)
def test_a_schedule_comes_back_from_plain_data_as_it_was(schedule: Schedule) -> None:
    stored = json.loads(json.dumps(plain(schedule)))
    assert from_plain(schedule.id, stored) == schedule


def test_a_quorum_comes_back(build: Build) -> None:
    edit = ("schedules/own.toml", "every", 'completion = "quorum 3"\nevery')
    config = load(build(edit))
    dump = json.loads(json.dumps(rules(config, "acme")))
    assert schedules_of(dump) == tuple(sorted(config.workspace().schedules, key=lambda one: one.id))
    assert dump["pack"] == {"name": "pack", "version": "7"}
    assert (dump["timezone"], dump["calendar"]) == ("Europe/Amsterdam", "NL")


def test_a_pack_in_another_language_is_another_version_of_the_rules(build: Build) -> None:
    page = {"pack/pages.nl/backups.md": "---\nid: backups\ntitle: Kopieën\n---\n"}
    dutch = rules(load(build(("config.toml", "calendar", 'language = "nl"\ncalendar'), files=page)), "acme")
    english = rules(load(build(files=page)), "acme")
    assert dutch["pack"] == {"name": "pack", "version": "7", "language": "nl"}
    assert english["pack"] == {"name": "pack", "version": "7"}
    assert rules_diff(english, dutch) == "pack: pack 7 -> pack 7 nl"


def test_rules_of_another_format_are_refused() -> None:
    with pytest.raises(ValueError, match="format 99"):
        schedules_of({"format": 99, "schedules": {}})


def test_reasons_of_pauses_are_kept(build: Build) -> None:
    pause = 'pause = [{ from = 2027-07-01, until = 2027-07-31, why = "office closed" }]\nevery'
    dump = rules(load(build(("schedules/own.toml", "every", pause))), "acme")
    assert dump["schedules"]["visitor-book"]["pause"] == [
        {"from": "2027-07-01", "until": "2027-07-31", "why": "office closed"}
    ]


def test_rules_that_moved_to_another_file_are_the_same_rules(build: Build) -> None:
    before = rules(load(build()), "acme")
    path = build()
    (path.parent / "schedules/own.toml").rename(path.parent / "schedules/moved.toml")
    assert rules(load(path), "acme") == before
    assert rules_diff(before, before) == ""


OWN = "schedules/own.toml"


@pytest.mark.parametrize(
    ("edits", "lines"),
    [
        pytest.param([(OWN, '"1 month"', '"6 months"'), (OWN, "every", 'lead = "5 working days"\ngrace = "5 working days"\nevery')],
                     ["visitor-book: every 1 month -> every 6 months"], id="another cadence"),
        pytest.param([(OWN, "every", 'grace = "2 working days"\nevery')], ["visitor-book: grace 5 working days -> 2 working days"], id="another grace"),
        pytest.param([(OWN, "every", 'pause = [{ from = 2027-07-01, until = 2027-07-31, why = "closed" }]\nevery')],
                     ["visitor-book: pause none -> 2027-07-01 to 2027-07-31 (closed)"], id="a pause"),
        pytest.param([(OWN, "every", "practice = true\nevery")], ["visitor-book: practice no -> yes"], id="practice"),
        pytest.param([(OWN, "visitor-book", "guest-book")],
                     ["guest-book: new, every 1 month, role:archivist", "visitor-book: taken out (was every 1 month)"], id="another id"),
        pytest.param([(OWN, "visitor-book", "guest-book"), (OWN, "every", 'was = ["visitor-book"]\nevery')],
                     ["visitor-book: is now called guest-book"], id="a renamed id"),
        pytest.param([("pack/pack.toml", '"7"', '"8"')], ["pack: pack 7 -> pack 8"], id="another version of the pack"),
        pytest.param([("config.toml", '"NL"', '""')], ["calendar: NL -> none"], id="another calendar"),
    ],
)  # fmt: skip
def test_a_change_reads_as_a_line(build: Build, edits: list[tuple[str, str, str]], lines: list[str]) -> None:
    old: dict[str, Any] = rules(load(build()), "acme")
    new: dict[str, Any] = rules(load(build(*edits)), "acme")
    assert rules_diff(old, new).split("\n") == lines
