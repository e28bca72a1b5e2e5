"""What follows here when somebody becomes a user with the role of mediator, or works elsewhere."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Municipality, Role, User
from accounts.services import user_changed, user_joined

from .models import Assignment, Mediator
from .services.mediators import assign_mediator, end_assignment, save_mediator

REF = re.compile(r"M-(\d+)")
ATTEMPTS = 5


def connect_joining() -> None:
    """Follow users from here on."""
    user_joined.connect(_joined, dispatch_uid="mediator-joined")
    user_changed.connect(_changed, dispatch_uid="mediator-changed")


def _joined(sender: type[User], user: User, by: User, **kwargs: Any) -> None:
    if user.role == Role.MEDIATOR:
        ensure_mediator(user, by=by)


def _changed(
    sender: type[User],
    user: User,
    by: User,
    fields: list[str],
    removed: Iterable[Municipality],
    **kwargs: Any,
) -> None:
    if user.role != Role.MEDIATOR:
        return
    mediator = ensure_mediator(user, by=by)
    if "full_name" in fields:
        mediator.full_name = user.full_name
        save_mediator(mediator, by=by, changed=["full_name"])
    today = timezone.localdate()
    mediator.assignments.filter(municipality__in=removed, started_on__gt=today).delete()
    for assignment in mediator.assignments.current().filter(municipality__in=removed):
        end_assignment(assignment, ended_on=today, by=by)


@transaction.atomic
def ensure_mediator(user: User, *, by: User) -> Mediator:
    """The user's mediator, made if there is none, assigned to the user's municipalities.

    Missing assignments begin today; one that was to end today goes on instead. Those that run
    already stay as they are.
    """
    mediator = Mediator.objects.filter(user=user).first() or _new_mediator(user, by=by)
    today = timezone.localdate()
    assigned = {row.municipality_id: row for row in mediator.assignments.current()}
    for municipality in user.municipalities.all():
        assignment = assigned.get(municipality.pk)
        if assignment is None:
            assignment = Assignment(mediator=mediator, municipality=municipality, started_on=today)
            assign_mediator(assignment, by=by)
        elif assignment.ended_on == today:
            assignment.ended_on = None
            assignment.save(update_fields=["ended_on"])
            audit.record(audit.Action.CHANGED, by=by, obj=assignment, fields=["ended_on"])
    return mediator


def _new_mediator(user: User, *, by: User) -> Mediator:
    """A mediator with the next free reference; another may take it at the same moment."""
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                mediator = Mediator.objects.create(
                    ref=_next_ref(), full_name=user.full_name, user=user
                )
        except IntegrityError:
            continue
        audit.record(audit.Action.CREATED, by=by, obj=mediator)
        return mediator
    raise IntegrityError("no free reference for a mediator")


def _next_ref() -> str:
    refs = Mediator.objects.filter(ref__startswith="M-").values_list("ref", flat=True)
    numbers = [int(found[1]) for ref in refs if (found := REF.fullmatch(ref))]
    return f"M-{max(numbers, default=0) + 1:04d}"
