"""What partners and the public are not told, and that the rest does not tell it either."""

from collections import defaultdict
from datetime import date
from itertools import product

import pytest
from django.utils.translation import override

from accounts.access import FigureScope
from reports.figures import FigureError, Query, Tally, TallyRow
from reports.indicators import INDICATORS
from reports.periods import Period
from reports.suppression import as_told

YEAR = Period.of("year", date(2018, 1, 1))
MINIMUM = 3


@pytest.fixture(autouse=True)
def low_minimum(settings):
    settings.FIGURES_PARTNER_MINIMUM = MINIMUM


def query(code: str, by=("mode",), audience="partner") -> Query:
    return Query(INDICATORS[code], YEAR, by, (), FigureScope(audience))


def tally(values, protected=None, no_row=0) -> Tally:
    """A table whose rows share nothing, so that it adds up."""
    protected = protected or values
    rows = tuple(
        TallyRow((f"row {number}",), value, behind)
        for number, (value, behind) in enumerate(zip(values, protected, strict=True))
    )
    return Tally(
        sum(values) + no_row,
        sum(protected) + no_row,
        rows,
        in_rows=sum(values),
        protected_in_no_row=no_row,
    )


def told(code, *args, **kwargs):
    """Everything that a reader sees of the table."""
    figure = as_told(query(code), tally(*args, **kwargs))
    values = tuple(row.value for row in figure.rows)
    return figure.total, values, figure.sum_of_rows, figure.in_several_rows, figure.in_no_row


def test_what_is_large_enough_is_told_exactly():
    assert told("families_reached", [3, 4]) == (7, (3, 4), 7, 0, 0)


def test_the_coordination_is_told_everything():
    figure = as_told(query("families_reached", audience="internal"), tally([1, 1]))
    assert [row.value for row in figure.rows] == [1, 1]
    assert figure.total == 2


def test_a_small_cell_is_hidden_with_the_next_smallest_and_all_that_ties_them():
    assert told("families_reached", [1, 9, 5]) == (15, (None, 9, None), None, None, None)


def test_every_cell_as_small_as_the_next_smallest_is_hidden():
    assert told("families_reached", [5, 5, 9, 1])[1] == (None, None, 9, None)


def test_a_small_total_is_hidden():
    assert told("families_reached", [2])[0] is None
    assert told("families_reached", [])[0] == 0


def test_visits_are_hidden_where_the_families_visited_are_few():
    total, rows, *links = told("visits", [20, 30, 40], protected=[1, 9, 8])
    assert (total, rows) == (90, (None, 30, None))
    assert links == [None, None, None]


def test_few_families_in_no_row_count_as_a_cell():
    assert told("families_reached", [4, 9], no_row=1) == (14, (None, 9), None, None, None)


def test_few_in_several_rows_are_not_told():
    counted = Tally(
        9,
        9,
        (TallyRow(("a",), 5, 5), TallyRow(("b",), 5, 5)),
        in_rows=9,
        in_several_rows=1,
        protected_in_several_rows=1,
    )
    figure = as_told(query("families_reached"), counted)
    assert [row.value for row in figure.rows] == [5, 5]
    assert figure.in_several_rows is None


def test_mediators_are_counted_for_everybody():
    assert told("mediators_active", [1, 2])[1] == (1, 2)


def test_two_slices_are_given_whole_or_not_at_all():
    by = ("mode", "month")
    assert as_told(query("families_reached", by), tally([3, 3])).total == 6
    with override("en"), pytest.raises(FigureError, match="too small"):
        as_told(query("families_reached", by), tally([3, 1]))


# -- the solver: every table there can be, grouped by what a reader sees of it


@pytest.mark.parametrize("most_in_no_row", [0, 6], ids=["all in rows", "some in no row"])
def test_no_small_number_follows_from_what_is_told(most_in_no_row):
    worlds = defaultdict(set)
    for length, no_row in product(range(1, 4), range(most_in_no_row + 1)):
        for values in product(range(1, 7), repeat=length):
            seen = told("families_reached", values, no_row=no_row)
            worlds[seen].add((*values, no_row))
    assert len(worlds) > 100
    for (_total, rows, *_links, in_no_row), possible in worlds.items():
        for place, shown in enumerate((*rows, in_no_row)):
            numbers = {world[place] for world in possible}
            if shown is None and 0 < min(numbers) < MINIMUM:
                assert len(numbers) > 1, (rows, possible)


def test_no_small_number_follows_from_families_and_visits_side_by_side():
    worlds = defaultdict(set)
    most = 6
    cells = [(families, visits) for visits in range(1, most + 1) for families in range(1, 5)]
    cells = [(families, visits) for families, visits in cells if families <= visits]
    for length in range(1, 4):
        for world in product(cells, repeat=length):
            families, visits = zip(*world, strict=True)
            seen = told("families_reached", families), told("visits", visits, families)
            worlds[seen].add(world)
    for (_families, (_total, rows, *_links)), possible in worlds.items():
        for place in range(len(rows)):
            families = {world[place][0] for world in possible}
            visits = {world[place][1] for world in possible}
            if min(families) < MINIMUM:
                assert len(families) > 1
                assert len(visits) > 1 or visits == {most}, possible  # the end of our numbers
