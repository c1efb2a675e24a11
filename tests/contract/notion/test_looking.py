"""Looking at Notion: what it costs, where its answers stop short, and what is fetched then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from isms_bot.connector import Draft
from isms_bot.errors import Ambiguous, Misconfigured, Permanent, Transient
from isms_bot.model import PageState, Source, Text
from isms_bot.testing.promises.scenes import FORM, job, later, refs
from isms_bot_notion.client import VERSION
from tests.contract import contracts
from tests.contract.notion.wiki import NotionWiki

DRAFT = Draft(Source.JOBS, "restore-test/2027-01-31", "Restore test, January")


def test_every_request_names_the_pinned_version(wiki: NotionWiki) -> None:
    seen = []
    connector = wiki.connector()
    connector._wire._client.client.event_hooks["request"].append(lambda request: seen.append(request.headers))

    connector.accounts()

    assert VERSION == "2026-03-11"
    assert [headers["notion-version"] for headers in seen] == [VERSION]


def test_hosted_files_are_fetched_without_the_token(wiki: NotionWiki) -> None:
    wire = wiki.open()._wire
    seen = []
    wire._files.event_hooks["request"].append(lambda request: seen.append(request.headers))

    wire.download(f"{wiki.sandbox.url}/files/none", "fetching")

    assert ["authorization" in headers for headers in seen] == [False]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"effect": "rate_limited", "retry_after": 30}, Transient),
        ({"effect": "rate_limited", "reason": "public_api_request_blocked"}, Permanent),
        ({"effect": "overload"}, Transient),
        ({"effect": "conflict"}, Transient),
        ({"effect": "internal_error"}, Ambiguous),
        ({"effect": "bad_gateway"}, Ambiguous),
        ({"effect": "unavailable"}, Ambiguous),
        ({"effect": "gateway_timeout"}, Ambiguous),
        ({"effect": "drop"}, Ambiguous),
    ],
    ids=lambda value: value["effect"] if isinstance(value, dict) else "",
)
def test_trouble_with_a_write_is_one_request_and_one_error(
    wiki: NotionWiki, rule: dict[str, Any], kind: type[Exception]
) -> None:
    connector = wiki.connector()
    page = job(connector)
    wiki.sandbox.clear_requests()
    wiki.sandbox.faults({**rule, "path": "^/v1/", "times": 1})

    with pytest.raises(kind):
        connector.update(page, {"status": "Overdue"})

    assert wiki.sandbox.request_count() == 1


def test_a_503_that_committed_names_the_page(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    wiki.sandbox.faults({"effect": "unavailable_after_commit", "path": "^/v1/", "times": 1})

    with pytest.raises(Ambiguous) as caught:
        connector.comment(page.ref, (Text("Hello"),), "t1")

    assert caught.value.committed == (connector.read(page.ref).comments[0].id,)


def test_nobody_listening_is_transient(wiki: NotionWiki) -> None:
    settings = wiki.open().settings_model().model_validate({"root": wiki.root, "api": "http://127.0.0.1:9"})
    connector = type(wiki.open()).open(settings, token="planted", installation="i", workspace="w")

    with pytest.raises(Transient, match="cannot be reached"):
        connector.accounts()
    connector.close()


@pytest.mark.parametrize(
    "root",
    [
        "https://app.notion.com/p/ISMS-of-acme-{hex}", "https://www.notion.so/acme/ISMS-{hex}?pvs=4#{hex}", "{hex}", "{dashed}",
        "https://notion.so/{hex}/",
    ],
)  # fmt: skip
def test_a_root_is_named_by_link_or_id(wiki: NotionWiki, root: str) -> None:
    given = root.format(hex=wiki.root.replace("-", ""), dashed=wiki.root)

    assert wiki.open().settings_model().model_validate({"root": given}).root == wiki.root


@pytest.mark.parametrize(
    "given", [{"root": "our ISMS"}, {"root": "x" * 32}, {"root": "1" * 32, "api": "localhost:80"}, {}]
)
def test_settings_that_cannot_work_are_refused(wiki: NotionWiki, given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"root|api"):
        wiki.open().settings_model().model_validate(given)


# --- observe ---


def test_a_quiet_source_costs_one_request_however_many_rows_it_has(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    wiki.create_rows(Source.QUESTIONS, [f"question {number}" for number in range(150)])
    later(wiki, hours=1)
    cursor = connector.observe(Source.QUESTIONS, None).cursor
    costs = []
    for _ in range(3):
        later(wiki, minutes=5)
        before = connector.calls
        seen = connector.observe(Source.QUESTIONS, cursor)
        cursor = seen.cursor
        costs.append((connector.calls - before, len(seen.pages)))

    assert costs == [(1, 0)] * 3


def test_a_row_that_shows_up_late_is_seen(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    wiki.sandbox.limits(query_lag=300)
    cursor = connector.observe(Source.QUESTIONS, None).cursor
    row = wiki.create_row(Source.QUESTIONS, "Why so often?")
    later(wiki, minutes=4)
    early = connector.observe(Source.QUESTIONS, cursor)
    later(wiki, minutes=4)

    assert early.pages == ()
    assert refs(connector.observe(Source.QUESTIONS, early.cursor).pages) == [row]


def test_rows_beyond_the_cap_of_a_query_are_seen_by_further_queries(wiki: NotionWiki) -> None:
    wiki.sandbox.limits(query_cap=100)
    rows: list[str] = []
    for hour in range(4):
        rows += wiki.create_rows(Source.QUESTIONS, [f"question {hour}.{number}" for number in range(60)])
        later(wiki, hours=1)

    assert refs(wiki.connector().observe(Source.QUESTIONS, None).pages) == sorted(rows)


def test_more_rows_in_one_minute_than_a_query_shows_are_an_error_never_silence(wiki: NotionWiki) -> None:
    wiki.sandbox.limits(query_cap=100)
    wiki.create_rows(Source.QUESTIONS, [f"question {number}" for number in range(130)])

    with pytest.raises(Permanent, match="10,000 rows"):
        wiki.connector().observe(Source.QUESTIONS, None)


@pytest.mark.parametrize("cursor", ["", "yesterday", "{}", "[]", '{"watermark": 7}'])
def test_a_foreign_cursor_is_refused(wiki: NotionWiki, cursor: str) -> None:
    with pytest.raises(Permanent, match="no cursor"):
        wiki.connector().observe(Source.JOBS, cursor)


def test_many_references_cost_the_property_endpoint_only_where_they_were_cut_off(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    few = wiki.create_rows(Source.POLICIES, [f"promise {number}" for number in range(24)])
    wiki.create_procedure("Some", [], {"policy": few})
    before = connector.calls
    connector.observe(Source.PROCEDURES, None)
    cheap = connector.calls - before
    many = (*few, *wiki.create_rows(Source.POLICIES, [f"more {number}" for number in range(70)]))
    wiki.create_procedure("All", [], {"policy": many})

    seen = connector.observe(Source.PROCEDURES, None)

    assert cheap == 1
    assert sorted(
        len(page.fields["policy"] or ()) for page in seen.pages if isinstance(page.fields["policy"], tuple)
    ) == [24, 94]


# --- read ---


def test_a_job_is_read_whole_in_three_requests_and_one_per_block_with_blocks_below(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    snapshot = connector.snapshot(wiki.create_procedure("Restore test", FORM))
    page = connector.clone(snapshot, DRAFT)[0]
    before = connector.calls

    connector.read(page.ref)

    assert connector.calls - before == 4


def test_comments_on_the_form_are_asked_for_once_nothing_is_left_to_tick(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    snapshot = connector.snapshot(wiki.create_procedure("Restore test", FORM))
    page = connector.update(connector.clone(snapshot, DRAFT)[0], {})
    wiki.comment(page.ref, "Signed", on="Signature:")
    early = connector.read(page.ref).comments
    wiki.tick(page.ref)
    before = connector.calls

    late = connector.read(page.ref).comments

    assert (early, [comment.text for comment in late]) == ((), ["Signed"])
    # Three lines of the form, and once in the connector's life who the author is.
    assert connector.calls - before == 4 + 3 + 1


def test_a_custom_name_on_a_comment_fools_nobody(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    name = wiki.people[0].name
    body = {
        "parent": {"page_id": page.ref}, "rich_text": [{"text": {"content": "Signed"}}],
        "display_name": {"type": "custom", "custom": {"name": name}},
    }  # fmt: skip
    wiki.as_the_bot("POST", "comments", body)

    [comment] = connector.read(page.ref).comments

    assert (comment.by_person, comment.author) == (False, wiki.sandbox.bot_id)


def test_a_person_who_has_left_is_still_a_person(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    page = job(connector)
    ben = wiki.people[1]
    wiki.comment(page.ref, "Signed", who=ben.id)
    wiki.sandbox.users({"user": ben.id, "remove": True})

    [comment] = connector.read(page.ref).comments

    assert (comment.by_person, comment.author) == (True, ben.id)


def test_a_page_moved_out_keeps_its_mark_in_sight(wiki: NotionWiki) -> None:
    page = job(wiki.connector())
    wiki.move(page.ref)

    seen = wiki.connector().page(page.ref)

    assert seen.state is PageState.MOVED


def test_without_containers_nothing_is_sent(wiki: NotionWiki) -> None:
    with pytest.raises(Misconfigured, match="isms-bot init"):
        wiki.unbound().find(Source.JOBS, "a/2027-01-01")


def test_now_is_the_date_of_the_answers(wiki: NotionWiki) -> None:
    connector = wiki.connector()
    connector.accounts()

    now = connector.now()
    assert now is not None
    assert abs(wiki.now - now) < timedelta(seconds=1)


@pytest.mark.skipif(not contracts.available(), reason=contracts.MISSING)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/pages", {"parent": {"page_id": "x"}, "properties": {}, "colour": "red"}),
        ("PATCH", "/v1/blocks/x/children", {"children": [{"to_do": {"rich_text": [], "archived": False}}]}),
        ("PATCH", "/v1/blocks/x/children", {"children": [{"paragraph": {"rich_text": [], "icon": None}}]}),
        ("POST", "/v1/databases/x/query", {}),
        (
            "POST",
            "/v1/views",
            {"data_source_id": "x", "name": "n", "type": "table", "filter": {"property": "p", "what": {}}},
        ),
    ],
    ids=["stray key", "read-only key", "null icon", "no such endpoint", "bad filter"],
)
def test_the_judge_of_requests_refuses_what_the_vendor_refuses(method: str, path: str, body: dict[str, Any]) -> None:
    assert contracts.validate_request(method, path, body) != []
