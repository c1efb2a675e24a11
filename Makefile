# Two commands for newcomers: `make demo` and `make test`. They need python3 (3.11 or later) with venv and pip, nothing else.
#
#   make demo ARGS="…"         try isms-bot against a sandbox on this machine; ARGS go to `isms-bot demo`
#   make test ARGS="…"         run the tests; ARGS go to pytest
#   make check                 everything a change must pass: style, types, layers, tests, coverage of the pure core, the wheel
#   make long                  years and seasons in every wiki, with all kinds of trouble if CHAOS=all
#   make bench ARGS="…"        measure passes; ARGS go to tests/bench/run.py
#   make contracts FROM=DIR    bring the vendors' API descriptions into .contracts/, so that tests judge by them
#   make clients               bring clients of other houses into .contracts/clients/, so that tests try the sandbox with them
#   make lock                  lock the dependencies of pyproject.toml again; `make lock UPGRADE=1` takes the newest ones
#   make clean                 remove .venv and what tools left behind

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
SETUP := PYTHON="$(PYTHON)" tools/setup
ARGS ?=
# As many processes as there are cores; tests of one file stay together, because they share servers, in the order of tests/conftest.py.
ALL := $(PY) -m pytest -q -rs -n auto --dist loadfile --no-loadscope-reorder
PYTEST := $(ALL) -m "not long"
# Stores of tests are kept in memory where the machine offers that: processes die in these tests, machines do not.
export PYTEST_DEBUG_TEMPROOT ?= $(shell test -w /dev/shm && echo /dev/shm || echo $${TMPDIR:-/tmp})

.PHONY: help demo test check style types layers core units whole long bench contracts clients lock clean runtime dev
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   \(make .*\)/\1/p' Makefile

runtime:
	@$(SETUP) runtime

dev:
	@$(SETUP) dev

demo: runtime
	@$(BIN)/isms-bot demo $(ARGS)

test: dev
	@$(PYTEST) $(ARGS)

# Everything is looked at even if something fails early, so that one run tells all.
check: dev
	@$(MAKE) --no-print-directory --keep-going style types layers core units whole

style: dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check --output-format=concise . || { echo "Run $(BIN)/ruff format ." >&2; exit 1; }
	@echo "The style is as agreed."

types: dev
	@$(BIN)/mypy --no-error-summary
	@echo "The types fit."

layers: dev
	@said=$$($(BIN)/lint-imports 2>&1) || { echo "$$said" >&2; exit 1; }
	@echo "Modules import downwards only."

# Coverage is measured where it is promised, in the unit tests of the pure core: it would slow down everything else.
CORE := $(addprefix tests/unit/,recurrence calendars plan history roster lifecycle signoff markdown confluence_storage)

core: dev
	@$(PYTEST) --hypothesis-profile=ci --cov --cov-report=term $(CORE)

units: dev
	@$(PYTEST) --hypothesis-profile=ci $(addprefix --ignore=,$(CORE)) tests/unit

whole: dev
	@$(PYTEST) --hypothesis-profile=ci --ignore=tests/unit $(ARGS)

long: dev
	@$(ALL) -m long $(ARGS)

bench: dev
	@$(PY) tests/bench/run.py $(ARGS)

contracts:
	@$(PYTHON) tools/contracts.py "$(FROM)"

clients:
	@PYTHON="$(PYTHON)" tools/clients

lock:
	@PYTHON="$(PYTHON)" tools/lock $(if $(UPGRADE),--upgrade)

clean:
	@rm -rf $(VENV) .coverage .coverage.* .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist mutants
