"""Whom and what the visit form offers for one family on one day; read when it is needed."""

from datetime import date
from functools import cached_property
from uuid import UUID

from accounts.models import Institution, User
from families.models import Family, Person
from families.vault import Names, read_names

from ..models import Assignment, Mediator, Visit
from ..models.visits import VisitQuerySet
from ..visit_content import VisitContent
from ..visit_rules import people_of

Choices = list[tuple[str, str]]


class VisitOffer:
    """The people, institutions, colleagues and open next steps of a visit to ``family``.

    What the visit as stored (``before``) already names stays on offer.
    """

    def __init__(
        self,
        user: User,
        family: Family,
        mediator: Mediator,
        day: date,
        before: VisitContent | None,
    ) -> None:
        self.user, self.family, self.mediator = user, family, mediator
        self.day, self.before = day, before

    @cached_property
    def people(self) -> list[Person]:
        """Everybody who ever belonged to the family."""
        members = Person.objects.unmerged().filter(memberships__family=self.family)
        found = {person.pk: person for person in members}
        found |= Person.objects.in_bulk(people_of(self.before) - set(found))
        return sorted(found.values(), key=lambda person: (len(person.code), person.code))

    @cached_property
    def names(self) -> Names:
        """The names of the family and its people; reading them goes on the audit trail."""
        return read_names(self.user, [self.family], self.people)

    def name_of(self, pk: UUID) -> str:
        return next(self.names.of_person(person) for person in self.people if person.pk == pk)

    @cached_property
    def institutions(self) -> list[Institution]:
        """Institutions that serve the family."""
        serving = Institution.objects.current().serving([self.family.municipality_id])
        found = {institution.pk: institution for institution in serving}
        rows = self.before.assistance if self.before else ()
        named = {row.institution for row in rows if row.institution}
        found |= Institution.objects.in_bulk(named - set(found))
        return sorted(found.values(), key=lambda institution: institution.name)

    @cached_property
    def colleagues(self) -> list[Mediator]:
        """Other mediators assigned to the family's municipality on the day."""
        here = Assignment.objects.filter(municipality=self.family.municipality_id).on(self.day)
        named = Mediator.objects.filter(pk__in=self.before.co_mediators if self.before else ())
        found = named | Mediator.objects.filter(pk__in=here.values("mediator"))
        return list(found.exclude(pk=self.mediator.pk))

    @property
    def _steps(self) -> VisitQuerySet:
        """Visits to the family that ended with a next step for some day."""
        made = [Visit.Status.CONFIRMED, Visit.Status.NO_CONTACT]
        visits = Visit.objects.editable_by(self.user).filter(family=self.family)
        return visits.filter(status__in=made, next_step_on__isnull=False)

    @cached_property
    def open_steps(self) -> list[Visit]:
        """Visits whose next step is not ticked off, the earliest due first."""
        steps = self._steps.filter(next_step_done_at=None).order_by("next_step_on")
        return list(steps.defer("note", "confidential_note"))

    # -- the same as choices of a field --------------------------------------------------------

    def people_choices(self) -> Choices:
        return [(str(person.pk), person.code) for person in self.people]

    def institution_ids(self) -> set[str]:
        return {str(institution.pk) for institution in self.institutions}

    def colleague_choices(self) -> Choices:
        """With oneself, who is no colleague and is ignored rather than refused."""
        everybody = [*self.colleagues, self.mediator]
        return [(str(mediator.pk), mediator.full_name) for mediator in everybody]

    def step_choices(self) -> Choices:
        """With those ticked off meanwhile: the form may arrive a second time."""
        return [(str(pk), "") for pk in self._steps.values_list("pk", flat=True)]
