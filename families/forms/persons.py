"""Moving a person to another family, and leaving one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from ..models import Family, Person
from ..services import leave_family, move_person
from ..vault import Names
from .fields import CodeChoiceField, PastDateField


class PersonMoveForm(forms.Form):
    """To which of the user's families a person moved, and when."""

    fields: dict[str, Any]
    family = forms.ModelChoiceField(
        Family.objects.none(), label=_("New family"), empty_label=_("Choose a family")
    )
    moved_on = PastDateField(
        label=_("Since when"),
        initial=timezone.localdate,
        help_text=_("The first day in the new family."),
    )
    household_role = CodeChoiceField(
        "household_role", label=_("Role in the new household"), initial="unknown"
    )

    def __init__(
        self, *args: Any, families: list[Family], names: Names, person: Person, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        field = self.fields["family"]
        # The present family is not offered; sent again after the move, it is understood.
        field.queryset = Family.objects.filter(
            pk__in=[person.family_id, *(family.pk for family in families)]
        )
        field.choices = [
            ("", field.empty_label),
            *((family.pk, _label(family, names)) for family in families),
        ]

    def save(self, *, by: User) -> bool:
        """Move the person, or put the reason why not at the field and return False."""
        try:
            move_person(
                self.person,
                self.cleaned_data["family"],
                moved_on=self.cleaned_data["moved_on"],
                household_role=self.cleaned_data["household_role"],
                by=by,
            )
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors

    @property
    def is_done(self) -> bool:
        """Whether the person already belongs to this family since that day: sent twice."""
        present = self.person.memberships.latest("joined_on")
        return (present.family_id, present.joined_on, present.left_on) == (
            self.cleaned_data["family"].pk,
            self.cleaned_data["moved_on"],
            None,
        )


class PersonLeaveForm(forms.Form):
    left_on = PastDateField(label=_("Last day in the family"), initial=timezone.localdate)

    def save(self, person: Person, *, by: User) -> bool:
        """End the membership, or put the reason why not at the field and return False."""
        try:
            leave_family(person, left_on=self.cleaned_data["left_on"], by=by)
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors


def _label(family: Family, names: Names) -> str:
    name = names.of_family(family)
    return name if name == family.code else f"{name} · {family.code}"
