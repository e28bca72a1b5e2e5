"""The one sentence that says what a report's period came to."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override


def headline(totals: Mapping) -> dict[str, int]:
    """The totals of an official set of figures, by indicator."""
    return {figure["code"]: figure["total"] for figure in totals["indicators"]}


def cover_sentence(totals: Mapping) -> str:
    """What was done, in the language of the page; every number brings its own plural."""
    found = headline(totals)
    if not found["visits"]:
        return _("No visits were recorded in this period.")
    mediators = found["mediators_active"]
    families = found["families_reached"]
    persons = found["persons_assisted"]
    clauses = {
        # Translators: first part of "5 mediators co-operated with 134 families and assisted …"
        "mediators": ngettext(
            "%(count)s mediator co-operated", "%(count)s mediators co-operated", mediators
        )
        % {"count": _written(mediators)},
        # Translators: second part of "5 mediators co-operated with 134 families and assisted …"
        "families": ngettext("with %(count)s family", "with %(count)s families", families)
        % {"count": _written(families)},
        # Translators: last part of "5 mediators co-operated with 134 families and assisted …"
        "persons": ngettext(
            "and assisted %(count)s person", "and assisted %(count)s persons", persons
        )
        % {"count": _written(persons)},
    }
    # Translators: a whole sentence, made of its three parts
    return _("%(mediators)s %(families)s %(persons)s.") % clauses


def _written(number: int) -> str:
    return number_format(number, force_grouping=True)


def cover_sentences(totals: Mapping) -> list[tuple[str, str, str]]:
    """The sentence in every language of the portal: code, name of the language, sentence."""
    sentences = []
    for code, name in settings.LANGUAGES:
        with override(code):
            sentences.append((code, name, cover_sentence(totals)))
    return sentences
