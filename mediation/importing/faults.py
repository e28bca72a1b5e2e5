"""What is wrong with the files, in words by which a coordinator can mend them."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SHOWN = 60  # characters of a cell that a fault quotes
FEW = 20  # allowed values that a fault lists in full


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where (row 1 is the header; 0 is the sheet as a whole), and why."""

    sheet: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = [self.sheet] if self.sheet else []
        where += [f"row {self.row}"] if self.row else []
        where += [f"column {self.column}"] if self.column else []
        return f"{', '.join(where)}: {self.reason}" if where else self.reason


class WrongCell(Exception):
    """A cell cannot be read; the text says why."""


class Unreadable(Exception):
    """A file or sheet cannot be read (on); holds one fault or more."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


class Refused(Exception):
    """The import was refused and nothing was written; ``faults`` in the order of the sheets.

    ``uncounted`` faults more were found than are kept here.
    """

    def __init__(self, faults: list[Fault], uncounted: int = 0) -> None:
        super().__init__("; ".join(map(str, faults[:3])))
        self.faults, self.uncounted = faults, uncounted

    @property
    def total(self) -> int:
        return len(self.faults) + self.uncounted


def quoted(text: str) -> str:
    """The text as a fault quotes it: on one line, and not longer than can be read."""
    flat = "".join(letter if letter.isprintable() else "·" for letter in text)
    return f"“{flat[: SHOWN - 1]}…”" if len(flat) > SHOWN else f"“{flat}”"


def nearest(text: str, allowed: Iterable[str], names: Mapping[str, str] | None = None) -> str:
    """A sentence that names the allowed values most like ``text``; all of them when few.

    ``names`` gives other spellings, and how the value they stand for is shown.
    """
    values = {value: value for value in allowed}
    by_form = {
        spelling.casefold(): shown for spelling, shown in (values | dict(names or {})).items()
    }
    forms = difflib.get_close_matches(text[:SHOWN].casefold(), by_form, n=3, cutoff=0.5)
    if alike := dict.fromkeys(by_form[form] for form in forms):
        return f" Did you mean {' or '.join(alike)}?"
    return f" Allowed: {', '.join(sorted(values))}." if 0 < len(values) <= FEW else ""
