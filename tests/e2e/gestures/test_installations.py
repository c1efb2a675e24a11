"""One installation keeps a workspace; another one is refused until it takes over for good, and then goes on without a double."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from isms_bot.bootstrap import init
from isms_bot.errors import HeldElsewhere, Reopen
from isms_bot.model import Source
from tests.e2e.engine.harness import Stage


@pytest.fixture
def second(stage: Stage, tmp_path: Path) -> Iterator[Stage]:
    """The same configuration with a store of its own, as after a lost disk."""
    another = Stage.new(stage.platform, tmp_path)
    yield another
    another.close()


def _take_over(stage: Stage) -> int:
    return init(stage.workspace, lambda _: None, take_over=True)


def test_a_second_installation_is_refused(stage: Stage, second: Stage) -> None:
    before = stage.rows(Source.JOBS)
    with pytest.raises(HeldElsewhere, match="--take-over"):
        second.init()
    assert stage.rows(Source.JOBS) == before


def test_taking_over_goes_on_with_the_pages_that_are_there(stage: Stage, second: Stage) -> None:
    keys = {page.fields["key"] for page in stage.rows(Source.JOBS)}
    with pytest.raises(Reopen):
        _take_over(second)
    second.reopen()
    assert _take_over(second) == 0
    second.pass_()
    second.later(days=1)
    second.pass_()
    live = Counter(page.fields["key"] for page in second.rows(Source.JOBS))
    assert keys <= set(live)
    assert set(live.values()) == {1}


def test_after_taking_over_without_a_ledger_nobody_is_held_to_what_was_due_before(stage: Stage, second: Stage) -> None:
    with pytest.raises(Reopen):
        _take_over(second)
    second.reopen()
    _take_over(second)
    assert second.workspace.history.lost_before == stage.today


def test_the_installation_that_was_replaced_writes_no_more(stage: Stage, second: Stage) -> None:
    with pytest.raises(Reopen):
        _take_over(second)
    second.reopen()
    _take_over(second)
    stage.reopen()
    with pytest.raises(HeldElsewhere, match="another installation"):
        stage.pass_()
