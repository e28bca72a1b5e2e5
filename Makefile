# The three commands of the project: make run, make test, make check. They need nothing but
# Python 3.11 or newer and the package index; everything they install lands in .venv.

VENV := .venv
PY := $(VENV)/bin/python
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c "$(NEW_ENOUGH)" 2>/dev/null && { echo "$$python"; break; }; done)
JOBS ?= auto
TESTS ?= tests
SOURCES := accounts families mediation reports roma_platform scripts tests manage.py

.DELETE_ON_ERROR:
.PHONY: help run test check messages

help:
	@echo "make run       start everything on this machine (PORT=8000)"
	@echo "make test      run the whole test suite (TESTS=tests/families for a part)"
	@echo "make check     lint, types, migrations, translations, import direction"
	@echo "make messages  collect the texts of lv, en and ru anew and compile them"

run: $(VENV)/run.installed
	@exec $(PY) scripts/serve.py

test: $(VENV)/dev.installed
	@$(PY) -m pytest -n $(JOBS) --dist worksteal $(TESTS)

check: $(VENV)/dev.installed
	@exec ./scripts/check.sh

messages: $(VENV)/dev.installed
	@exec ./scripts/messages.sh

$(VENV)/run.installed: requirements.txt
	$(call install,requirements.txt)

$(VENV)/dev.installed: requirements.txt requirements-dev.txt
	$(call install,requirements-dev.txt)
	@touch $(VENV)/run.installed

define install
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found." >&2; exit 1; }
	@echo "Installing the packages of $(1) into $(VENV) …"
	@"$(PYTHON)" -m venv $(VENV)
	@$(PY) -m pip install -qq --disable-pip-version-check -r $(1)
	@touch $@
endef
