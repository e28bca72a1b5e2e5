"""Finding people and institutions of the portal by what somebody types."""

import unicodedata
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def folded(text: str) -> str:
    """The text without case, accents and doubled spaces: “Jānis ” and “janis” are the same."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def matching(rows: QuerySet[M], text: str, *fields: str) -> QuerySet[M]:
    """Rows whose fields together hold every word of ``text``; all rows when it is empty.

    Compared in Python, alike on every database, so for lists of some thousands: users,
    institutions. Families are found by families.search.
    """
    words = folded(text).split()
    if not words:
        return rows
    found = [
        pk
        for pk, *values in rows.order_by().values_list("pk", *fields)
        if all(word in folded(" ".join(values)) for word in words)
    ]
    return rows.filter(pk__in=found)
