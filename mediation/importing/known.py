"""What a batch of visits and assistance refers to, read from the database at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import Institution
from families.models import Family, Person

from ..models import Mediator
from .members import Members


@dataclass
class Known:
    """Who and what the rows of a batch name, by reference."""

    mediators: dict[str, Mediator] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        *,
        persons: Iterable[str],
        institutions: Iterable[str | None],
        mediators: Iterable[str] = (),
        families: Iterable[str] = (),
    ) -> "Known":
        """Look these references up; empty ones are left out."""
        return cls(
            Mediator.objects.in_bulk({*mediators} - {None}, field_name="ref"),
            Family.objects.in_bulk({*families} - {None}, field_name="ref"),
            Person.objects.in_bulk({*persons} - {None}, field_name="ref"),
            Institution.objects.in_bulk({*institutions} - {None}, field_name="ref"),
        )

    def __post_init__(self) -> None:
        self.members = Members.among(self.persons.values())
        self._refs: dict[UUID, str] = {person.pk: ref for ref, person in self.persons.items()}

    def ref_of(self, person: UUID) -> str:
        """How the file calls a person."""
        return self._refs.get(person, str(person))
