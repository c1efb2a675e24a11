"""`init`: from an empty or half-made workspace to an ISMS. `plan_init` says what it would make, `init` makes it."""

from __future__ import annotations

from isms_bot.bootstrap.making import init
from isms_bot.bootstrap.planning import InitPlan, plan_init

__all__ = ["InitPlan", "init", "plan_init"]
