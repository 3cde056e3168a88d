# Two commands on a fresh machine: `make run` opens the app, `make test` runs all tests.
# Both make .venv first; the second time they are quick.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# A process for each core, four at most: each holds torch, a server and a browser. A file's tests
# stay together, so that what a module shares is made once.
PYTEST := $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile

.PHONY: run test check lint bench docs format clean

run: $(VENV)/run.stamp
	@$(BIN)/python -m tools.serve

test: $(VENV)/dev.stamp
	@$(BIN)/python -m tools.bring
	@$(PYTEST) tests

check: lint
	@$(PYTEST) tests -m "not slow and not browser"

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff format --check . || { echo "patchdrive: run 'make format'" >&2; exit 1; }
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: $(VENV)/dev.stamp
	@$(BIN)/python -m benchmarks

docs: $(VENV)/dev.stamp
	@$(BIN)/python -m tools.screenshots

format: $(VENV)/dev.stamp
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build ./*.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "patchdrive needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Install one and run: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "patchdrive: making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "patchdrive: no environment could be made; on Debian install python3-venv." >&2; exit 1; }

$(VENV)/run.stamp: requirements.txt | $(BIN)/python
	@echo "patchdrive: installing what the app needs (6 GB with CUDA, some minutes the first time) ..."
	@$(PIP) -r requirements.txt || { \
	  echo "patchdrive: installing failed; see the lines above, then run the command again." >&2; \
	  exit 1; }
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "patchdrive: installing what the tests need ..."
	@$(PIP) -r requirements-dev.txt || { \
	  echo "patchdrive: installing failed; see the lines above, then run the command again." >&2; \
	  exit 1; }
	@touch $@
