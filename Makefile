# One command each: `make demo` to see it, `make test` and `make check` before a commit. `make` alone lists all.

PYTHON ?= python3
PORT ?= 8000
DB ?= sqlite:///grown.sqlite3
COUNT ?= 1000000
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile pyproject.toml --group build --universal --generate-hashes \
	--no-emit-index-url --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help install demo test drill check learn bench bench-routing grow lock revision clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.demo ## Set up what the bot needs into .venv

demo: .venv/.demo ## Show the whole bot on this machine (PORT=8000)
	@$(BIN)/lianxinqiao demo --port $(PORT)

test: .venv/.test ## Run all tests on SQLite and PostgreSQL
	$(BIN)/pytest -n auto --dist loadgroup

drill: .venv/.test ## Run the long drills (kills, outages, floods …) and print their table
	$(BIN)/pytest -q -m drill tests/drills

check: .venv/.test ## Lint, types, architecture and docs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_architecture.py tests/test_docs.py

learn: .venv/.test ## Learn anew from the examples how accusations, dangers and names sound
	$(BIN)/python -m nlp.accusing.learn
	$(BIN)/python -m nlp.danger.learn
	$(BIN)/python -m nlp.masking.learn

bench: .venv/.test ## Measure; prints the tables of docs/benchmarks.md (ONLY="messages steps" for some)
	$(BIN)/python -m tests.benchmarks $(ONLY)

bench-routing: .venv/.test ## Measure routing beside the usual ways, where real messages are at hand
	$(BIN)/python -m tests.benchmarks routing places

grow: .venv/.test ## Fill a database with a million invented cases (DB=sqlite:////folder/file COUNT=1000000)
	$(BIN)/python -m tests.benchmarks.grow $(DB) $(COUNT)

lock: .venv/.test ## Pin all requirements again
	$(COMPILE) --quiet --output-file requirements.txt
	$(COMPILE) --quiet --group dev --group bench --output-file requirements-dev.txt

revision: .venv/.test ## Draft the next database revision: make revision m="Add …"
	$(BIN)/python -m storage.migrations "$(m)"
	sed -i '/# ### /d' storage/migrations/versions/*.py
	$(BIN)/ruff check --quiet --fix storage/migrations
	$(BIN)/ruff format --quiet storage/migrations

clean: ## Remove what make has made (never the data folder)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed, this is " + sys.version.split()[0] + "; name another one: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.demo: .venv/.made requirements.txt pyproject.toml
	@echo "Installing what the bot needs into .venv (once, about half a minute) …"
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.made requirements-dev.txt pyproject.toml
	@echo "Installing what the tests need into .venv (once, about a minute) …"
	$(INSTALL) --require-hashes -r requirements-dev.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ .venv/.demo
