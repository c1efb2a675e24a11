"""What the configuration of a workspace on Confluence may say, and which titles are tried."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from isms_bot_confluence.settings import CloudSettings, DataCenterSettings, page_id
from isms_bot_confluence.titles import LONGEST, tries

CLOUD = {"site": "https://acme.atlassian.net", "space": "ISMS", "root": "4711", "user": "bot@example.com"}


@pytest.mark.parametrize(
    "text",
    [
        "4711",
        " 4711 ",
        "https://acme.atlassian.net/wiki/spaces/ISMS/pages/4711/Information+Security",
        "https://acme.atlassian.net/wiki/spaces/ISMS/pages/4711",
        "https://acme.atlassian.net/wiki/spaces/ISMS/pages/edit-v2/4711?draftShareId=1",
        "https://wiki.example.com/confluence/pages/viewpage.action?pageId=4711",
        "https://wiki.example.com/pages/viewpage.action?spaceKey=ISMS&pageId=4711#top",
        "https://acme.atlassian.net/wiki/pages/resumedraft.action?draftId=4711",
    ],
)
def test_a_page_is_named_by_its_id_or_by_any_address_with_the_id_in_it(text: str) -> None:
    assert page_id(text) == "4711"


@pytest.mark.parametrize(
    "text",
    ["", "ISMS", "0", "-4711", "https://wiki.example.com/display/ISMS/Root", "https://acme.atlassian.net/wiki/x/AbC"],
)
def test_an_address_without_an_id_is_refused_with_the_way_to_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"holds no page id; open the page"):
        page_id(text)


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://acme.atlassian.net", "https://acme.atlassian.net/wiki"),
        ("https://acme.atlassian.net/", "https://acme.atlassian.net/wiki"),
        ("https://acme.atlassian.net/wiki/", "https://acme.atlassian.net/wiki"),
    ],
)
def test_the_site_of_cloud_may_be_named_with_or_without_wiki(given: str, base: str) -> None:
    assert CloudSettings.model_validate({**CLOUD, "site": given}).site == base


def test_the_context_path_of_data_center_is_kept() -> None:
    settings = DataCenterSettings(site="https://example.com/confluence/", space="ISMS", root="1")

    assert settings.site == "https://example.com/confluence"


@pytest.mark.parametrize(
    "wrong",
    [
        {"site": "acme.atlassian.net"},
        {"root": "our ISMS"},
        {"space": ""},
        {"user": ""},
        {"gateway": "sometimes"},
        {"proxy": "localhost:3128"},
        {"api": "localhost:80"},
        {"token_expires": "soon"},
        {"workspace": "x"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CloudSettings.model_validate({**CLOUD, **wrong})


# --- titles ---


def test_titles_are_tried_as_wanted_then_with_the_end_of_the_key_then_numbered() -> None:
    assert list(islice(tries("Restore test", "restore/2027-01-31/p07"), 4)) == [
        "Restore test", "Restore test · p07", "Restore test · p07 (2)", "Restore test · p07 (3)",
    ]  # fmt: skip


def test_a_title_that_is_known_to_be_taken_is_not_tried() -> None:
    assert next(tries("Restore test", "restore/2027-01-31", taken="RESTORE TEST ")) == "Restore test · 2027-01-31"


def test_titles_fit_and_keep_what_tells_them_apart() -> None:
    first, second = islice(tries("x" * 400, "a/p01"), 2)

    assert (len(first), len(second)) == (LONGEST, LONGEST)
    assert second.endswith("… · p01")


def test_a_title_is_never_empty_and_has_one_line() -> None:
    assert next(tries("  ", "a/b")) == "Untitled"
    assert next(tries(" two\n lines ", "a/b")) == "two lines"
