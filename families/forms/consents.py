"""Recording and withdrawing what a family, or a member, agreed to."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User

from ..models import Consent, Family, Person
from ..services import record_consent, withdraw_consent
from ..vault import Names
from .fields import CodeChoiceField, PastDateField, ask_again, hidden_id, sent_before

GIVEN, REFUSED = "given", "refused"
ANSWERS = [(GIVEN, _("Given")), (REFUSED, _("Refused"))]


class ConsentForm(forms.Form):
    """One answer for one purpose; a refusal is recorded too."""

    fields: dict[str, Any]
    id = hidden_id()
    answer = forms.ChoiceField(
        label=_("Answer"), choices=ANSWERS, initial=GIVEN, widget=forms.RadioSelect
    )
    purpose = CodeChoiceField("consent_purpose", label=_("Purpose"))
    institution = forms.ModelChoiceField(
        Institution.objects.none(),
        required=False,
        label=_("Institution"),
        empty_label=_("None"),
        help_text=_("Only for sharing: with whom."),
    )
    person = forms.ModelChoiceField(
        Person.objects.none(),
        required=False,
        label=_("For whom"),
        empty_label=_("The whole family"),
    )
    form = CodeChoiceField("consent_form", label=_("How it was given"))
    legal_basis = CodeChoiceField("legal_basis", label=_("Legal basis"), initial="consent")
    language = CodeChoiceField(
        "contact_language", label=_("Language used"), required=False, empty=_("Not recorded")
    )
    given_on = PastDateField(label=_("Date of the answer"), initial=timezone.localdate)
    expires_on = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("Leave empty when it has no end."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, user: User, family: Family, names: Names, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.family = user, family
        self.fields["institution"].queryset = Institution.objects.current().serving(
            [family.municipality_id]
        )
        person = self.fields["person"]
        person.queryset = Person.objects.editable_by(user).unmerged().filter(family=family)
        person.label_from_instance = names.of_person

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        shares = cleaned.get("purpose") == "share_institution"
        if shares and not cleaned.get("institution"):
            self.add_error("institution", _("Say with which institution."))
        if cleaned.get("purpose") and not shares and cleaned.get("institution"):
            self.add_error("institution", _("An institution is named only for sharing with it."))
        given_on, expires_on = cleaned.get("given_on"), cleaned.get("expires_on")
        if given_on and expires_on and expires_on < given_on:
            self.add_error("expires_on", _("This is before the date of the answer."))
        return cleaned

    def save(self) -> Consent | None:
        """Record the answer, once however often it is sent.

        None, with a message on the page, when the id is taken.
        """
        values = dict(self.cleaned_data)
        consent_id, answer = values.pop("id"), values.pop("answer")
        try:
            return record_consent(
                self.family,
                by=self.user,
                consent_id=consent_id,
                is_refused=answer == REFUSED,
                **values,
            )
        except IntegrityError:
            if not Consent.objects.filter(pk=consent_id).exists():
                raise
            made = Consent.objects.editable_by(self.user).filter(family=self.family)
            if (consent := sent_before(self, made)) is None:
                ask_again(self)
            return consent


class ConsentWithdrawForm(forms.Form):
    withdrawn_on = PastDateField(label=_("Withdrawn on"), initial=timezone.localdate)

    def save(self, consent: Consent, *, by: User) -> bool:
        """Withdraw, or put the reason why not at the field and return False."""
        try:
            withdraw_consent(consent, by=by, withdrawn_on=self.cleaned_data["withdrawn_on"])
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors
