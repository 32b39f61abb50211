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
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 12) else "Syllabot needs Python 3.11 or 3.12; try make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Syllabot needs into .venv (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock:
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --no-header --upgrade --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile $(OF_LOCK) --output-file deploy/run.lock pyproject.toml
	$(BIN)/pip-compile $(OF_LOCK) --only-build-deps --build-deps-for wheel --output-file deploy/build.lock pyproject.toml

# What an installation needs: the same pins, without what only developers need.
OF_LOCK := --quiet --upgrade --constraint requirements.lock --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
  --no-emit-trusted-host --no-emit-find-links --no-header

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
