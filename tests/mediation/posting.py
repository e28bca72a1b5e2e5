"""What the browser sends when somebody fills in the forms of a visit."""

import uuid
from datetime import date

from django.utils import timezone


def visit_fields(**fields) -> dict:
    """A confirmed home visit of 30 minutes today with nobody ticked; ``fields`` say otherwise.

    People are given as persons, dates as dates.
    """
    sent = {
        "visit": uuid.uuid4(),
        "result": "confirmed",
        "date": timezone.localdate(),
        "mode": "home",
        "minutes": "30",
        "note": "",
        "confidential_note": "",
        "next_step": "",
        "next_step_when": "",
    } | fields
    for name in ("present", "assisted"):
        if name in sent:
            sent[name] = [str(getattr(person, "pk", person)) for person in sent[name]]
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in sent.items()
        if value is not None
    }


def plan_fields(**fields) -> dict:
    """A home visit planned for today."""
    return {
        "visit": str(uuid.uuid4()),
        "date": timezone.localdate().isoformat(),
        "mode": "home",
        "note": "",
    } | fields


def errors_of(response) -> dict[str, list[str]]:
    """The messages that the page shows, by field."""
    return dict(response.context["form"].errors.items())
