"""`check` on Notion: every missing right by its name, with the sentence what to do, and nothing left behind."""

from __future__ import annotations

from typing import Any

import pytest

from isms_bot.model import Source
from isms_bot.testing.promises.scenes import job
from tests.contract.notion.wiki import NotionWiki


def bad(wiki: NotionWiki) -> dict[str, str]:
    """What is wrong, by what was looked at."""
    return {line.what: line.sentence for line in wiki.connector().check() if not line.ok}


CAPABILITIES: dict[str, tuple[dict[str, Any], str]] = {
    "insert content": ({"insert_content": False}, "insert content"),
    "update content": ({"update_content": False}, "update content"),
    "read comments": ({"read_comments": False}, "read comments"),
    "insert comments": ({"insert_comments": False}, "insert comments"),
    "no users": ({"user_info": "none"}, "user information"),
    "no mails": ({"user_info": "no_email"}, "user information"),
}


@pytest.mark.parametrize(("change", "what"), CAPABILITIES.values(), ids=CAPABILITIES.keys())
def test_a_missing_capability_is_named(wiki: NotionWiki, change: dict[str, Any], what: str) -> None:
    assert wiki.layout
    wiki.sandbox.integration(**change)

    lines = [line for line in wiki.connector().check() if not line.ok]

    assert [line.what for line in lines] == [what]
    assert "Capabilities" in lines[0].todo


def test_looking_leaves_nothing_behind(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    root, tree = wiki.sandbox.page(wiki.root), wiki.sandbox.tree()

    connector.check()

    assert (wiki.sandbox.page(wiki.root), wiki.sandbox.tree()) == (root, tree)


@pytest.mark.parametrize(
    ("change", "what"),
    [({"token_revoked": True}, "token"), ({"unshare": ["root"]}, "root")],
    ids=["token revoked", "root not shared"],
)
def test_without_access_the_first_thing_wrong_is_the_last_line(
    wiki: NotionWiki, change: dict[str, Any], what: str
) -> None:
    assert wiki.layout
    wiki.sandbox.integration(**{key: [wiki.root] if value == ["root"] else value for key, value in change.items()})

    lines = wiki.connector().check()

    assert (lines[-1].what, lines[-1].ok) == (what, False)
    assert lines[-1].todo


def test_a_root_in_the_trash_is_named(wiki: NotionWiki) -> None:
    assert wiki.layout
    wiki.act(None, "trash", page=wiki.root)

    assert bad(wiki) == {"root": "The root page is in the trash."}


def test_a_busy_vendor_is_reported_not_raised(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    wiki.sandbox.faults({"effect": "rate_limited", "path": "^/v1/", "times": None})

    [line] = connector.check()

    assert not line.ok


def test_deleted_columns_containers_and_views_are_named(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    item = wiki.create_row(Source.POLICIES, "We keep backups")
    connector.file(job(connector), item)
    view = str(connector.find(Source.REGISTER, f"view:{item}")[0].fields["ref"])
    wiki.delete_field(Source.JOBS, "due")
    wiki.rename_field(Source.JOBS, "status", "How it stands")
    wiki.act(None, "trash", page=wiki.layout.sources[Source.QUESTIONS].extra["database"])
    wiki.act(None, "delete_view", view=view)

    found = {line.what: line.sentence for line in connector.check() if not line.ok}

    assert set(found) == {"jobs", "questions", "views"}
    assert '"Due"' in found["jobs"]
    assert "trash" in found["questions"]
    assert item in found["views"]
