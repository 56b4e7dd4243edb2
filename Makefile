# `make demo` and `make test` do everything on a fresh Debian machine, from packages to result.
# Another Python: make test PYTHON=python3.13. One test: make test ARGS='-k ruby'.

export PYTHON
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test lint format types wheel-check requirements lock upgrade clean

help: ## Show this list
	@echo 'make TARGET, where TARGET is one of'
	@sed -n 's/^\([a-z-]*\):.*## /  \1|/p' Makefile | awk -F'|' '{ printf "%-14s  %s\n", $$1, $$2 }'

.PHONY: setup-run setup-dev setup-clients
setup-run:
	@tools/setup-system.sh run
	@tools/setup-venv.sh run
setup-dev:
	@tools/setup-system.sh test
	@tools/setup-venv.sh dev
setup-clients: setup-dev
	@tools/setup-clients.sh

demo: setup-run ## Convert seeds/ to Markdown, text, HTML, EPUB and PDF, and print a briefing
	@for format in markdown text html epub pdf; do \
		$(BIN)/broadsheet convert seeds -t $$format -o out --force || exit 1; \
	done
	@$(BIN)/broadsheet brief seeds -o out/briefing.pdf --force
	@echo 'Written to out/:'
	@ls -l out | awk 'NR > 1 { printf "  out/%s  (%d bytes)\n", $$NF, $$5 }'

test: setup-clients ## Run the tests (ARGS='...' goes to pytest)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: setup-dev ## Check the style of the code with ruff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: setup-dev ## Put the code into ruff's format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

types: setup-dev ## Check the types with mypy
	@$(BIN)/mypy

wheel-check: setup-dev ## Build the wheel from a clean checkout, install it elsewhere and use it
	@$(BIN)/python tools/wheel_check.py

requirements: setup-dev ## Name the requirements that no test proves
	@$(BIN)/python tools/requirements.py

lock: ## Write requirements/ anew after a change in pyproject.toml, keeping versions that fit
	@tools/lock.sh

upgrade: ## Write requirements/ anew with the newest versions that fit
	@tools/lock.sh --upgrade

clean: ## Remove what make has made
	rm -rf .venv out dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
