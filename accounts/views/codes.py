"""Code lists: an administrator words, adds, retires and restores their values."""

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Count, Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.access import SignedInRequest
from accounts.forms.codes import CodeForm, NewCodeForm
from accounts.models import Code, Role, list_name
from accounts.models.codes import FIXED_LISTS
from accounts.search import folded
from accounts.services import restore_code, retire_code, save_recorded

administrators = access.allowed(Role.ADMINISTRATOR)


@administrators
@require_safe
def code_list_index(request: SignedInRequest) -> HttpResponse:
    """Name every list, how many values it has in use, and whether it can grow."""
    counted = Code.objects.values("list").annotate(
        in_use=Count("pk", filter=Q(retired_on__isnull=True)),
        retired=Count("pk", filter=Q(retired_on__isnull=False)),
    )
    lists = [
        row | {"name": list_name(row["list"]), "is_fixed": row["list"] in FIXED_LISTS}
        for row in counted.order_by()
    ]
    lists.sort(key=lambda row: folded(str(row["name"])))
    return render(request, "accounts/code_list_index.html", {"lists": lists})


@administrators
@require_safe
def code_list(request: SignedInRequest, name: str) -> HttpResponse:
    """Show a list's values in three languages, in the order of the forms, retired ones last."""
    codes = list(Code.objects.in_list(name))
    if not codes:
        raise Http404
    context = _context(name) | {"codes": sorted(codes, key=lambda code: code.is_retired)}
    return render(request, "accounts/code_list.html", context)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def code_create(request: SignedInRequest, name: str) -> HttpResponse:
    """Add a value to a list that may grow."""
    last = Code.objects.in_list(name).aggregate(last=Max("position"))["last"]
    if last is None or name in FIXED_LISTS:
        raise Http404
    new = Code(list=name, position=last + 1)
    form = NewCodeForm(request.POST or None, instance=new)
    if request.method == "POST" and form.is_valid():
        try:
            code = save_recorded(form, by=request.user)
        except IntegrityError:  # the same form came twice at once
            form.add_error("code", _("The list has this code already."))
        else:
            messages.success(request, _("Added: %(label)s.") % {"label": code})
            return redirect("code-list", name)
    return render(request, "accounts/code_create.html", _context(name) | {"form": form})


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def code_edit(request: SignedInRequest, name: str, code: str) -> HttpResponse:
    """Change the labels of a value and its position; never its code."""
    value = get_object_or_404(Code, list=name, code=code)
    form = CodeForm(request.POST or None, instance=value)
    if request.method == "POST" and form.is_valid():
        save_recorded(form, by=request.user)
        messages.success(request, _("Saved: %(label)s.") % {"label": value.label})
        return redirect("code-list", name)
    context = _context(name) | {"form": form, "code": get_object_or_404(Code, pk=value.pk)}
    return render(request, "accounts/code_edit.html", context)


@administrators
@require_POST
def code_retire(request: SignedInRequest, name: str, code: str) -> HttpResponse:
    """Offer a value in forms no more; rows that have it keep it."""
    value = get_object_or_404(Code.objects.extensible(), list=name, code=code)
    if retire_code(value, by=request.user):
        messages.success(request, _("Retired: %(label)s.") % {"label": value.label})
    else:
        messages.error(request, _("A list keeps at least one value in use."))
    return redirect("code-list", name)


@administrators
@require_POST
def code_restore(request: SignedInRequest, name: str, code: str) -> HttpResponse:
    """Offer a retired value in forms again."""
    value = get_object_or_404(Code.objects.extensible(), list=name, code=code)
    restore_code(value, by=request.user)
    messages.success(request, _("In use again: %(label)s.") % {"label": value.label})
    return redirect("code-list", name)


def _context(name: str) -> dict[str, object]:
    return {"list": name, "list_name": list_name(name), "is_fixed": name in FIXED_LISTS}
