# Grid Atlas · 网格一张图. See README.md; every step is also given there as a plain command.
PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin
WAREHOUSE ?= data/warehouse

.PHONY: run test check bench soak clean

.venv/.run: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

$(WAREHOUSE)/CURRENT: | .venv/.run
	test -f data/demo/sources.toml || $(BIN)/python -m etl demo --scale district --out data/demo
	$(BIN)/python -m etl build data/demo/sources.toml --warehouse $(WAREHOUSE)

run: .venv/.run | $(WAREHOUSE)/CURRENT
	$(BIN)/python -m dashboard --port $(PORT) --warehouse $(WAREHOUSE)

test: .venv/.dev
	$(BIN)/python -m pytest -m "not soak"

check: .venv/.dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy etl dashboard
	$(BIN)/python -m etl docs --check
	$(BIN)/python -m pytest tests/test_architecture.py

bench: .venv/.dev
	$(BIN)/python -m tests.bench

soak: .venv/.dev
	$(BIN)/python -m pytest -m soak

clean:
	rm -rf data/warehouse data/demo .pytest_cache .ruff_cache .mypy_cache
