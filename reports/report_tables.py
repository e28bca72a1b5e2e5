"""A published report as tables, on its page and in its file; read from what was frozen."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User

from .indicators import INDICATORS
from .models import PublishedReport
from .slices import SLICES, value_labels


@dataclass(frozen=True)
class Column:
    """One indicator of a table, as the official JSON has it."""

    figure: dict[str, Any]
    slice_code: str

    @property
    def code(self) -> str:
        return self.figure["code"]

    @property
    def label(self) -> str:
        return label_of(self.code)

    @cached_property
    def values(self) -> dict[str, int]:
        """The rows that are not zero, by key."""
        return {row[self.slice_code]: row["value"] for row in self.figure["rows"]}


@dataclass(frozen=True)
class Row:
    """One value of the slice, or a line below all of them, with a number for each column."""

    key: str
    label: str
    cells: list[tuple[str, int]]  # heading of the column, number

    @classmethod
    def across(cls, columns: list[Column], key: str, label: str, numbers: list[int]) -> "Row":
        headings = [column.label for column in columns]
        return cls(key, label, list(zip(headings, numbers, strict=True)))


@dataclass(frozen=True)
class Table:
    """The figures of a report by one slice: a column for each indicator that it applies to."""

    slice_code: str
    columns: list[Column]
    rows: list[Row]

    @property
    def label(self) -> str:
        return str(SLICES[self.slice_code].label)

    @property
    def total(self) -> Row:
        return self._line("total", _("Total, each counted once"))

    @property
    def reconciliation(self) -> list[Row]:
        """How rows and total fit together."""
        return [
            self._line("sum_of_rows", _("Sum of the rows")),
            self._line("in_several_rows", _("Counted in several rows")),
            self._line("in_no_row", _("Counted in no row")),
        ]

    @property
    def adds_up(self) -> bool:
        """Whether in every column the rows simply add up to the total."""
        return not any(
            column.figure["in_several_rows"] or column.figure["in_no_row"]
            for column in self.columns
        )

    def _line(self, name: str, label: str) -> Row:
        numbers = [column.figure[name] for column in self.columns]
        return Row.across(self.columns, name, label, numbers)


def label_of(indicator: str) -> str:
    """The indicator's name in the language of the page; its code once it is no longer counted."""
    return str(INDICATORS[indicator].label) if indicator in INDICATORS else indicator


def tables_of(report: PublishedReport, user: User | None) -> list[Table]:
    """The report's tables that have a row, in the order of the slices; without a user, no names."""
    frozen = report.figures["tables"]
    tables = [table_of(frozen[code], code, user) for code in SLICES if code in frozen]
    return [table for table in tables if table.rows]


def table_of(figures: dict[str, Any], slice_code: str, user: User | None) -> Table:
    """One table out of the official JSON by one slice."""
    columns = [Column(figure, slice_code) for figure in figures["indicators"]]
    keys = {key for column in columns for key in column.values}
    rows = [
        Row.across(columns, key, label, [column.values.get(key, 0) for column in columns])
        for key, label in value_labels(slice_code, keys, user).items()
    ]
    return Table(slice_code, columns, rows)


FILE_HEADER = (
    "from", "to", "revision", "indicator", "indicator_label", "unit",
    "slice", "value", "value_label", "number",
)  # fmt: skip


def file_rows(report: PublishedReport) -> Iterator[tuple]:
    """The report as one long table: a line for each number, totals first, mediators by reference.

    Below each table's rows stand ``total``, ``sum_of_rows``, ``in_several_rows``, ``in_no_row``.
    """
    start = (report.starts_on, report.ends_on, report.revision)
    for figure in report.figures["totals"]["indicators"]:
        code, total = figure["code"], figure["total"]
        yield *start, code, label_of(code), figure["unit"], "", "total", "", total
    for table in tables_of(report, user=None):
        for row in (*table.rows, table.total, *table.reconciliation):
            for column, (label, number) in zip(table.columns, row.cells, strict=True):
                what = (column.code, label, column.figure["unit"])
                yield *start, *what, table.slice_code, row.key, row.label, number
