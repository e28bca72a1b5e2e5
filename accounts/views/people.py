"""Users: finding, changing, ending and restoring them."""

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.access import SignedInRequest
from accounts.forms.people import PeopleFilter, UserForm
from accounts.models import Role, User
from accounts.paging import page_of
from accounts.search import matching
from accounts.services import LastAdministrator, change_user, deactivate_user, reactivate_user

inviters = access.allowed(Role.COORDINATOR, Role.ADMINISTRATOR)


@inviters
@require_safe
def user_list(request: SignedInRequest) -> HttpResponse:
    """List the users whom the user manages, and the invitations nobody has accepted yet."""
    people = access.manageable_users(request.user).select_related("institution")
    form = PeopleFilter(request.GET, user=request.user)
    if form.is_valid():
        people = _filtered(people, **form.cleaned_data)
    page = page_of(request, people.prefetch_related("municipalities"), "full_name", "pk")
    invitations = access.manageable_invitations(request.user).waiting()
    context = {
        "form": form,
        "page": page,
        "invitations": invitations.order_by("-invited_at")[:100],
        "is_filtered": any(form.data.get(name) for name in form.fields),
    }
    return render(request, "accounts/user_list.html", context)


def _filtered(people: QuerySet[User], q: str, role: str, state: str) -> QuerySet[User]:
    if role:
        people = people.filter(role=role)
    if state != "all":
        people = people.filter(is_active=state != "inactive")
    return matching(people, q, "full_name", "email")


@inviters
@require_safe
def user_detail(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one user: role, workplace, last sign-in."""
    people = access.manageable_users(request.user).select_related("institution__municipality")
    person = access.fetch(request, people.prefetch_related("municipalities"), pk=pk)
    return render(request, "accounts/user_detail.html", {"person": person})


@inviters
@require_http_methods(["GET", "HEAD", "POST"])
def user_edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a user's name and workplace; an administrator also the role."""
    person = access.fetch(request, access.manageable_users(request.user), pk=pk)
    name = person.full_name
    form = UserForm(request.POST or None, instance=person, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            places = form.cleaned_data["municipalities"]
            change_user(person, by=request.user, municipalities=places)
        except LastAdministrator:
            form.add_error("role", _last_administrator())
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": person.full_name})
            return redirect(person)
    return render(
        request, "accounts/user_edit.html", {"form": form, "person": person, "name": name}
    )


@inviters
@require_http_methods(["GET", "HEAD", "POST"])
def user_deactivate(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what deactivating will do, and do it when confirmed."""
    person = access.fetch(request, access.manageable_users(request.user), pk=pk)
    if person == request.user:
        messages.error(request, _("You cannot deactivate your own account."))
        return redirect(person)
    if request.method == "POST":
        try:
            deactivate_user(person, by=request.user)
        except LastAdministrator:
            messages.error(request, _last_administrator())
        else:
            name = {"name": person.full_name}
            messages.success(request, _("%(name)s can no longer sign in.") % name)
        return redirect(person)
    return render(request, "accounts/user_deactivate.html", {"person": person})


@inviters
@require_POST
def user_reactivate(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Let a deactivated user sign in again."""
    person = access.fetch(request, access.manageable_users(request.user), pk=pk)
    reactivate_user(person, by=request.user)
    messages.success(request, _("%(name)s can sign in again.") % {"name": person.full_name})
    return redirect(person)


def _last_administrator() -> str:
    return _("This is the last administrator. Make somebody else an administrator first.")
