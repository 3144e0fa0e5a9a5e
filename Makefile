# Every target sets up what it needs: a virtual environment with locked, hash-checked wheels.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-virtualenv
LOCKED := --require-hashes --only-binary :all:
RUN := $(VENV)/.installed-run
FORENSIC := $(VENV)/.installed-forensic
ONNX := $(VENV)/.installed-onnx
DEV := $(VENV)/.installed-dev
PEERS := $(VENV)/.installed-peers
FUZZ := $(VENV)/.installed-fuzz

# Compiled once, not by each of the thousands of processes that the tests start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint bench fuzz manual messages docs clean lock

help: ## Explain every target
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Cairn needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) $(LOCKED) -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(FORENSIC): requirements/forensic.txt $(RUN)
	$(PIP) $(LOCKED) -r requirements/forensic.txt
	@touch $@

$(ONNX): requirements/onnx.txt $(RUN)
	$(PIP) $(LOCKED) -r requirements/onnx.txt
	@touch $@

$(DEV): requirements/dev.txt $(FORENSIC) $(ONNX)
	$(PIP) $(LOCKED) -r requirements/dev.txt
	@touch $@

$(PEERS): benchmarks/requirements.txt $(DEV)
	$(PIP) -r benchmarks/requirements.txt
	@# A peer asks for another build of OpenCV, which lies in the same place.
	$(BIN)/python -m pip uninstall --quiet --yes opencv-contrib-python-headless opencv-python-headless
	$(PIP) $(LOCKED) -r requirements/run.txt
	@touch $@

$(FUZZ): requirements/fuzz.txt $(DEV)
	$(PIP) $(LOCKED) -r requirements/fuzz.txt
	@touch $@

demo: $(RUN) ## Build a node of five countries and check a seizure against it
	$(BIN)/cairn demo

# The tests' processes share the cores out; within one, more threads would only wait for each other, and turn.
test: export OMP_NUM_THREADS := 1
test: export OPENBLAS_NUM_THREADS := 1
test: $(DEV) ## Run the whole test suite, with coverage of the pure rooms
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder --cov --cov-report= $(ARGS)
	$(BIN)/python -m coverage report --fail-under=95

lint: $(DEV) ## Check style, types and the one-way imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(PEERS) ## Measure Cairn beside its peers, in one process run (needs a C++ compiler for the peers)
	$(BIN)/python -m benchmarks

fuzz: $(FUZZ) ## Throw changed inputs at every parser outside the sandbox, a minute each
	@for target in $$($(BIN)/python -m fuzz 2>/dev/null); do \
		echo "== $$target"; \
		$(BIN)/python -m fuzz $$target -max_total_time=$(or $(SECONDS_EACH),60) || exit 1; \
	done

manual: docs ## Read the documentation at http://127.0.0.1:8000, on this machine only
	$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory site

messages: $(DEV) ## Bring the catalogues of translations up to the sentences of the desk
	$(BIN)/python -m messages

docs: $(DEV) ## Build the documentation into site/
	$(BIN)/mkdocs build --strict --quiet

lock: $(BIN)/python ## Renew the locked requirements
	$(PIP) uv
	cd requirements && for name in run forensic onnx dev fuzz; do ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --no-strip-extras $$name.in -o $$name.txt; done

clean: ## Remove everything that make built
	rm -rf $(VENV) site build .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
