"""Registering a family with its members on one page."""

from typing import Any

from django import forms
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Municipality, User
from families.forms.fields import (
    CodeChoiceField,
    PastDateField,
    ask_again,
    hidden_id,
    sent_before,
)
from families.likeness import SimilarFamily, similar_families
from families.models import Family

from ..models import Mediator
from ..services.families import register_for_mediator
from .families import FamilyFactsForm
from .members import MOST_MEMBERS, MemberFormSet, as_typed, was_shown

GIVEN, REFUSED, NOT_ASKED = "given", "refused", "not_asked"


class FamilyCreateForm(FamilyFactsForm):
    """The family itself, and whether it agreed to the work."""

    id = hidden_id()
    registered_on = PastDateField(label=_("Registered on"), initial=timezone.localdate)
    consent = forms.ChoiceField(
        label=_("Does the family agree that you keep its case here?"),
        choices=[(GIVEN, _("Yes")), (REFUSED, _("No")), (NOT_ASKED, _("Not asked yet"))],
        initial=NOT_ASKED,
        widget=forms.RadioSelect,
    )
    consent_form = CodeChoiceField(
        "consent_form",
        label=_("How it was given"),
        required=False,
        empty=_("Choose"),
        help_text=_("Only when you have asked."),
    )
    register_anyway = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("consent") in (GIVEN, REFUSED) and not cleaned.get("consent_form"):
            self.add_error("consent_form", _("Say how the answer was given."))
        return cleaned

    def answer(self) -> dict[str, Any] | None:
        """The answer about case work as `record_consent` takes it, None when nobody asked."""
        if self.cleaned_data["consent"] == NOT_ASKED:
            return None
        is_refused = self.cleaned_data["consent"] == REFUSED
        return {"is_refused": is_refused, "form": self.cleaned_data["consent_form"]}


class Registration:
    """The page's form and its rows of members, checked and saved together.

    ``similar`` holds the families that must be looked at before this one is registered.
    """

    def __init__(self, data: QueryDict | None, *, user: User) -> None:
        self.user = user
        self.form = FamilyCreateForm(data, user=user)
        self.formset: Any = MemberFormSet(data, prefix="members")
        self.similar: list[SimilarFamily] = []

    @property
    def municipalities(self) -> QuerySet[Municipality]:
        """Where the mediator is assigned and may register families."""
        return self.form.fields["municipality"].queryset

    @property
    def has_room(self) -> bool:
        return len(self.formset.forms) < MOST_MEMBERS

    def with_rows_changed(self, *, without: str = "") -> "Registration":
        """The same page with what was typed, unchecked, and one row more or less.

        ``without`` is the number of the row to take away, as the button sends it; without it a
        row is added.
        """
        changed = Registration(None, user=self.user)
        changed.form = FamilyCreateForm(user=self.user, initial=as_typed(self.form))
        rows = [as_typed(row) for row in self.formset.forms]
        if without.isdecimal() and int(without) < len(rows):
            rows.pop(int(without))
        if not without or not rows:
            rows.append({})
        changed.formset = MemberFormSet(prefix="members", initial=rows)
        changed.formset.extra = len(rows[:MOST_MEMBERS])
        return changed

    def is_valid(self) -> bool:
        is_valid = self.form.is_valid() & self.formset.is_valid()
        if registered_on := self.form.cleaned_data.get("registered_on"):
            for row in self.formset.filled:
                row.refuse_birth_after(registered_on, _("This is after the day of registration."))
        return is_valid and not self.formset.total_error_count()

    def registered_already(self) -> Family | None:
        """The family that this very page has registered before, when it was sent twice."""
        made = Family.objects.editable_by(self.user).filter(registered_by=self.user)
        return sent_before(self.form, made)

    def may_be_saved(self) -> bool:
        """Whether all is right and every similar family was looked at."""
        if not self.is_valid():
            return False
        self.similar = similar_families(
            self.user,
            family_name=self.form.cleaned_data["family_name"],
            members=self.formset.members(),
        )
        return was_shown(self.similar, self.form.cleaned_data["register_anyway"])

    def save(self) -> Family | None:
        """Register the family; None, with a message on the page, when its id is taken."""
        form = self.form
        try:
            return register_for_mediator(
                Mediator.objects.get(user=self.user),
                by=self.user,
                family_id=form.cleaned_data["id"],
                registered_on=form.cleaned_data["registered_on"],
                consent=form.answer(),
                members=self.formset.members(),
                **form.facts(),
            )
        except IntegrityError:
            if not Family.objects.filter(pk=form.cleaned_data["id"]).exists():
                raise
            if (made := self.registered_already()) is None:
                ask_again(form)
            return made
