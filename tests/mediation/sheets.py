"""What people hand in to the import: a small, sound set of sheets, and ways to write it down."""

import copy
import csv
import datetime
import re
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

COLUMNS = {
    "institutions": "ref, name, kind, municipality",
    "mediators": "ref, full_name, email, certified_on, municipalities, assigned_from, assigned_to",
    "families": "ref, municipality, place, registered_on, closed_on, mediator, family_name, "
    "languages",
    "persons": "ref, family, given_name, family_name, sex, birth_year, birth_date, household_role, "
    "joined_on, left_on",
    "visits": "ref, date, mediator, co_mediators, family, municipality, mode, minutes, status, "
    "present, note",
    "assistance": "visit, person, topic, action, outcome, institution",
}
UUID_REF = "3f2a7c1e-5b0d-4a7e-9c5e-0d8f6b1a2c3d"

SOUND = {
    "institutions": [
        ("I-1", "Sociālais dienests", "social_service", "LV-JEL"),
        ("I-2", "Aģentūra", "state", ""),
    ],
    "mediators": [
        ("M-1", "Ilze Zvaigzne", "ilze@example.test", "2017-09-01", "LV-JEL;LV-041", "2017-10-01",
         ""),
        ("M-2", "Juris Mākonis", "", "", "", "", ""),
    ],
    "families": [
        ("F-1", "LV-JEL", "Jelgava", "2017-10-01", "", "M-1", "Kalniņi", "lv;rom"),
        ("F-2", "LV-026", "Auce", "2017-11-15", "2018-04-30", "M-2", "", ""),
    ],
    "persons": [
        ("P-1", "F-1", "Anna", "Kalniņa", "female", "", "1980-05-01", "head", "", ""),
        ("P-2", "F-1", "Jānis", "Kalniņš", "male", "2010", "", "child", "2017-12-24", ""),
        ("P-3", "F-2", "", "", "", "", "", "", "", "2018-02-28"),
    ],
    "visits": [
        ("V-1", "2017-10-05", "M-1", "M-2", "F-1", "", "home", "45", "", "P-1", "Pirmā tikšanās"),
        (UUID_REF, "2018-01-10", "M-1", "", "F-1", "LV-041", "institution", "90", "confirmed",
         "P-1; P-2", "Skolā,\nkopā ar „skolotāju”"),
        ("V-3", "2017-12-01", "M-2", "", "F-2", "", "phone", "", "no_contact", "", ""),
        ("V-4", "2018-02-28", "M-2", "", "F-2", "", "home", "1440", "", "P-3", ""),
        ("V-5", "2018-03-01", "M-2", "", "F-2", "", "home", "0", "cancelled", "", ""),
        ("V-6", "2018-03-02", "M-2", "", "F-2", "", "home", "30", "voided", "", ""),
    ],
    "assistance": [
        ("V-1", "P-1", "housing", "form_help", "obtained", "I-1"),
        ("V-1", "P-1", "debts", "", "", ""),
        (UUID_REF, "P-2", "school_attendance", "accompaniment", "informed", ""),
        ("V-4", "P-3", "health", "information", "pending", "I-2"),
    ],
}  # fmt: skip


class Sheets:
    """Sheets that can be changed cell by cell and written as CSV or as a workbook."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.headers = {name: columns.split(", ") for name, columns in COLUMNS.items()}
        self.rows = {name: [list(row) for row in rows] for name, rows in SOUND.items()}

    def copy(self) -> "Sheets":
        return copy.deepcopy(self)

    def put(self, sheet: str, row: int, **cells: object) -> "Sheets":
        """Change cells of a row, by the number that people see (the first one is 2)."""
        for column, value in cells.items():
            self.rows[sheet][row - 2][self.headers[sheet].index(column)] = value
        return self

    def add(self, sheet: str, **cells: object) -> "Sheets":
        self.rows[sheet].append([cells.get(column, "") for column in self.headers[sheet]])
        return self

    def only(self, *sheets: str) -> "Sheets":
        self.rows = {name: rows for name, rows in self.rows.items() if name in sheets}
        return self

    def csv(self, encoding: str = "utf-8") -> Path:
        """Write the folder of CSV files, and return it."""
        self.folder.mkdir(exist_ok=True)
        for name, rows in self.rows.items():
            with self.file(name).open("w", newline="", encoding=encoding) as file:
                csv.writer(file).writerows([self.headers[name], *rows])
        return self.folder

    def xlsx(self, typed: bool = True) -> Path:
        """Write one workbook, with real dates and numbers, and return it."""
        path = self.folder.with_suffix(".xlsx")
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(path), options) as workbook:
            day = workbook.add_format({"num_format": "dd.mm.yyyy"})
            for name, rows in self.rows.items():
                worksheet = workbook.add_worksheet(name)
                for at, row in enumerate([self.headers[name], *rows]):
                    for column, value in enumerate(row):
                        value = typed_value(value) if typed and at else value
                        if isinstance(value, datetime.date):
                            worksheet.write_datetime(at, column, value, day)
                        else:
                            worksheet.write(at, column, value)
        return path

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.csv"


def typed_value(value: object) -> object:
    """The value as somebody types it into a workbook."""
    if re.fullmatch(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}", str(value)):
        with suppress(ValueError):
            return datetime.date.fromisoformat(str(value))
    return int(value) if re.fullmatch("[0-9]{1,9}", str(value)) else value


def bring_in(path: Path, *options: str) -> str:
    """Import and return what the command says; raises CommandError when it is refused."""
    out = StringIO()
    call_command("import_data", str(path), *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def refusal(path: Path, *options: str) -> str:
    """Everything that the command says is wrong."""
    errors = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_data", str(path), *options, stdout=StringIO(), stderr=errors)
    assert refused.value.returncode == 1
    return errors.getvalue() + str(refused.value)
