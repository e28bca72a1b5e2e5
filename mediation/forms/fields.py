"""Fields that the forms of this app share, in the look of docs/look.md."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 20_000

NOT_IN_LIST = {"invalid_choice": _("“%(value)s” is not in the list of values.")}


class TextField(forms.CharField):
    """Several lines of text; too long a text is refused with a sentence, never cut."""

    def __init__(self, *, max_length: int, rows: int = 3, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        told = _("This has %(show_value)d characters; at most %(limit_value)d can be kept.")
        super().__init__(
            max_length=max_length,
            widget=widget,
            error_messages={"max_length": told},
            **{"required": False, **kwargs},
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: the browser would cut a pasted text in silence."""
        attributes = super().widget_attrs(widget)
        attributes.pop("maxlength", None)
        return attributes

    def to_python(self, value: Any) -> str:
        """The text with the line ends that Python writes, however the browser sent them."""
        return (super().to_python(value) or "").replace("\r\n", "\n")


class DayField(forms.DateField):
    """A calendar date, in the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **kwargs)


class ClockField(forms.TimeField):
    """A time of day, in the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(widget=widget, **{"required": False, **kwargs})


class TicksField(forms.MultipleChoiceField):
    """Any number of values, each with its own box."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", NOT_IN_LIST)
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class PickField(forms.ChoiceField):
    """Exactly one value, all of them in sight."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.RadioSelect, error_messages=NOT_IN_LIST, **kwargs)
