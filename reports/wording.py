"""Counted things in words, in the language of the page."""

from django.utils.formats import number_format
from django.utils.translation import ngettext

from .indicators import Indicator


def number_text(value: int) -> str:
    """The number as the language of the page writes it, with its thousands apart."""
    return number_format(value, use_l10n=True, force_grouping=True)


def things(indicator: Indicator, count: int) -> str:
    """So many of what the indicator counts, such as *12 families*."""
    text = {
        "family": ngettext("%(count)s family", "%(count)s families", count),
        "person": ngettext("%(count)s person", "%(count)s persons", count),
        "visit": ngettext("%(count)s visit", "%(count)s visits", count),
        "minutes": ngettext("%(count)s minute", "%(count)s minutes", count),
        "mediator": ngettext("%(count)s mediator", "%(count)s mediators", count),
    }[indicator.unit]
    return text % {"count": number_text(count)}


def in_several_rows(indicator: Indicator, count: int) -> str:
    """The sentence about what stands in more than one row."""
    text = {
        "family": ngettext(
            "%(count)s family stands in more than one row.",
            "%(count)s families stand in more than one row.",
            count,
        ),
        "person": ngettext(
            "%(count)s person stands in more than one row.",
            "%(count)s persons stand in more than one row.",
            count,
        ),
        "visit": ngettext(
            "%(count)s visit stands in more than one row.",
            "%(count)s visits stand in more than one row.",
            count,
        ),
        "minutes": ngettext(
            "%(count)s minute is of visits that stand in more than one row.",
            "%(count)s minutes are of visits that stand in more than one row.",
            count,
        ),
        "mediator": ngettext(
            "%(count)s mediator stands in more than one row.",
            "%(count)s mediators stand in more than one row.",
            count,
        ),
    }[indicator.unit]
    return text % {"count": number_text(count)}


def in_no_row(indicator: Indicator, count: int) -> str:
    """The sentence about what the rows leave out."""
    text = {
        "family": ngettext(
            "%(count)s family stands in no row.",
            "%(count)s families stand in no row.",
            count,
        ),
        "person": ngettext(
            "%(count)s person stands in no row.",
            "%(count)s persons stand in no row.",
            count,
        ),
        "visit": ngettext(
            "%(count)s visit stands in no row.",
            "%(count)s visits stand in no row.",
            count,
        ),
        "minutes": ngettext(
            "%(count)s minute is of visits that stand in no row.",
            "%(count)s minutes are of visits that stand in no row.",
            count,
        ),
        "mediator": ngettext(
            "%(count)s mediator stands in no row.",
            "%(count)s mediators stand in no row.",
            count,
        ),
    }[indicator.unit]
    return text % {"count": number_text(count)}
