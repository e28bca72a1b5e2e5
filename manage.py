#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command; a setting that is missing or wrong is one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roma_platform.settings")
    try:
        settings.INSTALLED_APPS  # noqa: B018 (reads the settings, so that their faults show here)
    except ImproperlyConfigured as error:
        print(f"Roma Platform cannot start: {error}", file=sys.stderr)
        sys.exit(1)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
