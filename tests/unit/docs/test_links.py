"""Whoever follows a link of the documentation arrives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.docs.pages import GUIDE, GUIDES, PAGES, ROOT, anchors, links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_an_anchor(page: Path) -> None:
    astray = []
    for link in links(page):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            astray.append(link)
    assert astray == []


def test_the_readme_and_the_index_lead_to_every_page_of_the_guide() -> None:
    """A page that nobody is led to is not read."""
    assert "docs/guide/README.md" in links(ROOT / "README.md")
    listed = {link.partition("#")[0] for link in links(GUIDE / "README.md")}
    assert {page.name for page in GUIDES} - {"README.md"} <= listed


def test_the_page_for_people_fits_on_one_page() -> None:
    """It is for people who have a job to do and no time to read."""
    words = (GUIDE / "people.md").read_text(encoding="utf-8").split()
    assert len(words) < 900
