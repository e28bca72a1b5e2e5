"""Whatever is handed in, the import answers with records or with faults, never with a traceback."""

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from families.models import Family, Person
from mediation.importing import Refused, Result, import_path
from mediation.models import Assistance, Mediator, Visit

from .sheets import COLUMNS, SOUND, Sheets

pytestmark = pytest.mark.django_db

often = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TELLING = [
    "", " ", "-", ";", "0", "17.0", "1e9", "NaN", "2018-02-30", "2018-02-28", "0001-01-01",
    "9999-12-31", "LV-JEL", "M-1", "M-2", "F-1", "F-2", "P-1", "P-3", "P-1;P-2", "V-1", "confirmed",
    "planned", "housing", "=1+1", "'; DROP TABLE", "\ufeff", "\u2028", "\r\n", "﷽" * 70, "٣", "ß",
    "a@b.lv", "a@b", "x" * 300, "🙂", "\ud7ff", "\ufffe",
]  # fmt: skip
texts = st.sampled_from(TELLING) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
places = st.sampled_from(
    [(sheet, row) for sheet, rows in SOUND.items() for row in range(len(rows))]
)
edits = st.lists(st.tuples(places, st.integers(0, 10), texts), min_size=1, max_size=6)


def counts() -> list[int]:
    return [each.objects.count() for each in (Mediator, Family, Person, Visit, Assistance)]


def answer(path) -> bool:
    """Import twice, and undo it; return whether it was accepted."""
    before = counts()
    with transaction.atomic():
        first = result_of(path)
        again = result_of(path)
        is_refused = isinstance(first, Refused)
        if is_refused:
            assert counts() == before
            assert list(map(str, again.faults)) == list(map(str, first.faults)) != []
        else:
            assert (again.total.new, again.total.changed) == (0, 0)
        transaction.set_rollback(True)
    return not is_refused


def result_of(path) -> Result | Refused:
    try:
        return import_path(path)
    except Refused as refused:
        return refused


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@often
@given(edits=edits)
def test_any_text_in_any_cell_is_read_or_is_a_fault(tmp_path, form, edits):
    sheets = Sheets(tmp_path / "records")
    for (sheet, row), column, text in edits:
        sheets.rows[sheet][row][column % len(sheets.headers[sheet])] = text
    answer(getattr(sheets, form)())


@often
@given(
    sheet=st.sampled_from(sorted(COLUMNS)),
    header=st.lists(texts, max_size=12),
    row=st.lists(texts, max_size=12),
)
def test_any_header_and_row_is_read_or_is_a_fault(tmp_path, sheet, header, row):
    sheets = Sheets(tmp_path / "records")
    sheets.headers[sheet], sheets.rows[sheet] = header, [row]
    answer(sheets.csv())


@often
@given(sheet=st.sampled_from(sorted(COLUMNS)), content=st.binary(max_size=300))
def test_any_bytes_are_read_or_are_a_fault(tmp_path, sheet, content):
    sheets = Sheets(tmp_path / "records")
    sheets.csv()
    sheets.file(sheet).write_bytes(content)
    answer(sheets.folder)


@often
@given(seed=st.integers(0, 10**6))
def test_a_workbook_with_damaged_bytes_is_read_or_is_a_fault(tmp_path, seed):
    path = Sheets(tmp_path / "records").xlsx()
    content, chance = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(chance.randint(1, 8)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(content)
    answer(path)


@often
@given(moves=st.permutations(range(6)), drop=st.sets(st.sampled_from(sorted(COLUMNS))))
def test_sheets_may_be_missing_and_rows_may_stand_in_any_order(tmp_path, moves, drop):
    sheets = Sheets(tmp_path / f"without-{'-'.join(sorted(drop))}")
    for name, rows in sheets.rows.items():
        sheets.rows[name] = [rows[at] for at in moves if at < len(rows)]
    sheets.only(*(name for name in COLUMNS if name not in drop))
    if sheets.rows:
        assert answer(sheets.csv()) or drop
