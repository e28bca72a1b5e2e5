"""Forms that arrive after their writer's session has ended are kept until they sign in again.

Each visit form carries a signed token that says whose it is and where it goes. Only with it is
anything stored for somebody who is not signed in; it cannot be forged, and opens nothing.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core import signing
from django.core.cache import cache
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from redis.exceptions import RedisError

from accounts.access import SignedInRequest
from accounts.models import User

from .models import HeldForm

TOKEN = "held_token"  # noqa: S105 - the name of the field, not a secret
HELD = "held"  # the id of the kept form that fills a page
SALT = "mediation.held_forms"
TOKEN_SECONDS = 7 * 24 * 60 * 60
MOST_BYTES = 256 * 1024  # two notes of full length in Cyrillic, each letter six bytes of a form
MOST_PER_OWNER = 20
MOST_PER_ADDRESS, ADDRESS_SECONDS = 60, 10 * 60

View = TypeVar("View", bound=Callable)


def keeps_form(view: View) -> View:
    """Keep the view's form when it arrives without a session, or after the family was lost.

    A caseload can end while a form is open: the answer is then still "absent", but what was
    written is shown to its writer.
    """

    @functools.wraps(view)
    def keeping(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            held = keep_form(request)
            if held is None or held.owner_id != request.user.pk:
                raise
            return redirect("held-form", held.pk)

    keeping.keeps_form = True  # type: ignore[attr-defined]
    return cast(View, keeping)


def token_for(user: User, path: str) -> str:
    """What a form sent to ``path`` carries, so that it can be kept for ``user``."""
    return signing.dumps([str(user.pk), path], salt=SALT)


def keep_form(request: HttpRequest) -> HeldForm | None:
    """Keep the form of a request that cannot be answered now; None when it is not one of ours.

    The same form sent twice is kept once.
    """
    match = request.resolver_match
    if request.method != "POST" or not getattr(match and match.func, "keeps_form", False):
        return None
    owner = _owner(request)
    if owner is None or _is_too_often(request):
        return None
    fields = request.POST.copy()
    for name in ("csrfmiddlewaretoken", TOKEN):
        fields.pop(name, None)
    body = fields.urlencode()
    kept = list(owner.held_forms.all()[:MOST_PER_OWNER])
    same = next((held for held in kept if held.path == request.path and held.body == body), None)
    if same is None and len(kept) < MOST_PER_OWNER and len(body) <= MOST_BYTES:
        return HeldForm.objects.create(owner=owner, path=request.path, body=body)
    return same


def forget_held(request: SignedInRequest) -> None:
    """Delete the kept form that the request's own form came from, now that it is saved."""
    if held := held_by(request):
        HeldForm.objects.filter(pk=held).delete()


def held_by(request: SignedInRequest) -> UUID | None:
    """The id of the user's own kept form that the request's form came from."""
    if HELD not in request.POST:
        return None
    own = request.user.held_forms.values_list("pk", flat=True)
    return next((pk for pk in own if str(pk) == request.POST[HELD]), None)


def _owner(request: HttpRequest) -> User | None:
    try:
        user_id, path = signing.loads(request.POST.get(TOKEN, ""), salt=SALT, max_age=TOKEN_SECONDS)
    except signing.BadSignature:
        return None
    if path != request.path:
        return None
    return User.objects.filter(pk=user_id, is_active=True).first()


def _is_too_often(request: HttpRequest) -> bool:
    key = f"held-forms:{request.META.get('REMOTE_ADDR', '')}"
    try:
        cache.add(key, 0, ADDRESS_SECONDS)
        return cache.incr(key) > MOST_PER_ADDRESS
    except ValueError:  # the period ended between the two lines
        return False
    except (RedisError, DatabaseError):  # keeping what was written matters more than counting
        return False
