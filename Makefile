# Two commands matter: `make demo` shows Wayside running, `make test` proves it. Both set up what they need.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test assurance lint types bench assets openapi lock

WORKERS ?= 2

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## Set up .venv and the system packages for running
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

demo: setup ## Show the whole path with fictional people; WAYSIDE_HOME chooses the place
	@.venv/bin/wayside demo

test: setup-test ## Prove it: every test, on SQLite, PostgreSQL and Chromium
	@.venv/bin/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=15

assurance: setup-test ## Prove what takes too long for every change: more kills, more senders, longer worlds
	@.venv/bin/python -m pytest -q -m assurance --durations=0

lint: setup-test ## Check style and the direction of imports
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/lint-imports

types: setup-test ## Check types (strict, on everything but tests)
	@.venv/bin/mypy

bench: setup ## Measure speed as ratios in one run
	@.venv/bin/wayside bench

assets: ## Build the portal's stylesheet from its Sass (needs npm; the result is committed)
	@assets/build.sh

openapi: setup ## Write docs/openapi.json from the models
	@.venv/bin/python -m portal.intake.openapi > docs/openapi.json

lock: ## Lock requirements with hashes (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt
