"""Institutions, municipalities and their places."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, Municipality, Place, code_choices
from accounts.models.places import REVIEWING_KINDS
from accounts.search import folded

from .choices import RowField


class DateInput(forms.DateInput):
    """The browser's own calendar, which wants ISO dates."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def past_day(day: date | None) -> date | None:
    """Refuse a day that is still to come."""
    if day and day > timezone.localdate():
        raise forms.ValidationError(_("This day is still to come."))
    return day


class InstitutionForm(forms.ModelForm):
    """An institution, and whether its staff review the cases of their municipality."""

    BY_KIND = ""

    reviews_cases = forms.ChoiceField(
        label=_("Its staff see the cases of their municipality"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(BY_KIND, _("As usual for its kind")), ("yes", _("Yes")), ("no", _("No"))],
        help_text=_(
            "Usual for councils, social services and education boards. They see codes and facts, "
            "never names or notes."
        ),
    )

    class Meta:
        model = Institution
        fields = ["name", "kind", "municipality", "first_involved_on"]
        widgets = {
            "first_involved_on": DateInput,
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = code_choices("institution_kind", keep=self.instance.kind)
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=[("", "–"), *kinds])
        places = Municipality.objects.current() | Municipality.objects.filter(
            pk=self.instance.municipality_id
        )
        self.fields["municipality"] = RowField(
            places, label=_("Municipality"), required=False, empty_label=_("The whole country")
        )
        if not self.instance._state.adding:
            self.fields["reviews_cases"].initial = "yes" if self.instance.reviews_cases else "no"

    def clean_first_involved_on(self) -> date | None:
        return past_day(self.cleaned_data["first_involved_on"])

    def clean(self) -> None:
        super().clean()
        name, kind = self.cleaned_data.get("name"), self.cleaned_data.get("kind")
        if name and "municipality" in self.cleaned_data and self._is_known(name):
            self.add_error("name", _("There is an institution of this name here already."))
        review = self.cleaned_data.get("reviews_cases")
        self.instance.reviews_cases = (
            kind in REVIEWING_KINDS if review == self.BY_KIND else review == "yes"
        )

    def _is_known(self, name: str) -> bool:
        there = (
            Institution.objects.current()
            .filter(municipality=self.cleaned_data["municipality"])
            .exclude(pk=self.instance.pk)
        )
        return folded(name) in map(folded, there.values_list("name", flat=True))


class ClosingForm(forms.Form):
    """The day an institution closed."""

    closed_on = forms.DateField(label=_("Closed on"), widget=DateInput, initial=timezone.localdate)

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution

    def clean_closed_on(self) -> date | None:
        day = past_day(self.cleaned_data["closed_on"])
        first = self.institution.first_involved_on
        if day and first and day < first:
            raise forms.ValidationError(_("It cannot have closed before it was first involved."))
        return day


def kind_choices() -> list[tuple[str, str]]:
    """The kinds of institutions to look for."""
    return [("", str(_("All kinds"))), *code_choices("institution_kind")]


class InstitutionFilter(forms.Form):
    """What the list of institutions shows; its state stands in the address."""

    q = forms.CharField(required=False, max_length=200, label=_("Name"))
    kind = forms.ChoiceField(required=False, label=_("Kind"), choices=kind_choices)
    municipality = RowField(
        Municipality.objects.all(),
        required=False,
        label=_("Municipality"),
        empty_label=_("All municipalities"),
    )
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[("", _("Open")), ("closed", _("Closed")), ("all", _("All"))],
    )


class MunicipalityForm(forms.ModelForm):
    """A municipality's names, and what became of it."""

    class Meta:
        model = Municipality
        fields = ["name_lv", "name_en", "name_ru", "valid_to", "successor"]
        widgets = {
            "name_lv": forms.TextInput(attrs={"lang": "lv"}),
            "name_en": forms.TextInput(attrs={"lang": "en"}),
            "name_ru": forms.TextInput(attrs={"lang": "ru"}),
            "valid_to": DateInput,
        }
        labels = {"valid_to": _("Last day")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Municipality.objects.current().exclude(pk=self.instance.pk)
        own = Municipality.objects.filter(pk=self.instance.successor_id)
        self.fields["successor"] = RowField(
            others | own, label=_("Joined to"), required=False, empty_label=_("– (it still exists)")
        )

    def clean_valid_to(self) -> date | None:
        day = past_day(self.cleaned_data["valid_to"])
        first = self.instance.valid_from
        if day and first and day < first:
            raise forms.ValidationError(_("It cannot have ended before it began."))
        return day

    def clean(self) -> None:
        super().clean()
        day, successor = self.cleaned_data.get("valid_to"), self.cleaned_data.get("successor")
        if day and not successor and "successor" not in self.errors:
            self.add_error("successor", _("Say which municipality it was joined to."))
        if successor and not day and "valid_to" not in self.errors:
            self.add_error("valid_to", _("Say which day was its last."))


class PlaceForm(forms.ModelForm):
    """A town or parish of a municipality."""

    class Meta:
        model = Place
        fields = ["name"]
        labels = {"name": _("New town or parish")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"})}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        known = self.instance.municipality.places.values_list("name", flat=True)
        if folded(name) in map(folded, known):
            raise forms.ValidationError(_("This municipality has such a place already."))
        return name
