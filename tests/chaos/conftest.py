"""How much trouble is made. Each vendor call and each commit meets trouble once; with CHAOS=all in the environment it meets
every kind of trouble, which takes minutes instead of seconds."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
import structlog

from tests.contract import exchanges


@pytest.fixture(scope="session")
def everything() -> bool:
    """True if every kind of trouble is to be made."""
    return os.environ.get("CHAOS") == "all"


@pytest.fixture(scope="module", autouse=True)
def judged() -> Iterator[list[str]]:
    """One request and one answer of each shape is held against the documents of Confluence, in trouble too."""
    with exchanges.judged(all_requests=False) as problems:
        yield problems
    assert problems == []


@pytest.fixture(scope="package", autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of passes write no log."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()
