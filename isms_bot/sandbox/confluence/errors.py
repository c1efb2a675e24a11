"""What a site refuses, in its own terms; each API says it in its own shape."""

from __future__ import annotations

from typing import Any


class Trouble(Exception):  # noqa: N818 - what the vendor answers, not an error of the program
    """A refusal: `kind` is what API layers map to a status, `words` the vendor's sentence."""

    def __init__(self, kind: str, words: str, **facts: Any) -> None:
        super().__init__(words)
        self.kind = kind
        self.words = words
        self.facts = facts


def missing(noun: str, record_id: str) -> Trouble:
    return Trouble("missing", f"Cannot find a {noun} with id [{record_id}]")


def invalid(words: str) -> Trouble:
    return Trouble("invalid", words)


def forbidden(words: str = "Current user does not have permission to do this.") -> Trouble:
    return Trouble("forbidden", words)


def title_taken() -> Trouble:
    return Trouble("title", "A page already exists with the same TITLE in this space")


def version(current: int, provided: Any) -> Trouble:
    return Trouble("version", "Version must be incremented", current=current, provided=provided)


def exists(words: str) -> Trouble:
    return Trouble("exists", words)
