"""Containers on Notion: few requests, never doubled wherever a run is cut off, and found again without the store."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from isms_bot.errors import ConnectorError, Misconfigured
from isms_bot.layout import BY_SOURCE, SOURCES, FieldKind
from isms_bot.model import Source
from isms_bot_notion import NotionConnector
from tests.contract.notion.wiki import OTHER_INSTALLATION, NotionWiki


def silent(_: str) -> None:
    """A report that nobody reads."""


def databases(wiki: NotionWiki) -> Counter[str]:
    """Titles of the databases under the root."""
    [root] = [branch for branch in wiki.sandbox.tree() if branch["id"] == wiki.root]
    return Counter(child["title"] for child in root["children"] if child["kind"] == "Database")


def register(wiki: NotionWiki) -> Counter[str]:
    """Keys of the rows of the Register, by installation."""
    connector = wiki.connector()
    return Counter(str(page.fields["key"]) for page in connector.observe(Source.REGISTER, None).pages)


def test_a_fresh_workspace_costs_one_listing_and_three_requests_per_container(wiki: NotionWiki) -> None:
    connector = wiki.open()

    connector.ensure(SOURCES, None, silent)

    # Per container: make it, read its columns (the answer to making it does not show them), note it in the Register; the
    # column that leads from people to people follows once their container exists.
    assert connector.calls == 1 + 3 * len(SOURCES) + 1
    assert databases(wiki) == Counter(spec.title for spec in SOURCES)


def test_a_known_workspace_costs_one_look_per_container_and_no_write(wiki: NotionWiki) -> None:
    layout = wiki.layout
    wiki.sandbox.clear_requests()
    connector = wiki.open()

    assert connector.ensure(SOURCES, layout, silent) == layout
    assert connector.calls == len(SOURCES) + 1
    assert {request["method"] for request in wiki.sandbox.requests()} == {"GET", "POST"}
    assert [one["path"] for one in wiki.sandbox.requests() if one["method"] == "POST"] == [
        f"/v1/data_sources/{layout.sources[Source.REGISTER].ref}/query"
    ]


@pytest.mark.parametrize("effect", ["drop", "drop_after_commit", "unavailable_after_commit"])
@pytest.mark.parametrize("step", range(0, 32, 3))
def test_a_run_cut_off_anywhere_is_finished_by_the_next_and_nothing_is_doubled(
    wiki: NotionWiki, step: int, effect: str
) -> None:
    wiki.sandbox.faults({"effect": effect, "path": "^/v1/", "skip": step, "times": 1})
    with pytest.raises(ConnectorError):
        wiki.open().ensure(SOURCES, None, silent)

    layout = wiki.open().ensure(SOURCES, None, silent)

    assert databases(wiki) == Counter(spec.title for spec in SOURCES)
    wiki.adopt(layout)
    assert register(wiki) == Counter(f"source:{spec.source.value}" for spec in SOURCES)
    assert wiki.open().ensure(SOURCES, None, silent) == layout


def test_without_the_store_renamed_containers_columns_and_options_are_found_by_the_register(wiki: NotionWiki) -> None:
    layout = wiki.layout
    wiki.rename_container(Source.JOBS, "Chores")
    wiki.rename_container(Source.REGISTER, "Bot things")
    wiki.rename_field(Source.JOBS, "status", "How it stands")
    wiki.rename_option(Source.JOBS, "status", "Open", "To do")

    again = wiki.open().ensure(SOURCES, None, silent)

    assert again == layout
    assert len(databases(wiki)) == len(SOURCES)


def test_another_installation_adopts_the_same_containers_and_notes_them_for_itself(wiki: NotionWiki) -> None:
    layout = wiki.layout

    theirs = wiki.open(installation=OTHER_INSTALLATION).ensure(SOURCES, None, silent)

    assert {source: place.ref for source, place in theirs.sources.items()} == {
        source: place.ref for source, place in layout.sources.items()
    }
    assert set(register(wiki).values()) == {2}


def test_a_database_that_people_made_under_the_title_is_adopted_with_its_rows(wiki: NotionWiki) -> None:
    text = [{"type": "text", "text": {"content": "Procedures"}}]
    body = {
        "parent": {"type": "page_id", "page_id": wiki.root},
        "title": text,
        "initial_data_source": {
            "properties": {"What": {"title": {}}, "Role": {"select": {"options": []}}, "Id": {"rich_text": {}}}
        },
    }
    made = wiki.as_the_bot("POST", "databases", body)

    place = wiki.layout.sources[Source.PROCEDURES]
    columns = wiki.open()._wire.get(f"data_sources/{place.ref}", "looking")["properties"]

    assert place.ref == made["data_sources"][0]["id"]
    assert columns["Role"]["type"] == "select"
    assert columns["Role (ISMS)"]["id"] == place.fields["role"]
    assert columns["Id"]["id"] == place.fields["procedure"]
    assert columns["What"]["id"] == place.fields["title"]


def test_relations_lead_to_the_containers_of_the_spec(wiki: NotionWiki) -> None:
    wire = wiki.open()._wire
    for spec in SOURCES:
        place = wiki.layout.sources[spec.source]
        columns = wire.get(f"data_sources/{place.ref}", "looking")["properties"].values()
        targets = {
            column["id"]: column["relation"]["data_source_id"] for column in columns if column["type"] == "relation"
        }
        assert targets == {
            place.fields[field.id]: wiki.layout.sources[field.target].ref
            for field in spec.fields
            if field.kind is FieldKind.RELATION and field.target is not None
        }


def test_the_columns_stand_in_the_order_of_the_spec(wiki: NotionWiki) -> None:
    place = wiki.layout.sources[Source.JOBS]
    columns = wiki.open()._wire.get(f"data_sources/{place.ref}", "looking")["properties"]

    assert list(columns) == [field.name for field in BY_SOURCE[Source.JOBS].fields]


def test_the_register_holds_what_a_lost_store_needs(wiki: NotionWiki) -> None:
    place = wiki.layout.sources[Source.JOBS]
    [row] = wiki.connector().find(Source.REGISTER, "source:jobs")

    held = json.loads(str(row.fields["ref"]))

    assert (held["ref"], held["fields"], held["options"]) == (place.ref, place.fields, place.options)


def test_an_unshared_root_is_a_misconfiguration_that_says_what_to_do(wiki: NotionWiki) -> None:
    wiki.sandbox.integration(unshare=[wiki.root])

    with pytest.raises(Misconfigured, match="share the root page"):
        wiki.open().ensure(SOURCES, None, silent)


def test_a_container_in_the_trash_is_not_made_anew(wiki: NotionWiki) -> None:
    layout = wiki.layout
    wiki.act(None, "trash", page=layout.sources[Source.JOBS].extra["database"])

    with pytest.raises(Misconfigured, match="in the trash"):
        wiki.open().ensure(SOURCES, layout, silent)
    assert wiki.open().now() is None


def test_opening_a_connector_sends_nothing(wiki: NotionWiki) -> None:
    wiki.sandbox.clear_requests()

    connector = wiki.open()
    connector.bind(wiki.layout)
    wiki.sandbox.clear_requests()

    assert isinstance(connector, NotionConnector)
    assert (connector.calls, wiki.sandbox.request_count()) == (0, 0)
