"""Invitations: how somebody becomes a user."""

import uuid

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access, audit, services
from accounts.access import SignedInRequest
from accounts.forms.people import InvitationForm, PasswordForm
from accounts.models import Invitation

from .people import inviters

GUESSES, GUESS_SECONDS = 20, 300


@inviters
@require_http_methods(["GET", "HEAD", "POST"])
def user_invite(request: SignedInRequest) -> HttpResponse:
    """Invite somebody: send them a link, and show it once for handing over in person."""
    form = InvitationForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"pk": form.cleaned_data["invitation_id"]}
        del values["invitation_id"]
        invitation, token = services.invite_user(by=request.user, **values)
        return _sent(request, invitation, token)
    return render(request, "accounts/user_invite.html", {"form": form})


@inviters
@require_POST
def invitation_resend(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Send a new link; the old one opens nothing any more."""
    invitation = access.fetch(request, access.manageable_invitations(request.user), pk=pk)
    seen = request.POST.get("version", "")
    invitation, token = services.renew_invitation(invitation, by=request.user, seen=seen)
    return _sent(request, invitation, token)


def _sent(request: SignedInRequest, invitation: Invitation, token: str | None) -> HttpResponse:
    """The page with the link, which cannot be shown again; without a token it already was."""
    if token is None:
        messages.info(request, _("This invitation has been dealt with already: see below."))
        return redirect("user-list")
    context = {
        "invitation": invitation,
        "link": services.invitation_link(token),
        "is_sent": services.send_invitation(invitation, token),
    }
    return render(request, "accounts/invitation_sent.html", context)


@inviters
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_revoke(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what revoking will do, and do it when confirmed."""
    invitation = access.fetch(request, access.manageable_invitations(request.user), pk=pk)
    if request.method == "POST":
        services.revoke_invitation(invitation, by=request.user)
        email = {"email": invitation.email}
        messages.success(request, _("The invitation to %(email)s is revoked.") % email)
        return redirect("user-list")
    return render(request, "accounts/invitation_revoke.html", {"invitation": invitation})


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invited person what they are invited to, let them choose a password, sign in."""
    if cache.get(_guesses(request), 0) >= GUESSES:
        return ratelimit.respond_429(request)
    try:
        invitation = services.open_invitation(token)
        form = PasswordForm(request.POST or None, invitation=invitation)
        if request.user.is_anonymous and request.method == "POST" and form.is_valid():
            user = services.accept_invitation(token, password=form.cleaned_data["password1"])
            return perform_login(request, user, email_verification="none")
    except services.InvitationUsed:
        return render(request, "accounts/invitation_used.html", status=410)
    except services.InvitationClosed:
        _count_guess(request)
        return render(request, "accounts/invitation_closed.html", status=404)
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/invitation_accept.html", context)


def _guesses(request: HttpRequest) -> str:
    return f"invitation-guesses:{request.META.get('REMOTE_ADDR')}"


def _count_guess(request: HttpRequest) -> None:
    """A link that opens nothing may be somebody trying links: few are let through."""
    audit.record(audit.Action.REFUSED, by=None, page="invitation-accept")
    cache.set(_guesses(request), cache.get(_guesses(request), 0) + 1, GUESS_SECONDS)
