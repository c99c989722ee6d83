# Needs Python >= 3.11 (with venv) and GNU make; everything else is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
FIGURE := build/demo

export MPLBACKEND ?= Agg

.PHONY: demo test lint docs gallery figure clean help

help:
	@echo "make demo     install into $(VENV), draw the bifurcation diagram $(FIGURE).pdf"
	@echo "make test     install, then run the tests"
	@echo "make lint     ruff (lint and format) and mypy"
	@echo "make gallery  draw every published figure into build/gallery"
	@echo "make docs     build the site into build/docs"
	@echo "make figure   redraw docs/_static/demo.png, the README's figure"
	@echo "make clean    remove $(VENV), build and caches"

demo: $(VENV)/.installed
	@mkdir -p build
	$(BIN)/rheobase diagram morris-lecar:snic -o $(FIGURE).pdf -o $(FIGURE).png
	@echo "figure: $(CURDIR)/$(FIGURE).pdf"

test: $(VENV)/.tests
	$(BIN)/python -m pytest -n auto $(PYTEST)

# mypy reads the package through a link, whatever the name of the clone's folder.
lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@mkdir -p build/typing && ln -sfn ../.. build/typing/rheobase
	@echo mypy; $(BIN)/mypy $(addprefix -m ,$(shell $(BIN)/python tests/rooms.py))

gallery: $(VENV)/.installed
	$(BIN)/rheobase gallery --out build/gallery

figure: $(VENV)/.installed
	$(BIN)/rheobase diagram morris-lecar:snic -o docs/_static/demo.png

docs: $(VENV)/.docs
	$(BIN)/sphinx-build -q -W --keep-going -b html docs build/docs
	@echo "site: $(CURDIR)/build/docs/index.html"

clean:
	rm -rf $(VENV) build dist docs/_generated rheobase.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "rheobase needs Python >= 3.11; choose one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "installing rheobase and what it needs (once; a minute or two)"
	@$(PIP) install -e .
	@touch $@

$(VENV)/.tests $(VENV)/.lint $(VENV)/.docs: $(VENV)/.%: pyproject.toml $(VENV)/.installed
	@echo "installing the extra '$*'"
	@$(PIP) install -e '.[$*]'
	@touch $@
