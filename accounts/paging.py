"""Long lists a page at a time, by the last row seen: no counting, no offsets."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50


@dataclass(frozen=True)
class Page:
    """The rows of one page and the addresses of its neighbours, empty at either end."""

    rows: list[Any]
    newer_url: str
    older_url: str


def page_of(request: HttpRequest, rows: QuerySet, *order: str, size: int = PAGE_SIZE) -> Page:
    """The page of ``rows`` that the address asks for.

    ``order`` ends with the pk and runs one way throughout, such as ``"-at", "-pk"``. The
    address names a row by its id, never by what it is sorted by; an id that makes no sense, or
    is not among ``rows``, gives the first page.
    """
    anchor = _anchor(rows, request.GET.get("newer") or request.GET.get("older"), order)
    backwards = anchor is not None and "newer" in request.GET
    if anchor is not None:
        rows = rows.filter(_beyond(anchor, order, backwards=backwards))
    rows = rows.order_by(*order)
    found = list((rows.reverse() if backwards else rows)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_newer = more if backwards else anchor is not None
    has_older = backwards or more
    return Page(
        rows=found,
        newer_url=_url(request, "newer", found[0]) if found and has_newer else "",
        older_url=_url(request, "older", found[-1]) if found and has_older else "",
    )


def _anchor(rows: QuerySet, pk: str | None, order: tuple[str, ...]) -> dict[str, Any] | None:
    if not pk:
        return None
    try:
        return rows.filter(pk=pk).values(*(name.lstrip("-") for name in order)).first()
    except (ValidationError, ValueError, OverflowError):
        return None


def _beyond(anchor: dict[str, Any], order: tuple[str, ...], *, backwards: bool) -> Q:
    """Rows that come after the anchor, or before it when going backwards."""
    step = "lt" if order[0].startswith("-") != backwards else "gt"
    beyond, equal = Q(pk__in=()), Q()
    for name in (name.lstrip("-") for name in order):
        beyond |= equal & Q(**{f"{name}__{step}": anchor[name]})
        equal &= Q(**{name: anchor[name]})
    return beyond


def _url(request: HttpRequest, way: str, edge: Any) -> str:
    query = request.GET.copy()
    query.pop("newer", None)
    query.pop("older", None)
    query[way] = str(edge.pk)
    return f"?{query.urlencode()}"
