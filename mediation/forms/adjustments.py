"""Help that differs from person to person: one line per person and topic of the visit form."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import code_choices, codes_of

from ..visit_content import AssistanceContent

PARTS = ("person", "topic", "action", "outcome", "institution")
MOST_LINES = 500


@dataclass(frozen=True)
class Adjustment:
    """What one person was helped with on one topic; an empty action says *not at all*."""

    person: str
    topic: str
    action: str
    outcome: str
    institution: str = ""

    @classmethod
    def of(cls, row: AssistanceContent) -> "Adjustment":
        return cls(str(row.person), row.topic, row.action, row.outcome, str(row.institution or ""))

    @property
    def pair(self) -> tuple[str, str]:
        return self.person, self.topic


def choices_with(list_name: str, kept: Iterable[str]) -> list[tuple[str, str]]:
    """The values of a list in use, and those that the record already has."""
    kept = set(kept)
    return [
        (code.code, code.label)
        for code in codes_of(list_name).values()
        if not code.is_retired or code.code in kept
    ]


def _in_use(list_name: str, wanted: str) -> str:
    """``wanted``, or the first value in use where an administrator has retired it."""
    values = [code for code, _label in code_choices(list_name)]
    return wanted if wanted in values or not values else values[0]


def plain_help(person: str, topic: str) -> Adjustment:
    """What two ticks mean when nothing more is said."""
    return Adjustment(
        person, topic, _in_use("action", "information"), _in_use("outcome", "pending")
    )


class AdjustmentsWidget(forms.Widget):
    """Reads the lines from five lists of equal length; the page's template draws them."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Adjustment]:
        if not hasattr(data, "getlist"):
            return []
        columns = [data.getlist(f"help_{part}")[:MOST_LINES] for part in PARTS]
        return [Adjustment(*line) for line in zip(*columns, strict=False)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class AdjustmentsField(forms.Field):
    """The lines as adjusted; refuses codes and institutions that are not offered."""

    widget = AdjustmentsWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "label": _("Adjust per person"), **kwargs})
        self.kept: tuple[Adjustment, ...] = ()  # lines of the stored visit, retired codes and all
        self.institution_ids: Callable[[], set[str]] = set

    @property
    def actions(self) -> list[tuple[str, str]]:
        return choices_with("action", {line.action for line in self.kept})

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        return choices_with("outcome", {line.outcome for line in self.kept})

    def clean(self, value: list[Adjustment]) -> list[Adjustment]:
        """Every line, or `ValidationError` naming the list that a value is not in."""
        actions, outcomes = {"", *dict(self.actions)}, dict(self.outcomes)
        for line in value:
            if line.action not in actions or (line.action and line.outcome not in outcomes):
                raise ValidationError(_("Choose an action and an outcome of the list."))
            if line.institution and line.institution not in self.institution_ids():
                raise ValidationError(_("Choose an institution of the list."))
        actions_taken = [(*line.pair, line.action) for line in value if line.action]
        if len(actions_taken) != len(set(actions_taken)):
            raise ValidationError(_("The same action stands twice for one person and topic."))
        return value
