"""What stands in the visit form before anybody types: defaults, or the visit as stored."""

import uuid
from datetime import date, timedelta
from itertools import product
from typing import Any

from django.utils import timezone

from ..models import Mediator, Visit
from ..visit_content import VisitContent
from .adjustments import Adjustment, plain_help
from .visit import MINUTE_PICKS, OTHER

Values = dict[str, Any]


def first_values(mediator: Mediator) -> Values:
    """A new visit: today, and how and how long this mediator last met a family."""
    last = (
        Visit.objects.confirmed()
        .filter(mediator=mediator)
        .order_by("-received_at")
        .values("mode", "minutes")
        .first()
    ) or {"mode": "home", "minutes": 30}
    return {
        "visit": uuid.uuid4(),
        "result": Visit.Status.CONFIRMED,
        "date": timezone.localdate(),
        "mode": last["mode"],
        **_minutes(last["minutes"]),
    }


def stored_values(visit: Visit, content: VisitContent) -> Values:
    """The form filled with ``content``, which is that of ``visit``."""
    unfinished = [tick.partition(":")[::2] for tick in content.unfinished]
    ticks = {kind: [value for of, value in unfinished if of == kind] for kind, _ in unfinished}
    lines = [Adjustment.of(row) for row in content.assistance]
    assisted = list(dict.fromkeys([line.person for line in lines]))
    topics = list(dict.fromkeys([line.topic for line in lines]))
    is_missed = content.status == Visit.Status.NO_CONTACT or "result" in ticks
    return {
        "visit": visit.pk,
        "version": visit.version,
        "result": Visit.Status.NO_CONTACT if is_missed else Visit.Status.CONFIRMED,
        "present": [str(pk) for pk in content.present],
        "assisted": assisted + ticks.get("assisted", []),
        "topics": topics + ticks.get("topic", []),
        "adjustments": _adjusted(assisted, topics, lines),
        "mode": content.mode,
        "date": content.date,
        "started_at": content.started_at,
        **_minutes(content.minutes),
        "co_mediators": [str(pk) for pk in content.co_mediators],
        "note": content.note,
        "confidential_note": content.confidential_note,
        "done_steps": ticks.get("done", []),
        "next_step": content.next_step,
        **_next_step(content.next_step_on),
    }


def took_place_values(visit: Visit, content: VisitContent) -> Values:
    """A planned visit as the visit that it became: no later than today, the rest as planned."""
    values = stored_values(visit, content)
    usual = first_values(visit.mediator)
    return values | {
        "date": min(content.date, timezone.localdate()),
        "minutes": usual["minutes"],
        "minutes_other": usual["minutes_other"],
    }


def _minutes(minutes: int) -> Values:
    if not minutes or minutes in MINUTE_PICKS:
        return {"minutes": str(minutes or ""), "minutes_other": None}
    return {"minutes": OTHER, "minutes_other": minutes}


def _next_step(due: date | None) -> Values:
    if due is None or due in next_step_days().values():
        return {"next_step_when": due.isoformat() if due else "", "next_step_on": None}
    return {"next_step_when": OTHER, "next_step_on": due}


def next_step_days() -> dict[str, date]:
    """The days that are one tap away, counted from today."""
    today = timezone.localdate()
    return {
        "tomorrow": today + timedelta(days=1),
        "week": today + timedelta(weeks=1),
        "month": a_month_after(today),
    }


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last day."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _adjusted(assisted: list[str], topics: list[str], lines: list[Adjustment]) -> list[Adjustment]:
    """The lines to show: none where every person was plainly helped with every topic."""
    pairs = list(product(assisted, topics))
    if sorted(lines, key=str) == sorted((plain_help(*pair) for pair in pairs), key=str):
        return []
    given = {line.pair for line in lines}
    return lines + [
        Adjustment(*pair, action="", outcome=plain_help(*pair).outcome)
        for pair in pairs
        if pair not in given
    ]
