"""The pages that belong to no app: health, language, and what is shown when something fails."""

import errno
import sys

import kombu.exceptions
import redis
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

RETRY_SECONDS = "5"
FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
AWAY = (
    OperationalError,
    InterfaceError,
    redis.ConnectionError,
    redis.TimeoutError,
    kombu.exceptions.OperationalError,
)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, else 503; for load balancers and monitoring."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return JsonResponse(
            {"database": "down"}, status=503, headers={"Retry-After": RETRY_SECONDS}
        )
    return JsonResponse({"database": "up"})


@login_not_required
def language_set(request: HttpRequest) -> HttpResponse:
    """Change the language of this device, and of the signed-in user wherever they sign in."""
    response = set_language(request)
    language = request.POST.get("language")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        get_user_model().objects.filter(pk=request.user.pk).update(language=language)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 with Retry-After while database, broker or disk are away, else 500.

    Phones keep what they wanted to save on either, but only a 503 says that it is worth waiting.
    The templates get no context: whatever failed may be what the context would need.
    """
    if is_passing(sys.exc_info()[1]):
        return HttpResponse(
            render_to_string("503.html"), status=503, headers={"Retry-After": RETRY_SECONDS}
        )
    return HttpResponse(render_to_string("500.html"), status=500)


def is_passing(error: BaseException | None) -> bool:
    """Return whether the error is one of those that go away when a service comes back."""
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        return True
    return isinstance(error, AWAY)
