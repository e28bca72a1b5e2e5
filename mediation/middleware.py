"""Signing in is required everywhere, and costs nobody the visit they have just written down."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as refuse

from .held_forms import keep_form


class KeepFormsMiddleware(LoginRequiredMiddleware):
    """Sends people without a session to sign in, and keeps a visit form that they sent."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable
    ) -> HttpResponseRedirect:
        """Redirect to the sign-in page; a kept form is opened right after signing in."""
        held = keep_form(request)
        if held is None:
            return super().handle_no_permission(request, view_func)
        messages.info(request, _("What you wrote is kept. Sign in, and it will be saved."))
        return redirect_to_login(reverse("held-form", args=[held.pk]))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Keep a visit form from a page that is older than the present session; refuse the rest.

    Signing in elsewhere gives the browser a new secret, which the open page does not know. The
    form's own token proves that we made the page for this user.
    """
    held = keep_form(request)
    return redirect("held-form", held.pk) if held else refuse(request, reason)
