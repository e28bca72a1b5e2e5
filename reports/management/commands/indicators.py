"""`python manage.py indicators --from DATE --to DATE`."""

import argparse
import io
import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts import audit
from reports import exports
from reports.engine import AUDIENCES, count
from reports.figures import Figure, FigureError
from reports.indicators import INDICATORS
from reports.official import as_json, official_queries
from reports.periods import Period
from reports.slices import SLICES
from reports.wording import number_text

FORMATS = ("table", "json", "csv", "xlsx", "pdf")
BINARY = ("xlsx", "pdf")
NO_ANSWER = 2  # exit status of a question that cannot be answered

HELP = f"""\
Prints the official figures of a period, the same that the pages and the published reports give.

  * Both days of the period count. Only confirmed visits count.
  * Without --indicator every indicator is given that can be sliced as asked.
  * A figure can be sliced by one or two of: {", ".join(SLICES)}.
    Something that stands in two rows counts once in each of them and once in the total; the
    numbers below a table say how much stands in several rows, and how much in none.
  * For partners and the public small numbers of families and persons are hidden, and the
    period must be made of whole months. docs/figures.md says what is hidden and why.

Indicators: {", ".join(INDICATORS)}.
"""
EPILOG = """\
Exit status: 0 when the figures were given, 1 when they could not be written, 2 when there is
no such figure: one sentence says why.

Examples:
  python manage.py indicators --from 2017-10-01 --to 2018-05-31
  python manage.py indicators --from 2018-01-01 --to 2018-03-31 --by municipality --by month
  python manage.py indicators --from 2018-01-01 --to 2018-12-31 --indicator persons_assisted \\
      --by sex --format xlsx --output persons-2018.xlsx
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
        add = parser.add_argument
        add("--from", required=True, metavar="DATE", help="first day, such as 2017-10-01")
        add("--to", required=True, metavar="DATE", help="last day, such as 2018-05-31")
        add(
            "--indicator",
            action="append",
            metavar="CODE",
            help="an indicator; may be given several times (default: all)",
        )
        add(
            "--by",
            action="append",
            default=[],
            metavar="SLICE",
            help="a row for each month, municipality, topic, ...; once or twice",
        )
        add("--municipality", metavar="CODE", help="only this municipality, such as LV-JEL")
        add(
            "--audience",
            default="internal",
            metavar="WHO",
            help=f"who will read it: {', '.join(AUDIENCES)} (default: internal, exact)",
        )
        add(
            "--as-now",
            action="store_true",
            help="count merged municipalities under today's (default: as they were then)",
        )
        add("--format", default="table", metavar="FORMAT", help=f"one of {', '.join(FORMATS)}")
        add("--output", type=Path, metavar="FILE", help="write into this file")
        add(
            "--language",
            default=settings.LANGUAGE_CODE,
            choices=[code for code, _name in settings.LANGUAGES],
            help=f"language of the labels (default: {settings.LANGUAGE_CODE})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):  # what is said about the question, as in --help
            figures = self._count(options)
        with translation.override(options["language"]):
            content = WRITERS[options["format"]](figures)
        if options["output"]:
            self._save(content, options["output"], excel=options["format"] == "csv")
        else:
            self._print(content)

    def _count(self, options: dict[str, Any]) -> list[Figure]:
        try:
            self._check_format(options)
            period = _period(options["from"], options["to"])
            queries = official_queries(
                period,
                audience=options["audience"],
                by=options["by"],
                indicators=options["indicator"],
                where={"municipality": [options["municipality"]]}
                if options["municipality"]
                else {},
                as_now=options["as_now"],
            )
            figures = [count(query) for query in queries]
        except (FigureError, ValueError) as error:
            raise CommandError(str(error), returncode=NO_ANSWER) from error
        asked = ("from", "to", "indicator", "by", "municipality", "audience", "as_now", "format")
        audit.record(
            audit.Action.EXPORTED,
            by=None,
            command="indicators",
            filter={name: options[name] for name in asked},
            rows=sum(len(figure.rows) for figure in figures),
        )
        return figures

    def _check_format(self, options: dict[str, Any]) -> None:
        chosen = options["format"]
        if chosen not in FORMATS:
            raise ValueError(f"There is no format “{chosen}”. Known are: {', '.join(FORMATS)}.")
        if chosen in BINARY and not options["output"] and sys.stdout.isatty():
            raise ValueError(f"A file of format {chosen} is not for the screen: give --output.")

    def _print(self, content: str | bytes) -> None:
        if isinstance(content, str):
            self.stdout.write(content, ending="")
        else:
            sys.stdout.buffer.write(content)

    def _save(self, content: str | bytes, output: Path, *, excel: bool) -> None:
        if isinstance(content, str):
            content = content.encode("utf-8-sig" if excel else "utf-8")
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error


def _period(first: str, last: str) -> Period:
    start, end = _day(first), _day(last)
    if start > end:
        raise ValueError(f"The period ends before it begins: {start} is after {end}.")
    return Period(start, end)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is not a date such as 2017-10-01.") from error


# -- the formats -------------------------------------------------------------------------------


def _json(figures: list[Figure]) -> str:
    query = figures[0].query
    answer = as_json(query.period, figures, audience=query.audience, by=query.by)
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def _csv(figures: list[Figure]) -> str:
    return "".join(exports.machine_lines(figures))


def _xlsx(figures: list[Figure]) -> bytes:
    file = io.BytesIO()
    exports.write_xlsx(figures, file)
    return file.getvalue()


def _table(figures: list[Figure]) -> str:
    query = figures[0].query
    lines = [f"{query.period.label}, {exports.audience_label(query.audience)}", ""]
    if not query.by:
        rows = [
            [f.query.indicator.code, str(f.query.indicator), exports.told(f.total)] for f in figures
        ]
        return "\n".join([*lines, *_aligned(rows)]) + "\n"
    for figure in figures:
        lines += [f"{figure.query.indicator} ({figure.query.indicator.code})"]
        table = [exports.heading_of(figure), *exports.rows_of(figure), *exports.feet_of(figure)]
        lines += [*_aligned(table), ""]
    return "\n".join(lines)


def _aligned(rows: Sequence[Sequence[Any]]) -> list[str]:
    """The rows in columns, the last of them to the right."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines = []
    for *names, number in texts:
        columns = [name.ljust(width) for name, width in zip(names, widths, strict=False)]
        lines.append("  ".join([*columns, number.rjust(widths[-1])]))
    return lines


def _text(cell: Any) -> str:
    return number_text(cell) if isinstance(cell, int) else str(cell)


WRITERS: dict[str, Callable[[list[Figure]], str | bytes]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
    "xlsx": _xlsx,
    "pdf": exports.pdf_of,
}
