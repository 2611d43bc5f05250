# Each target prepares what it needs; `make demo` and `make test` are all a newcomer has to know.
.PHONY: demo test soak check serve worker bench setup setup-test assets encoder clean

PYTHON ?= python3
BIN := .venv/bin
DATA ?= var/desk

demo: setup
	$(BIN)/fifthcall --data var/demo demo

serve: setup
	$(BIN)/fifthcall --data $(DATA) serve

worker: setup
	$(BIN)/fifthcall --data $(DATA) worker

# A core that is done takes tests over from another one, so that one long file does not keep the others waiting.
EVERY_CORE := --numprocesses logical --dist worksteal

# Browser tests run by themselves: Playwright leaves an event loop behind that other tests stumble over.
test: setup setup-test
	$(BIN)/pytest tests --ignore=tests/ui $(EVERY_CORE)
	$(BIN)/pytest tests/ui --numprocesses logical --dist loadfile

soak: setup setup-test
	FIFTHCALL_SOAK=1 $(BIN)/pytest tests --ignore=tests/ui $(EVERY_CORE)
	FIFTHCALL_SOAK=1 $(BIN)/pytest tests/ui --numprocesses logical --dist loadfile

check: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/deptry .

bench: setup
	$(BIN)/fifthcall bench $(NAME)

setup: .venv/installed assets encoder

# torch by itself and first: with 2.13.0 there, nothing pulls in another build of it. Compiled here, as libraries are, a
# command starts a sixth sooner also where Python may not write beside its sources.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q core_psa embeddings triage server demo
	touch $@

assets: server/static/vendor/manifest.json

server/static/vendor/manifest.json: package-lock.json server/assets.py | .venv/installed
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	$(BIN)/python -m server.assets
	touch $@

encoder: .venv/installed
	$(BIN)/python -m embeddings.export

# The browser; everything else that tests need comes with the virtual environment.
setup-test:
	@if command -v chromium >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core; \
	else echo "Browser tests need chromium: install it with your system's package manager."; fi

clean:
	rm -rf .venv node_modules server/static/vendor var test-artefacts
