"""The one sentence that says what a report's period came to."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from .wording import number_text


def headline(totals: Mapping | None) -> dict[str, int]:
    """The totals of an official set of figures, by indicator; nothing where there is none."""
    figures = totals["indicators"] if totals else []
    return {figure["code"]: figure["total"] for figure in figures}


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
        % {"count": number_text(mediators)},
        # Translators: second part of "5 mediators co-operated with 134 families and assisted …"
        "families": ngettext("with %(count)s family", "with %(count)s families", families)
        % {"count": number_text(families)},
        # Translators: last part of "5 mediators co-operated with 134 families and assisted …"
        "persons": ngettext(
            "and assisted %(count)s person", "and assisted %(count)s persons", persons
        )
        % {"count": number_text(persons)},
    }
    # Translators: a whole sentence, made of its three parts
    return _("%(mediators)s %(families)s %(persons)s.") % clauses


def cover_sentences(totals: Mapping) -> list[tuple[str, str, str]]:
    """The sentence in every language of the portal: code, name of the language, sentence."""
    sentences = []
    for code, name in settings.LANGUAGES:
        with override(code):
            sentences.append((code, name, cover_sentence(totals)))
    return sentences
