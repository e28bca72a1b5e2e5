"""`python manage.py demo_sign_ins`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from mediation.demo import DEMO_PASSWORD, DEMO_SIGN_INS, is_demo_loaded


class Command(BaseCommand):
    help = "Print who can sign in to the demo, and how. Exit status 1 when there is no demo."

    @no_translations
    def handle(self, **options: Any) -> None:
        if not is_demo_loaded():
            raise CommandError("There is no demo here. Load it with: python manage.py load_demo")
        rows = [("Role", "E-mail", "Password")]
        rows += [
            (str(sign_in.role.label), sign_in.email, DEMO_PASSWORD) for sign_in in DEMO_SIGN_INS
        ]
        widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            self.stdout.write("  ".join(cells).rstrip())
