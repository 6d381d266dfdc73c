# The one front door: every workflow is a target here, and CI runs `make test`.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCKER := build/locker

# Wheels only, so that no compiler is ever needed; each download is checked against its hash.
PIP      := $(BIN)/python -m pip --disable-pip-version-check install -qq --no-input
LOCKED   := $(PIP) --require-hashes --only-binary :all: -r
# The one package without wheels: it is built where there is a C compiler and Python is old enough, else left out.
RETE     := $(PIP) --require-hashes --no-deps --no-binary durable-rules -r requirements-rete.lock
NO_RETE  := the rete executor is left out: durable-rules could not be built (it takes Python 3.11 or 3.12 and a C compiler)
# Compiled at once, so that the first command starts as fast as the second, even where Python writes no bytecode.
EDITABLE := $(PIP) --no-deps --no-build-isolation -e . && $(BIN)/python -m compileall -q engine
# Extras stay: an older pip takes `coverage[toml]` for a requirement without a pin where the lock has `coverage` alone.
COMPILE  := $(LOCKER)/bin/uv pip compile -q pyproject.toml --universal --python-version 3.11 \
            --generate-hashes --no-header --no-annotate --no-strip-extras --upgrade

.PHONY: help demo test lint types imports pytest docs bench coverage clause-report fmt lock clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    who holds what under the flagship deal, from its real history"
	@echo "make test    lint, types, imports, tests, docs"
	@echo "make coverage  the tests again, with the branches of the code that they take (half as slow again)"
	@echo "make bench   microseconds an event"
	@echo "make clause-report  what the flagship's tests exercise, and which changes they notice"
	@echo "make docs    the documentation, into docs/_build/html"
	@echo "make fmt     format and mend what can be mended"
	@echo "make lock    renew requirements*.lock from pyproject.toml"
	@echo "make clean   remove everything that is built, .venv included"
	@echo "PYTHON=python3.12 chooses the interpreter (3.11 or newer)"

demo: $(VENV)/.core $(VENV)/.rete
	@$(BIN)/python -m tenure.cli.demo microsoft_openai --at 2026-11-24 --at 2031-06-01 --at 2033-01-01

# --- the virtual environment: four stamps, each made once ---------------------------------------

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f"Tenure needs Python 3.11 or newer; $(PYTHON) is {v[0]}.{v[1]}. Try: make demo PYTHON=python3.12")'
	@echo "creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV) || { echo "no virtual environment: on Debian and Ubuntu, install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.core: requirements.lock pyproject.toml | $(VENV)/.made
	@echo "installing requirements.lock"
	@$(LOCKED) requirements.lock
	@$(EDITABLE)
	@touch $@

# requirements-dev.lock holds all of requirements.lock in the same versions, so this makes both stamps.
$(VENV)/.dev: requirements.lock requirements-dev.lock pyproject.toml | $(VENV)/.made
	@echo "installing requirements-dev.lock"
	@$(LOCKED) requirements-dev.lock
	@$(EDITABLE)
	@touch $(VENV)/.core $@

# Never fatal: everything but the rete executor works without it.
$(VENV)/.rete: requirements-rete.lock | $(VENV)/.core
	@{ $(RETE) && $(BIN)/python -c 'import durable_rules_engine'; } >$(VENV)/rete.txt 2>&1 || echo "$(NO_RETE)"
	@touch $@

# --- checks, in the order in which a fault is cheapest to find -----------------------------------

test: $(VENV)/.dev $(VENV)/.rete
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory imports
	@$(MAKE) --no-print-directory docs
	@$(MAKE) --no-print-directory pytest

lint: $(VENV)/.dev
	@echo "== ruff"
	@$(BIN)/ruff check --quiet engine tests docs
	@$(BIN)/ruff format --check --quiet engine tests docs || { echo "not formatted: run make fmt" >&2; exit 1; }

types: $(VENV)/.dev
	@echo "== mypy"
	@$(BIN)/mypy --strict --no-error-summary engine

imports: $(VENV)/.dev
	@echo "== import-linter"
	@$(BIN)/lint-imports --no-cache >$(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }

pytest: $(VENV)/.dev $(VENV)/.rete
	@echo "== pytest"
	@$(BIN)/python -m pytest -q -n 2 --hypothesis-profile=ci --dist loadgroup

coverage: $(VENV)/.dev $(VENV)/.rete
	@$(BIN)/python -m pytest -q -n 2 --hypothesis-profile=ci --dist loadgroup --cov=tenure --cov-branch --cov-report=term

docs: $(VENV)/.dev
	@echo "== sphinx"
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

bench: $(VENV)/.dev $(VENV)/.rete
	@$(BIN)/python -m pytest tests/benchmarks -q -s --benchmark-enable -p no:cacheprovider -o python_files='bench_*.py'

# Both reports in full, and their last lines once more at the end; fails below what the flagship is to reach.
clause-report: $(VENV)/.dev
	@mkdir -p build
	@code=0; \
	$(BIN)/tenure test microsoft_openai --coverage --fail-under 100 >build/clauses.txt || code=$$?; \
	cat build/clauses.txt; \
	$(BIN)/tenure mutate microsoft_openai --jobs 2 --fail-under 90 >build/mutants.txt || code=$$?; \
	sed '$$d' build/mutants.txt; \
	tail -qn 1 build/clauses.txt build/mutants.txt; \
	exit $$code

fmt: $(VENV)/.dev
	@$(BIN)/ruff check --fix --quiet engine tests docs || true
	@$(BIN)/ruff format engine tests docs

# --- housekeeping ------------------------------------------------------------------------------

# The development set is solved first and bounds the core set: what is tested is what is shipped.
lock:
	@$(PYTHON) -m venv --clear $(LOCKER)
	@$(LOCKER)/bin/python -m pip --disable-pip-version-check install -qq uv
	@$(COMPILE) --group build --group dev --extra calendars --extra testing -o requirements-dev.lock >/dev/null
	@$(COMPILE) --group build -c requirements-dev.lock -o requirements.lock >/dev/null
	@echo "wrote requirements.lock and requirements-dev.lock"

clean:
	rm -rf $(VENV) build dist docs/_build docs/reference/errors .coverage .coverage.* htmlcov
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find engine tests docs -name __pycache__ -type d -prune -exec rm -rf {} +
