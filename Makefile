# Starsend: the commands of the house. Needs only Python >= 3.11, make and a package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test test-slow test-browser test-long check bench lock clean install dev browser

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit("Starsend needs Python 3.11 or newer; set PYTHON=python3.12 or alike" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/.python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.installed
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/.installed
dev: $(VENV)/.installed $(VENV)/.dev

browser:
	@tools/install_browser.sh

demo: install
	@$(BIN)/starsend demo --workspace demo

check: dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: dev browser
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow and not long"

test-slow: dev browser
	$(BIN)/pytest -n 2 --dist worksteal -m "slow and not long"

test-browser: dev browser
	$(BIN)/pytest -n 2 --dist worksteal -m "browser and not long"

test-long: dev browser
	$(BIN)/pytest -n 2 --dist worksteal -m long

bench: dev browser
	$(BIN)/python -m benchmarks

lock: dev
	$(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-header --upgrade --group build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-header --constraint requirements.lock --group dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) demo
