"""The visit form: what a mediator writes down after seeing a family."""

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from families.models import Family

from ..models import Mediator, Visit
from ..models.visits import MINUTES_PER_DAY
from ..visit_content import AssistanceContent, VisitContent
from ..visit_rules import faults_of
from .adjustments import Adjustment, AdjustmentsField, choices_with, plain_help
from .fields import NOTE_LENGTH, ClockField, DayField, PickField, TextField, TicksField
from .visit_offer import VisitOffer

MINUTE_PICKS = (15, 30, 45, 60, 90)
OTHER = "other"  # the pick that opens a field of its own
RULED_BY = {"visit", "result", "date", "present", "assisted", "topics", "co_mediators"}
EMPTY: dict[str, Any] = {
    "mode": "",
    "adjustments": [],
    "done_steps": [],
    "started_at": None,
    "note": "",
    "next_step": "",
}
NOT_A_MEMBER = {"invalid_choice": gettext_lazy("Somebody here does not belong to the family.")}


class VisitForm(forms.Form):
    """One visit to ``family``: a new one, or one written before (``before``).

    ``mediator`` answers for the visit. With ``as_draft`` the form takes what there is: only
    what cannot be stored at all is an error.
    """

    fields: dict[str, Any]

    visit = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    result = PickField(
        required=False,
        label=gettext_lazy("How it went"),
        choices=[
            (Visit.Status.CONFIRMED, gettext_lazy("Met the family")),
            (Visit.Status.NO_CONTACT, gettext_lazy("No contact made")),
        ],
    )
    present = TicksField(label=gettext_lazy("Present"), error_messages=NOT_A_MEMBER)
    assisted = TicksField(label=gettext_lazy("Assisted"), error_messages=NOT_A_MEMBER)
    topics = TicksField(label=gettext_lazy("Topics"))
    adjustments = AdjustmentsField()
    mode = PickField(label=gettext_lazy("How you met"))
    date = DayField(label=gettext_lazy("Date"))
    started_at = ClockField(label=gettext_lazy("Start time"))
    minutes = forms.CharField(
        label=gettext_lazy("Minutes"), required=False, widget=forms.RadioSelect
    )
    minutes_other = forms.IntegerField(
        label=gettext_lazy("Other number of minutes"),
        required=False,
        min_value=1,
        max_value=MINUTES_PER_DAY,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"max_value": gettext_lazy("A day has no more than 1440 minutes.")},
    )
    co_mediators = TicksField(
        label=gettext_lazy("Mediators who were with you"),
        error_messages={
            "invalid_choice": gettext_lazy(
                "Somebody here was not a mediator of this municipality on that day."
            )
        },
    )
    note = TextField(label=gettext_lazy("Note"), max_length=NOTE_LENGTH, rows=4)
    confidential_note = TextField(label=gettext_lazy("Confidential note"), max_length=NOTE_LENGTH)
    done_steps = TicksField(
        label=gettext_lazy("Done with this visit"),
        error_messages={"invalid_choice": gettext_lazy("This next step is not open any more.")},
    )
    next_step = TextField(label=gettext_lazy("Next step"), max_length=500, rows=2)
    next_step_when = forms.CharField(
        label=gettext_lazy("When"), required=False, widget=forms.RadioSelect
    )
    next_step_on = DayField(label=gettext_lazy("Other date"), required=False)

    def __init__(
        self,
        *args: Any,
        user: User,
        family: Family,
        mediator: Mediator,
        before: VisitContent | None = None,
        sees_confidential: bool = True,
        as_draft: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.family, self.mediator = family, mediator
        self.before, self.as_draft = before, as_draft
        if not sees_confidential:
            del self.fields["confidential_note"]
        for name in ("date", "mode"):
            self.fields[name].required = not as_draft
        self.fields["date"].widget.attrs |= {
            "min": family.registered_on.isoformat(),
            "max": timezone.localdate().isoformat(),
        }
        self.offer = VisitOffer(
            user, family, mediator, self.typed_date or timezone.localdate(), before
        )
        self._offer_choices()

    def _offer_choices(self) -> None:
        offer, fields = self.offer, self.fields
        rows = self.before.assistance if self.before else ()
        modes = {self.before.mode} if self.before else ()
        fields["present"].choices = fields["assisted"].choices = offer.people_choices
        fields["topics"].choices = choices_with("topic", {row.topic for row in rows})
        fields["mode"].choices = choices_with("visit_mode", modes)
        fields["co_mediators"].choices = offer.colleague_choices
        fields["done_steps"].choices = offer.step_choices
        fields["adjustments"].kept = tuple(Adjustment.of(row) for row in rows)
        fields["adjustments"].institution_ids = offer.institution_ids

    @property
    def typed_date(self) -> datetime.date | None:
        try:
            return self.fields["date"].clean(self["date"].value())
        except ValidationError:
            return None

    # -- reading what was typed ----------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data["minutes"] = self._minutes(data)
        data["next_step_on"] = self._next_step_on(data)
        if not RULED_BY & set(self.errors):
            self.content = self._content(data)
            for field, told in faults_of(
                self.content, self.family, before=self.before, name_of=self.offer.name_of
            ):
                self._add_fault(self._shown_at(field), told)
        return data

    def _add_fault(self, field: str, told: str) -> None:
        if field in ("present", "assisted", "adjustments") or field not in self.errors:
            self.add_error(field, told)

    def _shown_at(self, field: str) -> str:
        """Where people look for a fault: at the pick, or at the field that it opened."""
        if field == "next_step_on" and self["next_step_when"].value() != OTHER:
            return "next_step_when"
        if field == "minutes" and self["minutes"].value() == OTHER:
            return "minutes_other"
        return field

    def _minutes(self, data: dict[str, Any]) -> int | None:
        picked = data.get("minutes", "")
        if picked == OTHER:
            return data.get("minutes_other")
        self.errors.pop("minutes_other", None)  # a field that is not open says nothing
        try:
            return self.fields["minutes_other"].clean(picked)
        except ValidationError as error:
            self.add_error("minutes", error)
            return None

    def _next_step_on(self, data: dict[str, Any]) -> datetime.date | None:
        picked = data.get("next_step_when", "")
        if picked == OTHER:
            if not data.get("next_step_on") and "next_step_on" not in self.errors:
                self.add_error("next_step_on", _("Give the date."))
            return data.get("next_step_on")
        self.errors.pop("next_step_on", None)
        try:
            return datetime.date.fromisoformat(picked) if picked else None
        except ValueError:
            self.add_error("next_step_when", _("Choose one of the dates."))
            return None

    def _content(self, data: dict[str, Any]) -> VisitContent:
        """The visit as typed; a field with a fault of its own counts as empty."""
        data = EMPTY | data
        result = data["result"] or Visit.Status.CONFIRMED
        is_met = self.as_draft or result == Visit.Status.CONFIRMED
        assistance = self._assistance(data) if is_met else ()
        present = {*data["present"], *data["assisted"]} if is_met else ()
        return VisitContent(
            family=self.family.pk,
            mediator=self.mediator.pk,
            date=data["date"] or timezone.localdate(),
            mode=data["mode"] or self.fields["mode"].choices[0][0],
            status=Visit.Status.DRAFT if self.as_draft else result,
            minutes=(data["minutes"] or 0) if is_met else 0,
            started_at=data["started_at"],
            co_mediators=tuple(
                UUID(pk) for pk in data["co_mediators"] if pk != str(self.mediator.pk)
            ),
            present=tuple(UUID(pk) for pk in present),
            assistance=assistance,
            note=data["note"],
            confidential_note=data.get("confidential_note"),
            next_step=data["next_step"],
            next_step_on=data["next_step_on"],
            unfinished=self._unfinished(data, assistance, result) if is_met else (),
        )

    def _assistance(self, data: dict[str, Any]) -> tuple[AssistanceContent, ...]:
        """What was ticked holds for everybody assisted, but for what was adjusted."""
        adjusted: dict[tuple[str, str], list[Adjustment]] = {}
        for line in data["adjustments"]:
            adjusted.setdefault(line.pair, []).append(line)
        return tuple(
            AssistanceContent(
                person=UUID(person),
                topic=topic,
                action=line.action,
                outcome=line.outcome,
                institution=UUID(line.institution) if line.institution else None,
            )
            for person in data["assisted"]
            for topic in data["topics"]
            for line in adjusted.get((person, topic), [plain_help(person, topic)])
            if line.action
        )

    def _unfinished(
        self, data: dict[str, Any], assistance: tuple[AssistanceContent, ...], result: str
    ) -> tuple[str, ...]:
        """Ticks that are not assistance: the rules refuse them, a draft brings them back."""
        helped, topics = {str(row.person) for row in assistance}, {row.topic for row in assistance}
        return (
            *(f"assisted:{pk}" for pk in data["assisted"] if pk not in helped),
            *(f"topic:{code}" for code in data["topics"] if code not in topics),
            *([f"result:{result}"] if result != Visit.Status.CONFIRMED else []),
            *(f"done:{pk}" for pk in data["done_steps"] if self.as_draft),
        )

    def forgive(self) -> None:
        """Show the form as it is so far, without a word about what is missing."""
        self.full_clean()
        self.errors.clear()
