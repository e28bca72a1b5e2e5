"""What a coordinator keeps of a mediator: the facts, and where they are assigned."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.choices import InstitutionField, RowField
from accounts.models import Institution, Municipality, Role, User

from ..models import Assignment, Mediator
from .fields import DayField


class MediatorForm(forms.ModelForm):
    """Certificate, code of ethics, employer and mentor of one mediator."""

    fields: dict[str, Any]

    certified_on = DayField(label=_("Certified on"), required=False)
    ethics_accepted_on = DayField(label=_("Code of ethics accepted on"), required=False)
    employer = InstitutionField(
        Institution.objects.none(),
        label=_("Employer"),
        required=False,
        empty_label=_("Not recorded"),
    )
    mentor = RowField(
        User.objects.none(), label=_("Mentor"), required=False, empty_label=_("No mentor")
    )

    class Meta:
        model = Mediator
        fields = ["certified_on", "ethics_accepted_on", "employer", "mentor"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        employers = Institution.objects.current().select_related("municipality")
        mentors = User.objects.filter(role=Role.MENTOR, is_active=True)
        # Whoever it is now stays on offer.
        self.fields["employer"].queryset = employers | employers.model.objects.filter(
            pk=self.instance.employer_id
        )
        self.fields["mentor"].queryset = mentors | User.objects.filter(pk=self.instance.mentor_id)

    def clean(self) -> dict[str, Any]:
        for name in ("certified_on", "ethics_accepted_on"):
            day = self.cleaned_data.get(name)
            if day and day > timezone.localdate():
                self.add_error(name, _("This day is still to come."))
        return self.cleaned_data


class AssignmentForm(forms.ModelForm):
    """A municipality that ``mediator`` is appointed to, from a day on."""

    fields: dict[str, Any]

    municipality = RowField(
        Municipality.objects.none(),
        label=_("Municipality"),
        empty_label=_("Choose a municipality"),
    )
    started_on = DayField(label=_("From"), initial=timezone.localdate)
    ended_on = DayField(label=_("Last day, if it is known"), required=False)

    class Meta:
        model = Assignment
        fields = ["municipality", "started_on", "ended_on"]

    def __init__(self, *args: Any, mediator: Mediator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.mediator = mediator
        self.fields["municipality"].queryset = Municipality.objects.current()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        start, end = data.get("started_on"), data.get("ended_on")
        if start and end and end < start:
            raise ValidationError({"ended_on": _("The last day is before the first.")})
        if start and data.get("municipality"):
            there = self.instance.mediator.assignments.filter(municipality=data["municipality"])
            if there.overlapping(start, end or start.max).exists():
                raise ValidationError(
                    {"municipality": _("The mediator is assigned there already in this time.")}
                )
        return data


class AssignmentEndForm(forms.Form):
    """The last day of an assignment."""

    ended_on = DayField(label=_("Last day"), initial=timezone.localdate)

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment = assignment

    def clean_ended_on(self) -> Any:
        day = self.cleaned_data["ended_on"]
        if day < self.assignment.started_on:
            raise ValidationError(_("The assignment began later than this day."))
        return day
