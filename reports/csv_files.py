"""CSV files that open well in Excel and do nothing there."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# A cell that begins with one of these is a formula to a spreadsheet program.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: object) -> object:
    """The value as a cell that no spreadsheet program executes; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence]) -> HttpResponse:
    """A download of the rows as UTF-8 with a byte order mark, which Excel needs."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in (header, *rows):
        writer.writerow([neutral(value) for value in row])
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
