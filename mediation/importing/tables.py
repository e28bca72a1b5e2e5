"""Opening what people hand in: a folder of CSV files, or one XLSX workbook.

Either way a sheet becomes a `Table` whose rows are numbers and texts; nothing is read before
its size is known to be harmless.
"""

import csv
import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from python_calamine import CalamineError, CalamineWorkbook

from .faults import Fault, Unreadable
from .workbook import check_workbook

Rows = Iterator[tuple[int, list[str]]]

CSV_FAULTS = {
    "field larger": "A cell is longer than 100,000 characters.",
    "unexpected end": "A quotation mark is opened here and never closed.",
    "expected after": "A quotation mark stands inside a cell; write it twice.",
}


@dataclass(frozen=True)
class Table:
    """One sheet as it was handed in; ``rows()`` yields the row's number and its cells' texts.

    Reading raises `Unreadable` where it cannot go on.
    """

    name: str
    rows: Callable[[], Rows]


@dataclass(frozen=True)
class Source:
    """Everything that was handed in; ``passed_over`` names files that are no sheets."""

    tables: list[Table]
    passed_over: list[str]


def open_source(path: Path) -> Source:
    """Open a folder or a workbook; raises `Unreadable` when there is nothing to read."""
    try:
        if path.is_dir():
            return _open_folder(path)
        if path.is_file():
            return _open_workbook(path)
    except OSError as error:
        raise Unreadable(Fault("", 0, "", f"{path} cannot be read: {error.strerror}.")) from error
    raise Unreadable(Fault("", 0, "", f"{path} is not there."))


def _open_folder(folder: Path) -> Source:
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    files = [entry for entry in entries if entry.is_file() and entry.suffix.lower() == ".csv"]
    if not files:
        raise Unreadable(Fault("", 0, "", f"There is no CSV file in {folder}."))
    too_large = [fault for file in files if (fault := _size_fault(file.stem, file))]
    if too_large:
        raise Unreadable(*too_large)
    return Source(
        [Table(file.stem, partial(_csv_rows, file.stem, file)) for file in files],
        [entry.name for entry in entries if entry not in files],
    )


def _open_workbook(path: Path) -> Source:
    if path.suffix.lower() == ".csv":
        reason = f"{path.name} is one CSV file; give the folder in which it is."
        raise Unreadable(Fault("", 0, "", reason))
    if too_large := _size_fault("", path):
        raise Unreadable(too_large)
    not_a_workbook = f"{path.name} is not an XLSX workbook, or it is damaged or locked."
    try:
        check_workbook(path, not_a_workbook)
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
    except CalamineError as error:
        raise Unreadable(Fault("", 0, "", not_a_workbook)) from error
    return Source([Table(name, partial(_workbook_rows, workbook, name)) for name in names], [])


def _size_fault(sheet: str, path: Path) -> Fault | None:
    size, limit = path.stat().st_size, settings.IMPORT_MAX_MB * 1_000_000
    if size < limit:
        return None
    reason = (
        f"{path.name} has {size / 1_000_000:,.1f} MB; a file must be smaller than "
        f"{settings.IMPORT_MAX_MB} MB. Divide it by year, or raise IMPORT_MAX_MB."
    )
    return Fault(sheet, 0, "", reason)


# -- CSV ---------------------------------------------------------------------------------------


def _csv_rows(sheet: str, path: Path) -> Rows:
    """Yield each row with the number of the line on which it begins."""
    try:
        _check_encoding(sheet, path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _parsed(sheet, csv.reader(file, strict=True))
    except OSError as error:
        raise Unreadable(Fault(sheet, 0, "", f"cannot be read: {error.strerror}.")) from error


def _parsed(sheet: str, reader: Any) -> Rows:
    begins = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            known = (text for part, text in CSV_FAULTS.items() if part in str(error))
            reason = next(known, f"This is not CSV: {error}.")
            raise Unreadable(Fault(sheet, begins, "", f"{reason} {NOT_READ}")) from error
        if cells is None:
            return
        yield begins, cells
        begins = reader.line_num + 1


NOT_READ = "The rows from here on were not read."


def _check_encoding(sheet: str, path: Path) -> None:
    """Raise `Unreadable` with every line that is not UTF-8."""
    faults = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if number == 1 and line.startswith((b"\xff\xfe", b"\xfe\xff")):
                reason = "The file is UTF-16. Save it as “CSV UTF-8”."
                raise Unreadable(Fault(sheet, 0, "", reason))
            try:
                line.decode()
            except UnicodeDecodeError as error:
                reason = (
                    f"is not UTF-8: byte {line[error.start]:#04x} at position "
                    f"{error.start + 1} of the line. Save the file as “CSV UTF-8”."
                )
                faults.append(Fault(sheet, number, "", reason))
    if faults:
        raise Unreadable(*faults)


# -- XLSX --------------------------------------------------------------------------------------


def _workbook_rows(workbook: CalamineWorkbook, name: str) -> Rows:
    try:
        rows = workbook.get_sheet_by_name(name).iter_rows()
        for number, cells in enumerate(rows, start=1):
            yield number, [as_text(value) for value in cells]
    except CalamineError as error:
        raise Unreadable(Fault(name, 0, "", f"cannot be read: {error}.")) from error


def as_text(value: Any) -> str:
    """A workbook's value as it would stand in CSV: 17.0 is 17, a date is year-month-day."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        at_midnight = value.time() == datetime.time()
        return value.date().isoformat() if at_midnight else value.isoformat(" ")
    return str(value)
