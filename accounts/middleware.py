"""What every request carries: the address for the audit trail, the language of the user."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from .audit import client_ip

GetResponse = Callable[[HttpRequest], HttpResponse]


class AuditContextMiddleware:
    """Remember the client's address while the request is answered."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = client_ip.set(request.META.get("REMOTE_ADDR") or None)
        try:
            return self.get_response(request)
        finally:
            client_ip.reset(token)


class UserLanguageMiddleware:
    """Show pages in the language that the signed-in user chose, on every device."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)
