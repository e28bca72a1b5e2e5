#!/usr/bin/env bash
# Everything that can be said about the code without running its pages. Runs all of it, then
# fails if any part failed, so that one look shows the whole list.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" DJANGO_SETTINGS_MODULE=tests.settings
failed=()

step() {
  local name=$1
  shift
  echo "== $name"
  "$@" || failed+=("$name")
}

step "lint" python -m ruff check .
step "format" python -m ruff format --check .
step "templates" python -m djlint templates --lint --quiet
step "template format" bash -c 'find templates -name "*.html" -print0 | xargs -0 djade --target-version 5.2 --check'
step "types" python -m mypy
step "system check" python manage.py check --fail-level WARNING
step "migrations" python manage.py makemigrations --check --dry-run
step "repository: import direction, translations, requirements" python -m pytest -q tests/test_repository.py

if ((${#failed[@]})); then
  printf 'Failed: %s\n' "${failed[*]}" >&2
  exit 1
fi
echo "All checks passed."
