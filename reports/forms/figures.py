"""What somebody asks of the figures, read from the address."""

from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Municipality, User
from accounts.search import folded
from mediation.models import Mediator
from reports.engine import check
from reports.figures import INTERNAL, FigureError, Query, conditions
from reports.indicators import Indicator
from reports.periods import Period
from reports.slices import SLICES

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


def running_year() -> Period:
    """The calendar year that today falls in: what figures show until something else is asked."""
    return Period.of("year", timezone.localdate())


class ChosenSlices(forms.MultipleChoiceField):
    """One or two slices; the empty choice of a select chooses none."""

    def to_python(self, value: Any) -> list[str]:
        return [chosen for chosen in super().to_python(value) if chosen]


class PeriodForm(forms.Form):
    """Two dates, both included; without any, the running year."""

    def __init__(self, asked: QueryDict, **kwargs: Any) -> None:
        super().__init__(asked, **kwargs)
        self.asked = asked
        for name, label in (("from", _("From")), ("to", _("To"))):
            self.fields[name] = forms.DateField(
                label=label,
                required=False,
                input_formats=["%Y-%m-%d"],
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("from"), values.get("to")
        if self.dates_are_sound and (start or end):
            self._clean_dates(start, end)
        if self.dates_are_sound:
            values["period"] = Period(start, end) if start and end else running_year()
        return values

    @property
    def dates_are_sound(self) -> bool:
        return not {"from", "to"} & self.errors.keys()

    def _clean_dates(self, start: date | None, end: date | None) -> None:
        for name, day in (("from", start), ("to", end)):
            if day is None:
                self.add_error(name, _("Give both dates."))
            elif not EARLIEST <= day <= LATEST:
                self.add_error(name, _("Give a date between 1990 and 2100."))
        if start and end and start > end:
            self.add_error("to", _("The last day is before the first."))

    @property
    def period(self) -> Period:
        """The period asked for, or the running year where the dates cannot be read."""
        return self.cleaned_data.get("period") or running_year()


class FigureForm(PeriodForm):
    """One figure: its period, by what it is sliced, and to what it is narrowed.

    Whoever reads figures prepared for partners cannot narrow them: two narrowed tables held
    side by side would tell what each of them hides.
    """

    def __init__(self, asked: QueryDict, *, user: User, indicator: Indicator) -> None:
        super().__init__(asked)
        self.indicator = indicator
        self.scope = access.figure_scope(user)
        slices = [(code, SLICES[code].label) for code in indicator.slices]
        self.fields["by"] = ChosenSlices(label=_("Rows"), choices=slices, required=False)
        self.fields["as"] = forms.ChoiceField(
            label=_("Municipalities"),
            choices=[("", _("As they were then")), ("now", _("As they are now"))],
            required=False,
        )
        self.may_narrow = self.scope.audience == INTERNAL.audience
        if self.may_narrow:
            self._add_conditions(user)

    def _add_conditions(self, user: User) -> None:
        for code in self.indicator.slices:
            self.fields[code] = forms.CharField(label=str(SLICES[code].label), required=False)
        self.fields["municipality"] = forms.ChoiceField(
            label=_("Municipality"),
            choices=[
                ("", _("All municipalities")),
                *sorted(
                    ((m.pk, m.name) for m in Municipality.objects.all()),
                    key=lambda choice: folded(choice[1]),
                ),
            ],
            required=False,
        )
        mediators = Mediator.objects.visible_to(user).values_list("ref", "full_name")
        self.fields["mediator"] = forms.ChoiceField(
            label=_("Mediator"), choices=[("", _("All mediators")), *mediators], required=False
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.may_narrow and any(self.asked.get(code) for code in SLICES):
            self.add_error(None, _("Figures for partners cannot be narrowed."))
        if not self.errors:
            values["query"] = self._query(values)
            try:
                check(values["query"])
            except FigureError as error:
                self.add_error(None, str(error))
        return values

    def choices_of(self, name: str) -> list[tuple[str, Any]]:
        """The values that a field offers."""
        return list(cast(list[tuple[str, Any]], cast(forms.ChoiceField, self.fields[name]).choices))

    @property
    def query(self) -> Query:
        """What was asked; only of a form that is valid."""
        return self.cleaned_data["query"]

    def _query(self, values: dict[str, Any]) -> Query:
        where = {code: [values[code]] for code in self.indicator.slices if values.get(code)}
        return Query(
            self.indicator,
            values["period"],
            tuple(dict.fromkeys(values["by"])),
            conditions(where),
            self.scope,
            as_now=values["as"] == "now",
        )
