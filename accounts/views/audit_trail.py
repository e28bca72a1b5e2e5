"""The audit trail, for administrators: who did what, in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.forms.audit_trail import AuditFilter, kinds
from accounts.models import AuditEvent, Code, Institution, Municipality, User, list_name
from accounts.paging import page_of

from .codes import administrators

SENTENCES = {
    "signed_in": _("%(who)s signed in"),
    "signed_out": _("%(who)s signed out"),
    "sign_in_failed": _("Somebody tried to sign in and could not"),
    "refused": _("%(who)s was refused"),
    "names_read": _("%(who)s read names"),
    "note_read": _("%(who)s read a note"),
    "names_requested": _("%(who)s asked to see names"),
    "searched": _("%(who)s searched"),
    "exported": _("%(who)s exported"),
    "figures_read": _("%(who)s read figures"),
    "created": _("%(who)s created"),
    "changed": _("%(who)s changed"),
    "closed": _("%(who)s closed"),
    "voided": _("%(who)s voided"),
    "published": _("%(who)s published"),
    "imported": _("%(who)s imported"),
}
NOBODY = _("Somebody not signed in, or the system,")


@dataclass(frozen=True)
class Entry:
    """One event as it is read: a sentence, the record by its code, the rest by codes."""

    event: AuditEvent
    sentence: str
    kind: str
    record: str
    detail: list[tuple[str, str]]

    @property
    def pk(self) -> int:
        return self.event.pk


@administrators
@require_safe
def audit_list(request: SignedInRequest) -> HttpResponse:
    """List what everybody did, newest first. Reading it writes nothing: it would never end."""
    form = AuditFilter(request.GET)
    events = AuditEvent.objects.select_related("actor")
    events = form.narrow(events) if form.is_valid() else events.none()
    page = page_of(request, events, "-at", "-pk")
    context = {
        "form": form,
        "page": page,
        "entries": _entries(page.rows),
        "is_filtered": any(form.data.get(name) for name in form.fields),
    }
    return render(request, "accounts/audit_list.html", context)


def _entries(events: Iterable[AuditEvent]) -> list[Entry]:
    names, labels = _names_of(events), kinds()
    return [
        Entry(
            event=event,
            sentence=_sentence(event),
            kind="" if _is_own(event) else labels.get(event.object_type, event.object_type),
            record=names.get((event.object_type, event.object_id), event.object_id),
            detail=[(key, _plain(value)) for key, value in event.detail.items()],
        )
        for event in events
    ]


def _sentence(event: AuditEvent) -> str:
    sentence = SENTENCES.get(event.action, event.get_action_display())
    return str(sentence) % {"who": event.actor or NOBODY}


def _is_own(event: AuditEvent) -> bool:
    """Whether the sentence has said already whom it is about, as with “Anna signed in”."""
    return event.object_type == "user" and event.object_id == str(event.actor_id)


def _plain(value: object) -> str:
    """A value of an event's detail as people read it, also when it holds others."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(part)}" for key, part in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _names_of(events: Iterable[AuditEvent]) -> dict[tuple[str, str], str]:
    """Names of users and institutions and words of lists; everything else stays an id."""
    named = {}
    for model in (User, Institution, Code, Municipality):
        kind = model._meta.model_name or ""
        ids = {event.object_id for event in events if event.object_type == kind}
        for row in model._base_manager.filter(pk__in=ids) if ids else ():
            text = f"{list_name(row.list)}: {row.label}" if isinstance(row, Code) else str(row)
            named[kind, str(row.pk)] = text
    return named
