# make play | serve | test | check | bench | audit | lock | rehearse | lint-deploy: each makes .venv first where it is missing or old.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: play serve test check bench audit lock rehearse lint-deploy
play: .venv/ready
	@$(BIN)/syllabot play

serve: .venv/ready
	@$(BIN)/syllabot serve

test: check
	$(BIN)/pytest

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python -m benchmarks

# Known vulnerabilities, secrets in any commit, hashes, licences: by tools of their own lock.
audit: .venv/ready .venv/audit/ready
	@$(BIN)/python -m tests.audit

.venv/audit/ready: tests/audit.lock
	@test -x .venv/audit/bin/python || $(PYTHON) -m venv .venv/audit
	@.venv/audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/audit.lock
	@touch $@

# The pins are read from the lock alone; the project itself then adds no dependency of its own.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Syllabot needs Python 3.11, 3.12 or 3.13; try make PYTHON=python3.13")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Syllabot needs into .venv (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock:
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(OF_LOCK) --extra dev --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile $(OF_LOCK) --constraint requirements.lock --output-file deploy/run.lock pyproject.toml
	echo hatchling | $(BIN)/uv pip compile $(OF_LOCK) --constraint requirements.lock --output-file deploy/build.lock -

# One lock for every Python and system that the project names. The other two are what an installation needs: the same pins,
# without what only developers need.
OF_LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header

# Root on Linux: what the Dockerfile says, done on this machine where there is no container engine.
rehearse: .venv/ready
	$(BIN)/python -m deploy.rehearse

# hadolint, `docker compose config` and systemd-analyze (where there is one).
lint-deploy: .venv/deploy/ready
	@PATH="$(CURDIR)/.venv/deploy/bin:$$PATH" sh deploy/lint

.venv/deploy/ready: deploy/lint.lock
	@test -x .venv/deploy/bin/python || $(PYTHON) -m venv .venv/deploy
	@.venv/deploy/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/lint.lock
	@touch $@
