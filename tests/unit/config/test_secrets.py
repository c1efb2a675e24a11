"""Secrets are kept elsewhere, read when asked for, and never shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from isms_bot.config import load
from isms_bot.errors import ConfigError

Build = Callable[..., Path]
PLANTED = "planted-token-for-tests-0123456789"
OWN_PM = 'product_manager = "pm@example.com"'
TOKEN = '{ env = "PLANTED_TOKEN" }'


def test_a_token_from_the_environment_is_read_when_asked_for(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load(build())
    monkeypatch.setenv("PLANTED_TOKEN", f"{PLANTED}\n")
    assert config.token("acme") == PLANTED
    assert config.token(config.workspace()) == PLANTED


def test_a_token_from_a_file_is_found_beside_the_configuration(build: Build) -> None:
    path = build(("config.toml", TOKEN, '{ file = "secrets/token" }'), files={"secrets/token": f"{PLANTED}\n"})
    assert load(path).token("acme") == PLANTED


def test_a_token_is_in_no_representation(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED_TOKEN", PLANTED)
    config = load(build())
    config.token("acme")
    assert PLANTED not in f"{config!r}{config.workspace()!r}"


@pytest.mark.parametrize(
    ("reference", "content", "part"),
    [
        pytest.param(TOKEN, "", 'PLANTED_TOKEN is not set; export it or use { file = "…" }', id="not set"),
        pytest.param('{ file = "nowhere" }', "", "cannot be read", id="no file"),
        pytest.param('{ file = "kept" }', "", "holds no secret on a single line", id="an empty file"),
        pytest.param('{ file = "kept" }', "one\ntwo", "holds no secret on a single line", id="two lines"),
    ],
)
def test_a_token_that_is_not_there_is_told_with_the_line(
    build: Build, monkeypatch: pytest.MonkeyPatch, reference: str, content: str, part: str
) -> None:
    monkeypatch.delenv("PLANTED_TOKEN", raising=False)
    path = build(("config.toml", TOKEN, reference), files={"kept": content})
    config = load(path)
    with pytest.raises(ConfigError) as caught:
        config.token("acme")
    (problem,) = caught.value.problems
    assert (problem.where, problem.path) == (f"{path}:4", "workspaces.acme.token")
    assert part in problem.what


@pytest.mark.parametrize(
    ("old", "new", "line", "path"),
    [
        pytest.param(TOKEN, f'"{PLANTED}"', 4, "workspaces.acme.token", id="in place of a reference"),
        pytest.param(TOKEN, f'{{ env = "{PLANTED}" }}', 4, "workspaces.acme.token", id="in place of a name"),
        pytest.param(TOKEN, f'{{ value = "{PLANTED}" }}', 4, "workspaces.acme.token", id="under another key"),
        pytest.param('calendar = "NL"', f'api_token = "{PLANTED}"', 6, "workspaces.acme.api_token", id="under a key nobody knows"),
        pytest.param("[workspaces.acme]", f'[store]\nurl = "postgresql://isms:{PLANTED}@db/isms"\n[workspaces.acme]', 2, "store.url", id="in an address"),
    ],
)  # fmt: skip
def test_a_secret_in_clear_is_refused_and_not_repeated(build: Build, old: str, new: str, line: int, path: str) -> None:
    file = build(("config.toml", old, new))
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert (f"{file}:{line}", path) in [(one.where, one.path) for one in caught.value.problems]
    assert PLANTED not in str(caught.value)


def test_an_address_with_a_password_is_kept_in_the_environment(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"postgresql+psycopg://isms:{PLANTED}@db.example.com/isms"
    path = build(("config.toml", "[workspaces.acme]", '[store]\nurl = { env = "PLANTED_STORE" }\n[workspaces.acme]'))
    config = load(path)
    monkeypatch.setenv("PLANTED_STORE", address)
    assert config.store.url == address
    assert PLANTED not in repr(config)
    monkeypatch.delenv("PLANTED_STORE")
    with pytest.raises(ConfigError, match=r"config.toml:2: store.url: PLANTED_STORE is not set"):
        _ = config.store.url


MAIL = "\n[workspaces.acme.mail]\nserver = {}\n"


def test_the_address_of_the_mail_server_is_kept_elsewhere_and_told_with_its_line(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds a password; it is read when asked for."""
    config = load(build(("config.toml", OWN_PM, OWN_PM + MAIL.format('{ env = "PLANTED_MAIL" }'))))
    address = f"mailtos://bot:{PLANTED}@smtp.example.com"
    monkeypatch.setenv("PLANTED_MAIL", address)
    assert config.mail_server(config.workspace()) == address
    assert PLANTED not in f"{config!r}{config.workspace()!r}"
    monkeypatch.delenv("PLANTED_MAIL")
    with pytest.raises(ConfigError, match=r"config.toml:11: workspaces.acme.mail.server: PLANTED_MAIL is not set"):
        config.mail_server(config.workspace())


@pytest.mark.parametrize(
    ("written", "path"),
    [
        pytest.param(f'"mailtos://bot:{PLANTED}@smtp.example.com"', "workspaces.acme.mail.server", id="in clear"),
        pytest.param('{ env = "PLANTED_MAIL" }\nto = "all@example.com"', "workspaces.acme.mail.to", id="unknown key"),
        pytest.param('{ env = "PLANTED_MAIL" }\nsender = ""', "workspaces.acme.mail.sender", id="no name"),
    ],
)
def test_what_is_wrong_with_mail_is_told_with_its_line(build: Build, written: str, path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(build(("config.toml", OWN_PM, OWN_PM + MAIL.format(written))))
    (problem,) = caught.value.problems
    assert problem.path == path
    assert ":1" in problem.where
    assert PLANTED not in str(caught.value)


def test_without_mail_there_is_no_address(build: Build) -> None:
    config = load(build())
    assert config.workspace().mail is None
    assert config.mail_server(config.workspace()) == ""
