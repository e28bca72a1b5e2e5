"""What partners and the public may be told: small numbers of families and persons are hidden.

A conservative rule for one table at a time (docs/figures.md says what it does not promise):

* a cell with fewer families (or persons) behind it than the audience's minimum is hidden, and
  so is such a total; a cell of visits goes with the families visited;
* once a cell is hidden, the smallest of the others is hidden with it, and every other of the
  same size: alike to look at, they keep each other's number from following out of the total;
* what stands in no row is such a cell too, though no row shows it;
* once a cell is hidden, the numbers that tie rows and total together are hidden as well;
* a table by two slices is given whole or not at all.
"""

from django.conf import settings
from django.utils.translation import gettext as _

from .figures import Figure, FigureError, Keys, Query, Row, Tally

NO_ROW: Keys = ()


def minimum(audience: str) -> int:
    """The smallest number of families or persons that the audience may be told."""
    return {
        "partner": settings.FIGURES_PARTNER_MINIMUM,
        "public": settings.FIGURES_PUBLIC_MINIMUM,
    }.get(audience, 0)


def as_told(query: Query, tally: Tally) -> Figure:
    """The figure as the audience of the query may read it."""
    if query.is_exact or not query.indicator.protects:
        return _told(query, tally)
    least = minimum(query.audience)
    cells = _cells(tally)
    hidden = hidden_cells(cells, least)
    if hidden and len(query.by) > 1:
        raise FigureError(
            _("By two slices some numbers would be too small to be shown; choose one slice.")
        )
    return _told(
        query,
        tally,
        hidden=hidden,
        hides_total=is_small(tally.protected, least) or _gives_itself_away(cells, hidden),
        hides_links=bool(hidden) or is_small(tally.protected_in_several_rows, least),
    )


def is_small(protected: int, least: int) -> bool:
    """Whether so few must not be told; nothing at all may."""
    return 0 < protected < least


def hidden_cells(cells: dict[Keys, int], least: int) -> frozenset[Keys]:
    """Which cells must not be told, given the families or persons behind each."""
    hidden = {keys for keys, protected in cells.items() if is_small(protected, least)}
    others = [protected for keys, protected in cells.items() if keys not in hidden]
    if hidden and others:
        hidden |= {keys for keys, protected in cells.items() if protected == min(others)}
    return frozenset(hidden)


def _gives_itself_away(cells: dict[Keys, int], hidden: frozenset[Keys]) -> bool:
    """Whether all cells are hidden and equal: their number and the total would tell each."""
    return len(set(cells.values())) == 1 and hidden == cells.keys()


def _cells(tally: Tally) -> dict[Keys, int]:
    cells = {row.keys: row.protected for row in tally.rows}
    if cells and tally.protected_in_no_row:
        cells[NO_ROW] = tally.protected_in_no_row
    return cells


def _told(
    query: Query,
    tally: Tally,
    *,
    hidden: frozenset[Keys] = frozenset(),
    hides_total: bool = False,
    hides_links: bool = False,
) -> Figure:
    rows = tuple(Row(row.keys, None if row.keys in hidden else row.value) for row in tally.rows)
    total = None if hides_total else tally.total
    if hides_links or hides_total:
        return Figure(query, total, rows, None, None, None)
    if not query.by:
        return Figure(query, total)
    return Figure(
        query,
        total,
        rows,
        sum_of_rows=sum(row.value for row in tally.rows),
        in_several_rows=tally.in_several_rows,
        in_no_row=tally.in_no_row,
    )
