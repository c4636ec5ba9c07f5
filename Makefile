# `make` lists the targets. `make clean` is the main job here: it cleans news and deletes nothing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RAW ?= raw
OUT ?= cleaned
# Which slow tests: words of their names, as in SLOW="not spark and not kills".
SLOW ?=
# Rounds of every measurement, of which the best counts; one takes ten minutes.
ROUNDS ?= 3
# What is profiled: news, scraped, every, or a folder.
TEXTS ?= news

.DEFAULT_GOAL := help
.PHONY: help clean test test-slow check diff report bench peers profile lint docs hostile fuzz audit gate lock distclean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "clean needs Python 3.11 or newer; this is $$($(PYTHON) -V). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "setting up $(VENV) (once; about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/slow.stamp: $(VENV)/dev.stamp requirements-slow.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-slow.lock
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 || \
	  echo "no chromium: the tests of the review page will be skipped" >&2
	@touch $@

clean: $(VENV)/run.stamp  ## Clean raw/ into cleaned/ (raw/ is never modified)
	@echo "$(RAW)/ → $(OUT)/ ($(RAW)/ is never modified). To delete build files: make distclean"
	@$(BIN)/clean run $(RAW) $(OUT)

test: $(VENV)/dev.stamp  ## The fast tests, under two minutes
	@$(BIN)/pytest -m "not slow" -n auto

test-slow: $(VENV)/slow.stamp  ## The tests that take minutes: kills, growth, browser, Spark
	@$(BIN)/pytest -m slow -k "$(SLOW)"

check: lint  ## Lint, types, and every rule pack's proof
	@$(BIN)/mypy
	@$(BIN)/clean rules test

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

diff: $(VENV)/run.stamp  ## What the last run changed, the rule beside each change
	@$(BIN)/clean diff --out $(OUT)

report: $(VENV)/run.stamp  ## The review page of the last run
	@$(BIN)/clean report --out $(OUT)

gate: $(VENV)/dev.stamp  ## Quality on the development data against pinned floors (CLEAN_DATA)
	@$(BIN)/python -m quality.gate

bench: $(VENV)/dev.stamp  ## Speed of stages, runs and peers; writes docs/performance.md
	@$(BIN)/python -m benchmarks --rounds $(ROUNDS)

peers: .venv-peers/stamp  ## The other programs that `make bench` measures, in .venv-peers

.venv-peers/stamp: benchmarks/peers.txt
	@test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --no-deps text-dedup==0.4.0
	@touch $@

profile: $(VENV)/dev.stamp  ## Where a run spends its time, by py-spy (TEXTS=news|scraped|every|FOLDER)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check py-spy
	@$(BIN)/python -m benchmarks.profile $(TEXTS)

$(VENV)/docs.stamp: $(VENV)/run.stamp requirements-docs.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock
	@touch $@

docs: $(VENV)/docs.stamp  ## The documentation, brought up to date, as HTML in docs/_build/html
	@$(BIN)/python docs/generate.py
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

hostile: $(VENV)/dev.stamp  ## Every hostile input in its class and its time
	@$(BIN)/python -m quality.hostile

fuzz: $(VENV)/dev.stamp  ## A bounded run of the fuzzers
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris==3.0.0 2>/dev/null || \
	  echo "no atheris for this system: the seeds and their mutations are tried" >&2
	@$(BIN)/python -m fuzz

audit: $(VENV)/run.stamp  ## The locked packages as CycloneDX (build/sbom.json), and their known vulnerabilities
	@mkdir -p build
	@test -x build/audit/bin/python || $(PYTHON) -m venv build/audit
	@build/audit/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom pip-audit
	@build/audit/bin/cyclonedx-py requirements requirements.lock --output-reproducible -o build/sbom.json
	@build/audit/bin/pip-audit --require-hashes --disable-pip -r requirements.lock -f json -o build/audit.json \
	  --progress-spinner off || true
	@$(PYTHON) quality/audited.py build/audit.json

lock:  ## Resolve the lock files again (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra archives --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra archives --extra fast --extra llm --extra test --extra lint --group build pyproject.toml \
	  -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra browser --extra spark -c requirements-dev.lock pyproject.toml -o requirements-slow.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group docs -c requirements-dev.lock -o requirements-docs.lock

distclean:  ## Delete the environment and build files; raw/ and cleaned/ stay
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis docs/_build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
