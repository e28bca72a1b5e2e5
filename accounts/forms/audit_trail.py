"""What the page of the audit trail shows."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent, User

from .choices import RowField
from .places import DateInput


def kinds() -> dict[str, str]:
    """What each kind of record of ours is called, by the name under which the trail knows it."""
    return {
        model.__name__.lower(): capfirst(str(model._meta.verbose_name))
        for model in apps.get_models()
        if not model.__module__.startswith(("django.", "allauth."))
    }


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class AuditFilter(forms.Form):
    """Who, what, on which kind of record, when; the state stands in the address."""

    actor = RowField(User.objects.all(), required=False, label=_("Who"), empty_label=_("Anybody"))
    action = forms.ChoiceField(
        required=False, label=_("What"), choices=[("", _("Anything")), *AuditEvent.Action.choices]
    )
    kind = forms.ChoiceField(
        required=False,
        label=_("Kind of record"),
        choices=lambda: [("", _("Any")), *sorted(kinds().items(), key=lambda kind: kind[1])],
    )
    start = forms.DateField(required=False, label=_("From"), widget=DateInput)
    end = forms.DateField(required=False, label=_("To"), widget=DateInput)
    record = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean(self) -> None:
        super().clean()
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start and end and start > end:
            self.add_error("end", _("The last day is before the first."))

    def narrow(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """The events that a valid form asks for; both days are included."""
        chosen = self.cleaned_data
        conditions = {
            "actor": chosen["actor"],
            "action": chosen["action"],
            "object_type": chosen["kind"],
            "object_id": chosen["record"],
            "at__gte": chosen["start"] and _midnight(chosen["start"]),
            "at__lt": chosen["end"] and _midnight(chosen["end"] + timedelta(days=1)),
        }
        return events.filter(**{name: value for name, value in conditions.items() if value})
