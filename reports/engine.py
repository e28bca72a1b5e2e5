"""One number, one rule: every figure on a page, in a file or in a report comes from `count`.

The counting itself is done by a backend: today in SQL on the records themselves. Tables of
prepared sums can stand in its place, as long as they give the same tally.
"""

from typing import Protocol

from django.utils.translation import gettext as _

from .counting import RecordCounter
from .figures import Figure, FigureError, Query, Tally
from .indicators import INDICATORS, Indicator
from .slices import SLICES, is_value
from .suppression import as_told

# Raised when the meaning of a figure changes; every published report carries it.
RULE_VERSION = "1"
AUDIENCES = ("internal", "partner", "public")
MOST_SLICES = 2


class Backend(Protocol):
    """Counts; knows nothing of who reads the figure."""

    def tally(self, query: Query) -> Tally:
        """Count the query exactly."""


backend: Backend = RecordCounter()


def count(query: Query) -> Figure:
    """Answer the query as its audience may read it; raises `FigureError` with a sentence."""
    check(query)
    return as_told(query, backend.tally(query))


def indicator_of(code: str) -> Indicator:
    """The indicator with this code; raises `FigureError` when there is none."""
    if code not in INDICATORS:
        raise FigureError(
            _("There is no indicator “%(code)s”. Known are: %(known)s.")
            % {"code": code, "known": ", ".join(INDICATORS)}
        )
    return INDICATORS[code]


def check_slices(codes: tuple[str, ...]) -> None:
    """Raise `FigureError` unless these are one or two different slices that exist."""
    for code in codes:
        if code not in SLICES:
            raise FigureError(
                _("There is no slice “%(code)s”. Known are: %(known)s.")
                % {"code": code, "known": ", ".join(SLICES)}
            )
    if len(codes) > MOST_SLICES:
        raise FigureError(_("A figure is sliced by two slices at most."))
    if len(set(codes)) < len(codes):
        raise FigureError(_("The two slices must differ."))


def applies(indicator: Indicator, slices: tuple[str, ...]) -> bool:
    """Whether the indicator can be sliced, or narrowed, by all of these."""
    return all(code in indicator.slices for code in slices)


def check(query: Query) -> None:
    """Raise `FigureError` with a sentence for a query that has no answer."""
    check_slices(query.by)
    for code in (*query.by, *dict(query.where)):
        if not applies(query.indicator, (code,)):
            raise FigureError(
                _("“%(indicator)s” cannot be sliced by “%(slice)s”.")
                % {"indicator": query.indicator.code, "slice": code}
            )
    for code, values in query.where:
        for value in values:
            if not is_value(code, value):
                raise FigureError(
                    _("There is no %(slice)s “%(value)s”.") % {"slice": code, "value": value}
                )
    if query.audience not in AUDIENCES:
        raise FigureError(
            _("There is no audience “%(audience)s”. Known are: %(known)s.")
            % {"audience": query.audience, "known": ", ".join(AUDIENCES)}
        )
    if not query.is_exact:
        _check_for_others(query)


def _check_for_others(query: Query) -> None:
    if not query.period.is_whole_months:
        raise FigureError(
            _("For partners and the public a period is made of whole calendar months.")
        )
    if set(dict(query.where)) - {"municipality"}:
        raise FigureError(
            _("For partners and the public figures can be narrowed to a municipality only.")
        )
