"""Who sees what. The only place that decides; everything else asks.

Rows are scoped by *conditions*: a function here builds a ``Q`` from the user and the path that
leads from a model to its family (``""`` for a family itself, ``"family"`` for a visit). Each
model's QuerySet states its path once and offers ``visible_to(user)`` and ``editable_by(user)``;
pages, forms, exports and commands start there. Whatever no rule grants is denied.

* *Families and visits*: a mediator's own caseload, and as co-mediator that one visit; staff of
  an institution that reviews cases, those of their municipalities; a mentor, those of their
  mediators; a coordinator, all; an administrator, none.
* *Names, contacts, visit notes*: a mediator's own caseload; mentors and coordinators on request
  with a reason, for a limited time; staff and administrators never.
* *Confidential notes*: their author, and the author's mentor.
* *Figures*: a mediator's own; a mentor's mediators'; staff, their municipalities' as prepared
  for partners; a coordinator, all; an administrator, none.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from . import audit
from .models import Invitation, Role, User
from .models.users import InvitationQuerySet

NOTHING = Q(pk__in=())
EVERYTHING = ~Q(pk__in=())  # not Q(): an empty condition vanishes when it is joined with "or"

M = TypeVar("M", bound=Model)


class SignedInRequest(HttpRequest):
    """What views get: sign-in is asked for by middleware, so nobody is anonymous."""

    user: User
    htmx: HtmxDetails  # true when a script of the page asks for a part of it


# -- conditions on rows ------------------------------------------------------------------------


def _through(path: str, lookup: str) -> str:
    return f"{path}__{lookup}" if path else lookup


def _families_worked_with(user: User, link: str) -> QuerySet:
    """Families in the caseloads that ``link`` leads to from the user, as of today.

    Starting from the user's own row keeps the rule here, without importing the apps above.
    """
    today = timezone.localdate()
    return (
        User.objects.filter(pk=user.pk)
        .filter(
            Q(**{f"{link}__ended_on__isnull": True}) | Q(**{f"{link}__ended_on__gte": today}),
            **{f"{link}__started_on__lte": today},
        )
        .values(f"{link}__family")
    )


def _own_caseload(user: User, path: str) -> Q:
    return Q(**{_through(path, "pk__in"): _families_worked_with(user, "mediator__caseloads")})


def family_condition(user: User, path: str = "") -> Q:
    """Rows whose family the user may see as work: codes and facts, without names."""
    if user.role == Role.MEDIATOR:
        return _own_caseload(user, path)
    if user.role == Role.STAFF and is_reviewer(user):
        return Q(**{_through(path, "municipality__in"): user.municipalities.values("pk")})
    if user.role == Role.MENTOR:
        return Q(**{_through(path, "pk__in"): _families_worked_with(user, "mentees__caseloads")})
    if user.role == Role.COORDINATOR:
        return EVERYTHING
    return NOTHING


def family_edit_condition(user: User, path: str = "") -> Q:
    """Rows whose family the user may change: a mediator's own caseload."""
    return _own_caseload(user, path) if user.role == Role.MEDIATOR else NOTHING


def names_condition(user: User, path: str = "") -> Q:
    """Rows whose family's names, contacts and visit notes the user may read now."""
    if user.role == Role.MEDIATOR:
        return _own_caseload(user, path)
    if user.role in (Role.MENTOR, Role.COORDINATOR):
        granted = User.objects.filter(
            pk=user.pk, identity_accesses__expires_at__gt=timezone.now()
        ).values("identity_accesses__family")
        return family_condition(user, path) & Q(**{_through(path, "pk__in"): granted})
    return NOTHING


def shared_visit_condition(user: User) -> Q:
    """Visits that the user made together with the mediator who answers for them."""
    if user.role != Role.MEDIATOR:
        return NOTHING
    made = User.objects.filter(pk=user.pk, mediator__visits_made__isnull=False)
    return Q(pk__in=made.values("mediator__visits_made")) & ~Q(mediator__user=user)


def confidential_note_condition(user: User) -> Q:
    """Visits whose confidential note the user may read: its author and the author's mentor."""
    if user.role == Role.MEDIATOR:
        return Q(mediator__user=user)
    if user.role == Role.MENTOR:
        return Q(mediator__mentor=user)
    return NOTHING


def mediator_condition(user: User) -> Q:
    """Mediators whose work the user may look at."""
    if user.role == Role.MEDIATOR:
        return Q(user=user)
    if user.role == Role.MENTOR:
        return Q(mentor=user)
    return EVERYTHING if user.role == Role.COORDINATOR else NOTHING


def user_condition(user: User) -> Q:
    """Users that the user may manage."""
    if user.role == Role.ADMINISTRATOR:
        return EVERYTHING
    if user.role == Role.COORDINATOR:
        return Q(role__in=INVITABLE_ROLES[Role.COORDINATOR])
    return NOTHING


def report_condition(user: User) -> Q:
    """Published reports that the user may read: they are exact, so only the coordination's."""
    return EVERYTHING if user.role == Role.COORDINATOR else NOTHING


def manageable_users(user: User) -> QuerySet[User]:
    """The users on the user's page of people."""
    return User.objects.filter(user_condition(user))


def manageable_invitations(user: User) -> InvitationQuerySet:
    """Invitations that the user may send again or revoke: those to roles they may invite to."""
    return Invitation.objects.filter(role__in=INVITABLE_ROLES.get(user.role, ()))


# -- what a role may do ------------------------------------------------------------------------

INVITABLE_ROLES: dict[str, tuple[Role, ...]] = {
    Role.ADMINISTRATOR: tuple(Role),
    Role.COORDINATOR: (Role.MEDIATOR, Role.STAFF),
}

# Who may ask, with a reason, to see the names of a family they see as work.
MAY_REQUEST_NAMES = (Role.MENTOR, Role.COORDINATOR)

# Who finds families by name; the others find them by code only.
FINDS_BY_NAME = (Role.MEDIATOR,)


def is_reviewer(user: User) -> bool:
    """Whether the user works for an institution that reviews its municipality's cases.

    Closing the institution ends it.
    """
    institution = user.institution
    return institution is not None and institution.reviews_cases and institution.closed_on is None


@dataclass(frozen=True)
class FigureScope:
    """Whose work a user's figures count, and for which audience they are prepared.

    ``municipalities`` (codes) and ``mediators`` (a condition on mediators) narrow the figures;
    None means all.
    """

    audience: str
    municipalities: tuple[str, ...] | None = None
    mediators: Q | None = None


def figure_scope(user: User) -> FigureScope:
    """The figures that the user may read; raises `PermissionDenied` for those who may not."""
    if user.role == Role.COORDINATOR:
        return FigureScope("internal")
    if user.role in (Role.MEDIATOR, Role.MENTOR):
        return FigureScope("internal", mediators=mediator_condition(user))
    if user.role == Role.STAFF:
        codes = tuple(user.municipalities.order_by("pk").values_list("pk", flat=True))
        return FigureScope("partner", municipalities=codes)
    raise PermissionDenied


# -- gates -------------------------------------------------------------------------------------


def fetch(request: SignedInRequest, scoped: "QuerySet[M]", **lookup: Any) -> M:
    """The one row of ``scoped`` that matches, or a 404 that tells nothing.

    A row that exists outside the user's scope answers like an absent one and is put on the
    audit trail as refused.
    """
    found = scoped.filter(**lookup).first()
    if found is not None:
        return found
    foreign = scoped.model._base_manager.filter(**lookup).first()
    if foreign is not None:
        audit.record(audit.Action.REFUSED, by=request.user, obj=foreign, path=request.path)
    raise Http404


View = Callable[Concatenate[SignedInRequest, ...], HttpResponse]


def allowed(*roles: Role) -> Callable[[View], View]:
    """Let only these roles use a view; others get 403, which goes on the audit trail."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def gate(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.role not in roles:
                audit.record(audit.Action.REFUSED, by=request.user, path=request.path)
                raise PermissionDenied
            return view(request, *args, **kwargs)

        gate.allowed_roles = roles  # type: ignore[attr-defined]
        return gate

    return decorate
