"""The first page after signing in, and what users keep about themselves."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.forms.profile import ProfileForm
from accounts.models import Role
from accounts.navigation import LANDING
from accounts.services import save_recorded


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Lead to the page where the user's role begins its day."""
    return redirect(LANDING[Role(request.user.role)])


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """Show users what is kept about them; name and language are theirs to change."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        save_recorded(form, by=request.user)
        translation.activate(request.user.language)  # the answer speaks it already
        messages.success(request, _("Saved."))
        return redirect("profile")
    if form.errors:
        request.user.refresh_from_db()  # the page's head shows the name that stands
    return render(request, "accounts/profile.html", {"form": form})
