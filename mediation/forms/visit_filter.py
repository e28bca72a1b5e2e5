"""The filters of the list of visits; their state stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Municipality, Role, User, code_choices, codes_of

from ..models import Mediator, Visit
from ..models.visits import VisitQuerySet
from .fields import DayField


@dataclass(frozen=True)
class FilterTag:
    """One filter that is set: what it says, and the address of the list without it."""

    label: str | Promise
    value: str
    url: str


def _select(label: Any, everything: Any) -> forms.ChoiceField:
    widget = forms.Select(attrs={"data-autosubmit": ""})
    return forms.ChoiceField(label=label, required=False, choices=[("", everything)], widget=widget)


class VisitFilterForm(forms.Form):
    """Which visits a list shows; what is not understood is left out."""

    fields: dict[str, Any]

    start = DayField(label=_("From"), required=False)
    end = DayField(label=_("To"), required=False)
    status = _select(_("State"), _("All states"))
    topic = _select(_("Topic"), _("All topics"))
    mode = _select(_("How they met"), _("All ways"))
    municipality = _select(_("Municipality"), _("All municipalities"))
    mediator = _select(_("Mediator"), _("All mediators"))

    def __init__(self, data: Mapping[str, Any], *, user: User) -> None:
        super().__init__(data, auto_id="filter_%s")
        for name in ("start", "end"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self._add("status", [(code.code, code.label) for code in codes_of("visit_status").values()])
        self._add("topic", [(code.code, code.label) for code in codes_of("topic").values()])
        self._add("mode", code_choices("visit_mode"))
        # A mediator's visits are their own, wherever they were made.
        is_mediator = user.role == Role.MEDIATOR
        self._add("municipality", [] if is_mediator else _municipalities(user))
        self._add("mediator", [] if is_mediator else _mediators(user))
        self.is_valid()

    def _add(self, field: str, choices: list[tuple[str, str]]) -> None:
        """Offer the choices; where there is nothing to choose from, the filter goes."""
        if not choices:
            del self.fields[field]
        else:
            self.fields[field].choices = [*self.fields[field].choices, *choices]

    @property
    def selects(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in ("start", "end")]

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, visits: VisitQuerySet) -> VisitQuerySet:
        """Only the visits that were asked for."""
        lookups = {
            "start": "date__gte",
            "end": "date__lte",
            "status": "status",
            "mode": "mode",
            "municipality": "municipality",
        }
        for name, value in self.chosen.items():
            if name == "mediator":
                made = Visit.mediators.through.objects.filter(mediator=value)
                visits = visits.filter(pk__in=made.values("visit"))
            elif name == "topic":
                visits = visits.filter(pk__in=_with_topic(value))
            else:
                visits = visits.filter(**{lookups[name]: value})
        return visits

    def tags(self) -> list[FilterTag]:
        """The filters that are set, each with the address that takes it away."""
        return [
            FilterTag(self.fields[name].label, self._said(name, value), self._without(name))
            for name, value in self.chosen.items()
        ]

    def _said(self, name: str, value: Any) -> str:
        if name in ("start", "end"):
            return date_format(value)
        return str(dict(self.fields[name].choices)[value])

    def _without(self, name: str) -> str:
        query = QueryDict(mutable=True)
        query.update({key: str(value) for key, value in self.chosen.items() if key != name})
        return f"?{query.urlencode()}"


def _with_topic(topic: str) -> Any:
    return Visit.objects.filter(assistance__topic=topic).values("pk")


def _municipalities(user: User) -> list[tuple[str, str]]:
    """Those in which the user sees a visit."""
    here = Visit.objects.visible_to(user).filter(municipality=OuterRef("pk"))
    return [(row.pk, row.name) for row in Municipality.objects.filter(Exists(here))]


def _mediators(user: User) -> list[tuple[str, str]]:
    return [(str(row.pk), row.full_name) for row in Mediator.objects.visible_to(user)]
