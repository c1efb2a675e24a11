"""Every configuration of the guide is one that isms-bot takes, and every file for another program can be read by it."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from isms_bot.config import load, schedules_schema, schema
from isms_bot.registry import connector_class, connectors
from tests.unit.docs.pages import GUIDES, ROOT, Block, blocks, spans

TOML = [block for page in GUIDES for block in blocks(page, "toml")]
CONFIGURATIONS = [block for block in TOML if "workspaces" in tomllib.loads(block.text)]
SCHEDULES = [block for block in TOML if "schedule" in tomllib.loads(block.text)]
MANIFESTS = [block for page in GUIDES for block in blocks(page, "yaml")]
UNITS = [block for page in GUIDES for block in blocks(page, "ini")]
SCRIPTS = [block for page in GUIDES for block in blocks(page, "sh")]
IMAGES = [block for page in GUIDES for block in blocks(page, "dockerfile")]
KNOWN_LANGUAGES = {"toml", "yaml", "ini", "sh", "dockerfile", "sql"}


def names(where: str) -> dict[str, Any]:
    """All keys of a JSON Schema, wherever in it they stand."""
    found: dict[str, Any] = {}
    waiting: list[Any] = [schema() if where == "configuration" else schedules_schema()]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found |= one.get("properties", {})
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return found


def known_keys() -> set[str]:
    own = {
        field.alias or name
        for connector in connectors()
        for name, field in connector_class(connector).settings_model().model_fields.items()
    }
    return own | set(names("configuration")) | set(names("schedules"))


def sources() -> str:
    files = [
        *(ROOT / "isms_bot").rglob("*.py"),
        *(ROOT / "connectors").rglob("*.py"),
        *(ROOT / "isms_bot").rglob("*.toml"),
    ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_block_has_a_language_that_is_looked_at() -> None:
    """A new kind of block needs a test before it can be believed."""
    others = {str(block) for page in GUIDES for block in blocks(page) if block.language not in KNOWN_LANGUAGES}
    assert others == set()


@pytest.mark.parametrize("block", CONFIGURATIONS, ids=str)
def test_a_configuration_of_the_guide_loads(block: Block, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(block.text, encoding="utf-8")
    loaded = load(tmp_path / "config.toml")
    assert loaded.workspaces["acme"].schedules


@pytest.mark.parametrize("block", SCHEDULES, ids=str)
def test_schedules_of_the_guide_load_beside_the_pack(block: Block, tmp_path: Path) -> None:
    whole = CONFIGURATIONS[0].text.replace("pack =", 'schedules = ["own.toml"]\npack =')
    (tmp_path / "config.toml").write_text(whole, encoding="utf-8")
    (tmp_path / "own.toml").write_text(block.text, encoding="utf-8")
    declared = load(tmp_path / "config.toml").workspaces["acme"].declared
    for entry in tomllib.loads(block.text)["schedule"]:
        assert declared[entry["id"]].where.startswith(str(tmp_path / "own.toml"))


@pytest.mark.parametrize("block", MANIFESTS, ids=str)
def test_a_manifest_can_be_read_and_the_configuration_in_it_loads(block: Block, tmp_path: Path) -> None:
    for document in yaml.safe_load_all(block.text):
        inside = document.get("data", {}).get("config.toml") if document.get("kind") == "ConfigMap" else None
        if inside is not None:
            (tmp_path / "config.toml").write_text(inside, encoding="utf-8")
            assert load(tmp_path / "config.toml").service.health_host == "0.0.0.0"


def test_probes_ask_the_port_and_the_paths_that_answer() -> None:
    """A probe that asks elsewhere restarts a healthy bot for ever."""
    text = "\n".join(block.text for block in MANIFESTS)
    assert set(re.findall(r"/(\w+z)\b", text)) == {"livez", "readyz"}
    assert {int(port) for port in re.findall(r"(?:containerPort: |127\.0\.0\.1:)(\d+)", text)} == {8080}
    served = (ROOT / "isms_bot" / "health.py").read_text(encoding="utf-8")
    assert all(f'Route("/{path}"' in served for path in ("livez", "readyz", "metrics"))


@pytest.mark.parametrize("block", UNITS, ids=str)
def test_a_unit_of_systemd_can_be_read(block: Block) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(block.text)
    (kind,) = {"Service", "Timer"} & set(parser.sections())
    assert parser[kind]["ExecStart" if kind == "Service" else "OnCalendar"]


@pytest.mark.parametrize("block", SCRIPTS, ids=str)
def test_a_script_is_sound_shell(block: Block) -> None:
    shell = shutil.which("sh")
    assert shell is not None
    # Continued lines of an image stand in a block of their own; without what they continue they begin with &&.
    text = re.sub(r"^ && (.*?)(?: \\)?$", r"\1", block.text, flags=re.M)
    read = subprocess.run([shell, "-n"], input=text, text=True, capture_output=True, check=False)
    assert read.stderr == ""


@pytest.mark.parametrize("block", IMAGES, ids=str)
def test_an_image_is_made_of_known_instructions_and_of_files_that_are_there(block: Block) -> None:
    lines = re.sub(r"\\\n", "", block.text).strip().splitlines()
    assert {line.split()[0] for line in lines} <= {
        "FROM",
        "COPY",
        "RUN",
        "ENV",
        "USER",
        "WORKDIR",
        "STOPSIGNAL",
        "ENTRYPOINT",
        "CMD",
    }
    for lock in re.findall(r"-r (requirements\S*\.lock)", block.text):
        assert (ROOT / lock).exists()


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_every_key_that_is_named_exists(page: Path) -> None:
    """Of the configuration: whatever stands before an equals sign; and no word with an underscore is invented."""
    before = {span.partition(" = ")[0] for span in spans(page) if re.match(r"[a-z_]+ = ", span)}
    assert before - known_keys() == set()
    underscored = {span for span in spans(page) if re.fullmatch(r"[a-z]+(_[a-z]+)+", span)}
    unknown = underscored - known_keys()
    written = sources() if unknown else ""
    assert {word for word in unknown if word.removeprefix("isms_bot_") not in written} == set()
    assert {span for span in spans(page) if re.fullmatch(r"\[[a-z]+\]", span)} <= {"[store]", "[service]"}
