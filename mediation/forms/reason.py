"""Why something that stays on record no longer counts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import TextField

REASON_LENGTH = 500


class ReasonForm(forms.Form):
    """A sentence of explanation, asked for where ``is_required``."""

    reason = TextField(label=_("Reason"), max_length=REASON_LENGTH)

    def __init__(self, *args: Any, is_required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_required
