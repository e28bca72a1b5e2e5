"""One import from the first row to the last: everything is written, or nothing is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from django.db import transaction

from accounts import audit
from accounts.models import Municipality

from .faults import Fault, Refused, Unreadable, nearest
from .sheet import SHEETS, Counts, Sheet, registered_sheets
from .tables import Source, Table, open_source

BATCH = 500
MOST_FAULTS = 1_000

T = TypeVar("T")
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Result:
    """What an import did, or would do."""

    counts: dict[str, Counts]
    not_built: list[str]  # sheets of the format that this installation cannot take yet
    passed_over: list[str]  # files that are no sheets

    @property
    def total(self) -> Counts:
        """All sheets together."""
        every = self.counts.values()
        return Counts(
            sum(each.new for each in every),
            sum(each.changed for each in every),
            sum(each.unchanged for each in every),
        )


def import_path(
    path: Path,
    *,
    dry_run: bool = False,
    progress: Progress = lambda sheet, rows: None,
) -> Result:
    """Import a folder of CSV files or a workbook; raises `Refused` with everything wrong in it.

    Rows are matched by ``ref``. With ``dry_run`` all is done but kept.
    """
    try:
        source = open_source(path)
    except Unreadable as unreadable:
        raise Refused(list(unreadable.faults)) from unreadable
    return Import(source, progress=progress).write(dry_run=dry_run)


class Import:
    """The import that is under way: its sheets, and the faults found so far."""

    def __init__(self, source: Source, *, progress: Progress) -> None:
        self.by = None  # what nobody recorded came from a file
        self.progress = progress
        self.faults: list[Fault] = []
        self.faults_found = 0
        self.passed_over = source.passed_over
        tables = {table.name: table for table in source.tables}
        takes = registered_sheets()
        self.tables = {name: tables[name] for name in takes if name in tables}
        self.sheets: dict[str, Sheet] = {name: takes[name](self) for name in self.tables}
        self.not_built = [name for name in SHEETS if name in tables and name not in takes]
        for name in tables:
            if name not in SHEETS:
                reason = f"There is no such sheet.{nearest(name, SHEETS)}"
                self.add_fault(Fault(name, 0, "", reason))

    @cached_property
    def municipalities(self) -> dict[str, Municipality]:
        """All municipalities by code."""
        return {municipality.pk: municipality for municipality in Municipality.objects.all()}

    def add_fault(self, fault: Fault) -> None:
        self.faults_found += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)

    def has_failed(self, sheet: str, ref: str) -> bool:
        """Whether the row ``ref`` may be missing only because its sheet has a fault."""
        taken = self.sheets.get(sheet)
        return taken is not None and (ref in taken.broken or not taken.is_complete)

    def write(self, *, dry_run: bool) -> Result:
        """Take every sheet; raise `Refused`, with nothing written, when anything is wrong."""
        with transaction.atomic():
            for name, sheet in self.sheets.items():
                self._take(sheet, self.tables[name])
            for sheet in self.sheets.values():
                sheet.finish()
            if self.faults:
                raise self._refused()
            counts = {name: sheet.counts for name, sheet in self.sheets.items()}
            audit.record(
                audit.Action.IMPORTED,
                by=self.by,
                rows={name: asdict(count) for name, count in counts.items()},
            )
            if dry_run:
                transaction.set_rollback(True)
        return Result(counts, self.not_built, self.passed_over)

    def _take(self, sheet: Sheet, table: Table) -> None:
        done = 0
        try:
            for rows in batched(sheet.read(table.rows()), BATCH):
                sheet.take(rows)
                sheet.broken |= {row.key for row in rows if not sheet.is_sound(row)}
                done += len(rows)
                self.progress(sheet.name, done)
            sheet.is_complete = True
        except Unreadable as unreadable:
            for fault in unreadable.faults:
                self.add_fault(fault)

    def _refused(self) -> Refused:
        order = {name: position for position, name in enumerate(SHEETS)}
        faults = sorted(
            self.faults, key=lambda fault: (order.get(fault.sheet, -1), fault.sheet, fault.row)
        )
        return Refused(faults, self.faults_found - len(faults))


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of ``size``; those before a place where reading ends are not lost."""
    batch: list[T] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == size:
                yield batch
                batch = []
    except Unreadable:
        yield batch
        raise
    yield batch
