"""Reading cells: from the text that stands in one to a value, or to a sentence about the fault.

A row of a sheet is a dataclass whose fields are made by `column`; each names the function that
reads its cell. Cells reach these functions stripped and never empty: empty means unknown.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import codes_of

from .faults import WrongCell, nearest, quoted

Read = Callable[[str], Any]

REF_LENGTH = 64
EARLIEST = date(1880, 1, 1)
LATEST = date(2199, 12, 31)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LINE_BREAK = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a sheet; ``number`` is the one people see, the header being row 1."""

    number: int

    @property
    def key(self) -> Any:
        """What may stand only once in the sheet: the row's own reference."""
        return getattr(self, "ref", None)


def column(read: Read, *, required: bool = False, default: Any = None) -> Any:
    """A column of a sheet; an empty cell gives ``default``, or a fault when it is required."""
    return dataclasses.field(default=default, metadata={"read": read, "required": required})


def tidy(text: str) -> str:
    """The text of a cell without blanks around it, its letters composed the usual way."""
    return unicodedata.normalize("NFC", text).strip().strip(INVISIBLE).strip()


def reference(text: str) -> str:
    """The reference of a row: short, on one line, and without the separator of lists."""
    if ";" in text:
        raise WrongCell(f"{quoted(text)} holds “;”, but only one reference can stand here.")
    return one_line(REF_LENGTH)(text)


def one_line(longest: int) -> Read:
    """Text of one line."""

    def read(text: str) -> str:
        if LINE_BREAK.search(text):
            raise WrongCell(f"{quoted(text)} has a line break.")
        return any_text(longest)(text)

    return read


def any_text(longest: int) -> Read:
    """Text that may have several lines."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise WrongCell(
                f"is {len(text):,} characters long; the longest allowed is {longest:,}."
            )
        return text

    return read


def code(list_name: str) -> Read:
    """A code of a list; retired ones are allowed, since the records may be old."""

    def read(text: str) -> str:
        codes = codes_of(list_name)
        if text not in codes:
            known = nearest(text, codes)
            raise WrongCell(f"{quoted(text)} is not a code of the list {list_name}.{known}")
        return codes[text].code  # the list's own text: a hundred thousand rows share it

    return read


def several(read_one: Read) -> Read:
    """Several values, separated by semicolons."""

    def read(text: str) -> tuple:
        values = [read_one(part) for part in map(tidy, text.split(";")) if part]
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise WrongCell(f"{quoted(twice)} stands here twice.")
        return tuple(values)

    return read


def day(text: str) -> date:
    """A calendar date, written year-month-day."""
    if not ISO_DATE.fullmatch(text):
        raise WrongCell(f"{quoted(text)} is not a date. Write it like 2018-03-31.")
    try:
        value = date.fromisoformat(text)
    except ValueError:
        raise WrongCell(f"{quoted(text)} is not a day of the calendar.") from None
    if not EARLIEST <= value <= LATEST:
        raise WrongCell(f"{quoted(text)} is too far from our time.")
    return value


def past_day(text: str) -> date:
    """A calendar date that is not after today."""
    value = day(text)
    if value > timezone.localdate():
        raise WrongCell(f"{quoted(text)} is in the future.")
    return value


def whole_number(lowest: int, highest: int) -> Read:
    """A whole number between two bounds."""

    def read(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise WrongCell(f"{quoted(text)} is not a whole number.")
        if not lowest <= int(text) <= highest:
            raise WrongCell(f"{text} is not between {lowest} and {highest}.")
        return int(text)

    return read


def birth_year(text: str) -> int:
    """The year in which somebody living today, or not long ago, was born."""
    return whole_number(EARLIEST.year, timezone.localdate().year)(text)


def email(text: str) -> str:
    """An e-mail address, in lower case as people sign in with it."""
    address = text.lower()
    try:
        validate_email(address)
    except ValidationError:
        raise WrongCell(f"{quoted(text)} is not an e-mail address.") from None
    if len(address) > 254:
        raise WrongCell("is longer than an e-mail address can be.")
    return address
