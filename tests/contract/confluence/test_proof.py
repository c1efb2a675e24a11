"""`prove` on Confluence: each missing permission and scope by its name, with what to do; strangers' pages stay. And addresses."""

from __future__ import annotations

import pytest

from isms_bot.connector import TEST_PAGE
from isms_bot.testing.promises.proving import nothing
from isms_bot.testing.promises.scenes import silent
from isms_bot_confluence import CloudConnector, DataCenterConnector
from tests.contract.confluence.wiki import CloudWiki, ConfluenceWiki

CLOUD = "https://acme.atlassian.net/wiki/spaces/ISMS/pages/123456789/ISMS"
SERVER = "https://wiki.example.com/confluence/spaces/ISMS/pages/4711/ISMS"
OLD = "https://wiki.example.com/pages/viewpage.action?pageId=4711"


@pytest.mark.parametrize(("permission", "what"), [("none", "read"), ("read", "write"), ("comment", "write")])
def test_a_missing_permission_is_named_with_what_to_do(wiki: ConfluenceWiki, permission: str, what: str) -> None:
    wiki.access(permission=permission)

    [line] = [line for line in wiki.unbound().prove(silent, nothing) if not line.ok]

    assert line.what == what
    assert "permissions" in line.todo
    wiki.access(permission="write")
    assert wiki.under_root() == ()


SCOPES = (
    "read:page:confluence", "write:page:confluence", "delete:page:confluence", "read:comment:confluence",
    "write:comment:confluence", "read:hierarchical-content:confluence", "read:content.metadata:confluence",
    "read:space:confluence", "read:task:confluence", "read:confluence-user", "search:confluence",
    "read:attachment:confluence", "read:content-details:confluence", "read:user:confluence",
)  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "what"),
    [("write:page:confluence", "write"), ("write:comment:confluence", "comment"), ("delete:page:confluence", "trash")],
)
def test_a_missing_scope_is_named_with_what_to_do(cloud: CloudWiki, missing: str, what: str) -> None:
    cloud.access(confluence_scopes=[scope for scope in SCOPES if scope != missing])
    gateway = cloud.facts["gateway"]

    lines = [line for line in cloud.open(api=gateway).prove(silent, nothing) if not line.ok]

    assert [line.what for line in lines] == [what]
    assert missing.removesuffix(":confluence") in lines[0].todo


def test_a_page_that_could_not_be_trashed_goes_with_the_next_proof(cloud: CloudWiki) -> None:
    cloud.access(confluence_scopes=[scope for scope in SCOPES if scope != "delete:page:confluence"])
    cloud.open(api=cloud.facts["gateway"]).prove(silent, nothing)
    assert cloud.under_root() == (TEST_PAGE,)
    cloud.access(confluence_scopes=None)

    assert all(line.ok for line in cloud.unbound().prove(silent, nothing))
    assert cloud.under_root() == ()


def test_a_page_of_a_person_with_the_same_title_stays(wiki: ConfluenceWiki) -> None:
    wiki.act(None, "create_page", parent=wiki.root, title=TEST_PAGE)

    lines = wiki.unbound().prove(silent, nothing)

    assert all(line.ok for line in lines)
    assert wiki.under_root() == (TEST_PAGE,)


def test_a_root_that_nobody_can_work_in_is_named(wiki: ConfluenceWiki) -> None:
    wiki.act(None, "trash", page=wiki.root)

    [line] = wiki.unbound().prove(silent, nothing)

    assert (line.what, line.ok) == ("read", False)
    assert "trashed" in line.sentence


def test_whether_records_can_be_guarded_is_tried_and_no_fault(wiki: ConfluenceWiki) -> None:
    able = {line.what: line for line in wiki.unbound().prove(silent, nothing)}["guard"]
    wiki.access(plan="free", dc_version="8.5.3")
    unable = {line.what: line for line in wiki.unbound().prove(silent, nothing)}["guard"]

    assert (able.ok, unable.ok) == (True, True)
    assert able.sentence.startswith("It was guarded")
    assert "private page will be restricted" in able.sentence
    assert unable.sentence.startswith("It could not be guarded")
    assert "Nothing private" in unable.sentence
    assert wiki.under_root() == ()


def test_a_live_doc_as_root_is_named(cloud: CloudWiki) -> None:
    cloud.act(None, "live", page=cloud.root)

    [line] = cloud.unbound().prove(silent, nothing)

    assert "live doc" in line.sentence


@pytest.mark.parametrize(
    ("address", "settings"),
    [
        (CLOUD, {"site": "https://acme.atlassian.net/wiki", "space": "ISMS", "root": CLOUD}),
        (
            "http://127.0.0.1:8765/wiki/spaces/ISMS/pages/12",
            {"site": "http://127.0.0.1:8765/wiki", "space": "ISMS", "root": "12", "api": "http://127.0.0.1:8765/wiki"},
        ),
    ],
    ids=["cloud", "sandbox"],
)
def test_an_address_of_cloud_holds_all_but_the_user(address: str, settings: dict[str, str]) -> None:
    place = CloudConnector.recognise(address)

    assert place is not None
    assert place.settings == settings
    assert DataCenterConnector.recognise(address) is None
    CloudConnector.settings_model().model_validate({**settings, "user": "bot@example.com"})


@pytest.mark.parametrize(
    ("address", "settings"),
    [
        (SERVER, {"site": "https://wiki.example.com/confluence", "space": "ISMS", "root": SERVER}),
        (OLD, {"site": "https://wiki.example.com", "root": OLD}),
        (
            "http://localhost:8765/confluence/spaces/ISMS/pages/12",
            {"site": "http://localhost:8765/confluence", "space": "ISMS", "root": "12", "api": "http://localhost:8765/confluence"},
        ),
    ],
    ids=["spaces", "viewpage", "sandbox"],
)  # fmt: skip
def test_an_address_of_a_server_holds_what_it_shows(address: str, settings: dict[str, str]) -> None:
    place = DataCenterConnector.recognise(address)

    assert place is not None
    assert place.settings == settings
    assert CloudConnector.recognise(address) is None
    DataCenterConnector.settings_model().model_validate({"space": "ISMS", **settings})


def test_an_address_that_may_be_of_either_is_recognised_by_both() -> None:
    """A site of Cloud with a domain of its own looks like a server below /wiki."""
    address = "https://wiki.example.com/wiki/spaces/ISMS/pages/4711/ISMS"

    assert CloudConnector.recognise(address) is not None
    assert DataCenterConnector.recognise(address) is not None


@pytest.mark.parametrize(
    "address", ["https://wiki.example.com/display/ISMS/Home", "https://acme.atlassian.net/wiki/x/AbC", "4711"]
)
def test_addresses_without_a_page_id_are_not_recognised(address: str) -> None:
    assert CloudConnector.recognise(address) is None
    assert DataCenterConnector.recognise(address) is None
