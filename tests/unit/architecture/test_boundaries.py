"""The configuration that keeps modules apart covers every module there is; `make check` then enforces it."""

from __future__ import annotations

import importlib.util
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS: dict[str, Any] = {one["id"]: one for one in PROJECT["tool"]["importlinter"]["contracts"]}
CONNECTORS = sorted(folder.name for folder in (ROOT / "connectors").iterdir() if (folder / "__init__.py").is_file())


def test_connectors_lie_beside_the_bot_and_are_no_package_together() -> None:
    assert "isms_bot_notion" in CONNECTORS
    assert not (ROOT / "connectors" / "__init__.py").exists()


@pytest.mark.parametrize("connector", CONNECTORS)
class TestEveryConnector:
    def test_is_named_as_all_are(self, connector: str) -> None:
        assert connector.startswith("isms_bot_")

    def test_is_watched_by_the_import_linter(self, connector: str) -> None:
        assert connector in PROJECT["tool"]["importlinter"]["root_packages"]
        assert connector in CONTRACTS["connectors"]["source_modules"]
        assert connector in CONTRACTS["no-sandbox"]["source_modules"]
        assert connector in CONTRACTS["no-connector"]["forbidden_modules"]
        assert connector in CONTRACTS["sandbox-alone"]["forbidden_modules"]

    def test_is_found_by_an_entry_point(self, connector: str) -> None:
        values = PROJECT["project"]["entry-points"]["isms_bot.connectors"].values()
        assert connector in {value.partition(":")[0] for value in values}

    def test_is_not_named_by_the_bot(self, connector: str) -> None:
        naming = [
            str(file) for file in (ROOT / "isms_bot").rglob("*.py") if connector in file.read_text(encoding="utf-8")
        ]
        assert naming == []


def test_every_entry_point_loads_a_connector_with_that_id() -> None:
    declared = PROJECT["project"]["entry-points"]["isms_bot.connectors"]
    installed = {
        one.name: one for one in entry_points(group="isms_bot.connectors") if one.dist and one.dist.name == "isms-bot"
    }
    assert sorted(installed) == sorted(declared), "run make test, which installs the project as it is now"
    for name, one in installed.items():
        assert one.load().__module__.partition(".")[0] == f"isms_bot_{name.partition('-')[0]}"


def test_the_layers_are_exhaustive() -> None:
    assert CONTRACTS["layers"]["exhaustive"] is True
    assert CONTRACTS["layers"]["containers"] == ["isms_bot"]


@pytest.mark.parametrize("module", PROJECT["tool"]["coverage"]["run"]["source"])
def test_every_module_of_the_measured_core_exists_and_is_held_pure(module: str) -> None:
    assert importlib.util.find_spec(module) is not None
    assert module in CONTRACTS["pure"]["source_modules"]


def test_the_core_is_covered_in_full() -> None:
    assert PROJECT["tool"]["coverage"]["run"]["branch"] is True
    assert PROJECT["tool"]["coverage"]["report"]["fail_under"] == 100
