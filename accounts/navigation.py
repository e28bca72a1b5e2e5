"""The main navigation of each role: few entries, the same on phone and desk."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .models import Role

# label, url name, icon, whether it is the one thing this role does most
NAVIGATION = {
    Role.MEDIATOR: [
        (_("Today"), "today", "calendar-check", False),
        (_("Families"), "family-list", "people", False),
        (_("Log a visit"), "visit-start", "plus-lg", True),
        (_("Visits"), "visit-list", "journal-text", False),
        (_("Figures"), "figures", "bar-chart", False),
    ],
    Role.STAFF: [
        (_("Figures"), "figures", "bar-chart", False),
        (_("Families"), "family-list", "people", False),
        (_("Visits"), "visit-list", "journal-text", False),
    ],
    Role.MENTOR: [
        (_("Mediators"), "mediator-list", "person-badge", False),
        (_("Families"), "family-list", "people", False),
        (_("Visits"), "visit-list", "journal-text", False),
        (_("Figures"), "figures", "bar-chart", False),
    ],
    Role.COORDINATOR: [
        (_("Figures"), "figures", "bar-chart", False),
        (_("Reports"), "report-list", "file-earmark-text", False),
        (_("Families"), "family-list", "people", False),
        (_("Visits"), "visit-list", "journal-text", False),
        (_("Mediators"), "mediator-list", "person-badge", False),
        (_("People"), "user-list", "people-fill", False),
        (_("Institutions"), "institution-list", "building", False),
    ],
    Role.ADMINISTRATOR: [
        (_("Users"), "user-list", "people-fill", False),
        (_("Code lists"), "code-list-index", "list-ul", False),
        (_("Institutions"), "institution-list", "building", False),
        (_("Municipalities"), "municipality-list", "geo-alt", False),
        (_("Audit trail"), "audit-list", "shield-lock", False),
    ],
}

# Where each role lands after signing in.
LANDING = {role: entries[0][1] for role, entries in NAVIGATION.items()}


def navigation(request: HttpRequest) -> dict[str, list[dict]]:
    """Template context: the entries of the signed-in user's role, the current one marked."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    entries: list[dict[str, Any]] = [
        {"label": label, "url": reverse(name), "icon": icon, "primary": primary}
        for label, name, icon, primary in NAVIGATION[user.role]
    ]
    here = max(
        (entry["url"] for entry in entries if request.path.startswith(entry["url"])),
        key=len,
        default="",
    )
    return {"navigation": [entry | {"active": entry["url"] == here} for entry in entries]}
