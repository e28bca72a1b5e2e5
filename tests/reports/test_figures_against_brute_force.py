"""The engine against a count by hand over random data."""

from datetime import date
from itertools import combinations
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.engine import count
from reports.figures import Figure, Query, conditions
from reports.indicators import INDICATORS
from reports.periods import Period

from .world import APPLIES, DAYS, SLICES, brute_force, invent, store

pytestmark = pytest.mark.django_db

WAYS = [(), *((one,) for one in SLICES), *combinations(SLICES, 2)]
WAYS += [(second, first) for first, second in WAYS[len(SLICES) + 1 :: 7]]


def answer(figure: Figure) -> dict:
    return {
        "total": figure.total,
        "rows": {row.keys: row.value for row in figure.rows},
        "sum_of_rows": figure.sum_of_rows,
        "in_several_rows": figure.in_several_rows,
        "in_no_row": figure.in_no_row,
    }


def ask(code, period, by=(), where=None, *, as_now=False) -> dict:
    where = conditions({key: (value,) for key, value in (where or {}).items()})
    return answer(count(Query(INDICATORS[code], period, by, where, as_now=as_now)))


@pytest.mark.parametrize("as_now", [False, True], ids=["as then", "as now"])
def test_every_slice_and_pair_of_slices_agrees_with_a_count_by_hand(as_now):
    world = invent(Random(20), families=8, visits=60)
    store(world)
    period = Period(date(2019, 12, 31), date(2020, 2, 29))
    asked = 0
    for code, by in ((code, by) for code in INDICATORS for by in WAYS if {*by} <= APPLIES[code]):
        expected = brute_force(world, code, period.start, period.end, by, as_now=as_now)
        assert ask(code, period, by, as_now=as_now) == expected, (code, by)
        asked += 1
    assert asked > 200


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    random=st.randoms(use_true_random=False),
    families=st.integers(1, 6),
    visits=st.integers(0, 25),
    days=st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)),
    as_now=st.booleans(),
)
def test_figures_agree_with_a_count_by_hand_over_random_data(
    random, families, visits, days, as_now
):
    period = Period(min(days), max(days))
    world = invent(random, families=families, visits=visits)
    with transaction.atomic():
        store(world)
        for code, applies in APPLIES.items():
            for by in random.sample(sorted(applies), 2), random.sample(sorted(applies), 1):
                _compare(world, code, period, tuple(by), random, as_now=as_now)
        transaction.set_rollback(True)


def _compare(world, code, period, by, random, *, as_now):
    expected = brute_force(world, code, period.start, period.end, by, as_now=as_now)
    assert ask(code, period, by, as_now=as_now) == expected
    if not expected["rows"]:
        return
    # One of its cells, asked for by itself, and sliced once more.
    cell = random.choice(sorted(expected["rows"]))
    where = dict(zip(by, cell, strict=True))
    then = (random.choice(sorted(APPLIES[code])),)
    narrowed = ask(code, period, then, where, as_now=as_now)
    assert narrowed["total"] == expected["rows"][cell]
    assert narrowed == brute_force(
        world, code, period.start, period.end, then, where, as_now=as_now
    )
