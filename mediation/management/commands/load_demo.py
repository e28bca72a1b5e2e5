"""`python manage.py load_demo`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from mediation.demo.load import RealRecords, load_demo


class Command(BaseCommand):
    help = (
        "Fill an empty database with invented people: the programme of October 2017 to May 2018 "
        "(5 mediators, 134 families), the running year up to today, and a sign-in for every role. "
        "Loading it a second time changes nothing. A database with other records is refused "
        "(exit status 1)."
    )

    @no_translations
    def handle(self, *, verbosity: int, **options: Any) -> None:
        try:
            is_new = load_demo()
        except RealRecords as reason:
            raise CommandError(str(reason)) from reason
        if verbosity and is_new:
            self.stdout.write("The demo is loaded. Who can sign in: python manage.py demo_sign_ins")
        elif verbosity:
            self.stdout.write("The demo is here already; nothing was changed.")
