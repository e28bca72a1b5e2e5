"""How much each mediator does, and who has gone quiet."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.models.codes import code_label

from . import icons
from .models import Assignment, Caseload, Mediator, Visit
from .services import UNFINISHED

QUIET_DAYS = 14
VISITS_SHOWN = 10


@dataclass(frozen=True)
class MediatorWork:
    """One mediator with the work of this month, without a name of those worked with."""

    mediator: Mediator
    families: int
    visits_this_month: int
    last_visit_on: date | None
    today: date

    @property
    def is_quiet(self) -> bool:
        """Whether somebody who works with families has visited none for two weeks."""
        last = self.last_visit_on
        silent = last is None or last < self.today - timedelta(days=QUIET_DAYS)
        return silent and self.families > 0

    @property
    def assignments(self) -> list[Assignment]:
        """Where the mediator is assigned today."""
        return [
            row
            for row in self.mediator.assignments.all()
            if row.started_on <= self.today and (row.ended_on is None or row.ended_on >= self.today)
        ]


def work_of(mediators: QuerySet[Mediator]) -> list[MediatorWork]:
    """The work of each mediator; the quiet come first, the longest silence on top."""
    today = timezone.localdate()
    this = OuterRef("pk")
    made = Visit.objects.confirmed().filter(mediators=this)
    caseload = Caseload.objects.current().filter(mediator=this, family__closed_on=None)
    annotated = (
        mediators.select_related("employer", "mentor")
        .prefetch_related("assignments__municipality")
        .annotate(
            families=_number_of(caseload, "mediator"),
            visits_this_month=_number_of(made.dated(today.replace(day=1), today), "mediators"),
            last_visit_on=Subquery(made.order_by("-date").values("date")[:1]),
        )
    )
    found = [
        MediatorWork(one, one.families, one.visits_this_month, one.last_visit_on, today)
        for one in annotated
    ]
    return sorted(found, key=_silence_first)


def _silence_first(work: MediatorWork) -> tuple[bool, date, str]:
    last = work.last_visit_on or date.min
    return not work.is_quiet, last if work.is_quiet else date.min, work.mediator.full_name


def _number_of(rows: QuerySet, group: str) -> Coalesce:
    counted = rows.order_by().values(group).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@dataclass(frozen=True)
class VisitMade:
    """A visit as others than its mediator see it on a list."""

    visit: Visit
    topics: list[str]

    @property
    def icon(self) -> str:
        return icons.MODES.get(self.visit.mode, icons.OTHER)


def recent_visits(mediator: Mediator, user: User) -> list[VisitMade]:
    """The mediator's last visits, made or tried, among those that the user may see."""
    visits = (
        Visit.objects.visible_to(user)
        .filter(mediators=mediator)
        .exclude(status__in=[*UNFINISHED, Visit.Status.CANCELLED])
        .select_related("family")
        .defer("note", "confidential_note", "next_step", "status_reason")
        .prefetch_related("assistance")[:VISITS_SHOWN]
    )
    return [
        VisitMade(
            visit,
            [
                code_label("topic", topic)
                for topic in dict.fromkeys(row.topic for row in visit.assistance.all())
            ],
        )
        for visit in visits
    ]
