"""References to secrets: where one is kept, never what it is. Resolved only when somebody asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, InstanceOf, WithJsonSchema

from isms_bot.config.environment import variable
from isms_bot.errors import ConfigError, Problem

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HOW = '{ env = "NAME" } or { file = "/run/secrets/…" }'


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret is kept: an environment variable or a file (one of the two)."""

    env: str = ""
    file: str = ""

    def resolve(self, base: Path, where: str, path: str) -> str:
        """The secret itself; a relative file is looked for in `base`.

        Raises ConfigError, said of `where` and the dotted `path`, if it is not there or cannot be one.
        """
        if self.env:
            value = variable(self.env)
            if value is None:
                what = f'{self.env} is not set; export it or use {{ file = "…" }}'
                raise ConfigError(Problem(where, path, what))
        else:
            value = self._from_file(base, where, path)
        value = value.strip()
        if not value or not value.isprintable() or not value.isascii() or " " in value:
            what = f"{self.env or self.file} holds no secret on a single line; write it there and nothing else"
            raise ConfigError(Problem(where, path, what))
        return value

    def _from_file(self, base: Path, where: str, path: str) -> str:
        file = base / Path(self.file).expanduser()
        try:
            return file.read_text(encoding="utf-8")
        except OSError as error:
            what = f'{file} cannot be read ({error.strerror}); create it or use {{ env = "NAME" }}'
            raise ConfigError(Problem(where, path, what)) from error
        except UnicodeDecodeError as error:
            what = f"{file} is not text; write the secret there and nothing else"
            raise ConfigError(Problem(where, path, what)) from error


def reference(value: object) -> SecretRef:
    """`{ env = … }` or `{ file = … }` as a reference. Raises ValueError; the sentence never repeats the value."""
    if isinstance(value, SecretRef):
        return value
    if isinstance(value, str):
        raise ValueError(f"a secret does not stand in this file; take it out, withdraw it, and write {_HOW}")  # noqa: TRY004
    if not isinstance(value, dict) or len(value) != 1 or not set(value) <= {"env", "file"}:
        raise ValueError(f"must say where the secret is kept: {_HOW}")
    ((kind, name),) = value.items()
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"must say where the secret is kept: {_HOW}")
    if kind == "env" and not _NAME.fullmatch(name):
        raise ValueError("env takes the name of an environment variable (letters, digits, _), not the secret itself")
    return SecretRef(**{kind: name})


_ONE = {"type": "string", "minLength": 1}
SECRET_SCHEMA = {
    "description": "where the secret is kept; it never stands in this file",
    "oneOf": [
        {"type": "object", "properties": {"env": _ONE}, "required": ["env"], "additionalProperties": False},
        {"type": "object", "properties": {"file": _ONE}, "required": ["file"], "additionalProperties": False},
    ],
}
Secret = Annotated[InstanceOf[SecretRef], BeforeValidator(reference), WithJsonSchema(SECRET_SCHEMA)]
