"""A figure laid out as people read it: lines with labels and links, a grid for two slices."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User

from .addresses import url_of
from .drilldown import NONE, SEVERAL
from .figures import Figure, Keys
from .slices import SLICES, month_key, month_of, value_labels
from .wording import in_no_row, in_several_rows, number_text


def share_text(value: int, total: int) -> str:
    """How much of the total a cell is, in whole per cent."""
    share = 100 * value / total
    return "<1 %" if 0 < share < 1 else f"{share:.0f} %"


def short_month(key: str) -> str:
    """A month as it stands under a chart, such as *Oct 2017*."""
    return date_format(month_of(key).start, "M Y")


@dataclass(frozen=True)
class Cell:
    """A number with the address of its records; None is hidden, and has no address."""

    label: str
    value: int | None
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One value of the first slice: a number, or one for each value of the second."""

    label: str
    cells: list[Cell]
    share: str = ""
    short_label: str = ""


class FigureTable:
    """The rows of a figure by one slice, or the grid of two."""

    def __init__(self, figure: Figure, user: User | None) -> None:
        self.figure, self.query = figure, figure.query
        self.values = {row.keys: row.value for row in figure.rows}
        self.labels = [
            value_labels(code, self._keys_of(number), user)
            for number, code in enumerate(self.query.by)
        ]

    def _keys_of(self, number: int) -> Iterable[str]:
        if self.query.by[number] == "month" and self.values:  # a month of zero is one too
            return [month_key(month.start) for month in self.query.period.months_inside]
        return {keys[number] for keys in self.values}

    @property
    def headings(self) -> list[str]:
        return [str(SLICES[code].label) for code in self.query.by]

    @property
    def is_grid(self) -> bool:
        return len(self.query.by) > 1

    @property
    def has_shares(self) -> bool:
        """Whether the rows can be told as parts of the total."""
        return not self.is_grid and bool(self.figure.total)

    @property
    def columns(self) -> list[str]:
        """What stands above the numbers."""
        if self.is_grid:
            return list(self.labels[1].values())
        return [str(self.query.indicator.label)]

    @cached_property
    def lines(self) -> list[Line]:
        """The rows in the order people expect, those of zero left out unless they are months."""
        return [self._line(key, label) for key, label in self.labels[0].items()]

    def _line(self, key: str, label: str) -> Line:
        if self.is_grid:
            across = self.labels[1].items()
            return Line(label, [self._cell((key, other), heading) for other, heading in across])
        cell = self._cell((key,), self.columns[0])
        total = self.figure.total
        share = share_text(cell.value, total) if cell.value and total else ""
        is_month = self.query.by == ("month",)
        return Line(label, [cell], share, short_month(key) if is_month else label)

    def _cell(self, keys: Keys, label: str) -> Cell:
        value = self.values.get(keys, 0)
        if not value or not self.query.is_exact:
            return Cell(label, value)
        narrowed = self.query.narrowed(dict(zip(self.query.by, keys, strict=True)))
        return Cell(label, value, url_of("figure-records", narrowed))

    @property
    def reconciliation(self) -> list[tuple[str, str]]:
        """How rows and total fit together: sentences, each with the address of its records."""
        figure, indicator = self.figure, self.query.indicator
        if figure.sum_of_rows is None:
            return []
        told = [(_("The rows add up to %(sum)s.") % {"sum": number_text(figure.sum_of_rows)}, "")]
        for count, sentence, standing in (
            (figure.in_several_rows, in_several_rows, SEVERAL),
            (figure.in_no_row, in_no_row, NONE),
        ):
            if count:
                url = url_of("figure-records", self.query, {"in": standing})
                told.append((sentence(indicator, count), url if self.query.is_exact else ""))
        return [(_("The rows add up to the total."), "")] if self.adds_up else told

    @property
    def adds_up(self) -> bool:
        """Whether everything stands in exactly one row."""
        return not self.figure.in_several_rows and not self.figure.in_no_row
