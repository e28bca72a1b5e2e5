"""Looking through an XLSX workbook before it is opened: a zip file may be larger than it seems.

The library that reads workbooks holds a sheet's whole rectangle in memory and turns error cells
into empty ones, so both are looked for here, piece by piece.
"""

import html
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from .faults import Fault, Unreadable

PARTS = 1_000  # files in the zip
EXPANSION = 10  # times the largest file: what all of it may come to when unpacked
RECTANGLE = 20_000_000  # cells between the first and the last one of a sheet
PIECE = 1_000_000
LONGEST_TAG = 500

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>')
ERROR = re.compile(rb'\bt="e"')
SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")


def check_workbook(path: Path, not_a_workbook: str) -> None:
    """Raise `Unreadable` when the file is no workbook, unpacks to too much, or holds errors."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, path.name, not_a_workbook)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        # RuntimeError covers parts that are encrypted or packed in a way we do not know.
        raise Unreadable(Fault("", 0, "", not_a_workbook)) from error


def _check_archive(archive: zipfile.ZipFile, name: str, not_a_workbook: str) -> None:
    parts = archive.infolist()
    if not {WORKBOOK, RELATIONS} <= {part.filename for part in parts}:
        raise Unreadable(Fault("", 0, "", not_a_workbook))
    left = settings.IMPORT_MAX_MB * 1_000_000 * EXPANSION
    too_much = Unreadable(
        Fault("", 0, "", f"{name} unpacks to more than {left // 1_000_000:,} MB. Divide it.")
    )
    if len(parts) > PARTS or sum(part.file_size for part in parts) > left:
        raise too_much
    faults: list[Fault] = []
    names = _sheet_names(archive, left)
    for part in parts:
        part.file_size = left + PIECE  # what a zip says of itself is not believed: count
        look = _Look(names.get(part.filename, ""))
        for piece in _pieces(archive, part):
            left -= len(piece)
            if left <= 0:
                raise too_much
            if look.sheet:
                look.at(piece)
        faults += look.faults()
    if faults:
        raise Unreadable(*faults)


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as file:
        while piece := file.read(PIECE):
            yield piece


class _Look:
    """What one sheet's XML shows while it passes by: its extent, and cells with errors."""

    def __init__(self, sheet: str) -> None:
        self.sheet, self.tail = sheet, b""
        self.rows = self.columns = 0
        self.errors: list[tuple[int, str]] = []

    def at(self, piece: bytes) -> None:
        text, end = self.tail + piece, 0
        for cell in CELL.finditer(text):
            end = cell.end()
            if cell[0].endswith(b"/>"):
                continue
            letters, row = cell[1].decode(), int(cell[2])
            self.rows = max(self.rows, row)
            self.columns = max(self.columns, _column_number(letters))
            if ERROR.search(cell[0]):
                self.errors.append((row, letters))
        self.tail = text[max(end, len(text) - LONGEST_TAG) :]

    def faults(self) -> list[Fault]:
        if self.rows * self.columns > RECTANGLE:
            reason = f"reaches down to row {self.rows} and over {self.columns} columns. Clear them."
            return [Fault(self.sheet, 0, "", reason)]
        reason = "holds the error of a formula, such as #REF!."
        return [Fault(self.sheet, row, letters, reason) for row, letters in self.errors]


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _sheet_names(archive: zipfile.ZipFile, most: int) -> dict[str, str]:
    """The names people see, by the part of the zip in which the sheet is kept."""

    def text_of(name: str) -> str:
        with archive.open(name) as file:
            return file.read(min(most, PIECE)).decode(errors="replace")

    def attribute(tag: str, name: str) -> str:
        found = re.search(rf'\b{name}="([^"]*)"', tag)
        return html.unescape(found[1]) if found else ""

    targets = {
        attribute(tag, "Id"): posixpath.normpath(
            posixpath.join("/xl", attribute(tag, "Target"))
        ).lstrip("/")
        for tag in RELATION.findall(text_of(RELATIONS))
    }
    return {
        targets.get(attribute(tag, "r:id"), ""): attribute(tag, "name")
        for tag in SHEET.findall(text_of(WORKBOOK))
    }
