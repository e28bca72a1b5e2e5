"""The visit form's large targets: members, topics, modes, minutes, days, and adjusted lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import code_label
from families.models import Person, PersonIdentity

from .. import icons
from ..models import Assistance
from ..visit_rules import members_on
from .adjustments import Adjustment, plain_help
from .visit import MINUTE_PICKS, OTHER, VisitForm
from .visit_values import next_step_days

TOPICS_IN_SIGHT = 8
MODES_IN_SIGHT = 4


@dataclass(frozen=True)
class Tile:
    """One value to tick or pick."""

    value: str
    label: Any
    is_chosen: bool
    icon: str = ""
    day: date | None = None


@dataclass(frozen=True)
class MemberTile:
    """One member with the two switches *present* and *assisted*."""

    person: Person
    name: str
    initials: str
    age: int | None
    is_age_estimated: bool
    is_present: bool
    is_assisted: bool


@dataclass(frozen=True)
class Line:
    """One person and topic of *Adjust per person*."""

    value: Adjustment
    name: str
    topic: str


class VisitTiles:
    """What the page draws for ``form``; made once per page."""

    def __init__(self, form: VisitForm) -> None:
        self.form = form

    def _chosen(self, field: str) -> list[str]:
        return [str(value) for value in self.form[field].value() or []]

    @property
    def family_name(self) -> str:
        return self.form.offer.names.of_family(self.form.family)

    # -- people --------------------------------------------------------------------------------

    @cached_property
    def _members(self) -> list[MemberTile]:
        present, assisted = self._chosen("present"), self._chosen("assisted")
        return [
            self._member(person, str(person.pk) in present, str(person.pk) in assisted)
            for person in self.form.offer.people
        ]

    def _member(self, person: Person, is_present: bool, is_assisted: bool) -> MemberTile:
        identity = self.form.offer.names.persons.get(person.pk)
        return MemberTile(
            person=person,
            name=self.form.offer.names.of_person(person),
            initials=identity.initials if identity else "",
            age=_age(person, identity),
            is_age_estimated=person.birth_year_estimated,
            is_present=is_present or is_assisted,
            is_assisted=is_assisted,
        )

    @cached_property
    def _members_now(self) -> set[UUID]:
        return members_on(self.form.family, self.form.offer.day)

    @property
    def members(self) -> list[MemberTile]:
        """Members on the visit's date, and whoever is ticked all the same."""
        return [tile for tile in self._members if self._is_expected(tile)]

    @property
    def others(self) -> list[MemberTile]:
        """People who belonged to the family at another time."""
        return [tile for tile in self._members if not self._is_expected(tile)]

    def _is_expected(self, tile: MemberTile) -> bool:
        return tile.is_present or tile.person.pk in self._members_now

    # -- values --------------------------------------------------------------------------------

    def _tiles(self, field: str, choices: Iterable[tuple[str, Any]], pictures: dict) -> list[Tile]:
        value = self.form[field].value() or []
        chosen = [value] if isinstance(value, str) else value
        return [
            Tile(code, label, code in chosen, pictures.get(code, icons.OTHER))
            for code, label in choices
        ]

    @cached_property
    def _topics(self) -> list[Tile]:
        """Topics as this mediator uses them, most used first; then as in the list."""
        used = dict(
            Assistance.objects.filter(visit__mediator=self.form.mediator)
            .values_list("topic")
            .annotate(Count("visit", distinct=True))
        )
        tiles = self._tiles("topics", self.form.fields["topics"].choices, icons.TOPICS)
        return sorted(tiles, key=lambda tile: -used.get(tile.value, 0))

    @property
    def topics(self) -> list[Tile]:
        return self._topics[:TOPICS_IN_SIGHT]

    @property
    def more_topics(self) -> list[Tile]:
        return self._topics[TOPICS_IN_SIGHT:]

    @property
    def is_more_topics_open(self) -> bool:
        return any(tile.is_chosen for tile in self.more_topics)

    @cached_property
    def _modes(self) -> list[Tile]:
        tiles = self._tiles("mode", self.form.fields["mode"].choices, icons.MODES)
        in_sight = tiles[:MODES_IN_SIGHT]
        if any(tile.is_chosen for tile in in_sight):
            return tiles
        return sorted(tiles, key=lambda tile: not tile.is_chosen)

    @property
    def modes(self) -> list[Tile]:
        return self._modes[:MODES_IN_SIGHT]

    @property
    def more_modes(self) -> list[Tile]:
        return self._modes[MODES_IN_SIGHT:]

    @property
    def minutes(self) -> list[Tile]:
        picked = str(self.form["minutes"].value() or "")
        return [Tile(str(pick), pick, str(pick) == picked) for pick in MINUTE_PICKS]

    @property
    def is_other_minutes(self) -> bool:
        return self.form["minutes"].value() == OTHER

    @property
    def next_step_days(self) -> list[Tile]:
        picked = str(self.form["next_step_when"].value() or "")
        labels = {"tomorrow": _("Tomorrow"), "week": _("In a week"), "month": _("In a month")}
        return [
            Tile(day.isoformat(), labels[name], day.isoformat() == picked, day=day)
            for name, day in next_step_days().items()
        ]

    @property
    def is_other_day(self) -> bool:
        return self.form["next_step_when"].value() == OTHER

    @property
    def colleagues(self) -> list[Tile]:
        chosen = self._chosen("co_mediators")
        return [
            Tile(str(mediator.pk), mediator.full_name, str(mediator.pk) in chosen)
            for mediator in self.form.offer.colleagues
        ]

    @property
    def is_more_open(self) -> bool:
        """Whether something stands in the part with the start time and the colleagues."""
        errors = {"started_at", "co_mediators"} & set(self.form.errors)
        return bool(errors or self.form["started_at"].value() or self._chosen("co_mediators"))

    @property
    def open_steps(self) -> list[Tile]:
        """Next steps with the family that this visit may have done."""
        done = self._chosen("done_steps")
        return [
            Tile(str(visit.pk), visit.next_step, str(visit.pk) in done, day=visit.next_step_on)
            for visit in self.form.offer.open_steps
            if str(visit.pk) != str(self.form["visit"].value())
        ]

    # -- help that differs from person to person -----------------------------------------------

    @cached_property
    def lines(self) -> list[Line]:
        """A line per person and topic ticked, if any was adjusted or all were asked for."""
        given: dict[tuple[str, str], list[Adjustment]] = {}
        for line in self.form["adjustments"].value() or []:
            given.setdefault(line.pair, []).append(line)
        if not given and "adjust" not in self.form.data:
            return []
        names = {str(tile.person.pk): tile.name for tile in self._members if tile.is_assisted}
        return [
            Line(line, names[person], code_label("topic", topic))
            for person, topic in product(names, self._chosen("topics"))
            for line in given.get((person, topic), [plain_help(person, topic)])
        ]

    @property
    def plain_line(self) -> Line:
        """The line that the script copies for a person and topic ticked on the page."""
        return Line(plain_help("", ""), name="", topic="")


def _age(person: Person, identity: PersonIdentity | None) -> int | None:
    """Full years today; from the year alone where no more is known."""
    today = timezone.localdate()
    if identity and identity.birth_date:
        born = date.fromisoformat(identity.birth_date)
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return today.year - person.birth_year if person.birth_year else None
