"""The content of a visit, apart from how it arrived: by form, import or from a phone."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings

from .models import Visit

Day = date  # where a field of that name hides the type


@dataclass(frozen=True, order=True)
class AssistanceContent:
    """Help given to one person on one topic."""

    person: UUID
    topic: str
    action: str = "information"
    outcome: str = "pending"
    institution: UUID | None = None


@dataclass(frozen=True)
class VisitContent:
    """Everything a person writes down about a visit; ids, codes and texts only.

    ``co_mediators``, ``present`` and ``assistance`` are sets in the field and kept sorted here,
    so that the same content is equal, and has the same digest, however it was entered.
    ``confidential_note`` is None when its writer may not see it: it then stays as it is.
    ``unfinished`` holds what is ticked in a draft and is not assistance yet (a topic without a
    person, a person without a topic, the result), so that a draft comes back as it was left.
    """

    family: UUID
    mediator: UUID
    date: date
    mode: str
    status: str = Visit.Status.CONFIRMED
    minutes: int = 0
    started_at: time | None = None
    co_mediators: tuple[UUID, ...] = ()
    present: tuple[UUID, ...] = ()
    assistance: tuple[AssistanceContent, ...] = ()
    note: str = ""
    confidential_note: str | None = ""
    next_step: str = ""
    next_step_on: Day | None = None
    status_reason: str = ""
    unfinished: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("co_mediators", "present", "assistance", "unfinished"):
            ordered = tuple(sorted(set(getattr(self, name)), key=str))
            object.__setattr__(self, name, ordered)

    def as_dict(self) -> dict[str, Any]:
        """The content as plain JSON values; `from_dict` reads them again."""
        plain = json.loads(json.dumps(asdict(self), default=_plain))
        if not self.unfinished:
            del plain["unfinished"]
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> "VisitContent":
        """The content that `as_dict` wrote down."""
        return cls(
            **{
                **plain,
                "family": UUID(plain["family"]),
                "mediator": UUID(plain["mediator"]),
                "date": date.fromisoformat(plain["date"]),
                "started_at": _read(time.fromisoformat, plain["started_at"]),
                "co_mediators": tuple(map(UUID, plain["co_mediators"])),
                "present": tuple(map(UUID, plain["present"])),
                "assistance": tuple(map(_assistance_from_dict, plain["assistance"])),
                "next_step_on": _read(date.fromisoformat, plain["next_step_on"]),
                "unfinished": tuple(plain.get("unfinished", ())),
            }
        )

    def digest(self) -> str:
        """A keyed fingerprint: equal for equal content, and tells nothing about it."""
        text = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False)
        key = settings.BLIND_INDEX_KEY.encode()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def _read(parse: Callable[[str], Any], text: str | None) -> Any:
    return parse(text) if text else None


def _assistance_from_dict(plain: dict[str, Any]) -> AssistanceContent:
    institution = _read(UUID, plain["institution"])
    return AssistanceContent(
        **{**plain, "person": UUID(plain["person"]), "institution": institution}
    )


def content_of(visit: Visit) -> VisitContent:
    """The content of a stored visit."""
    return VisitContent(
        family=visit.family_id,
        mediator=visit.mediator_id,
        date=visit.date,
        mode=visit.mode,
        status=visit.status,
        minutes=visit.minutes,
        started_at=visit.started_at,
        co_mediators=tuple(
            mediator.pk for mediator in visit.mediators.all() if mediator.pk != visit.mediator_id
        ),
        present=tuple(person.pk for person in visit.present.all()),
        assistance=tuple(
            AssistanceContent(row.person_id, row.topic, row.action, row.outcome, row.institution_id)
            for row in visit.assistance.all()
        ),
        note=visit.note,
        confidential_note=visit.confidential_note,
        next_step=visit.next_step,
        next_step_on=visit.next_step_on,
        status_reason=visit.status_reason,
    )


def written_content(visit: Visit) -> VisitContent:
    """The content as its writer left it: for a draft, with what is not assistance yet."""
    latest = visit.versions.last() if visit.status == Visit.Status.DRAFT else None
    return VisitContent.from_dict(json.loads(latest.content)) if latest else content_of(visit)
