# The commands of the project. `make` alone lists them.
# `run` and `test` install what is missing first (Debian packages with root or sudo, the rest into .venv); where nothing
# is missing they start at once and touch no network.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test lint format bench screenshots lock notices install install-checks install-dev clean

# Test processes side by side. Each has its own databases.
PYTEST_WORKERS ?= 2
# The benchmark of customs has options of its own; that it should be quick it takes from the one of the scans.
CUSTOMS_BENCH_OPTIONS ?= $(filter --quick,$(BENCH_OPTIONS))
# So has the one of the handheld page; ten thousand scans through failures: PAGE_BENCH_OPTIONS="--endurance 10000".
PAGE_BENCH_OPTIONS ?= $(filter --quick,$(BENCH_OPTIONS))
LABEL_BENCH_OPTIONS ?= $(filter --quick,$(BENCH_OPTIONS))
CARRIER_BENCH_OPTIONS ?= $(filter --quick,$(BENCH_OPTIONS))

help:  ## list the commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: install  ## the whole service with a demo warehouse, on one port; Ctrl-C ends it
	@exec .venv/bin/wms run

test: install-dev  ## all tests, on SQLite and on PostgreSQL, with a real browser
	@.venv/bin/python -m pytest --numprocesses $(PYTEST_WORKERS) --dist loadgroup $(PYTEST_OPTIONS)

lint: install-checks  ## style, format, types, import contracts
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: install-checks  ## sort imports and format the code
	@.venv/bin/ruff check --select I --fix .
	@.venv/bin/ruff format .

bench: install-dev  ## scans per second and what they cost, of customs, labels and carriers, how fast the handheld page is
	@.venv/bin/python -m bench $(BENCH_OPTIONS)
	@.venv/bin/python -m bench.customs $(CUSTOMS_BENCH_OPTIONS)
	@.venv/bin/python -m bench.labels $(LABEL_BENCH_OPTIONS)
	@.venv/bin/python -m bench.carriers $(CARRIER_BENCH_OPTIONS)
	@.venv/bin/python -m bench.handheld $(PAGE_BENCH_OPTIONS)

screenshots: install-dev  ## the pictures of the documentation, from running services (SCREENSHOTS="walk office" only those)
	@PYTHONPATH=. .venv/bin/python tools/screenshots.py $(SCREENSHOTS)

lock:  ## write the lock files anew from setup.cfg (LOCK_OPTIONS=--upgrade for the newest versions)
	@tools/lock $(LOCK_OPTIONS)

notices: install-checks  ## write THIRD_PARTY_NOTICES.md anew from what is installed
	@.venv/bin/python tools/third_party_notices.py

install:
	@tools/install-system run
	@tools/install-python run

install-checks:
	@tools/install-system run
	@tools/install-python test

install-dev:
	@tools/install-system test
	@tools/install-python test

clean:  ## remove the virtual environment, caches and build results; data in var/ stays
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
