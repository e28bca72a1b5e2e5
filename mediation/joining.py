"""What follows here when somebody becomes a user with the role of mediator, or works elsewhere."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Municipality, Role, User
from accounts.services import user_changed, user_joined

from .models import Assignment, Mediator

REF = re.compile(r"M-(\d+)")
ATTEMPTS = 5


def connect_joining() -> None:
    """Follow users from here on."""
    user_joined.connect(_joined, dispatch_uid="mediator-joined")
    user_changed.connect(_changed, dispatch_uid="mediator-changed")


def _joined(sender: type[User], user: User, **kwargs: Any) -> None:
    if user.role == Role.MEDIATOR:
        ensure_mediator(user)


def _changed(
    sender: type[User],
    user: User,
    fields: list[str],
    added: Iterable[Municipality],
    removed: Iterable[Municipality],
    **kwargs: Any,
) -> None:
    if user.role != Role.MEDIATOR:
        return
    mediator = ensure_mediator(user)
    if "full_name" in fields:
        Mediator.objects.filter(pk=mediator.pk).update(full_name=user.full_name)
    today = timezone.localdate()
    current = mediator.assignments.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today))
    # One that began today, or is still to come, has had no day of work to remember.
    current.filter(municipality__in=removed, started_on__gte=today).delete()
    current.filter(municipality__in=removed).update(ended_on=today)


@transaction.atomic
def ensure_mediator(user: User) -> Mediator:
    """The user's mediator, made if there is none, assigned to the user's municipalities.

    Assignments that are missing begin today; those there are stay as they are.
    """
    mediator = Mediator.objects.filter(user=user).first() or _new_mediator(user)
    today = timezone.localdate()
    assigned = set(mediator.assignments.current().values_list("municipality_id", flat=True))
    for municipality in user.municipalities.exclude(pk__in=assigned):
        Assignment.objects.update_or_create(
            mediator=mediator,
            municipality=municipality,
            started_on=today,
            defaults={"ended_on": None},
        )
    return mediator


def _new_mediator(user: User) -> Mediator:
    """A mediator with the next free reference; another may take it at the same moment."""
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return Mediator.objects.create(ref=_next_ref(), full_name=user.full_name, user=user)
        except IntegrityError:
            continue
    raise IntegrityError("no free reference for a mediator")


def _next_ref() -> str:
    refs = Mediator.objects.filter(ref__startswith="M-").values_list("ref", flat=True)
    numbers = [int(found[1]) for ref in refs if (found := REF.fullmatch(ref))]
    return f"M-{max(numbers, default=0) + 1:04d}"
