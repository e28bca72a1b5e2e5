"""A family's page: who belongs to it, what they agreed to, what has been done."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import SignedInRequest
from accounts.models import User, code_label, codes_of
from families.models import Consent, Family, FamilyIdentity, Membership, Person, PersonIdentity
from families.vault import Names, names_open_until, read_names

from .models import Assistance, Mediator, Visit
from .timeline import Timeline


@dataclass(frozen=True)
class ConsentShown:
    """An answer with the state it is in today; ``name`` is empty for the whole family's."""

    consent: Consent
    name: str

    @property
    def kind(self) -> str:
        """The look of its badge."""
        return "ok" if self.consent.is_standing else "plain"

    @property
    def icon(self) -> str:
        return "check-circle" if self.consent.is_standing else "slash-circle"

    @property
    def state(self) -> str:
        consent = self.consent
        if consent.is_refused:
            return _("Refused")
        if consent.is_standing:
            return _("Given")
        return _("Withdrawn") if consent.withdrawn_on else _("Expired")

    @property
    def short(self) -> str:
        """Purpose and state, for a badge beside a name."""
        return f"{code_label('consent_purpose', self.consent.purpose)}: {self.state.lower()}"


@dataclass(frozen=True)
class Member:
    """Somebody's time in a family, as its page shows it."""

    membership: Membership
    name: str
    identity: PersonIdentity | None
    consents: list[ConsentShown]

    @property
    def person(self) -> Person:
        return self.membership.person

    @property
    def initials(self) -> str:
        """Of the name, or else the person's number in the family."""
        return (self.identity.initials if self.identity else "") or self.person.code.split("-")[-1]

    @property
    def is_named(self) -> bool:
        return self.name != self.person.code

    @property
    def birth_date(self) -> date | None:
        text = self.identity.birth_date if self.identity else ""
        return date.fromisoformat(text) if text else None

    @property
    def age(self) -> int | None:
        """Full years today, only where the date of birth is known and may be read."""
        born, today = self.birth_date, timezone.localdate()
        if born is None:
            return None
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    @property
    def is_present(self) -> bool:
        left_on = self.membership.left_on
        return left_on is None or left_on >= timezone.localdate()

    @property
    def has_moved(self) -> bool:
        """Whether the person belongs to another family now."""
        return self.person.family_id != self.membership.family_id


@dataclass(frozen=True)
class FamilyPage:
    """Everything that a family's page tells one reader."""

    family: Family
    name: str
    contacts: FamilyIdentity | None
    names_until: datetime | None
    may_edit: bool
    may_request_names: bool
    mediators: list[Mediator]
    members: list[Member]
    former: list[Member]
    consents: list[ConsentShown]
    timeline: Timeline
    visible_families: set[UUID]

    @property
    def is_named(self) -> bool:
        return self.name != self.family.code

    @property
    def phone_link(self) -> str:
        """The telephone number as a phone dials it."""
        text = self.contacts.phone if self.contacts else ""
        return "".join(letter for letter in text if letter.isdigit() or letter == "+")

    @classmethod
    def of(cls, request: SignedInRequest, family: Family) -> "FamilyPage":
        """The page as the user may read it; whatever is named on it is put on the audit trail."""
        user = request.user
        timeline = Timeline.of(request, family)
        memberships = _memberships_of(family)
        consents = list(
            Consent.objects.visible_to(user)
            .filter(family=family)
            .select_related("person", "institution")
        )
        persons = {membership.person for membership in memberships}
        persons |= {consent.person for consent in consents if consent.person}
        names = read_names(user, [family], persons.union(timeline.persons))
        timeline.put_names(names)
        shown = [
            ConsentShown(consent, names.of_person(consent.person) if consent.person else "")
            for consent in consents
        ]
        everyone = _members(memberships, names, shown)
        return cls(
            family=family,
            name=names.of_family(family),
            contacts=names.families.get(family.pk),
            names_until=names_open_until(user, family),
            may_edit=Family.objects.editable_by(user).filter(pk=family.pk).exists(),
            may_request_names=user.role in access.MAY_REQUEST_NAMES,
            mediators=list(Mediator.objects.filter(caseloads__in=family.caseloads.current())),
            members=[member for member in everyone if member.is_present],
            former=[member for member in everyone if not member.is_present],
            consents=shown,
            timeline=timeline,
            visible_families=_visible_families(user, everyone),
        )


def _memberships_of(family: Family) -> list[Membership]:
    """Everyone who ever belonged to a family, each with ``last_assisted_on`` as its member."""
    helped = Assistance.objects.filter(
        person=OuterRef("person"), visit__family=family, visit__status=Visit.Status.CONFIRMED
    ).order_by("-visit__date")
    return list(
        Membership.objects.filter(family=family, person__merged_into__isnull=True)
        .select_related("person__family")
        .annotate(last_assisted_on=Subquery(helped.values("visit__date")[:1]))
        .order_by("person__code", "joined_on")
    )


def _members(
    memberships: list[Membership], names: Names, consents: list[ConsentShown]
) -> list[Member]:
    """Everyone once, with the latest membership, in the order of a household, who left last."""
    latest = {membership.person_id: membership for membership in memberships}
    members = [
        Member(
            membership,
            names.of_person(membership.person),
            names.persons.get(membership.person_id),
            [shown for shown in consents if shown.consent.person_id == membership.person_id],
        )
        for membership in latest.values()
    ]
    return sorted(members, key=_place_in_household)


def _place_in_household(member: Member) -> tuple:
    """Those present first, then by role, the eldest first, then by code."""
    role, code = member.membership.household_role, member.person.code
    roles = list(codes_of("household_role"))
    return (
        not member.is_present,
        roles.index(role) if role in roles else len(roles),
        member.person.birth_year or 9999,
        (len(code), code),
    )


def _visible_families(user: User, members: list[Member]) -> set[UUID]:
    """Of the families to which members have moved, those that the user may open."""
    moved_to = {member.person.family_id for member in members if member.has_moved}
    if not moved_to:
        return set()
    found = Family.objects.visible_to(user).filter(pk__in=moved_to)
    return set(found.values_list("pk", flat=True))
