"""The only reader of environment variables."""

from __future__ import annotations

import os


def variable(name: str) -> str | None:
    """The value of an environment variable; None if it is not set or empty."""
    return os.environ.get(name) or None
