# Everything goes into .venv and .reelstack; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Which cloud the example is deployed on: ims, vod or huawei. Each has a stack of its own, all in the local cloud.
CLOUD ?= ims
STACK ?= $(if $(filter ims,$(CLOUD)),local,local-$(CLOUD))
ifneq ($(filter up down,$(MAKECMDGOALS)),)
ifeq ($(filter ims vod huawei,$(CLOUD)),)
$(error CLOUD is ims, vod or huawei, not $(CLOUD))
endif
endif
PORT ?=
AT ?=
# How many random steps `make crash` takes on each service.
STEPS ?= 1000

# An empty passphrase: the example has no secrets. Set your own for stacks that do.
export PULUMI_CONFIG_PASSPHRASE ?=

.DEFAULT_GOAL := help
.PHONY: help setup up down test lint bench crash fuzz clean

help: ## show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one with make PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV), once; this takes about half a minute ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --constraint constraints.txt pip
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[cloud]' --group test
	@touch $@

.reelstack/footage/ready: stacks/footage.py $(VENV)/installed
	@$(BIN)/python stacks/footage.py fetch .reelstack/footage

setup: $(VENV)/installed ## install everything into .venv

up: $(VENV)/installed .reelstack/footage/ready ## deploy the example on the local cloud, CLOUD=ims, vod or huawei, and show its videos
	@$(BIN)/reelstack cloud start $(if $(PORT),--port $(PORT))
	@$(BIN)/python stacks/footage.py register .reelstack/footage
	@$(BIN)/reelstack up --yes --skip-preview --stack $(STACK)

down: $(VENV)/installed ## delete the example's videos (CLOUD as for up) and stop the local cloud
	@$(BIN)/reelstack cloud start $(if $(PORT),--port $(PORT))
	@$(BIN)/reelstack destroy --yes --skip-preview --stack $(STACK)
	@$(BIN)/reelstack cloud stop

lint: $(VENV)/installed ## check style, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@PYTHONPATH=providers $(BIN)/lint-imports

test: $(VENV)/installed lint ## run all tests
	@$(BIN)/python -m pytest -n 3 --dist worksteal -q

bench: $(VENV)/installed .reelstack/footage/ready ## measure, and print one table
	@$(BIN)/python tests/bench/run.py

crash: $(VENV)/installed ## kill the engine at random, stacks in random states, the example at every request; AT= one
ifeq ($(AT),)
	@$(BIN)/python tests/engine/crash.py $(ROUNDS)
	@REELSTACK_STEPS=$(STEPS) $(BIN)/python -m pytest -q -s -n 3 tests/property/test_reconciliation.py
endif
	@$(BIN)/python tests/crash/run.py $(if $(AT),--at '$(AT)')

fuzz: $(VENV)/installed ## random programs, failures and kills on the embedded engine; ROUNDS=300, SEED= the first
	@$(BIN)/python tests/engine/fuzz.py $(or $(ROUNDS),300) $(SEED)

clean: ## stop the local cloud, remove everything that was set up or made here
	@if [ -x $(BIN)/reelstack ]; then $(BIN)/reelstack cloud stop || true; fi
	@rm -rf $(VENV) .reelstack dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
