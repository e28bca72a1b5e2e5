"""Families on a mediator's desk: finding them, registering, correcting, closing."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Municipality, Place, User, code_choices
from families.forms.fields import (
    ADDRESS_LENGTH,
    NAME_LENGTH,
    PHONE_LENGTH,
    CodeChoiceField,
    PastDateField,
    PrivateField,
    StoredMeanwhile,
)
from families.models import Family
from families.models.families import FamilyQuerySet
from families.services import change_family, close_family
from families.vault import Names

from ..models import Assignment

OPEN, CLOSED, ALL = "open", "closed", "all"
LONGEST_SEARCH, MOST_WORDS = 80, 6


class FamilyFilterForm(forms.Form):
    """Which families a list shows; what is not understood is left out."""

    fields: dict[str, Any]
    status = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[(OPEN, _("Open")), (CLOSED, _("Closed")), (ALL, _("All"))],
    )
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)

    def __init__(self, data: Mapping[str, Any], *, user: User) -> None:
        super().__init__(data)
        here = Family.objects.visible_to(user).filter(municipality=OuterRef("pk"))
        municipalities = Municipality.objects.filter(Exists(here))
        self.fields["municipality"].choices = [
            ("", _("All municipalities")),
            *((municipality.pk, municipality.name) for municipality in municipalities),
        ]
        self.is_valid()
        self.chosen_status = self.cleaned_data.get("status") or OPEN
        self.chosen_municipality = self.cleaned_data.get("municipality", "")

    @property
    def statuses(self) -> list[dict[str, Any]]:
        """The states to choose from, each with the address that shows it."""
        return [
            {
                "label": label,
                "address": self._address(status),
                "is_chosen": status == self.chosen_status,
            }
            for status, label in self.fields["status"].choices
        ]

    def _address(self, status: str) -> str:
        chosen = {
            "status": "" if status == OPEN else status,
            "municipality": self.chosen_municipality,
        }
        return "?" + urlencode({name: value for name, value in chosen.items() if value})

    @property
    def has_municipalities(self) -> bool:
        """Whether there is anything to choose from."""
        return len(self.fields["municipality"].choices) > 2

    @property
    def is_usual(self) -> bool:
        """Whether the list shows what it shows when nothing is chosen."""
        return self.chosen_status == OPEN and not self.chosen_municipality

    def narrow(self, families: FamilyQuerySet) -> FamilyQuerySet:
        """Only the families that were asked for."""
        if self.chosen_status != ALL:
            families = families.filter(closed_on__isnull=self.chosen_status == OPEN)
        if self.chosen_municipality:
            families = families.filter(municipality=self.chosen_municipality)
        return families


class FamilySearchForm(forms.Form):
    """A name or code as typed; it is posted, so that it never stands in an address."""

    text = forms.CharField(
        label=_("Find a family"),
        max_length=LONGEST_SEARCH,
        error_messages={"required": _("Write a name or a code.")},
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, user: User) -> None:
        super().__init__(*args)
        text = self.fields["text"]
        if user.role in access.FINDS_BY_NAME:
            text.help_text = _("A name, with or without diacritics, or a code such as JEL-0042.")
        else:
            text.help_text = _("A code such as JEL-0042. Names are not shown to you here.")

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if len(text.split()) > MOST_WORDS:
            raise ValidationError(_("Write at most %d words.") % MOST_WORDS)
        return text


def assigned_municipalities(user: User) -> Any:
    """The municipalities to which a mediator is assigned today."""
    current = Assignment.objects.current().filter(mediator__user=user)
    return Municipality.objects.filter(pk__in=current.values("municipality"))


class GroupedPlaces(forms.models.ModelChoiceIterator):
    """Places under the name of their municipality, which alone would not tell two apart."""

    def __iter__(self) -> Any:
        yield ("", self.field.empty_label)
        groups: dict[str, list] = {}
        for place in self.queryset.select_related("municipality"):
            groups.setdefault(place.municipality.name, []).append((place.pk, place.name))
        yield from groups.items()


class PlaceField(forms.ModelChoiceField):
    iterator = GroupedPlaces


class FamilyFactsForm(forms.Form):
    """What is known of a family, by name and as work."""

    fields: dict[str, Any]
    family_name = PrivateField(label=_("Family name"), max_length=NAME_LENGTH)
    municipality = forms.ModelChoiceField(
        Municipality.objects.none(), label=_("Municipality"), empty_label=None
    )
    place = PlaceField(
        Place.objects.none(),
        label=_("Town or parish"),
        required=False,
        empty_label=_("Not recorded"),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken with the family"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    address = PrivateField(label=_("Address"), max_length=ADDRESS_LENGTH, required=False)
    phone = PrivateField(label=_("Telephone"), max_length=PHONE_LENGTH, required=False)

    def __init__(self, *args: Any, user: User, family: Family | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        municipalities = assigned_municipalities(user)
        if family:
            municipalities |= Municipality.objects.filter(pk=family.municipality_id)
        self.fields["municipality"].queryset = municipalities
        self.fields["place"].queryset = Place.objects.filter(municipality__in=municipalities)
        self.fields["languages"].choices = code_choices("contact_language")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        place, municipality = cleaned.get("place"), cleaned.get("municipality")
        if place and municipality and place.municipality_id != municipality.pk:
            self.add_error(
                "place",
                _("%(place)s is not in %(municipality)s.")
                % {"place": place, "municipality": municipality},
            )
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The values as the services take them."""
        names = ("municipality", "place", "languages", "family_name", "address", "phone")
        return {name: self.cleaned_data[name] for name in names}


def stored_facts(family: Family, names: Names) -> dict[str, Any]:
    """What is stored of a family, by the fields of its form."""
    identity = names.families.get(family.pk)
    return {
        "family_name": identity.family_name if identity else "",
        "municipality": family.municipality_id,
        "place": family.place_id,
        "languages": sorted(family.languages),
        "address": identity.address if identity else "",
        "phone": identity.phone if identity else "",
    }


class FamilyEditForm(FamilyFactsForm, StoredMeanwhile):
    """Correcting a family; notices when somebody else did so meanwhile."""

    def __init__(self, *args: Any, family: Family, names: Names, **kwargs: Any) -> None:
        super().__init__(*args, family=family, stored=stored_facts(family, names), **kwargs)
        self.family = family

    def save(self) -> None:
        change_family(self.family, by=self.user, **self.facts())


class FamilyCloseForm(forms.Form):
    closed_on = PastDateField(label=_("Closed on"), initial=timezone.localdate)
    reason = CodeChoiceField("closure_reason", label=_("Reason"), empty=_("Choose a reason"))

    def save(self, family: Family, *, by: User) -> bool:
        """Close the family, or put the reason why not at the field and return False."""
        last = family.visits.confirmed().aggregate(day=Max("date"))["day"]
        if last and last > self.cleaned_data["closed_on"]:
            told = _("The family was visited later, on %s.") % date_format(last)
            self.add_error("closed_on", told)
            return False
        try:
            close_family(family, by=by, **self.cleaned_data)
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors
