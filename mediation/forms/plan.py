"""Planning a visit: when, how and what for."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from families.models import Family

from ..models import Mediator, Visit
from ..visit_content import VisitContent
from ..visit_rules import faults_of
from .adjustments import choices_with
from .fields import NOTE_LENGTH, ClockField, DayField, PickField, TextField
from .visit_values import Values, first_values


class PlanForm(forms.Form):
    """A visit to ``family`` that is still to come, new or (``before``) planned earlier."""

    fields: dict[str, Any]

    visit = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    date = DayField(label=_("Date"))
    started_at = ClockField(label=_("Time"))
    mode = PickField(label=_("How you will meet"))
    note = TextField(label=_("What for"), max_length=NOTE_LENGTH)

    def __init__(
        self,
        *args: Any,
        family: Family,
        mediator: Mediator,
        before: VisitContent | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.family, self.mediator, self.before = family, mediator, before
        self.fields["mode"].choices = choices_with("visit_mode", {before.mode} if before else ())

    def clean(self) -> dict[str, Any]:
        if not {"date", "mode", "started_at", "note"} & set(self.errors):
            self.content = self._content(self.cleaned_data)
            for field, told in faults_of(
                self.content, self.family, before=self.before, name_of=str
            ):
                self.add_error(field, told)
        return self.cleaned_data

    def _content(self, data: dict[str, Any]) -> VisitContent:
        plan = {name: data[name] for name in ("date", "started_at", "mode", "note")}
        plan["status"] = Visit.Status.PLANNED
        if self.before:
            return replace(self.before, **plan, confidential_note=None)
        return VisitContent(family=self.family.pk, mediator=self.mediator.pk, **plan)


def first_plan(mediator: Mediator) -> Values:
    """A new plan: tomorrow, and how this mediator last met a family."""
    return {
        "visit": uuid.uuid4(),
        "date": timezone.localdate() + timedelta(days=1),
        "mode": first_values(mediator)["mode"],
    }


def plan_values(visit: Visit) -> Values:
    """The plan as stored."""
    return {
        "visit": visit.pk,
        "version": visit.version,
        "date": visit.date,
        "started_at": visit.started_at,
        "mode": visit.mode,
        "note": visit.note,
    }
