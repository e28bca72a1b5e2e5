"""The visits of the demo: what each one says, and when it was written down."""

import datetime
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from ..models import Mediator, Visit
from ..services import NewVisit
from ..visit_content import VisitContent
from .dice import Dice
from .households import Household, Someone
from .matters import assistance_for, next_step_about, note_about

MODES = {
    "home": 46,
    "office": 13,
    "institution": 10,
    "accompaniment": 9,
    "phone": 12,
    "community": 5,
    "message": 3,
    "video": 1,
    "on_behalf": 1,
}
MINUTES = {
    "home": (30, 45, 45, 60, 60, 75, 90),
    "office": (20, 30, 30, 45, 60),
    "institution": (30, 45, 60, 90),
    "accompaniment": (60, 90, 120, 150, 180),
    "phone": (5, 10, 10, 15, 20),
    "community": (20, 30, 45),
    "message": (5, 5, 10),
    "video": (15, 20, 30),
    "on_behalf": (20, 30, 45),
}


@dataclass
class Scribe:
    """Writes visits down, as the mediators of the demo do."""

    dice: Dice

    def visit(
        self,
        household: Household,
        day: date,
        helped: list[Someone],
        *,
        is_last: bool = False,
        status: str = Visit.Status.CONFIRMED,
        co_mediator: Mediator | None = None,
        **content: Any,
    ) -> NewVisit:
        """A visit on which these persons were helped and others may have been present."""
        dice = self.dice
        mode = content.pop("mode", None) or dice.one_of(MODES)
        assistance = [
            each
            for someone in helped
            for each in assistance_for(dice, household, someone, day, is_last=is_last)
        ]
        values: dict[str, Any] = {
            "minutes": dice.choice(MINUTES[mode]),
            "started_at": self._starts_at() if dice.happens(0.6) else None,
            "present": tuple(each.person.pk for each in self._present(household, day, helped)),
            "assistance": tuple(assistance),
            "note": note_about(dice, assistance),
            "co_mediators": (co_mediator.pk,) if co_mediator else (),
        }
        if content.get("next_step_on"):
            values["next_step"] = next_step_about(assistance)
        return self.written(household, day, mode=mode, status=status, **(values | content))

    def nobody_met(self, household: Household, day: date) -> NewVisit:
        """A visit on which nobody was there."""
        mode = self.dice.one_of({"home": 5, "phone": 3})
        status = Visit.Status.NO_CONTACT
        return self.written(household, day, mode=mode, status=status)

    def written(self, household: Household, day: date, **content: Any) -> NewVisit:
        """The visit with what the mediator writes down about it, and the moment of writing."""
        return NewVisit(
            id=self.dice.uuid(),
            content=VisitContent(
                family=household.family.pk, mediator=household.work.mediator.pk, date=day, **content
            ),
            by=household.work.user,
            received_at=self._written_at(min(day, timezone.localdate())),
        )

    def _present(self, household: Household, day: date, helped: list[Someone]) -> list[Someone]:
        """Whoever is helped is mostly there; of the others, some."""
        return [
            each
            for each in household.members(day)
            if self.dice.happens(0.9 if each in helped else 0.3)
        ]

    def _starts_at(self) -> time:
        return time(self.dice.randint(9, 17), self.dice.choice([0, 0, 15, 30, 30, 45]))

    def _written_at(self, day: date) -> datetime.datetime:
        late = self.dice.one_of({0: 80, 1: 12, 3: 6, 8: 2})
        clock = time(self.dice.randint(17, 20), self.dice.randint(0, 59))
        moment = datetime.datetime.combine(day + timedelta(days=late), clock)
        return min(timezone.make_aware(moment), timezone.now())


def tick_off(new: list[NewVisit]) -> None:
    """Let the next steps of these visits have been done on their day."""
    for each in new:
        if day := each.content.next_step_on:
            done_at = timezone.make_aware(datetime.datetime.combine(day, time(18)))
            Visit.objects.filter(pk=each.id).update(
                next_step_done_at=done_at, next_step_done_by=each.by
            )
