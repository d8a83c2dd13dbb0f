# Everything here also runs on a fresh machine with Python 3.11 or newer: `make demo`, `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BENCH ?= ../shared/bench

.PHONY: demo test torture fuzz audit lint format train bench bench-crawl bench-output egg clean

demo: $(VENV)/installed
	$(BIN)/broadsheet demo

# In the files' order: else those of one or two long tests come last, and one core waits for the other.
test: $(VENV)/ready
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# The long form of every promise in SECURITY.md: hours of nasty pages, broken streams and full disks in half an hour.
# A new pip first: that of Python 3.11 finds no versions of the stores' libraries that go together.
torture: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[stores]'
	$(BIN)/python -m pytest -m torture -n 0

# Pages that atheris makes up by what code they reach, for SECONDS; it stops at the first that breaks something.
SECONDS ?= 600
fuzz: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	$(BIN)/python -m benchmarks.guided -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2048

# Known holes in what is installed; needs a service that knows them.
audit: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[audit]'
	$(BIN)/python scripts/audit.py

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/ready
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# Learns the shipped weights anew from the development sets in BENCH (docs/model.md says where to get them).
train: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[train]'
	$(BIN)/python -m training.train $(BENCH) --folds training/work/pages
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m training.text $(BENCH) --folds training/work/text

# Scores every page by a judge that never saw its site, beside the peers. After `make train`.
# A new pip first: that of Python 3.11 fails on an extra of lxml that two of the peers ask for.
bench: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	$(BIN)/python -m benchmarks.pages training/work/pages $(BENCH) --floor
	$(BIN)/python -m benchmarks.lean training/work/pages $(BENCH)
	$(BIN)/python -m benchmarks.speed $(BENCH) --peers
	$(BIN)/python -m benchmarks.memory $(BENCH)
	$(BIN)/python -m benchmarks.text training/work/text $(BENCH)
	$(BIN)/python -m benchmarks.metadata $(BENCH)

# Crawls a newspaper behind nginx, beside the cleaner alone and the peers on the same pages.
bench-crawl: $(VENV)/ready
	$(BIN)/python -m benchmarks.crawl

# What saving costs, beside cleaning the pages of BENCH.
bench-output: $(VENV)/ready
	$(BIN)/python -m benchmarks.output $(BENCH)

# An egg for scrapyd in dist/, deployed to a scrapyd on loopback, which crawls a small newspaper with it.
egg: $(VENV)/ready
	PYTHON=$(abspath $(BIN))/python scripts/egg.sh

clean:
	rm -rf $(VENV) build dist *.egg-info articles .mypy_cache .pytest_cache .ruff_cache .hypothesis

# What a user needs; the tests need far more.
$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/ready: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,lint]'
	touch $@
