#!/usr/bin/env bash
# Collects the texts of pages and scripts into locale/ and compiles them. Needs gettext.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" DJANGO_SETTINGS_MODULE=tests.settings

if ! command -v xgettext >/dev/null; then
  echo "gettext is needed to collect texts: apt-get install gettext" >&2
  exit 1
fi
ignore=(--ignore ".venv/*" --ignore "var/*" --ignore "build/*" --ignore "tests/*" --ignore "static/vendor/*")
python manage.py makemessages -l lv -l en -l ru --no-wrap --no-location --no-obsolete "${ignore[@]}"
if compgen -G "static/js/*.js" >/dev/null; then
  python manage.py makemessages -d djangojs -l lv -l en -l ru --no-wrap --no-location --no-obsolete "${ignore[@]}"
fi
python manage.py compilemessages --ignore .venv
