"""Connectors are found through entry points and imported only when asked for."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from isms_bot import registry
from isms_bot.errors import ConfigError


def install(monkeypatch: pytest.MonkeyPatch, *entries: tuple[str, str]) -> None:
    monkeypatch.undo()
    found = tuple(EntryPoint(name, value, registry.GROUP) for name, value in entries)
    monkeypatch.setattr(registry, "entry_points", lambda *, group: found if group == registry.GROUP else ())


def test_listing_connectors_imports_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, ("b", "no_such_module:Class"), ("a", "another_missing:Class"))
    assert registry.connectors() == ("a", "b")


def test_a_connector_is_the_class_behind_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, ("a", "collections:OrderedDict"))
    assert registry.connector_class("a").__name__ == "OrderedDict"


@pytest.mark.parametrize(
    ("name", "part"),
    [
        pytest.param("aa", 'no connector is called "aa"', id="unknown"),
        pytest.param("missing", "cannot be loaded from no_such_module:Class", id="module missing"),
        pytest.param("empty", "cannot be loaded from collections:Nothing", id="class missing"),
    ],
)
def test_a_connector_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, name: str, part: str) -> None:
    install(monkeypatch, ("missing", "no_such_module:Class"), ("empty", "collections:Nothing"))
    with pytest.raises(ConfigError) as caught:
        registry.connector_class(name)
    assert part in str(caught.value)
