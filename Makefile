# The house's few entrances. `make help` lists them.

VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= auto
# pip speaks only when something is wrong. What it installs is compiled after it, on all cores.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-compile
COMPILE := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q -j 0

# By a path and not by a finder, which mypy in a plugin's folder would not follow.
AS_A_PATH := --config-settings editable_mode=compat

.DEFAULT_GOAL := help
.PHONY: help demo test check check-static format bench screenshots drill coverage environment environment-dev

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

# Where nothing compiled is kept, each start would compile the house anew, twice: this takes most of its time.
demo: export PYTHONDONTWRITEBYTECODE =
demo: environment  ## Start both apps with a demo district (RESET=1 starts over; HOST and PORT as for `serve`)
	@$(BIN)/shequyun demo $(if $(RESET),--reset)

# The tests start many programs, and each would compile the house anew where nothing compiled is kept; so would each
# worker of pytest the tests, which it compiles in a way of its own.
test: environment-dev  ## Every test, on both databases (ARGS="-k dispatch" narrows, WORKERS=0 for one process, ARGS=--throughout before a release)
	@$(COMPILE) -x '/test_[^/]*$$' app_shell committee_app core_db plugins resident_app tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m scripts.compile_tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: environment-dev  ## What CI runs, each step as a sentence
	@$(BIN)/python scripts/check.py

check-static: environment-dev  ## The same without the tests: seconds, not minutes
	@$(BIN)/python scripts/check.py --static

format: environment-dev  ## Bring every Python file into its form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: environment-dev  ## Measure this machine and record the figures
	@$(BIN)/python -m bench $(ARGS)

screenshots: environment-dev  ## Take the pictures of the README and of the plugins' reference anew
	@$(BIN)/python scripts/screenshots.py $(ARGS)
	@$(BIN)/python -m scripts.gallery

# Without ARGS the record is altered in many more places than at a push, and the core's tests follow, beside a plugin that
# breaks whatever it is asked. What it measured stays in var/drills, unless SHEQUYUN_DRILL_NOTES names another folder.
drill: export SHEQUYUN_DRILL_NOTES ?= var/drills
drill: environment-dev  ## Kill, fill and overload a running server; then the core's tests beside a broken plugin (hours)
	@SHEQUYUN_DRILL=long $(BIN)/python -m pytest $(or $(ARGS),tests/drills tests/audit/test_tampering.py) -n 0
	@$(if $(ARGS),:,PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --beside chaos)

# As long as these tests take, half as long again.
coverage: environment-dev  ## Which branches of rights, record, sealing, outbox and door no test takes: none may be left
	@mkdir -p var/coverage
	@$(INSTALL) --require-hashes -r requirements/coverage.txt
	@$(BIN)/coverage run -m pytest -q -n 0 $(or $(ARGS),tests/access tests/audit tests/sealing tests/foundation tests/accounts/test_what_an_auditor_reads.py)
	@$(BIN)/coverage report

environment: $(VENV)/.run-lock
environment-dev: $(VENV)/.dev-lock

# The stamps are newer than the locks while nothing is to do, so a second start takes no time.
$(VENV)/.run-lock: requirements/run.txt pyproject.toml | $(BIN)/python
	@test $(VENV)/.dev-lock -nt requirements/dev.txt || \
	  { echo "Installing what the apps need (requirements/run.txt)…"; $(INSTALL) --require-hashes -r requirements/run.txt; }
	@$(COMPILE) $(VENV)/lib
	@$(INSTALL) --no-deps --no-build-isolation $(AS_A_PATH) --editable .
	@touch $@

$(VENV)/.dev-lock: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the apps and their tests need (requirements/dev.txt)…"
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@$(COMPILE) $(VENV)/lib
	@$(INSTALL) --no-deps --no-build-isolation $(AS_A_PATH) --editable .
	@touch $@ $(VENV)/.run-lock

$(BIN)/python:
	@python=$$(PYTHON="$(PYTHON)" sh scripts/find_python) && echo "Making $(VENV) with $$python…" && "$$python" -m venv $(VENV)
