"""Trouble at requests to the sandbox's Confluence Cloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.sampling import PLACES, Season, season, trouble_changes_nothing
from tests.chaos.story import SCENES
from tests.e2e.engine.platforms import Cloud

pytestmark = pytest.mark.long

EVERY = 47
"""One of so many requests meets trouble, unless all shall."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    with season(Cloud, tmp_path_factory.mktemp("season")) as found:
        yield found


@pytest.mark.parametrize(("place", "name"), PLACES, ids=list(SCENES))
def test_trouble_at_requests_changes_nothing_in_the_end(
    played: Season, place: int, name: str, everything: bool
) -> None:
    trouble_changes_nothing(played, place, name, 1 if everything else EVERY)
