"""What one process asks of another that holds the store: a folder beside the store, a file per request, a file per answer.

A request is written whole and then given its name; whoever serves it claims it by renaming, so that it is carried out at most once
and can be withdrawn until then. After `until` nobody takes it up any more: who asked has given up by then.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from isms_bot.errors import StoreError

log = structlog.get_logger(__name__)

FOLDER = "requests"


@dataclass(frozen=True, slots=True)
class Request:
    """A verb of the command line to be carried out in a workspace; `asked` is JSON-compatible."""

    id: str
    verb: str
    workspace: str
    asked: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: the exit code, the lines that were said, the facts for scripts. `asks`: it needs a
    yes first, and this is what to say where nobody can be asked."""

    code: int
    said: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    asks: str = ""


class Spool:
    """The folder of requests beside a store."""

    def __init__(self, store: Path) -> None:
        self._folder = store.parent / FOLDER

    # --- who asks ---

    def ask(self, verb: str, workspace: str, asked: Mapping[str, Any], *, now: datetime, until: datetime) -> str:
        """Leave a request; returns its id, by which requests are served in order. Raises StoreError if the folder takes nothing."""
        name = f"{now:%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}"
        content = {"verb": verb, "workspace": workspace, "asked": dict(asked), "until": until.isoformat()}
        self._write(name, ".request", content)
        return name

    def withdraw(self, name: str) -> bool:
        """Take a request back; False if somebody has taken it up already."""
        try:
            self._path(name, ".request").unlink()
        except FileNotFoundError:
            return False
        return True

    def answered(self, name: str) -> Answer | None:
        """The answer to a request, once it is there; it is gone from the folder then."""
        path = self._path(name, ".answer")
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        path.unlink(missing_ok=True)
        return Answer(told["code"], tuple(told["said"]), told["facts"], told["asks"])

    # --- who serves ---

    def waiting(self) -> bool:
        """True if there is a request."""
        return next(self._folder.glob("*.request"), None) is not None

    def take(self, now: datetime) -> Iterator[Request]:
        """Claim the requests one by one, the oldest first; those whose time is over are dropped, and so is what is none."""
        for path in sorted(self._folder.glob("*.request")):
            name, claimed = path.name.removesuffix(".request"), path.with_suffix(".taken")
            try:
                path.rename(claimed)
                told = json.loads(claimed.read_text(encoding="utf-8"))
                over = datetime.fromisoformat(told["until"]) <= now
                request = Request(name, str(told["verb"]), str(told["workspace"]), dict(told["asked"]))
            except FileNotFoundError:
                continue  # withdrawn in this very moment
            except (ValueError, KeyError, TypeError) as error:
                log.warning("request_unreadable", request=name, why=str(error))
                claimed.unlink(missing_ok=True)
                continue
            if over:
                claimed.unlink(missing_ok=True)
                continue
            yield request

    def answer(self, name: str, answer: Answer) -> None:
        """Leave the answer to a claimed request."""
        self._write(name, ".answer", asdict(answer))
        self._path(name, ".taken").unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove what an earlier process has left: whoever asked it knows that it is gone."""
        for path in (*self._folder.glob("*.taken"), *self._folder.glob("*.answer")):
            path.unlink(missing_ok=True)

    def _path(self, name: str, suffix: str) -> Path:
        return self._folder / f"{name}{suffix}"

    def _write(self, name: str, suffix: str, content: Mapping[str, Any]) -> None:
        draft = self._path(name, ".draft")
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False, default=str)
            draft.rename(self._path(name, suffix))
        except OSError as error:
            raise StoreError(
                f"{self._folder}: {error.strerror}; isms-bot must be able to write beside its store"
            ) from error
