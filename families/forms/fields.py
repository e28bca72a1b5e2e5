"""Fields that several forms of families share: days, phone numbers, ids made by the page."""

import json
import uuid
from datetime import date
from functools import partial
from typing import Any, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.crypto import blind_index
from accounts.models import code_choices

EARLIEST_WORK = date(1990, 1, 1)
EARLIEST_BIRTH = date(1880, 1, 1)
M = TypeVar("M", bound=Model)
NAME_LENGTH, PHONE_LENGTH, ADDRESS_LENGTH = 100, 60, 300


class PastDateField(forms.DateField):
    """A day that has already come; ``earliest`` guards against a mistyped year."""

    default_error_messages = {
        "future": _("This date is in the future."),
        "too_early": _("Please check the year: %(year)s is too early."),
    }

    def __init__(self, *, earliest: date = EARLIEST_WORK, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)
        self.earliest = earliest

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and value > timezone.localdate():
            raise ValidationError(self.error_messages["future"], code="future")
        if value and value < self.earliest:
            raise ValidationError(
                self.error_messages["too_early"], code="too_early", params={"year": value.year}
            )


class CodeChoiceField(forms.ChoiceField):
    """A choice from a code list; ``empty`` is the text of the first, empty choice, if any."""

    def __init__(self, list_name: str, *, empty: Any = None, **kwargs: Any) -> None:
        self.list_name, self.empty = list_name, empty
        super().__init__(choices=partial(_listed, list_name, empty), **kwargs)

    def keep(self, code: str) -> None:
        """Offer ``code``, which a row already has, even when it is retired."""
        self.choices = _listed(self.list_name, self.empty, keep=code)


def _listed(list_name: str, empty: Any, keep: str = "") -> list[tuple[str, Any]]:
    return ([] if empty is None else [("", empty)]) + code_choices(list_name, keep=keep)


def hidden_id() -> forms.UUIDField:
    """The id of what the page will make, so that sending the page twice makes it once."""
    return forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


def sent_before(form: forms.Form, made: QuerySet[M]) -> M | None:
    """The row of ``made`` that has the id made by the form's page."""
    try:
        return made.filter(pk=form.fields["id"].clean(form["id"].data)).first()
    except forms.ValidationError:
        return None


def ask_again(form: forms.Form) -> None:
    """Give the page a new id, since its own is taken, and ask for one more press."""
    put(form, "id", str(uuid.uuid4()))
    form.add_error(None, _("This page was open for too long. Please send it once more."))


def put(form: forms.Form, name: str, value: str) -> None:
    """Let a form that was sent carry another value in a hidden field when it is shown again."""
    data = cast("QueryDict", form.data).copy()
    data[form.add_prefix(name)] = value
    form.data = data


class PrivateField(forms.CharField):
    """One line that a shared phone must not remember; too long a text is refused, never cut."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: the browser would cut a pasted text in silence."""
        attributes = super().widget_attrs(widget)
        attributes.pop("maxlength", None)
        return attributes


class StoredMeanwhile(forms.Form):
    """A form that notices when somebody else changed the record while the page was open.

    ``stored`` holds the record's present values by field name. The page carries a keyed digest
    of the values it showed; when they are no longer the stored ones, nothing is saved, what was
    typed stays, and ``stored_instead`` says what is stored now, field by field. Sent once more,
    the form overwrites knowingly.
    """

    based_on = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, stored: dict[str, Any], **kwargs: Any) -> None:
        self.stored = stored
        self.digest = blind_index(json.dumps(stored, default=str, sort_keys=True))
        self.stored_instead: list[tuple[Any, str]] = []
        kwargs["initial"] = stored | {"based_on": self.digest}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("based_on") == self.digest:
            return cleaned
        self.stored_instead = [
            (self.fields[name].label, self._shown(name, value))
            for name, value in self.stored.items()
            if name in cleaned and self.fields[name].has_changed(value, self._typed(name))
        ]
        if self.stored_instead:
            put(self, "based_on", self.digest)
            raise ValidationError(
                _("Somebody changed this while the page was open. Nothing was saved yet.")
            )
        return cleaned

    def _typed(self, name: str) -> Any:
        return self[name].data

    def _shown(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if isinstance(value, date):
            return date_format(value)
        labels = {str(key): str(label) for key, label in getattr(self.fields[name], "choices", ())}
        values = value if isinstance(value, list) else [value]
        texts = [labels.get(str(one), str(one)) for one in values if one not in (None, "")]
        return ", ".join(texts) or "–"
