"""The hand-kept table: which member of the cast may use which address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from accounts.models import Institution, Invitation, Role
from families.models import Consent
from mediation.models import HeldForm, Visit
from reports.models import ReportRun
from reports.publishing import compute
from tests.factories import make_user, make_visit

WORKERS = "mediator colleague stranger"
STAFF = "staff school_staff staff_elsewhere"
MENTORS = "mentor other_mentor"
CAST = f"{WORKERS} {STAFF} {MENTORS} coordinator administrator".split()


@dataclass(frozen=True)
class Address:
    """One address: who of the cast may use it on the record in Jelgava, and how it answers.

    ``cast`` may; ``blind`` have the right role but not the right record and get 404; all others
    get 403. ``of`` names the record in its address; ``sees_foreign`` may use it on the record in
    Dobele too.
    """

    cast: frozenset[str] = frozenset(CAST)
    blind: frozenset[str] = frozenset()
    of: str = ""
    sees_foreign: frozenset[str] = frozenset()
    answer: int = 200
    is_post_only: bool = False
    is_public: bool = False
    is_self_service: bool = False  # concerns only oneself; answers depend on one's own state
    keys: Callable[[SimpleNamespace], dict] | None = None

    @property
    def has_arguments(self) -> bool:
        return bool(self.of or self.keys)

    def address_of(self, records: SimpleNamespace) -> dict:
        """The arguments of the address for the given set of records."""
        return self.keys(records) if self.keys else {"pk": getattr(records, self.of).pk}


def page(cast: str, **options) -> Address:
    """A page without a record."""
    return Address(frozenset(cast.split()), **options)


def post(cast: str, of: str = "", blind: str = "", **options) -> Address:
    """A change of state that has no page of its own."""
    return record(cast, of, blind, is_post_only=True, **options)


def record(cast: str, of: str, blind: str = "", sees_foreign: str = "", **options) -> Address:
    """A page about one record."""
    return Address(
        frozenset(cast.split()),
        frozenset(blind.split()),
        of,
        frozenset(sees_foreign.split()),
        **options,
    )


def shared(cast: str, of: str, **options) -> Address:
    """A page about a record that belongs to nobody's scope, such as an institution."""
    return record(cast, of, sees_foreign=cast, **options)


PUBLIC = Address(is_public=True, is_self_service=True)
OWN = Address(is_self_service=True)
ALL = " ".join(CAST)
KEEPERS = "coordinator administrator"

LIST = {"keys": lambda records: {"name": "topic"}}
VALUE = {"keys": lambda records: {"name": "topic", "code": "housing"}}
TOWN = {"keys": lambda records: {"code": records.family.municipality_id}}

ACCOUNTS = {
    "healthz": Address(is_public=True),
    "set-language": PUBLIC,
    "account_login": PUBLIC,
    "account_logout": OWN,
    "account_inactive": PUBLIC,
    "account_reauthenticate": OWN,
    "account_change_password": OWN,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": Address(
        is_public=True,
        is_self_service=True,
        keys=lambda records: {"uidb36": "1", "key": "wrong"},
    ),
    "account_reset_password_from_key_done": PUBLIC,
    "mfa_index": OWN,
    "mfa_authenticate": OWN,
    "mfa_reauthenticate": OWN,
    "mfa_activate_totp": OWN,
    "mfa_deactivate_totp": OWN,
    "mfa_view_recovery_codes": OWN,
    "mfa_generate_recovery_codes": OWN,
    "mfa_download_recovery_codes": OWN,
    "usersessions_list": OWN,
    "home": page(ALL, answer=302),
    "profile": page(ALL),
    "user-list": page(KEEPERS),
    "user-invite": page(KEEPERS),
    "user-detail": record(KEEPERS, "user", sees_foreign=KEEPERS),
    "user-edit": record(KEEPERS, "user", sees_foreign=KEEPERS),
    "user-deactivate": record(KEEPERS, "user", sees_foreign=KEEPERS),
    "user-reactivate": post(KEEPERS, "user", sees_foreign=KEEPERS),
    "invitation-resend": post(KEEPERS, "invitation", sees_foreign=KEEPERS),
    "invitation-revoke": record(KEEPERS, "invitation", sees_foreign=KEEPERS),
    "invitation-accept": Address(
        is_public=True,
        is_self_service=True,
        of="invitation",
        sees_foreign=frozenset(CAST),
        keys=lambda records: {"token": records.invitation_token},
    ),
    "code-list-index": page("administrator"),
    "code-list": shared("administrator", "code", **LIST),
    "code-create": shared("administrator", "code", **LIST),
    "code-edit": shared("administrator", "code", **VALUE),
    "code-retire": shared("administrator", "code", is_post_only=True, **VALUE),
    "code-restore": shared("administrator", "code", is_post_only=True, **VALUE),
    "institution-list": page(KEEPERS),
    "institution-create": page(KEEPERS),
    "institution-edit": shared(KEEPERS, "institution"),
    "institution-close": shared(KEEPERS, "institution"),
    "institution-reopen": shared(KEEPERS, "institution", is_post_only=True),
    "municipality-list": page("administrator"),
    "municipality-edit": shared("administrator", "municipality", **TOWN),
    "place-create": shared("administrator", "municipality", is_post_only=True, **TOWN),
    "audit-list": page("administrator"),
}

# Only the family's own mediator may change it; other mediators do not see it.
CHANGE = {"cast": "mediator", "blind": "colleague stranger", "sees_foreign": "stranger"}
# Work without names: the mediator, reviewing staff of the municipality, mentor, coordinator.
READ = {
    "cast": "mediator staff mentor coordinator",
    "blind": "colleague stranger school_staff staff_elsewhere other_mentor",
    "sees_foreign": "stranger staff_elsewhere coordinator",
}
READERS = f"{WORKERS} {STAFF} {MENTORS} coordinator"
RECORDED_VISIT = {"keys": lambda records: {"family_pk": records.family.pk, "pk": records.visit.pk}}

FAMILIES = {
    "family-list": page(READERS),
    "family-search": page(READERS, answer=302),
    "family-create": page(WORKERS),
    "family-detail": record(of="family", **READ),
    "family-edit": record(of="family", **CHANGE),
    "family-close": record(of="family", **CHANGE),
    "family-reopen": post(of="family", **CHANGE),
    "person-create": record(of="family", **CHANGE),
    "person-edit": record(of="person", **CHANGE),
    "person-move": record(of="person", **CHANGE),
    "person-leave": record(of="person", **CHANGE),
    "consent-create": record(of="family", **CHANGE),
    "consent-withdraw": record(of="consent", **CHANGE),
    "identity-request": record(
        "mentor coordinator", "family", blind="other_mentor", sees_foreign="coordinator"
    ),
}

MEDIATION = {
    "today": page(WORKERS),
    "visit-start": page(WORKERS),
    "visit-create": record(of="family", **CHANGE),
    "visit-plan": record(of="family", **CHANGE),
    "visit-autosave": post(of="visit", **CHANGE, **RECORDED_VISIT),
    "visit-edit": record(of="visit", **CHANGE),
    "visit-replan": record(of="planned", **CHANGE),
    "visit-took-place": record(of="planned", **CHANGE),
    "visit-no-contact": post(of="planned", **CHANGE),
    "visit-cancel": record(of="planned", **CHANGE),
    "visit-discard": record(of="draft", **CHANGE),
    "visit-void": record(of="visit", **CHANGE),
    "visit-list": page(READERS),
    "visit-detail": record(of="visit", **READ),
    "follow-up-done": post(of="visit", **CHANGE),
    "held-form": record(of="held", is_self_service=True, **CHANGE),
    "held-form-discard": post(of="held", **CHANGE),
    "mediator-list": page(f"{MENTORS} coordinator"),
    "mediator-detail": record(
        "mentor coordinator", "mediator", blind="other_mentor", sees_foreign="coordinator"
    ),
    "mediator-edit": record("coordinator", "mediator", sees_foreign="coordinator"),
    "assignment-create": record("coordinator", "mediator", sees_foreign="coordinator"),
    "assignment-end": record("coordinator", "assignment", sees_foreign="coordinator"),
}

FIGURE = {"keys": lambda records: {"code": "families_reached"}}
EXACT_READERS = f"{WORKERS} {MENTORS} coordinator"

REPORTS = {
    "figures": page(READERS),
    "figure-detail": shared(READERS, "indicator", **FIGURE),
    "figure-records": shared(EXACT_READERS, "indicator", **FIGURE),
    "figure-export": shared(f"{WORKERS} {STAFF} coordinator", "indicator", **FIGURE),
    "report-list": page("coordinator"),
    "report-detail": shared("coordinator", "report"),
    "report-export": shared("coordinator", "report"),
    "report-json": shared("coordinator", "report"),
    "report-records": shared("coordinator", "report"),
    "report-run-retry": shared("coordinator", "run", is_post_only=True),
}

TABLE = ACCOUNTS | FAMILIES | MEDIATION | REPORTS


def make_disabled_user():
    """A coordinator who may no longer sign in."""
    return make_user(Role.COORDINATOR, "Disabled", is_active=False)


def make_records(family, mediator, users, label) -> SimpleNamespace:
    """One record of each kind that has an address, in one municipality."""
    day = date(2017, 10, 10)
    person = family.persons.first()
    invitation = Invitation(
        email=f"{label.lower()}@example.test",
        full_name=label,
        role=Role.MEDIATOR,
        invited_by=users["administrator"],
    )
    token = invitation.new_token()
    invitation.save()
    report = compute(
        ReportRun(
            kind="month",
            starts_on=date(2017, 10, 1) if label == "Own" else date(2017, 11, 1),
            ends_on=date(2017, 10, 31) if label == "Own" else date(2017, 11, 30),
        )
    )
    report.save()
    return SimpleNamespace(
        family=family,
        person=person,
        visit=make_visit(family, mediator, day, assisted={person: ["housing"]}, note="Canary"),
        planned=make_visit(family, mediator, date(2030, 1, 1), status=Visit.Status.PLANNED),
        draft=make_visit(family, mediator, day, status=Visit.Status.DRAFT),
        consent=Consent.objects.create(
            family=family, purpose="case_work", form="written", given_on=day
        ),
        held=HeldForm.objects.create(owner=mediator.user, path="/", body="a=b"),
        mediator=mediator,
        assignment=mediator.assignments.first(),
        user=mediator.user,
        report=report,
        run=ReportRun.objects.create(
            kind="month", starts_on=report.starts_on, ends_on=report.ends_on, attempts=5
        ),
        invitation=invitation,
        invitation_token=token,
        institution=Institution.objects.create(name=label, kind="school"),
    )
