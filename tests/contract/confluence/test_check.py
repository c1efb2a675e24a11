"""`check` on Confluence: what is missing by its name, with the sentence what to do, and nothing left behind."""

from __future__ import annotations

from typing import Any

import pytest

from isms_bot.model import Source
from isms_bot.sandbox.confluence.api import ROUTES
from isms_bot.testing.promises.scenes import job
from isms_bot_confluence.client import Wire
from isms_bot_confluence.cloud import Cloud
from isms_bot_confluence.connector import CloudConnector
from isms_bot_confluence.gateway import Gateway
from tests.contract.confluence.wiki import INSTALLATION, REVOKED, CloudWiki, ConfluenceWiki


def bad(wiki: ConfluenceWiki, **changes: Any) -> dict[str, str]:
    """What is wrong, by what was looked at."""
    return {line.what: line.sentence for line in wiki.bound(wiki.open(**changes)).check() if not line.ok}


def test_looking_leaves_nothing_behind(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    root, below = wiki.seen(wiki.root), connector._api.below(wiki.root, 2)
    wiki.sandbox.clear_requests()

    assert connector.check()

    assert wiki.seen(wiki.root) == root
    written = [one for one in wiki.sandbox.requests() if one["method"] != "GET"]
    assert [one["path"] for one in written if not one["path"].endswith("/permission/check")] == []
    assert connector._api.below(wiki.root, 2) == below


@pytest.mark.parametrize(
    ("changes", "what"),
    [({"token": REVOKED}, "token"), ({"space": "NOPE"}, "space"), ({"root": "4711"}, "root")],
    ids=["token", "space", "root"],
)
def test_without_access_the_first_thing_wrong_is_the_last_line(
    wiki: ConfluenceWiki, changes: dict[str, Any], what: str
) -> None:
    lines = wiki.bound(wiki.open(**changes)).check()

    assert (lines[-1].what, lines[-1].ok) == (what, False)
    assert lines[-1].todo
    assert all(line.ok for line in lines[:-1])


def test_a_token_of_another_account_is_told(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    for place in wiki.layout.sources.values():
        place.extra["bot"] = "somebody-else"  # type: ignore[index]

    assert [line.what for line in connector.check() if not line.ok] == ["token"]


def test_a_bot_that_may_only_read_is_told_what_will_not_work(wiki: ConfluenceWiki) -> None:
    assert wiki.layout
    wiki.access(permission="read")

    found = bad(wiki)

    assert set(found) == {"write pages", "trash pages"}
    assert "no job can be opened" in found["write pages"]


SCOPES = {
    "read:comment": "read comments",
    "read:attachment": "read files",
    "read:task": "read steps",
    "search:confluence": "see accounts",
    "read:hierarchical-content": "read pages",
}


@pytest.mark.parametrize(("scope", "what"), SCOPES.items(), ids=SCOPES.keys())
def test_a_scope_that_a_token_lacks_is_named_with_what_does_not_work(cloud: CloudWiki, scope: str, what: str) -> None:
    layout = cloud.layout
    every = {one for route in ROUTES for one in route.scope.split()}
    lacking = {one for one in every if one == scope or one.startswith(f"{scope}:")}
    assert lacking
    cloud.access(confluence_scopes=sorted(every - lacking))
    gateway = Gateway(cloud.facts["site"], "auto", cloud.sandbox.url)
    wire = Wire(cloud.facts["site"], cloud=True, user=cloud.facts["user"], token=cloud.token, gateway=gateway)
    connector = CloudConnector(Cloud(wire, cloud.facts["site"], "ISMS"), cloud.root, INSTALLATION, "acme")
    connector.bind(layout)

    lines = [line for line in connector.check() if not line.ok]
    connector.close()

    assert [line.what for line in lines] == [what]
    assert scope.removesuffix(":confluence") in lines[0].todo


@pytest.mark.parametrize(("until", "ok"), [("2027-01-03", False), ("2027-01-20", False), ("2027-06-01", True)])
def test_a_token_that_ends_soon_is_told_in_time(wiki: ConfluenceWiki, until: str, ok: bool) -> None:
    assert ("end of token" not in bad(wiki, token_expires=until)) is ok


def test_what_no_api_tells_is_said_to_be_unknown(wiki: ConfluenceWiki) -> None:
    lines = {line.what: line for line in wiki.connector().check()}

    assert "not known" in lines["end of token"].sentence
    assert lines["guard records"].ok


def test_the_free_plan_is_told_without_being_a_fault(cloud: CloudWiki) -> None:
    cloud.access(plan="free")

    lines = {line.what: line for line in cloud.connector().check()}

    assert lines["guard records"].ok


def test_a_root_in_the_trash_is_named(cloud: CloudWiki) -> None:
    root = cloud.act(None, "create_page", parent=cloud.root, title="Another root")["page"]
    assert cloud.layout
    cloud.trash(root)

    assert bad(cloud, root=root) == {"root": "The root page is trashed."}


def test_a_root_that_is_a_live_doc_is_named(cloud: CloudWiki) -> None:
    assert cloud.layout
    cloud.act(None, "live", page=cloud.root)

    assert list(bad(cloud)) == ["root"]


def test_containers_that_people_renamed_or_trashed_are_named(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    job(connector)
    wiki.rename_container(Source.JOBS, "Chores")
    wiki.trash(wiki.layout.sources[Source.QUESTIONS].ref)

    lines = {line.what: line for line in connector.check()}

    assert (lines["jobs"].ok, "Chores" in lines["jobs"].sentence) == (True, True)
    assert (lines["questions"].ok, "trash" in lines["questions"].sentence) == (False, True)


def test_a_busy_vendor_is_reported_not_raised(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    wiki.sandbox.faults({"effect": "rate_limited", "path": f"^{wiki.site}/", "times": None})

    [line] = connector.check()

    assert not line.ok
