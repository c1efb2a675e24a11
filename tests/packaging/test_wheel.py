"""What people install is complete, keeps to its own names, and works without the checkout."""

from __future__ import annotations

import json
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.conftest import Built, Installed, run

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LEFT_OUT = {"__pycache__"}


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return sorted(archive.namelist())


def files(folder: str, inside: str) -> list[str]:
    """Where the files below `folder` of the checkout must lie in the wheel."""
    top = ROOT / folder
    found = (
        file.relative_to(top).as_posix() for file in top.rglob("*") if file.is_file() and not LEFT_OUT & set(file.parts)
    )
    return sorted(f"{inside}{name}" for name in found)


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        pytest.param("isms_bot", "isms_bot/", id="the bot, with texts, pages, migrations and py.typed"),
        pytest.param("connectors", "", id="the connectors, each a package of its own"),
        pytest.param("schedules", "isms_bot/schedules/", id="the packs"),
    ],
)
def test_the_wheel_holds_every_file_of(built: Built, folder: str, inside: str) -> None:
    expected = files(folder, inside)
    assert expected
    assert [name for name in expected if name not in names(built.wheel_of_checkout)] == []


@pytest.mark.parametrize(
    "name",
    [
        "isms_bot/py.typed",
        "isms_bot/config/config.example.toml",
        "isms_bot/store/migrations/env.py",
        "isms_bot/store/migrations/script.py.mako",
        "isms_bot/texts/en.toml",
        "isms_bot/texts/pages/en/root.md",
        "isms_bot/schedules/lightweight/pack.toml",
        f"isms_bot-{PROJECT['version']}.dist-info/licenses/LICENSE",
    ],
)
def test_the_wheel_holds(built: Built, name: str) -> None:
    assert name in names(built.wheel)


def test_the_wheel_brings_no_name_that_belongs_to_others(built: Built) -> None:
    ours = {"isms_bot", f"isms_bot-{PROJECT['version']}.dist-info"}
    ours |= {folder.name for folder in (ROOT / "connectors").iterdir() if (folder / "__init__.py").is_file()}
    assert {name.partition("/")[0] for name in names(built.wheel)} == ours


def test_the_sdist_builds_the_wheel_that_the_checkout_builds(built: Built) -> None:
    assert names(built.wheel) == names(built.wheel_of_checkout)


@pytest.mark.parametrize(
    "name", ["Makefile", "LICENSE", "README.md", "requirements.lock", "requirements-dev.lock", "tests", "tools"]
)
def test_the_sdist_holds_what_it_takes_to_test_it(built: Built, name: str) -> None:
    with tarfile.open(built.sdist) as archive:
        tops = {one.split("/")[1] for one in archive.getnames()}
    assert name in tops


def test_the_installed_bot_comes_from_the_wheel_alone(installed: Installed) -> None:
    code = "import isms_bot, isms_bot_notion; print(isms_bot.__file__); print(isms_bot_notion.__file__)"
    for where in installed.python(code).splitlines():
        assert Path(where).is_relative_to(installed.site_packages)


@pytest.mark.parametrize("name", ["tests", "schedules", "connectors"])
def test_a_folder_of_the_checkout_is_no_module_of_the_installation(installed: Installed, name: str) -> None:
    assert installed.python(f"import importlib.util; print(importlib.util.find_spec({name!r}))") == "None"


def test_the_installed_bot_finds_its_connectors(installed: Installed) -> None:
    code = """
import json
from isms_bot.registry import connector_class, connectors
print(json.dumps({name: connector_class(name).__module__.partition(".")[0] for name in connectors()}))
"""
    declared = PROJECT["entry-points"]["isms_bot.connectors"]
    assert json.loads(installed.python(code)) == {name: value.partition(":")[0] for name, value in declared.items()}


def test_the_installed_bot_finds_its_packs(installed: Installed) -> None:
    said = json.loads(
        installed.python(
            "import json; from isms_bot.packs import location as l; print(json.dumps([l.available(), str(l.shipped())]))"
        )
    )
    packs, where = said
    assert packs == sorted(folder.name for folder in (ROOT / "schedules").iterdir() if (folder / "pack.toml").is_file())
    assert Path(where).is_relative_to(installed.site_packages)


def test_the_installed_bot_brings_the_example_configuration(installed: Installed) -> None:
    code = "import sys; from isms_bot.config.editors import example; sys.stdout.buffer.write(example().encode().hex().encode())"
    assert bytes.fromhex(installed.python(code)) == (ROOT / "config.example.toml").read_bytes()


def test_the_installed_bot_speaks(installed: Installed) -> None:
    assert installed.python("from isms_bot.texts import page; print(bool(page('root').strip()))") == "True"


def test_the_installed_bot_makes_a_store(installed: Installed, tmp_path: Path) -> None:
    code = f"""
from isms_bot.clock import SystemClock
from isms_bot.store import Store
with Store.open("sqlite:///{tmp_path / "store.sqlite"}", create=True, clock=SystemClock()):
    print("made")
"""
    assert installed.python(code) == "made"


def test_the_command_explains_itself(installed: Installed) -> None:
    said = run(installed.scripts / "isms-bot", "--help", cwd=installed.folder)
    assert "isms-bot" in said
    for verb in PROMISED:
        assert verb in said


def test_the_command_tells_its_version(installed: Installed) -> None:
    assert PROJECT["version"] in run(installed.scripts / "isms-bot", "--version", cwd=installed.folder)


PROMISED = ("demo", "init", "check", "plan", "apply", "run", "status")
