"""What a pass and a copy may cost, in requests."""

from __future__ import annotations

from pathlib import Path

from tests.bench.cloning import clone_writes
from tests.bench.steady import FORMULA, LOWER_BOUND, steady_pass_calls


def test_a_pass_costs_the_same_however_many_jobs_are_open(tmp_path: Path) -> None:
    few, many = (steady_pass_calls(tmp_path / str(jobs), jobs) for jobs in (100, 300))
    assert abs(many - few) <= 2
    assert LOWER_BOUND <= few <= FORMULA


def test_a_job_costs_no_more_writes_than_its_copy_must_and_one(tmp_path: Path) -> None:
    writes, bound = clone_writes(tmp_path)
    assert bound <= writes <= bound + 1
