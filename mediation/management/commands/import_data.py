"""`python manage.py import_data PATH [--dry-run]`."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import DatabaseError

from mediation.importing import Refused, Result, import_path

HELP = """\
Import records from a folder of CSV files, or from one XLSX workbook.

Each sheet is a file named like it (families.csv, persons.csv, ...), or a sheet of the workbook
with that name. The first row holds the names of the columns. docs/import.md lists them all.

  * Either everything is imported or nothing is: when anything is wrong, each fault is listed
    with its sheet, row and column, and the database stays as it was.
  * Rows are recognised by their reference (column "ref"). Importing the same files again
    changes nothing; a row that says something else changes the record.
  * CSV files are UTF-8 with commas between the columns. A semicolon separates several values
    in one cell. An empty cell means unknown. Dates are written like 2018-03-31.

Try it first with --dry-run: it checks everything and writes nothing.
"""
EPILOG = """\
Exit status: 0 when it was imported, 1 when something is wrong (nothing was written),
2 when the command was not called as described here.

Example:  python manage.py import_data records-2018/ --dry-run
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name,
            subcommand,
            epilog=EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **kwargs,
        )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a folder of CSV files, or an XLSX workbook")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="check everything and say what would be done, but write nothing",
        )

    @no_translations
    def handle(self, *, path: Path, dry_run: bool, **options: Any) -> None:
        try:
            result = import_path(path, dry_run=dry_run, progress=self._progress)
        except Refused as refused:
            self._clear()
            self._refuse(refused)
        except DatabaseError as error:  # it is busy, or somebody imports the same meanwhile
            raise CommandError(
                f"The database refused, and nothing was written. Try again later. ({error})"
            ) from error
        self._clear()
        self._tell(result, dry_run=dry_run)

    def _refuse(self, refused: Refused) -> None:
        for fault in refused.faults:
            self.stderr.write(str(fault), style_func=str)
        if refused.uncounted:
            self.stderr.write(f"… and {refused.uncounted:,} more.", style_func=str)
        faults = "1 fault" if refused.total == 1 else f"{refused.total:,} faults"
        raise CommandError(f"{faults} found. Nothing was written.")

    def _tell(self, result: Result, *, dry_run: bool) -> None:
        for name, counts in result.counts.items():
            self.stdout.write(f"{name + ':':14}{counts}")
        for name in result.not_built:
            self.stdout.write(f"{name + ':':14}skipped, this part of the platform is not built yet")
        for name in result.passed_over:
            self.stdout.write(f"{name} was not read: it is not a CSV file.")
        self.stdout.write(f"{'Total:':14}{result.total}")
        if dry_run:
            self.stdout.write("Nothing was written: this was a dry run.")

    # -- progress, for people who watch

    def _progress(self, sheet: str, rows: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r\033[K{sheet}: {rows:,} rows read", str, ending="")

    def _clear(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\033[K", str, ending="")
