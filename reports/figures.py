"""What is asked (a query), what was counted (a tally), and what may be told (a figure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from accounts.access import FigureScope

from .indicators import Indicator
from .periods import Period

INTERNAL = FigureScope("internal")

Keys = tuple[str, ...]


class FigureError(ValueError):
    """A figure that cannot be given; the text is one sentence for the person who asked."""


@dataclass(frozen=True)
class Query:
    """One indicator in one period, sliced by at most two slices, narrowed by ``where``.

    ``where`` holds, per slice, the values of which a record must have one; it narrows the
    records before anything is counted, so a cell of a sliced figure is the total of the figure
    narrowed to its keys. ``scope`` says whose work counts and for whom it is told. With
    ``as_now`` a merged municipality stands for its successor.
    """

    indicator: Indicator
    period: Period
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    scope: FigureScope = INTERNAL
    as_now: bool = False

    @property
    def audience(self) -> str:
        return self.scope.audience

    @property
    def is_exact(self) -> bool:
        """Whether nothing is hidden from the reader."""
        return self.audience == "internal"

    def values_of(self, slice_code: str) -> tuple[str, ...]:
        """The values that the slice is narrowed to; empty when it is not."""
        return dict(self.where).get(slice_code, ())

    def narrowed(self, to: Mapping[str, str]) -> "Query":
        """The same question about the records with these values, not sliced any more."""
        values = dict(self.where) | {code: (value,) for code, value in to.items()}
        return replace(self, by=(), where=conditions(values))

    def sliced(self, *by: str) -> "Query":
        return replace(self, by=by)


def conditions(values: Mapping[str, Iterable[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The ``where`` of a query from values by slice; slices without values narrow nothing."""
    kept = ((code, tuple(sorted(set(chosen)))) for code, chosen in sorted(values.items()))
    return tuple((code, chosen) for code, chosen in kept if chosen)


@dataclass(frozen=True)
class TallyRow:
    """One cell as counted; ``protected`` is the number of families or persons behind it."""

    keys: Keys
    value: int
    protected: int


@dataclass(frozen=True)
class Tally:
    """What a backend counted, exactly.

    ``in_rows`` is what stands in at least one row, ``in_several_rows`` in more than one, each
    unit counted once. The ``protected`` numbers are the families or persons behind; they are
    counted only where somebody else than the coordination reads the figure.
    """

    total: int
    protected: int
    rows: tuple[TallyRow, ...] = ()
    in_rows: int = 0
    in_several_rows: int = 0
    protected_in_several_rows: int = 0
    protected_in_no_row: int = 0

    @property
    def in_no_row(self) -> int:
        return self.total - self.in_rows


@dataclass(frozen=True)
class Row:
    """One cell as it may be told: None is a value that is hidden."""

    keys: Keys
    value: int | None

    @property
    def hidden(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class Figure:
    """The answer to a query: the total, its rows, and how the two fit together.

    ``total`` is counted on its own. A unit stands in every row it belongs to, so the rows may
    add up to more (``in_several_rows``) or to less (``in_no_row``). None is a hidden number.
    """

    query: Query
    total: int | None
    rows: tuple[Row, ...] = ()
    sum_of_rows: int | None = 0
    in_several_rows: int | None = 0
    in_no_row: int | None = 0

    @property
    def hides_something(self) -> bool:
        return self.total is None or any(row.hidden for row in self.rows)
