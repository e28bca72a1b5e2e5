"""Figures as files: CSV, XLSX and PDF of the same numbers that the pages show, without a name."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import typst
import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .csv_files import neutral
from .engine import RULE_VERSION
from .figures import Figure, Query
from .slices import SLICES, value_labels
from .wording import number_text

BOM = "\ufeff"  # without it Excel takes the file for one in another alphabet
PDF = Path(__file__).parent / "pdf"


# -- what every file says ----------------------------------------------------------------------


def audience_label(audience: str) -> str:
    """For whom a figure is told, in words."""
    return {
        "internal": _("for internal use, exact"),
        "partner": _("for partners, small numbers hidden"),
        "public": _("for the public, small numbers hidden"),
    }[audience]


def head_of(query: Query) -> list[tuple[str, str]]:
    """What was counted, when, for whom and by which rules."""
    head = [
        (_("Figure"), f"{query.indicator.label} ({query.indicator.code})"),
        (_("Definition"), str(query.indicator.wording)),
        (_("Unit"), query.indicator.unit_label),
        (_("From"), query.period.start.isoformat()),
        (_("To"), query.period.end.isoformat()),
        (_("Prepared"), audience_label(query.audience)),
        *((str(SLICES[code].label), ", ".join(values)) for code, values in query.where),
    ]
    if query.scope.municipalities is not None:
        head.append((_("Municipalities counted"), ", ".join(query.scope.municipalities)))
    if query.scope.mediators is not None:
        head.append((_("Mediators counted"), _("own work only")))
    if query.as_now:
        head.append((_("Municipalities"), _("as they are now")))
    return [*head, (_("Version of the rules"), RULE_VERSION)]


def heading_of(figure: Figure) -> list[str]:
    """What stands above the columns: for each slice the label and the code, then the number."""
    slices = [text for code in figure.query.by for text in (str(SLICES[code].label), _("Code"))]
    return [*slices, str(figure.query.indicator.label)]


def rows_of(figure: Figure) -> list[list[Any]]:
    """The rows, for each slice the label and the code, in the order people expect."""
    labels = [
        value_labels(code, {row.keys[number] for row in figure.rows}, None)
        for number, code in enumerate(figure.query.by)
    ]
    places = [{key: place for place, key in enumerate(known)} for known in labels]
    rows = sorted(
        figure.rows,
        key=lambda row: [place[key] for place, key in zip(places, row.keys, strict=True)],
    )
    return [
        [
            *(text for n, key in enumerate(row.keys) for text in (labels[n][key], key)),
            told(row.value),
        ]
        for row in rows
    ]


def feet_of(figure: Figure) -> list[list[Any]]:
    """The total and, below rows, how the two fit together."""
    feet: list[tuple[str, int | None]] = [(_("Total"), figure.total)]
    if figure.query.by:
        feet += [
            (_("Sum of the rows"), figure.sum_of_rows),
            (_("Counted in several rows"), figure.in_several_rows),
            (_("Counted in no row"), figure.in_no_row),
        ]
    gap = [""] * max(0, 2 * len(figure.query.by) - 1)
    return [[label, *gap, told(value)] for label, value in feet]


def told(value: int | None) -> int | str:
    """A number, or the word for one that is hidden."""
    return _("hidden") if value is None else value


# -- CSV ---------------------------------------------------------------------------------------


def csv_lines(figure: Figure) -> Iterator[str]:
    """One figure as the lines of a file that opens well in Excel and does nothing there."""
    yield BOM
    heading = heading_of(figure) if figure.query.by else ["", *heading_of(figure)]
    for row in (*head_of(figure.query), (), heading, *rows_of(figure), *feet_of(figure)):
        yield _csv_line(row)


MACHINE_LINES = ("total", "sum_of_rows", "in_several_rows", "in_no_row")


def machine_lines(figures: Sequence[Figure]) -> Iterator[str]:
    """Figures as one plain table of codes, for programs: a line for each number.

    ``line`` is ``row``, or which number of the whole table it is; a hidden value is ``hidden``.
    """
    by = figures[0].query.by if figures else ()
    yield _csv_line(("indicator", "unit", *by, "line", "value"))
    for figure in figures:
        what = (figure.query.indicator.code, figure.query.indicator.unit)
        for row in figure.rows:
            yield _csv_line((*what, *row.keys, "row", _machine(row.value)))
        for name in MACHINE_LINES if by else MACHINE_LINES[:1]:
            value = getattr(figure, name)
            yield _csv_line((*what, *[""] * len(by), name, _machine(value)))


def _machine(value: int | None) -> int | str:
    return "hidden" if value is None else value


def _csv_line(row: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([neutral(value) for value in row])
    return line.getvalue()


# -- XLSX --------------------------------------------------------------------------------------


def write_xlsx(figures: Sequence[Figure], file: IO[bytes]) -> None:
    """A workbook with a sheet for each figure; texts stay texts whatever they begin with."""
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(file, safe) as book:
        bold, number = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
        for figure in figures:
            sheet = book.add_worksheet(figure.query.indicator.code[:31])
            head = [list(row) for row in head_of(figure.query)]
            heading = heading_of(figure) if figure.query.by else ["", *heading_of(figure)]
            lines = [*head, [], heading, *rows_of(figure), *feet_of(figure)]
            for y, line in enumerate(lines):
                for x, value in enumerate(line):
                    style = number if isinstance(value, int) else None
                    sheet.write(y, x, value, bold if line is heading else style)
            sheet.set_column(0, 0, 28)
            sheet.set_column(1, 3, 18)
            sheet.freeze_panes(len(head) + 2, 0)


# -- PDF ---------------------------------------------------------------------------------------


def pdf_of(figures: Sequence[Figure]) -> bytes:
    """The figures on paper, with our own fonts; nothing of the machine's is used."""
    return typst.compile(
        str(PDF / "figures.typ"),
        root=str(PDF),
        font_paths=[str(PDF / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(on_paper(figures), ensure_ascii=False)},
        pdf_standards="ua-1",
    )


def on_paper(figures: Sequence[Figure]) -> dict[str, Any]:
    """What the paper says, as texts."""
    query = figures[0].query
    told_above = {_("Figure"), _("Definition"), _("Unit"), _("From"), _("To")}
    about = [f"{name}: {value}" for name, value in head_of(query) if name not in told_above]
    sections = [_rows_on_paper(figure) for figure in figures] if query.by else [_totals(figures)]
    return {
        "title": _("Figures: %(period)s") % {"period": query.period.label},
        "lead": audience_label(query.audience),
        "footer": " · ".join([f"{query.period.start} – {query.period.end}", *about]),
        "language": (get_language() or "lv")[:2],
        "sections": sections,
    }


def _totals(figures: Sequence[Figure]) -> dict[str, Any]:
    rows = [
        [str(figure.query.indicator.label), str(figure.query.indicator.wording), told(figure.total)]
        for figure in figures
    ]
    return {
        "title": "",
        "header": [_("Figure"), _("Definition"), _("Number")],
        "rows": [_texts(row) for row in rows],
        "total": [],
        "feet": [],
    }


def _rows_on_paper(figure: Figure) -> dict[str, Any]:
    """One figure by its slices; on paper the labels are enough, the codes are in the files."""
    labels_and_number = [*range(0, 2 * len(figure.query.by), 2), -1]

    def kept(line: list[Any]) -> list[str]:
        return [_texts(line)[place] for place in labels_and_number]

    total, *feet = feet_of(figure)
    return {
        "title": str(figure.query.indicator.label),
        "wording": str(figure.query.indicator.wording),
        "header": kept(heading_of(figure)),
        "rows": [kept(row) for row in rows_of(figure)],
        "total": kept(total),
        "feet": [kept(row) for row in feet],
    }


def _texts(line: list[Any]) -> list[str]:
    return [number_text(cell) if isinstance(cell, int) else str(cell) for cell in line]
