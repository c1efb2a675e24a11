"""Where the packs that come with isms-bot lie, and how a pack is called."""

from __future__ import annotations

import glob
import shutil
import tomllib
from pathlib import Path

from isms_bot.errors import ConfigError, Problem, UsageError
from isms_bot.packs.checking import unknown_name

PACK_FILE = "pack.toml"
SCHEDULES_FILE = "schedules.toml"
PAGES_FOLDER = "pages"


def shipped() -> Path:
    """The folder of the shipped packs: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "schedules"
    return installed if installed.is_dir() else package.parent / "schedules"


def available() -> tuple[str, ...]:
    """Names of the shipped packs, sorted."""
    return tuple(sorted(folder.name for folder in shipped().iterdir() if (folder / PACK_FILE).is_file()))


def title_of(name: str) -> str:
    """The title of a shipped pack, without reading more of it than that."""
    return str(tomllib.loads((shipped() / name / PACK_FILE).read_text(encoding="utf-8"))["title"])


def locate(name_or_path: str | Path, base: Path | None = None) -> Path:
    """The folder of a pack: a shipped one by name, or a path (anything with a separator or a leading dot), relative to
    `base`. Raises ConfigError if there is no pack."""
    name = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in name or "\\" in name or name.startswith((".", "~")):
        folder = (base or Path()) / Path(name).expanduser()
        if not (folder / PACK_FILE).is_file():
            raise ConfigError(Problem(str(folder), "pack", f"there is no {PACK_FILE} here; check the path"))
        return folder
    if name not in available():
        what = f"{unknown_name('pack', name, available())} (or give a path, as ./{name})"
        raise ConfigError(Problem("", "pack", what))
    return shipped() / name


def matches(folder: Path, pattern: str) -> tuple[Path, ...]:
    """The files that a glob names, sorted: relative to `folder`, or wherever an absolute one leads."""
    # Path.glob refuses absolute patterns, and people write them.
    found = glob.glob(str(Path(glob.escape(str(folder))) / Path(pattern).expanduser()), recursive=True)  # noqa: PTH207
    return tuple(sorted(path for path in map(Path, found) if path.is_file()))


def copy_pack(name: str, to: Path) -> Path:
    """Copy a shipped pack into the folder `to`, to be edited there; the folder is returned.

    Raises ConfigError if there is no such pack, UsageError if `to` has something in it already.
    """
    source = locate(name)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise UsageError(f"{to} exists already; name a new or empty folder")
    shutil.copytree(source, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return to
