"""What every template may know about the installation."""

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, object]:
    """Return is_demo, for the ribbon that says that the people shown are invented."""
    return {"is_demo": settings.DEMO}
