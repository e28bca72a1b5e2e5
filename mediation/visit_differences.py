"""Two versions of a visit, field by field, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User, code_label
from families.models import Person
from families.vault import read_names

from .models import Mediator
from .visit_content import AssistanceContent, VisitContent
from .visit_rules import people_of

LABELS: dict[str, str | Promise] = {
    "status": _("State"),
    "status_reason": _("Reason"),
    "date": _("Date"),
    "started_at": _("Start time"),
    "minutes": _("Minutes"),
    "mode": _("How you met"),
    "mediator": _("Mediator"),
    "co_mediators": _("Mediators who were with you"),
    "present": _("Present"),
    "assistance": _("Help given"),
    "note": _("Note"),
    "confidential_note": _("Confidential note"),
    "next_step": _("Next step"),
    "next_step_on": _("Next step due"),
}


def changed_fields(before: VisitContent, after: VisitContent) -> list[str | Promise]:
    """The labels of the fields in which two versions differ; nothing of what they say."""
    return [
        label for name, label in LABELS.items() if getattr(before, name) != getattr(after, name)
    ]


@dataclass(frozen=True)
class Difference:
    """What both versions say in one field, in lines."""

    label: str | Promise
    stored: list[str]
    typed: list[str]

    @property
    def is_changed(self) -> bool:
        return self.stored != self.typed


def differences(stored: VisitContent, typed: VisitContent, *, user: User) -> list[Difference]:
    """Every field that either version fills; reading the names goes on the audit trail.

    The confidential note is left out for a writer who may not see it.
    """
    teller = _Teller(user, stored, typed)
    rows = [
        Difference(label, teller.tell(stored, name), teller.tell(typed, name))
        for name, label in LABELS.items()
        if name != "confidential_note" or typed.confidential_note is not None
    ]
    return [row for row in rows if row.stored or row.typed]


class _Teller:
    """Says in words what the ids and codes of some versions stand for."""

    def __init__(self, user: User, *versions: VisitContent) -> None:
        people = set().union(*(people_of(content) for content in versions))
        self.people = Person.objects.in_bulk(people)
        self.names = read_names(user, persons=self.people.values())
        rows = [row for content in versions for row in content.assistance]
        named = {row.institution for row in rows if row.institution}
        self.institutions = Institution.objects.in_bulk(named)
        mediators = {pk for of in versions for pk in (of.mediator, *of.co_mediators)}
        self.mediators = Mediator.objects.in_bulk(mediators)

    def tell(self, content: VisitContent, field: str) -> list[str]:
        """The value of ``field`` in lines, none when it is empty."""
        value = getattr(content, field)
        if not value:
            return []
        say: dict[str, Callable[[Any], str]] = {
            "status": lambda code: code_label("visit_status", code),
            "mode": lambda code: code_label("visit_mode", code),
            "date": date_format,
            "next_step_on": date_format,
            "started_at": lambda clock: time_format(clock, "H:i"),
            "mediator": self._mediator,
            "co_mediators": self._mediator,
            "present": self._person,
            "assistance": self._help,
        }
        values = value if isinstance(value, tuple) else [value]
        return sorted(say.get(field, str)(one) for one in values)

    def _mediator(self, pk: UUID) -> str:
        return self.mediators[pk].full_name

    def _person(self, pk: UUID) -> str:
        return self.names.of_person(self.people[pk])

    def _help(self, row: AssistanceContent) -> str:
        said = [
            code_label("topic", row.topic),
            code_label("action", row.action),
            code_label("outcome", row.outcome),
        ]
        if row.institution:
            said.append(self.institutions[row.institution].name)
        return f"{self._person(row.person)}: {', '.join(said)}"
