"""The example that ships is sound as it is, on any day; the JSON Schema accepts what loading accepts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from isms_bot import registry
from isms_bot.config import example, load, schedules_schema, schema
from isms_bot.recurrence import nominals, resolve_start

Build = Callable[..., Path]
ROOT = Path(__file__).parents[3]


def jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: jsonable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [jsonable(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def uncommented(text: str) -> str:
    """The example with every commented key of the configuration switched on, up to the words about schedule files."""
    settings = text.partition("# A file of own schedules")[0]
    return re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", settings)


def test_the_example_is_the_file_byte_for_byte() -> None:
    assert example().encode() == (ROOT / "config.example.toml").read_bytes()


def test_the_example_is_sound_unedited(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(example(), encoding="utf-8")
    acme = load(path).workspace()
    assert acme.pack is not None
    assert acme.pack.name == "lightweight"
    assert {one.id for one in acme.schedules} >= {"policy-review", "backup-restore-test", "look-back", "computer-check"}


def test_the_example_gives_every_promise_a_future_whenever_it_is_started(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(example(), encoding="utf-8")
    for schedule in load(path).workspace().schedules:
        for year in range(2026, 2037):
            day = date(year, 11, 21)
            anchor = resolve_start(schedule.rule.start, day)
            coming = list(nominals(schedule.rule, anchor, after=day, until=day + timedelta(days=600)))
            assert len(coming) >= 2, (schedule.id, day)


def test_every_commented_key_of_the_example_exists(tmp_path: Path) -> None:
    text = uncommented(example()).replace('url = "postgresql+psycopg://db.example.com/isms"', "")
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    acme = load(path).workspace()
    assert (acme.deputy, acme.sweep, acme.settings.api) == ("deputy@example.com", 20, "http://127.0.0.1:8765")
    assert acme.labels["date"] == ("Done on",)
    assert acme.mail is not None
    assert (acme.mail.server.env, acme.mail.sender) == ("ISMS_BOT_MAIL", "isms-bot")


def test_the_lines_for_confluence_in_the_example_are_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = {one.name: one for one in entry_points(group="isms_bot.connectors")}
    monkeypatch.setattr(registry, "_installed", lambda: shipped)
    text = re.sub(r"(?m)^(connector|root|token) = .*\n", "", example())
    path = tmp_path / "config.toml"
    path.write_text(re.sub(r"(?m)^#   (?=[a-z]+ = )", "", text), encoding="utf-8")
    acme = load(path).workspace()
    assert (acme.connector, acme.settings.space, acme.settings.root) == ("confluence-cloud", "ISMS", "123456789")


def test_the_schedule_in_the_example_is_sound(build: Build) -> None:
    text = example().partition("# A file of own schedules")[2]
    own = re.sub(r"(?m)^# ?", "", text[text.index("# [[schedule]]") :])
    config = load(
        build(("config.toml", "calendar", "roles = ['office']\ncalendar"), files={"schedules/shown.toml": own})
    )
    assert "visitor-book-check" in config.workspace().declared


def test_the_schema_accepts_the_example_and_refuses_an_unknown_key() -> None:
    validator = Draft202012Validator(schema())
    Draft202012Validator.check_schema(schema())
    data = jsonable(tomllib.loads(uncommented(example()).replace("url = {", "# url = {")))
    assert list(validator.iter_errors(data)) == []
    data["workspaces"]["acme"]["calender"] = "NL"
    assert [list(error.absolute_path) for error in validator.iter_errors(data)] == [["workspaces", "acme"]]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("connector", "papyrus", id="unknown connector"),
        pytest.param("token", "planted-token", id="a secret in clear"),
        pytest.param("sweep", "20", id="a number in quotes"),
        pytest.param("shelf", 0, id="a bound of the connector"),
    ],
)
def test_the_schema_refuses_what_loading_refuses(key: str, value: object) -> None:
    data = jsonable(tomllib.loads(example()))
    data["workspaces"]["acme"][key] = value
    assert not Draft202012Validator(schema()).is_valid(data)


def test_the_schema_of_schedules_accepts_the_shipped_ones() -> None:
    Draft202012Validator.check_schema(schedules_schema())
    data = jsonable(tomllib.loads((ROOT / "schedules/lightweight/schedules.toml").read_text()))
    validator = Draft202012Validator(schedules_schema())
    assert list(validator.iter_errors(data)) == []
    data["schedule"][0]["grcae"] = "1 day"
    assert not validator.is_valid(data)
