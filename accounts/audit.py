"""Writing the audit trail. References and codes only: never a name, a note or a search term."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import models
from django.http import HttpRequest

from .models import AuditEvent, User

Action = AuditEvent.Action

# The address of the request being answered; set by accounts.middleware, empty in the worker.
client_ip: ContextVar[str | None] = ContextVar("client_ip", default=None)


def _event(action: str, by: User | None, obj: models.Model | None, detail: dict) -> AuditEvent:
    return AuditEvent(
        actor=by,
        action=action,
        object_type=obj._meta.model_name or "" if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        detail=detail,
        ip=client_ip.get(),
    )


def record(action: str, *, by: User | None, obj: models.Model | None = None, **detail: Any) -> None:
    """Write one event; raises when it cannot be written, so that the deed fails with it."""
    _event(action, by, obj, detail).save()


def record_many(
    action: str, *, by: User | None, objects: Iterable[models.Model], **detail: Any
) -> None:
    """Write one event per object in one statement, such as the names read on a list."""
    AuditEvent.objects.bulk_create([_event(action, by, obj, detail) for obj in objects])


def connect_sign_ins() -> None:
    """Put sign-ins, sign-outs and failed sign-ins on the trail."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit-signed-in")
    user_logged_out.connect(_signed_out, dispatch_uid="audit-signed-out")
    user_login_failed.connect(_sign_in_failed, dispatch_uid="audit-sign-in-failed")


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(Action.SIGNED_IN, by=user, obj=user)


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record(Action.SIGNED_OUT, by=user, obj=user)


def _sign_in_failed(sender: Any, credentials: dict, **kwargs: Any) -> None:
    # Which address was tried is kept only when it is a user's: others may hold a mistyped password.
    email = (credentials.get("email") or credentials.get("username") or "").strip().lower()
    user = User.objects.filter(email=email).first()
    record(Action.SIGN_IN_FAILED, by=None, obj=user)
