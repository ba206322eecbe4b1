# Every target makes what it needs: a virtual environment of its own, the pinned packages, the browser for tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BOOK ?= practice
WORKERS ?= 2

.PHONY: demo serve test lint lock clean bench campaign manual mutation help

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3-venv is needed (Debian: apt-get install python3-venv)"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP)  ## build the practice province in practice/ and take one settlement to its signed notice
	$(BIN)/party-ledger demo $(BOOK)

serve: $(STAMP)  ## open the practice province in the browser (make demo first)
	@test -d $(BOOK) || $(MAKE) demo
	$(BIN)/party-ledger serve $(BOOK)

test: $(STAMP)  ## lint, types and every test (installs Chromium where it is missing and may)
	@sh tests/setup-tools.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

lint: $(STAMP)  ## style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP)  ## timings as ratios against named peers
	$(BIN)/python benchmarks/journal.py
	$(BIN)/python benchmarks/submission.py
	$(BIN)/python benchmarks/rules.py

manual: $(STAMP)  ## make the rules chapters of the manual anew, in Vietnamese and English
	$(BIN)/party-ledger rules manual --lang vi -o docs/vi/quy-tac.md
	$(BIN)/party-ledger rules manual --lang en -o docs/en/rules.md

mutation: $(STAMP)  ## break each rule in turn; a named test must fail each time
	$(BIN)/python tests/mutation.py

campaign: $(STAMP)  ## reliability, long: kills, failing disks, crowds, hostile texts (about an hour; prints seed and figures)
	$(BIN)/python -m campaigns

lock:  ## renew requirements.lock (needs uv)
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -o requirements.lock --upgrade

clean:  ## remove the environment and the practice book
	rm -rf $(VENV) practice practice.* .pytest_cache .mypy_cache .ruff_cache
