"""Asking to see a family's names, with a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import IdentityAccess

SHORTEST_REASON = 10
LONGEST_REASON = IdentityAccess._meta.get_field("reason").max_length


class NamesRequestForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you need the names?"),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        help_text=_("For the record. Please write no names here."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
