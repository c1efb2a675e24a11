"""What a pass and a copy may cost, in requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.cloning import clone_writes
from tests.bench.steady import LOWER_BOUND, Kind, formula, steady_pass_calls
from tests.e2e.engine.platforms import Cloud, DataCenter, Notion


@pytest.mark.parametrize(("kind", "jobs"), [(Notion, (100, 300)), (Cloud, (30, 80)), (DataCenter, (30, 80))])
def test_a_pass_costs_the_same_however_many_jobs_are_open(tmp_path: Path, kind: Kind, jobs: tuple[int, int]) -> None:
    few, many = (steady_pass_calls(tmp_path / str(number), number, kind) for number in jobs)
    assert abs(many - few) <= 2
    assert LOWER_BOUND[kind] <= few <= formula(kind)


def test_a_job_costs_no_more_writes_than_its_copy_must_and_one(tmp_path: Path) -> None:
    writes, bound = clone_writes(tmp_path)
    assert bound <= writes <= bound + 1
