"""What is known of a family's member, one by one and in rows."""

from datetime import date
from typing import Any

from django import forms
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from families.forms.fields import (
    EARLIEST_BIRTH,
    NAME_LENGTH,
    PHONE_LENGTH,
    CodeChoiceField,
    PastDateField,
    PrivateField,
    StoredMeanwhile,
    ask_again,
    hidden_id,
    sent_before,
)
from families.likeness import SimilarFamily, similar_families
from families.models import Family, Membership, Person
from families.services import NewMember, add_member
from families.vault import Names

MOST_MEMBERS = 30


def was_shown(similar: list[SimilarFamily], register_anyway: str) -> bool:
    """Whether the writer ticked *register anyway* having seen all of ``similar``."""
    return {str(one.family.pk) for one in similar} <= set(register_anyway.split())


class MemberForm(forms.Form):
    """A member as a mediator knows them: a given name at least, the rest may be unknown."""

    fields: dict[str, Any]
    given_name = PrivateField(label=_("Given name"), max_length=NAME_LENGTH)
    family_name = PrivateField(label=_("Family name"), max_length=NAME_LENGTH, required=False)
    sex = CodeChoiceField("sex", label=_("Sex"), initial="unknown")
    household_role = CodeChoiceField("household_role", label=_("Role"), initial="unknown")
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the year with four digits.")},
    )
    birth_year_estimated = forms.BooleanField(label=_("About that year"), required=False)
    birth_date = PastDateField(label=_("Date of birth"), required=False, earliest=EARLIEST_BIRTH)
    phone = PrivateField(label=_("Telephone"), max_length=PHONE_LENGTH, required=False)
    is_guardian = forms.BooleanField(label=_("Guardian of the children"), required=False)

    def clean_birth_year(self) -> int | None:
        year = self.cleaned_data["birth_year"]
        if year and year > timezone.localdate().year:
            raise forms.ValidationError(_("This year is in the future."))
        if year is not None and year < EARLIEST_BIRTH.year:
            raise forms.ValidationError(_("Write the year with four digits."))
        return year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        born, year = cleaned.get("birth_date"), cleaned.get("birth_year")
        if born and year and born.year != year:
            self.add_error("birth_year", _("This is not the year of the date of birth."))
        if cleaned.get("birth_year_estimated") and not (
            born or year or "birth_year" in self.errors
        ):
            self.add_error("birth_year", _("Write the year that you estimate."))
        return cleaned

    def refuse_birth_after(self, day: date, message: Any) -> None:
        """Put ``message`` at what was said of the birth when it is later than ``day``."""
        cleaned = getattr(self, "cleaned_data", {})
        born, year = cleaned.get("birth_date"), cleaned.get("birth_year")
        if born and born > day:
            self.add_error("birth_date", message)
        elif year and year > day.year:
            self.add_error("birth_year", message)

    @property
    def has_details(self) -> bool:
        """Whether the fields that are folded away hold something to look at."""
        names = ("birth_year_estimated", "birth_date", "phone", "is_guardian")
        return any(self[name].errors or self[name].value() for name in names)

    def member(self) -> NewMember:
        known = NewMember.__dataclass_fields__
        return NewMember(**{k: v for k, v in self.cleaned_data.items() if k in known})


class BaseMemberFormSet(forms.BaseFormSet):
    def initial_form_count(self) -> int:
        """None: a row that was added and left empty is never required."""
        return 0

    def clean(self) -> None:
        if self.filled:
            return
        nobody = forms.ValidationError(_("A family needs at least one member."))
        if not self.forms:
            raise nobody
        self.forms[0].add_error("given_name", nobody)

    @property
    def filled(self) -> list[MemberForm]:
        """The rows in which something was written."""
        return [form for form in self.forms if form.has_changed()]

    def members(self) -> list[NewMember]:
        return [form.member() for form in self.filled]


MemberFormSet = forms.formset_factory(
    MemberForm,
    formset=BaseMemberFormSet,
    extra=1,
    max_num=MOST_MEMBERS,
    absolute_max=MOST_MEMBERS,
    validate_max=True,
)


def as_typed(form: forms.BaseForm) -> dict[str, Any]:
    """What was typed into a form, unchecked, so that it can be shown again without complaints."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


class PersonCreateForm(MemberForm):
    """One more member of a family that is already registered.

    ``similar`` holds the families that must be looked at before the person is registered.
    """

    id = hidden_id()
    joined_on = PastDateField(
        label=_("Belongs to the family since"),
        initial=timezone.localdate,
        help_text=_("Visits from this day on can name the person."),
    )
    register_anyway = forms.CharField(required=False)

    def __init__(self, *args: Any, user: User, family: Family, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.family = user, family
        self.similar: list[SimilarFamily] = []

    def clean_joined_on(self) -> date:
        joined_on = self.cleaned_data["joined_on"]
        if joined_on < self.family.registered_on:
            raise forms.ValidationError(_("The family was registered later than this date."))
        return joined_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if joined_on := cleaned.get("joined_on"):
            self.refuse_birth_after(joined_on, _("This is after the day of joining the family."))
        if self.family.closed_on:
            raise forms.ValidationError(_("This family is closed. Reopen it first."))
        return cleaned

    def registered_already(self) -> Person | None:
        """The member that this very page has registered before, when it was sent twice."""
        return sent_before(self, Person.objects.editable_by(self.user).filter(family=self.family))

    def may_be_saved(self) -> bool:
        """Whether all is right and every similar family was looked at."""
        if not self.is_valid():
            return False
        self.similar = similar_families(self.user, members=[self.member()])
        return was_shown(self.similar, self.cleaned_data["register_anyway"])

    def save(self) -> Person | None:
        """Register the member; None, with a message on the page, when the id is taken."""
        values = self.cleaned_data
        try:
            return add_member(
                self.family,
                self.member(),
                joined_on=values["joined_on"],
                by=self.user,
                person_id=values["id"],
            )
        except IntegrityError:
            if not Person.objects.filter(pk=values["id"]).exists():
                raise
            if (made := self.registered_already()) is None:
                ask_again(self)
            return made


def stored_member(person: Person, membership: Membership, names: Names) -> dict[str, Any]:
    """What is stored of a person, by the fields of the form."""
    identity = names.persons.get(person.pk)
    return {
        "given_name": identity.given_name if identity else "",
        "family_name": identity.family_name if identity else "",
        "sex": person.sex,
        "household_role": membership.household_role,
        "birth_year": person.birth_year,
        "birth_year_estimated": person.birth_year_estimated,
        "birth_date": date.fromisoformat(identity.birth_date)
        if identity and identity.birth_date
        else None,
        "phone": identity.phone if identity else "",
        "is_guardian": membership.is_guardian,
    }


class PersonEditForm(MemberForm, StoredMeanwhile):
    """Correcting a person; notices when somebody else did so meanwhile."""

    def __init__(
        self, *args: Any, person: Person, membership: Membership, names: Names, **kwargs: Any
    ) -> None:
        super().__init__(*args, stored=stored_member(person, membership, names), **kwargs)
        for name in ("sex", "household_role"):
            self.fields[name].keep(self.stored[name])
