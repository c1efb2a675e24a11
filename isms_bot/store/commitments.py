"""Words that must be erasable, beside a chain that must not change: the chain holds a salted digest, this table the words.

Without its salt (128 random bits, erased with the words) a digest says nothing, not even to somebody who guesses the words.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import Connection

from isms_bot.store import tables
from isms_bot.store.database import Database

PREFIX = "commit:"
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Commitment:
    """A row of the table. `text` None: erased on `erased_on` under `erased_rule`. `whole`: the words give the token."""

    token: str
    rule: str
    subject: str | None
    kept_on: date | None
    text: str | None
    erased_on: date | None
    erased_rule: str | None
    whole: bool


def token_of(salt: bytes, text: str) -> str:
    """`commit:` and 64 hex digits. The salt has a fixed length, so that no two pairs read the same."""
    return PREFIX + hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest()


class Commitments(Database):
    """The table of commitments; `isms_bot.ledger` is who uses it."""

    def commitment_keep(
        self,
        workspace: str,
        text: str,
        *,
        rule: str,
        subject: str | None,
        on: date | None,
        tx: Connection | None = None,
    ) -> str:
        """Keep `text` under a fresh token."""
        salt = secrets.token_bytes(16)
        token = token_of(salt, text)
        with self.begin("commitment", tx=tx) as connection:
            connection.execute(
                tables.commitments.insert().values(
                    token=token,
                    workspace=workspace,
                    rule=rule,
                    subject=subject,
                    kept_on=on,
                    salt=salt,
                    text=json.dumps(text),
                )
            )
        return token

    def commitment(self, workspace: str, token: str) -> Commitment | None:
        """The row of `token`."""
        return next(self.commitments(workspace, tables.commitments.c.token == token), None)

    def commitments(self, workspace: str, *which: sa.ColumnElement[bool]) -> Iterator[Commitment]:
        """Rows of `workspace`, by token."""
        row = tables.commitments.c
        statement = sa.select(tables.commitments).where(row.workspace == workspace, *which).order_by(row.token)
        with self.reading() as connection:
            found = connection.execute(statement).all()
        for one in found:
            text = None if one.text is None else json.loads(one.text)
            whole = text is not None and one.salt is not None and token_of(one.salt, text) == one.token
            yield Commitment(one.token, one.rule, one.subject, one.kept_on, text, one.erased_on, one.erased_rule, whole)

    def commitments_erase(self, workspace: str, tokens: Iterable[str], *, on: date, rule: str, tx: Connection) -> None:
        """Erase words, salt and subject of `tokens`."""
        row, wanted = tables.commitments.c, list(tokens)
        for start in range(0, len(wanted), CHUNK):
            tx.execute(
                tables.commitments.update()
                .where(row.workspace == workspace, row.token.in_(wanted[start : start + CHUNK]))
                .values(salt=None, text=None, subject=None, erased_on=on, erased_rule=rule)
            )
