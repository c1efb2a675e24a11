"""`prove` and `room` on Notion: each missing capability and a full plan by their names, each with what to do; strangers' pages stay."""

from __future__ import annotations

from typing import Any

import pytest

from isms_bot.connector import TEST_PAGE
from isms_bot.errors import Denied
from isms_bot.layout import SOURCES
from isms_bot.testing.promises.proving import nothing
from isms_bot.testing.promises.scenes import silent
from isms_bot_notion import NotionConnector
from isms_bot_notion.proof import FREE_BLOCKS
from tests.contract.notion.wiki import NotionWiki

PAGE = "https://app.notion.com/p/ISMS-0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("change", "what", "capability"),
    [
        ({"read_content": False}, "read", "Read content"),
        ({"insert_content": False}, "write", "Insert content"),
        ({"insert_comments": False}, "comment", "Insert comments"),
        ({"read_comments": False}, "read comments", "Read comments"),
        ({"update_content": False}, "trash", "Update content"),
    ],
    ids=["read", "write", "comment", "hear", "trash"],
)
def test_a_missing_capability_is_named_with_what_to_do(
    wiki: NotionWiki, change: dict[str, Any], what: str, capability: str
) -> None:
    wiki.sandbox.integration(**change)

    [line] = [line for line in wiki.unbound().prove(silent, nothing) if not line.ok]

    assert line.what == what
    assert f'"{capability}"' in line.todo


def test_a_page_that_could_not_be_trashed_goes_with_the_next_proof(wiki: NotionWiki) -> None:
    wiki.sandbox.integration(update_content=False)
    wiki.unbound().prove(silent, nothing)
    assert wiki.under_root() == (TEST_PAGE,)
    wiki.sandbox.integration(update_content=True)

    lines = wiki.unbound().prove(silent, nothing)

    assert all(line.ok for line in lines)
    assert wiki.under_root() == ()


def test_a_root_that_is_not_shared_is_named_with_what_to_do(wiki: NotionWiki) -> None:
    wiki.sandbox.integration(unshare=[wiki.root])

    [line] = wiki.unbound().prove(silent, nothing)

    assert (line.what, line.ok) == ("read", False)
    assert "Connections" in line.todo


def test_a_root_in_the_trash_is_named(wiki: NotionWiki) -> None:
    wiki.act(None, "trash", page=wiki.root)

    [line] = wiki.unbound().prove(silent, nothing)

    assert "in the trash" in line.sentence


def test_a_page_of_a_person_with_the_same_title_stays(wiki: NotionWiki) -> None:
    wiki.act(None, "create_page", parent=wiki.root, title=TEST_PAGE)

    wiki.unbound().prove(silent, nothing)

    assert wiki.under_root() == (TEST_PAGE,)


def test_a_full_plan_is_told_from_a_missing_capability(wiki: NotionWiki) -> None:
    wiki.sandbox.limits(block_quota=1)

    [line] = [line for line in wiki.unbound().prove(silent, nothing) if not line.ok]

    assert line.what == "room"
    assert "holds no more blocks" in line.sentence
    assert "capability" not in line.sentence + line.todo
    assert wiki.under_root() == ()


def test_containers_that_find_no_room_are_told_so_too(wiki: NotionWiki) -> None:
    wiki.sandbox.limits(block_quota=1)

    with pytest.raises(Denied, match="holds no more blocks"):
        wiki.unbound().ensure(SOURCES, None, silent)


def test_the_room_is_that_of_a_free_plan_with_several_members(wiki: NotionWiki) -> None:
    assert wiki.unbound().room() is None
    wiki.sandbox.limits(block_quota=FREE_BLOCKS)
    assert wiki.unbound().room() == FREE_BLOCKS
    wiki.sandbox.integration(user_info="none")
    assert wiki.unbound().room() is None, "without user information the bot's own record tells nothing"
    wiki.sandbox.integration(user_info="email")
    for person in wiki.people[1:]:
        wiki.sandbox.users({"user": person.id, "remove": True})
    assert wiki.unbound().room() is None


@pytest.mark.parametrize(
    ("address", "settings"),
    [
        (PAGE, {"root": PAGE}),
        (f" {PAGE}?pvs=4 ", {"root": f"{PAGE}?pvs=4"}),
        ("https://www.notion.so/acme/ISMS-0123456789abcdef0123456789abcdef", None),
        ("0123456789abcdef0123456789abcdef", {"root": "01234567-89ab-cdef-0123-456789abcdef"}),
        (
            "http://127.0.0.1:8765/p/01234567-89ab-cdef-0123-456789abcdef",
            {"root": "01234567-89ab-cdef-0123-456789abcdef", "api": "http://127.0.0.1:8765"},
        ),
    ],
    ids=["app", "query", "old host", "id", "sandbox"],
)
def test_an_address_holds_the_settings(address: str, settings: dict[str, str] | None) -> None:
    place = NotionConnector.recognise(address)

    assert place is not None
    assert place.settings == (settings or {"root": address})
    NotionConnector.settings_model().model_validate(place.settings)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/p/0123456789abcdef0123456789abcdef",
        "https://app.notion.com/p/ISMS",
        "https://notion.example.com/x",
    ],
)
def test_other_addresses_are_left_to_others(address: str) -> None:
    assert NotionConnector.recognise(address) is None
