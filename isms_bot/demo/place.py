"""Where a demo lives: a sandbox, a configuration that leads to it, and a store, in a folder that may outlive the demo."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isms_bot import registry
from isms_bot.clock import Clock, SystemClock
from isms_bot.config import Config, load
from isms_bot.demo.story import CALENDAR, ZONE
from isms_bot.demo.wikis import Wiki
from isms_bot.errors import UsageError
from isms_bot.sandbox.client import Sandbox
from isms_bot.store import Store
from isms_bot.workspace import Workspace

NAME = "acme"
CONFIG, TOKEN, RESULT = "config.toml", "planted-sandbox-token", "demo.json"
_OURS = (CONFIG, TOKEN, RESULT, "sandbox.sqlite", "state")

_WHY = {"api": "  # the sandbox in place of the vendor: its clock is the business clock"}

_CONFIG = """\
# The configuration of a demo, written once; isms-bot never changes it. The wiki is a sandbox on this machine, which
#   isms-bot sandbox --state {folder}
# serves again at the same address. Then, for example:
#   isms-bot --config {file} plan

[workspaces.{name}]
connector = "{connector}"
{keys}
token = {{ file = "{token}" }}  # planted: it opens this sandbox and nothing else
timezone = "{zone}"
calendar = "{calendar}"  # public holidays
pack = "lightweight"
product_manager = "{manager}"
deputy = "{deputy}"
settle_seconds = 0  # the sandbox shows every write at once: one without an answer is looked for right away
"""


@dataclass(frozen=True, slots=True)
class Finished:
    """What an earlier demo in the same folder left: its counts, None if it did not come to its end."""

    counts: Mapping[str, Any] | None
    seed: int | None


def earlier(folder: Path) -> Finished | None:
    """The demo that is in `folder` already; None if there is none."""
    if not any((folder / name).exists() for name in _OURS):
        return None
    try:
        kept = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Finished(None, None)
    return Finished(kept["counts"], kept["seed"])


def quoted(path: Path) -> str:
    """A path as it may be typed in a shell, from any folder."""
    return shlex.quote(str(path.absolute()))


def prepare(folder: Path) -> None:
    """Make the folder. Raises UsageError if that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}; give --state a folder that can be written") from error


def configure(folder: Path, box: Sandbox, wiki: Wiki) -> Config:
    """Write the token and the configuration into `folder`, and read them."""
    token = folder / TOKEN
    descriptor = os.open(token, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(wiki.token(box) + "\n")
    manager, deputy = wiki.managers
    keys = "\n".join(
        f'{name} = "{value}"{_WHY.get(name, "")}'
        for name, value in {**wiki.keys(box), **wiki.private_page(box)}.items()
    )
    text = _CONFIG.format(
        folder=quoted(folder), file=quoted(folder / CONFIG), name=NAME, connector=wiki.connector, keys=keys, token=TOKEN,
        zone=ZONE, calendar=CALENDAR, manager=manager, deputy=deputy,
    )  # fmt: skip
    (folder / CONFIG).write_text(text, encoding="utf-8")
    return load(folder / CONFIG)


@contextmanager
def opened(config: Config) -> Iterator[tuple[Workspace, Clock]]:
    """The workspace of a configuration with its store, held by this process for as long as the block lasts."""
    clock = SystemClock()
    one = config.workspace(NAME)
    with Store.open(config.store.url, create=True) as store:
        store.lock()
        connector = registry.connector_class(one.connector).open(
            one.settings, token=config.token(one), installation=store.installation(), workspace=one.name
        )
        workspace = Workspace.open(config, NAME, connector, store, clock, holder=f"the demo (pid {os.getpid()})")
        try:
            yield workspace, clock
        finally:
            workspace.release()
            close = getattr(connector, "close", None)
            if close is not None:
                close()


def keep(folder: Path, seed: int, counts: Mapping[str, Any]) -> None:
    """Write down that the demo came to its end, last of all and all at once."""
    draft = folder / (RESULT + ".draft")
    draft.write_text(json.dumps({"seed": seed, "counts": dict(counts)}) + "\n", encoding="utf-8")
    draft.replace(folder / RESULT)
