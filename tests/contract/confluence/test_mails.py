"""Mails on Confluence: how many people get one of every new page, and that the bot's own edits are quiet."""

from __future__ import annotations

from typing import Any

import pytest
from atlassian.rest_client import AtlassianRestAPI

from isms_bot.connector import Draft
from isms_bot.errors import Denied
from isms_bot.model import Source
from isms_bot.testing.promises.scenes import job
from isms_bot_confluence.gateway import Gateway
from tests.contract.confluence.test_guarding import bot
from tests.contract.confluence.wiki import CloudWiki, ConfluenceWiki, DataCenterWiki


def watch(wiki: ConfluenceWiki, *people: str, watch: bool = True) -> None:
    """These people (accounts, or ids of the sandbox) watch the space, or stop."""
    ids = {account: wiki.person(account) for account in (person.id for person in wiki.people)}
    space = wiki.facts["space_id"]
    wiki.sandbox.act_all(
        [{"as": ids.get(one, one), "do": "watch_space", "space": space, "watch": watch} for one in people]
    )


def test_people_who_watch_the_space_are_counted_and_the_bot_is_not(wiki: ConfluenceWiki) -> None:
    connector = wiki.connector()
    assert connector.watchers() == 0

    watch(wiki, *(person.id for person in wiki.people[:3]), bot(wiki))
    assert connector.watchers() == 3

    watch(wiki, wiki.people[0].id, watch=False)
    assert connector.watchers() == 2


def test_who_watches_is_one_question(wiki: ConfluenceWiki) -> None:
    watch(wiki, wiki.people[0].id)
    connector = wiki.connector()

    connector.watchers()

    assert connector.calls == 1


def test_all_watchers_are_counted_where_a_list_shows_few_at_once(
    wiki: ConfluenceWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isms_bot_confluence.cloud.WATCHERS_AT_ONCE", 2)
    monkeypatch.setattr("isms_bot_confluence.datacenter.MOST", 2)
    watch(wiki, *(person.id for person in wiki.people))
    connector = wiki.connector()

    assert connector.watchers() == len(wiki.people) == 6
    assert connector.calls >= 3


def test_who_does_not_administer_a_space_of_data_center_is_denied(datacenter: DataCenterWiki) -> None:
    datacenter.access(space_admin=False)

    with pytest.raises(Denied, match="Space Administrator"):
        datacenter.connector().watchers()


def test_a_token_without_the_scope_is_denied_and_told_which(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    cloud.access(confluence_scopes=["read:page:confluence"])
    # What is asked through the gateway, where tokens with scopes work.
    wire = connector._api.wire
    wire._through_gateway(Gateway(cloud.facts["site"], "auto", host=cloud.sandbox.url), "test")

    with pytest.raises(Denied, match="read:watcher:confluence"):
        connector.watchers()


def test_the_bot_stops_watching_a_page_once_its_mark_is_complete(datacenter: DataCenterWiki) -> None:
    connector = datacenter.connector()
    made = connector.create(Draft(Source.JOBS, "a/1", "Job"))
    assert datacenter.seen(made.ref)["watchers"] == [bot(datacenter)]

    connector.update(made, {"status": "Open"})

    assert datacenter.seen(made.ref)["watchers"] == []
    assert "isms-bot" in datacenter.seen(made.ref)["labels"]


def test_a_page_is_left_by_the_bot_alone_and_once(datacenter: DataCenterWiki) -> None:
    connector = datacenter.connector()
    made = connector.create(Draft(Source.JOBS, "a/1", "Job"))
    page = connector.update(made, {"status": "Open"})
    before = connector.calls
    connector.update(page, {"status": "Overdue"})
    asked = datacenter.sandbox.requests()[-(connector.calls - before) :]

    assert [one["path"] for one in asked if "/user/watch/" in one["path"]] == []


@pytest.mark.parametrize("effect", ["conflict", "unavailable", "drop", "rate_limited"])
def test_a_watch_that_cannot_be_ended_fails_nothing(datacenter: DataCenterWiki, effect: str) -> None:
    connector = datacenter.connector()
    made = connector.create(Draft(Source.JOBS, "a/1", "Job"))
    refusal = {"effect": effect, "method": "DELETE", "path": "/user/watch/content/", "times": 1}
    datacenter.sandbox.faults(refusal)

    page = connector.update(made, {"status": "Open"})

    assert page.fields["status"] == "Open"
    assert connector.page(made.ref).mark == page.mark
    assert datacenter.seen(made.ref)["watchers"] == [bot(datacenter)]


def test_cloud_is_not_asked_to_stop_watching(cloud: CloudWiki) -> None:
    connector = cloud.connector()
    job(connector)

    assert [one["path"] for one in cloud.sandbox.requests() if "/user/watch/" in one["path"]] == []


def test_every_edit_of_a_body_on_data_center_is_a_minor_one(
    datacenter: DataCenterWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits: list[dict[str, Any]] = []
    send = AtlassianRestAPI.request

    def noting(self: AtlassianRestAPI, method: str = "GET", path: str = "/", **sent: Any) -> Any:
        if method == "PUT" and "body" in (sent.get("json") or {}):
            edits.append(sent["json"])
        return send(self, method, path, **sent)

    connector = datacenter.connector()
    monkeypatch.setattr(AtlassianRestAPI, "request", noting)
    item = connector.update(connector.create(Draft(Source.POLICIES, "pack/a", "A promise")), {})
    connector.update(item, {"applies": "No"})
    page = connector.update(job(connector), {"status": "Recorded"})
    connector.file(page, item.ref)

    assert len(edits) >= 3
    assert [edit["version"]["minorEdit"] for edit in edits] == [True] * len(edits)
    assert datacenter.seen(page.ref)["parent"] == item.ref
