"""The same year comes to the same end in every wiki; what differs is how many messages and calls it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.demo.playing import Playing, playing
from tests.e2e.demo.test_demo import COUNTS, story, visited

pytestmark = pytest.mark.long

SAME = tuple(name for name in COUNTS if name not in ("notices", "api_calls"))


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Playing]]:
    """The year in each wiki, all at once."""
    room = tmp_path_factory.mktemp("years")
    with ExitStack() as stack:
        started = {}
        for wiki in ("notion", "confluence", "datacenter"):
            (room / wiki).mkdir()
            words = ("demo", "--no-serve", "--json", "--on", wiki)
            started[wiki] = stack.enter_context(playing(*words, temporary=room / wiki))
        yield started


@pytest.mark.parametrize("wiki", ["confluence", "datacenter"])
def test_the_year_comes_to_the_same_end_in_every_wiki(years: dict[str, Playing], wiki: str) -> None:
    for name in ("notion", wiki):
        assert years[name].ended() == 0, "\n".join(years[name].err)
    there, here = years[wiki].counts(), years["notion"].counts()
    assert tuple(there) == COUNTS
    assert [count for count in COUNTS if there[count] <= 0] == []
    assert {name: there[name] for name in SAME} == {name: here[name] for name in SAME}


def test_a_served_demo_tells_the_same_again_and_leaves_nothing_behind(
    years: dict[str, Playing], tmp_path: Path
) -> None:
    first = years["notion"]
    assert first.ended() == 0, "\n".join(first.err)
    with playing("demo", "--json", temporary=tmp_path, hashing="12") as served:
        served.line("{")
        assert list(tmp_path.iterdir()) != []
        assert visited(served).code == 0
    assert list(tmp_path.iterdir()) == []
    assert served.counts() == first.counts()
    assert story(served) == story(first)


def test_with_another_seed_everything_comes_of_some_job_too(tmp_path: Path) -> None:
    with playing("demo", "--no-serve", "--json", "--seed", "2", temporary=tmp_path) as other:
        assert other.ended() == 0, "\n".join(other.err)
        counts = other.counts()
    assert tuple(counts) == COUNTS
    assert [count for count in COUNTS if counts[count] <= 0] == []
