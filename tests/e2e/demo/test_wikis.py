"""The same year comes to the same end in every wiki; what differs is how many messages and calls it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.demo.playing import playing

SAME = (
    "jobs", "records", "late_records", "introduction", "nonconformities", "refused_signatures", "withdrawn", "left",
    "superseded", "open",
)  # fmt: skip


@pytest.mark.slow
def test_the_year_comes_to_the_same_end_in_every_wiki(tmp_path: Path) -> None:
    counts = {}
    for wiki in ("notion", "confluence", "datacenter"):
        folder = tmp_path / wiki
        folder.mkdir()
        with playing("demo", "--no-serve", "--json", "--on", wiki, temporary=folder) as demo:
            assert demo.ended() == 0, "\n".join(demo.err)
            counts[wiki] = demo.counts()
    for wiki in ("confluence", "datacenter"):
        assert {name: counts[wiki][name] for name in SAME} == {name: counts["notion"][name] for name in SAME}
        assert counts[wiki]["notices"] > 0
        assert counts[wiki]["api_calls"] > 0
