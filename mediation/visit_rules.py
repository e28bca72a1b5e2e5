"""When a visit is right: the rules that every way of writing one down must keep."""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import code_label
from families.models import Family, Person

from .models import Visit
from .visit_content import VisitContent

Fault = tuple[str, str]  # the field, and what to say about it
NameOf = Callable[[UUID], str]


def faults_of(
    content: VisitContent, family: Family, *, before: VisitContent | None, name_of: NameOf
) -> Iterator[Fault]:
    """What is wrong with a visit to ``family``; nothing is asked of a draft.

    ``before`` is the visit as stored, when it is changed: whoever it already names for that day
    stays welcome, and a day that was right once stays right. ``name_of`` says how a person is
    called in a message.
    """
    if content.status == Visit.Status.DRAFT:
        return
    is_confirmed = content.status == Visit.Status.CONFIRMED
    if is_confirmed and not content.minutes:
        yield "minutes", _("Say how many minutes the visit took.")
    if is_confirmed:
        yield from _unfinished_help(content, name_of)
    is_same_day = before is not None and (before.date, before.status) == (
        content.date,
        content.status,
    )
    wrong_day = [] if is_same_day else list(_faults_of_date(content, family))
    yield from wrong_day
    if wrong_day:
        return  # what else depends on the date cannot be judged
    if content.next_step_on and content.next_step_on < content.date:
        yield "next_step_on", _("The next step cannot be due before the visit.")
    if is_confirmed:
        yield from _strangers(content, family, before, name_of)


def _faults_of_date(content: VisitContent, family: Family) -> Iterator[Fault]:
    day, today = content.date, timezone.localdate()
    is_planned = content.status == Visit.Status.PLANNED
    if day > today and not is_planned:
        yield "date", _("This day is still to come. Plan a coming visit instead.")
    if day < today and is_planned:
        yield "date", _("This day is past. Plan a visit for today or later.")
    if day < family.registered_on:
        told = _("The family was registered on %s; a visit cannot be earlier.")
        yield "date", told % date_format(family.registered_on)
    if family.closed_on and day > family.closed_on:
        told = _("The work with this family ended on %s; a visit cannot be later.")
        yield "date", told % date_format(family.closed_on)


def people_of(content: VisitContent | None) -> set[UUID]:
    """Everybody whom a visit names."""
    if content is None:
        return set()
    return {*content.present, *(row.person for row in content.assistance)}


def members_on(family: Family, day: date) -> set[UUID]:
    """Ids of the members on ``day``."""
    return set(Person.objects.members_on(family, day).values_list("pk", flat=True))


def _strangers(
    content: VisitContent, family: Family, before: VisitContent | None, name_of: NameOf
) -> Iterator[Fault]:
    named = people_of(content)
    if before is not None and before.date == content.date:
        named -= people_of(before)
    if not named:
        return
    helped = {row.person for row in content.assistance}
    for person in sorted(named - members_on(family, content.date), key=name_of):
        told = _("%(name)s was not a member of the family on %(day)s.")
        field = "assisted" if person in helped else "present"
        yield field, told % {"name": name_of(person), "day": date_format(content.date)}


def _unfinished_help(content: VisitContent, name_of: NameOf) -> Iterator[Fault]:
    """Topics ticked for nobody, and people ticked as assisted with nothing."""
    ticked = [tick.partition(":")[::2] for tick in content.unfinished]
    people = [value for kind, value in ticked if kind == "assisted"]
    topics = [value for kind, value in ticked if kind == "topic"]
    if people and not (topics or content.assistance):
        yield "topics", _("Tick what the help was about.")
    elif topics and not (people or content.assistance):
        yield "assisted", _("Tick who was assisted, or take the topics away.")
    else:
        for person in people:
            told = _("%s is ticked as assisted, but no topic is left for them.")
            yield "adjustments", told % name_of(UUID(person))
        for topic in topics:
            told = _("“%s” is ticked, but it is left for nobody.")
            yield "adjustments", told % code_label("topic", topic)
