"""Sheets: what one may hold, and which of them this installation can import.

An app adds a sheet by writing a `Sheet` and marking it with `register`; its module is imported
by the app's `AppConfig.ready`. Sheets are taken in the order of `SHEETS`, so that whatever a
row refers to has been written before it.
"""

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models

from accounts import audit
from accounts.models import Municipality

from .cells import CONTROL, Row, tidy
from .faults import Fault, Unreadable, WrongCell, nearest, quoted
from .tables import Rows

if TYPE_CHECKING:
    from .run import Import

M = TypeVar("M", bound=models.Model)

# Every sheet of the format. Assistance stands before visits: it is kept until its visit comes.
SHEETS = (
    "institutions",
    "mediators",
    "families",
    "persons",
    "assistance",
    "visits",
    "referrals",
    "school",
    "enrolments",
    "activities",
    "participations",
    "headcounts",
    "surveys",
    "commitments",
)
_registered: dict[str, type["Sheet"]] = {}
S = TypeVar("S", bound=type["Sheet"])


def register(sheet: S) -> S:
    """Let the import take this sheet."""
    if sheet.name not in SHEETS:
        raise ValueError(f"{sheet.name} is not a sheet of the format")
    _registered[sheet.name] = sheet
    return sheet


def registered_sheets() -> dict[str, type["Sheet"]]:
    """The sheets that can be imported, by name, in the order in which they are taken."""
    return {name: _registered[name] for name in SHEETS if name in _registered}


@dataclasses.dataclass
class Counts:
    """How many rows of a sheet are new, change something, or say what is known already."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return f"{self.new:,} new, {self.changed:,} changed, {self.unchanged:,} unchanged"


class Sheet:
    """One sheet of one import: reads its rows, checks them and writes those that are sound.

    A subclass states ``name`` and ``row`` (a dataclass whose fields are made by `column`) and
    writes `take`. Whatever it writes is undone when any sheet has a fault.
    """

    name: ClassVar[str]
    row: ClassVar[type[Row]]

    def __init__(self, run: "Import") -> None:
        self.run = run
        self.counts = Counts()
        self.faulty: set[int] = set()  # numbers of rows with faults
        self.broken: set[Any] = set()  # their keys: to refer to one is not another fault
        self.is_complete = False
        self.seen: dict[Any, int] = {}
        self.start()

    @classmethod
    def columns(cls) -> dict[str, dataclasses.Field]:
        return {field.name: field for field in dataclasses.fields(cls.row) if field.metadata}

    def start(self) -> None:
        """Make ready what the sheet remembers from row to row."""

    def take(self, rows: list[Any]) -> None:
        """Check these rows against what is known, and write the sound ones."""
        raise NotImplementedError

    def finish(self) -> None:
        """Do what can only be done when every sheet has been taken."""

    # -- faults

    def fault(self, row: int, column: str, reason: str) -> None:
        self.faulty.add(row)
        self.run.add_fault(Fault(self.name, row, column, reason))

    def is_sound(self, row: Row) -> bool:
        return row.number not in self.faulty

    def refer(
        self, row: Row, column: str, ref: str | None, known: dict[str, M], sheet: str
    ) -> M | None:
        """The object that a cell refers to; None, and a fault, when nobody knows it."""
        if not ref or ref in known:
            return known[ref] if ref else None
        if self.run.has_failed(sheet, ref):
            self.faulty.add(row.number)  # the cause is listed already
        else:
            where = f"neither in the sheet {sheet} nor in the database"
            self.fault(row.number, column, f"{quoted(ref)} is {where}.")
        return None

    def refer_to_municipality(
        self, row: Row, code: str | None, column: str = "municipality"
    ) -> Municipality | None:
        """The municipality with this code; None, and a fault, when there is none."""
        municipality = self.run.municipalities.get(code or "")
        if code and municipality is None:
            known = self.run.municipalities
            names = {each.name_lv: f"{each.pk} ({each.name_lv})" for each in known.values()}
            reason = f"{quoted(code)} is not a municipality.{nearest(code, known, names)}"
            self.fault(row.number, column, reason)
        return municipality

    # -- reading

    def read(self, rows: Rows) -> Iterable[Row]:
        """Yield each row that is not empty, with a fault for each cell that cannot be read."""
        numbered = iter(rows)
        number, header = next(numbered, (1, []))
        positions = self._positions(number, [tidy(name) for name in header])
        width = len(header)
        for number, cells in numbered:
            texts = [tidy(text) for text in cells]
            if not any(texts):
                continue
            if len(texts) < width or any(texts[width:]):
                reason = f"has {len(texts)} cells, but the header has {width}."
                self.fault(number, "", reason)
                self.broken |= {text for text in texts[:1] if text}
                continue
            row = self._parsed(number, {name: texts[at] for name, at in positions.items()})
            if not self.is_repeated(row):
                yield row

    def _positions(self, number: int, header: list[str]) -> dict[str, int]:
        """The position of each column; raises `Unreadable` when the header is not the sheet's."""
        columns = self.columns()
        faults = []
        if len(header) == 1 and header[0] not in columns:
            for separator, name in ((";", "semicolons"), ("\t", "tabs")):
                if separator in header[0]:
                    reason = f"The columns are separated by {name}; save the file with commas."
                    raise Unreadable(Fault(self.name, 1, "", reason))
        if number != 1 or not any(header):
            reason = f"The first row must name the columns: {', '.join(columns)}."
            raise Unreadable(Fault(self.name, 1, "", reason))
        for name in dict.fromkeys(header):
            if name and name not in columns:
                reason = f"This column is unknown.{nearest(name, columns)}"
                faults.append(Fault(self.name, 1, name[:60], reason))
            elif name and header.count(name) > 1:
                faults.append(Fault(self.name, 1, name, "This column stands here twice."))
        faults += [
            Fault(self.name, 1, name, "This column is missing.")
            for name in columns
            if name not in header
        ]
        if faults:
            raise Unreadable(*faults)
        return {name: header.index(name) for name in columns}

    def _parsed(self, number: int, texts: dict[str, str]) -> Row:
        values = {}
        for name, column in self.columns().items():
            values[name] = column.default
            try:
                if texts[name]:
                    values[name] = self._value(column, texts[name])
                elif column.metadata["required"]:
                    self.fault(number, name, "is empty, but it is needed.")
            except WrongCell as wrong:
                self.fault(number, name, str(wrong))
        return self.row(number=number, **values)

    @staticmethod
    def _value(column: dataclasses.Field, text: str) -> Any:
        if CONTROL.search(text):
            raise WrongCell("holds a character that is no text.")
        return column.metadata["read"](text)

    def is_repeated(self, row: Row) -> bool:
        """Whether the row's reference stood in the sheet before; that is a fault."""
        first = self.seen.setdefault(row.key, row.number) if row.key else row.number
        if first == row.number:
            return False
        self.fault(row.number, "ref", f"{quoted(str(row.key))} stands in row {first} already.")
        return True

    # -- writing

    def update(self, obj: models.Model, **known: Any) -> bool:
        """Write what the row knows and the object does not say yet; return whether it changed.

        Empty cells are unknown, and never erase what is known.
        """
        new = {
            name: value
            for name, value in known.items()
            if value not in (None, "", (), []) and getattr(obj, name) != value
        }
        if new:
            for name, value in new.items():
                setattr(obj, name, value)
            obj.save(update_fields=list(new))
            audit.record(audit.Action.CHANGED, by=self.run.by, obj=obj, columns=sorted(new))
        return bool(new)

    def count(self, *, changed: bool) -> None:
        if changed:
            self.counts.changed += 1
        else:
            self.counts.unchanged += 1
