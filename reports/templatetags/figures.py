"""How numbers of figures are written on a page."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports.figures import Figure
from reports.suppression import minimum
from reports.wording import number_text

register = template.Library()


@register.filter
def told(value: int | None) -> str | SafeString:
    """The number with its thousands apart, or the mark of a hidden one."""
    if value is None:
        return format_html('<span class="hidden-value">{}</span>', _("hidden"))
    return number_text(value)


@register.filter
def headline(figure: Figure) -> str:
    """The total; of families or persons too few to be told, what they are fewer than."""
    if figure.total is not None:
        return number_text(figure.total)
    indicator = figure.query.indicator
    if indicator.protects == indicator.counts and not figure.query.by:
        return f"<{minimum(figure.query.audience)}"
    return _("hidden")
