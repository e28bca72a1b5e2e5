"""Headers, the session's clock and the language: what every answer needs, whatever the page."""

import time
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

GetResponse = Callable[[HttpRequest], HttpResponse]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeadersMiddleware:
    """Puts the browser's protection on every answer, also on static files and errors.

    Pages are never stored by a browser or proxy: the next user of the same phone must not find
    them with the back button. Static files and a view that knows better say so themselves.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ClientAddressMiddleware:
    """Behind proxies, takes the client's address from the proxy that stands nearest to us.

    Each of the TRUSTED_PROXY proxies appends one address to X-Forwarded-For; what stands further
    left was written by the client and is not believed.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.TRUSTED_PROXY:
            hops = request.headers.get("X-Forwarded-For", "").split(",")
            with suppress(ValueError):
                address = ip_address(hops[-settings.TRUSTED_PROXY :][0].strip())
                request.META["REMOTE_ADDR"] = str(address)
        return self.get_response(request)


class SessionClockMiddleware:
    """Ends a session after 30 minutes without a request and after 12 hours at the latest."""

    STARTED, SEEN = "clock_started", "clock_seen"
    PRECISION = 60  # seconds; a write to the session at most once a minute

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self.tick(request, int(time.time()))
        return self.get_response(request)

    def tick(self, request: HttpRequest, now: int) -> None:
        """End the session when its time is up, else note that it is in use."""
        started = request.session.get(self.STARTED, now)
        seen = request.session.get(self.SEEN, now)
        if (
            now - seen > settings.SESSION_IDLE_SECONDS
            or now - started > settings.SESSION_COOKIE_AGE
        ):
            logout(request)
            messages.info(request, _("Your session has ended. Please sign in again."))
        elif self.STARTED not in request.session or abs(now - seen) >= self.PRECISION:
            request.session[self.STARTED] = started
            request.session[self.SEEN] = now


class DeviceLanguageMiddleware:
    """Activates the language chosen on this device, else Latvian; a user's own comes later.

    The browser's preference is not asked: the portal speaks Latvian until told otherwise.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
