"""Deeds around users that touch several rows: inviting, joining, changing and ending."""

import logging
import smtplib
import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, models, transaction
from django.dispatch import Signal
from django.forms import ModelForm
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import audit
from .models import Code, Institution, Invitation, Municipality, Role, User

logger = logging.getLogger(__name__)

# Sent in the transaction that does it, so that what follows happens with it or not at all.
user_joined = Signal()  # user, by: somebody became a user
user_changed = Signal()  # user, by, fields changed, removed: the municipalities left


class InvitationClosed(Exception):
    """No such invitation, or it was revoked, or its week is over."""


class InvitationUsed(Exception):
    """The invitation has become a user already."""


class LastAdministrator(Exception):
    """Nobody would be left to run the installation."""


# -- records of one row ------------------------------------------------------------------------


@transaction.atomic
def save_recorded(form: ModelForm, *, by: User) -> models.Model:
    """Save a valid form; the audit trail gets the names of the fields, not their contents."""
    created = form.instance._state.adding
    saved = form.save()
    if created:
        audit.record(audit.Action.CREATED, by=by, obj=saved)
    elif form.changed_data:
        audit.record(audit.Action.CHANGED, by=by, obj=saved, fields=form.changed_data)
    return saved


@transaction.atomic
def close_institution(institution: Institution, *, on: date, by: User) -> None:
    """Take an institution out of the forms; its staff no longer review cases."""
    if Institution.objects.current().filter(pk=institution.pk).update(closed_on=on):
        audit.record(audit.Action.CLOSED, by=by, obj=institution, closed_on=on.isoformat())


@transaction.atomic
def reopen_institution(institution: Institution, *, by: User) -> None:
    """Undo the closing of an institution."""
    if institution.closed_on is not None:
        institution.closed_on = None
        institution.save(update_fields=["closed_on"])
        audit.record(audit.Action.CHANGED, by=by, obj=institution, fields=["closed_on"])


# -- code lists --------------------------------------------------------------------------------


@transaction.atomic
def retire_code(code: Code, *, by: User) -> bool:
    """Take a value out of the forms; rows that have it keep it.

    False, and nothing happens, when it is the last value in use: a form would be left without
    a choice.
    """
    in_use = Code.objects.select_for_update().in_list(code.list).in_use()
    others = [value for value in in_use if value.pk != code.pk]
    if others and code.retired_on is None:
        code.retired_on = timezone.localdate()
        code.save(update_fields=["retired_on"])
        audit.record(audit.Action.CLOSED, by=by, obj=code)
    return bool(others)


@transaction.atomic
def restore_code(code: Code, *, by: User) -> None:
    """Offer a retired value in forms again."""
    if code.retired_on is not None:
        code.retired_on = None
        code.save(update_fields=["retired_on"])
        audit.record(audit.Action.CHANGED, by=by, obj=code, fields=["retired_on"])


# -- invitations -------------------------------------------------------------------------------


def invite_user(
    *,
    by: User,
    pk: uuid.UUID,
    email: str,
    full_name: str,
    role: str,
    language: str,
    institution: Institution | None,
    municipalities: Iterable[Municipality],
) -> tuple[Invitation, str | None]:
    """Write an invitation; return it with the token of its link, which nothing else keeps.

    ``pk`` is made with the form: sending the same form again returns the invitation made
    first, without a token. An older invitation waiting for the same address is revoked.
    """
    invitation = Invitation(
        pk=pk,
        email=email.strip().lower(),
        full_name=full_name,
        role=role,
        language=language,
        institution=institution,
        invited_by=by,
    )
    token = invitation.new_token()
    try:
        with transaction.atomic():
            if earlier := Invitation.objects.filter(pk=pk).first():
                return earlier, None
            for older in Invitation.objects.waiting().filter(email=invitation.email):
                revoke_invitation(older, by=by)
            invitation.save(force_insert=True)
            invitation.municipalities.set(municipalities)
            audit.record(audit.Action.CREATED, by=by, obj=invitation, role=role)
    except IntegrityError:  # the same form, or one for the same address, came at the same moment
        return Invitation.objects.waiting().get(email=invitation.email), None
    return invitation, token


@transaction.atomic
def renew_invitation(
    invitation: Invitation, *, by: User, seen: str
) -> tuple[Invitation, str | None]:
    """Replace the link of a waiting invitation; return it with the new token, the old one dies.

    ``seen`` is the invitation's `version` when the button was shown: a second press finds
    another one and gets no token.
    """
    current = Invitation.objects.select_for_update().waiting().filter(pk=invitation.pk).first()
    if current is None or current.version != seen:
        return invitation, None
    token = current.new_token()
    current.save(update_fields=["token_hash", "expires_at"])
    audit.record(audit.Action.CHANGED, by=by, obj=current, fields=["link"])
    return current, token


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> None:
    """Let an invitation's link open nothing any more; nothing happens to an accepted one."""
    revoked = Invitation.objects.waiting().filter(pk=invitation.pk)
    if revoked.update(revoked_at=timezone.now()):
        audit.record(audit.Action.VOIDED, by=by, obj=invitation)


def invitation_link(token: str) -> str:
    """The full address that the invitee opens."""
    return f"{settings.SITE_URL}{reverse('invitation-accept', args=[token])}"


def send_invitation(invitation: Invitation, token: str) -> bool:
    """Send the link in the invitee's language; False when the mail server did not take it."""
    with translation.override(invitation.language):
        subject = _("Invitation to Roma Platform")
        text = render_to_string(
            "accounts/invitation_email.txt",
            {"invitation": invitation, "link": invitation_link(token)},
        )
    try:
        send_mail(subject, text, None, [invitation.email])
    except (OSError, smtplib.SMTPException):
        logger.warning("invitation_not_sent", extra={"invitation": str(invitation.pk)})
        return False
    return True


def open_invitation(token: str) -> Invitation:
    """The invitation that a link may still turn into a user.

    Raises `InvitationUsed`, or `InvitationClosed` alike for unknown, expired and revoked.
    """
    invitation = (
        Invitation.objects.with_token(token).select_related("invited_by", "institution").first()
    )
    if invitation is not None and invitation.accepted_at is not None:
        raise InvitationUsed
    if invitation is None or not invitation.is_open:
        raise InvitationClosed
    return invitation


def accept_invitation(token: str, *, password: str) -> User:
    """Turn an invitation into a user with this password, once.

    Raises what `open_invitation` raises; `InvitationUsed` also when the address has an account.
    """
    user = User()
    user.set_password(password)  # takes a third of a second: not while the rows are held
    try:
        with transaction.atomic():
            Invitation.objects.select_for_update().with_token(token).first()
            invitation = open_invitation(token)
            for field in ("email", "full_name", "role", "language", "institution"):
                setattr(user, field, getattr(invitation, field))
            user.save(force_insert=True)
            user.municipalities.set(invitation.municipalities.all())
            invitation.accepted_by, invitation.accepted_at = user, timezone.now()
            invitation.save(update_fields=["accepted_by", "accepted_at"])
            audit.record(audit.Action.CREATED, by=user, obj=user, role=user.role)
            user_joined.send(User, user=user, by=user)
    except IntegrityError as error:
        if User.objects.filter(email=user.email).exists():
            raise InvitationUsed from error
        raise
    return user


# -- users -------------------------------------------------------------------------------------


def _lock(user: User) -> tuple[User, bool]:
    """The user's row as it is now, held, and whether it is the only active administrator.

    The administrators' rows are held with it, in one order: two cannot leave at once.
    """
    active = models.Q(role=Role.ADMINISTRATOR, is_active=True)
    held = list(
        User.objects.select_for_update().filter(models.Q(pk=user.pk) | active).order_by("pk")
    )
    current = next(row for row in held if row.pk == user.pk)
    administrators = [row.pk for row in held if row.role == Role.ADMINISTRATOR and row.is_active]
    return current, administrators == [user.pk]


CHANGEABLE = ("full_name", "role", "institution_id")


@transaction.atomic
def change_user(user: User, *, by: User, municipalities: Iterable[Municipality]) -> None:
    """Save the name, role and institution set on ``user``, and where the user works.

    Another role ends the user's sessions. Raises `LastAdministrator`.
    """
    before, is_last = _lock(user)
    fields = [name for name in CHANGEABLE if getattr(before, name) != getattr(user, name)]
    if "role" in fields and is_last:
        raise LastAdministrator
    wanted, had = set(municipalities), set(before.municipalities.all())
    if wanted != had:
        fields.append("municipalities")
    if not fields:
        return
    user.save(update_fields=CHANGEABLE)
    user.municipalities.set(wanted)
    detail: dict[str, Any] = {"fields": [name.removesuffix("_id") for name in fields]}
    if "role" in fields:
        detail["role"] = [before.role, user.role]
        _withdraw_rights(user, by=by)
    audit.record(audit.Action.CHANGED, by=by, obj=user, **detail)
    user_changed.send(User, user=user, by=by, fields=fields, removed=had - wanted)


@transaction.atomic
def deactivate_user(user: User, *, by: User) -> None:
    """Let a user sign in no more and end their sessions. Raises `LastAdministrator`."""
    current, is_last = _lock(user)
    if is_last:
        raise LastAdministrator
    if current.is_active:
        User.objects.filter(pk=user.pk).update(is_active=False)
        _withdraw_rights(user, by=by)
        audit.record(audit.Action.CLOSED, by=by, obj=user)


@transaction.atomic
def reactivate_user(user: User, *, by: User) -> None:
    """Let a deactivated user sign in again, with the password they had."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        audit.record(audit.Action.CHANGED, by=by, obj=user, fields=["is_active"])


def _withdraw_rights(user: User, *, by: User) -> None:
    """End what a user began with rights that are no more: sessions, invitations sent."""
    User.objects.filter(pk=user.pk).update(session_epoch=models.F("session_epoch") + 1)
    for invitation in Invitation.objects.waiting().filter(invited_by=user):
        revoke_invitation(invitation, by=by)
