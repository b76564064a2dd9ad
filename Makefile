# The commands of the project. `make run` and `make test` need nothing but git, make, Python 3.11 and apt.
# HOST, PORT, PORTAL_HOME, DEMO and TESSERACT_CMD are honoured everywhere (docs/configuration.md).

PYTHON ?= python3
VENV := .venv/bin
# One more than cores: there is always a test that waits for a disk or for a portal.
AT_ONCE := $(shell echo $$(($$(nproc) + 1)))
ARGS ?=
EMPTY_TREE := 4b825dc642cb6eb9a060e54bf8d69288fbee4904

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests setup-benches run test check format lock test-faults test-sabotage test-leaks test-redaction test-axe test-install screenshots

help: ## show this list
	@sed -n 's/^\([a-z%-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## install everything the portal needs, without starting it
	@$(PYTHON) scripts/setup.py run

setup-tests:
	@$(PYTHON) scripts/setup.py tests

setup-benches:
	@$(PYTHON) scripts/setup.py benches

run: setup ## start the portal; Ctrl-C stops it
	@exec $(VENV)/flask serve

# Tests step back as far as they can: what portals read, they read on cores that nobody else wants.
test: setup-tests ## run all tests (ARGS="-k name" to choose)
	@exec nice -n 19 $(VENV)/python -m pytest -n $(AT_ONCE) $(ARGS)

test-faults: setup-tests ## kill processes and look for losses (LONG=1 for the long form)
	@LONG=$(LONG) exec $(VENV)/python -m pytest tests/faults $(ARGS)

test-sabotage: setup-tests ## break each guard in a copy and see its test go red
	@exec $(VENV)/python scripts/sabotage.py $(ARGS)

test-leaks: setup-tests ## look for canaries, and compare what two homes tell (LONG=1 asks 5,000 times)
	@LONG=$(LONG) exec $(VENV)/python -m pytest -n 0 -s tests/web/test_canary.py tests/web/test_non_interference.py $(ARGS)

test-redaction: setup-tests ## hide words on fifty generated papers and look for them in every way
	@LONG=1 exec $(VENV)/python -m pytest -n 2 tests/unit/redaction $(ARGS)

test-axe: setup-tests ## look at every page × language × width with axe, and at 400 %
	@LONG=1 exec $(VENV)/python -m pytest -n 0 -s tests/face $(ARGS)

screenshots: setup-tests ## photograph every page of the demo (ARGS="--home HOME --to FOLDER")
	@exec $(VENV)/python scripts/screenshots.py $(ARGS)

test-install: ## install into a bare Debian 12 and search there (root, debootstrap)
	@exec $(PYTHON) scripts/clean_install.py

check: setup-tests ## style, types, import directions, templates, dependencies
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/djlint --lint --quiet portal/templates
	$(VENV)/deptry .
	git diff --check $(EMPTY_TREE) -- . ':!*.po'

format: setup-tests ## put the code into the one format
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

bench-%: setup-benches ## measure: bench-ocr, bench-ingest, bench-windows, bench-robust (SCANS=folder), bench-demo, bench-web, bench-fresh, bench-hostile, bench-search, bench-speed (SETS=folder), bench-backup
	@exec $(VENV)/python scripts/bench_$(subst -,_,$*).py $(ARGS)

lock: setup-tests ## pin dependencies with hashes, free of registry addresses
	cd requirements && for part in run tantivy dev node; do \
	  ../$(VENV)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --no-header $$part.in -o $$part.txt || exit 1; \
	done
