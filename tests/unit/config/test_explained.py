"""What an operator is told when the wiki does not let the bot in: which workspace, where it stands, what to do."""

from __future__ import annotations

from datetime import date

import pytest

from isms_bot.config import WorkspaceConfig
from isms_bot.config.secrets import SecretRef
from isms_bot.errors import Misconfigured, TokenRefused


def one(token: SecretRef, expires: date | None = None) -> WorkspaceConfig:
    return WorkspaceConfig(
        "acme", "notion", None, token, "config.toml:6", "UTC", "anna", "config.toml:2", token_expires=expires
    )


REFUSED = TokenRefused("reading comments: unauthorized")


@pytest.mark.parametrize(
    ("token", "expires", "said"),
    [
        pytest.param(
            SecretRef(env="NOTION_TOKEN"), None,
            "The token is read from the environment variable NOTION_TOKEN (config.toml:6). Make a new one, put it there, "
            "start isms-bot anew with it;",
            id="in the environment",
        ),
        pytest.param(
            SecretRef(file="/run/secrets/notion"), date(2027, 6, 1),
            "The token is read from /run/secrets/notion (config.toml:6); it was to end on 2027-06-01. Make a new one, put it "
            "there, nothing needs a restart;",
            id="in a file, with its end",
        ),
    ],
)  # fmt: skip
def test_a_refused_token_names_workspace_place_and_remedy(token: SecretRef, expires: date | None, said: str) -> None:
    sentence = one(token, expires).explained(REFUSED)
    assert sentence.startswith("workspace acme: reading comments: unauthorized. ")
    assert said in sentence
    assert "`isms-bot check`" in sentence


def test_what_else_is_wrong_names_the_workspace_and_its_line() -> None:
    error = Misconfigured("the root is not shared with the bot")
    said = one(SecretRef(env="X")).explained(error)
    assert said == "workspace acme (config.toml:2): the root is not shared with the bot"
