"""The demo: exactly the programme that was, as invented people, and a running year until today."""

import re
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Institution, Role, User
from families.models import Consent, Family, FamilyIdentity, Person, PersonIdentity
from mediation.demo import DEMO_PASSWORD, DEMO_SIGN_INS
from mediation.demo.running_year import first_day
from mediation.models import Assistance, Mediator, Visit
from mediation.visit_content import content_of
from mediation.visit_rules import faults_of
from reports.official import official_figures
from reports.periods import Period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

STARTS_ON, ENDS_ON = date(2017, 10, 1), date(2018, 5, 31)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo, loaded once for the tests of this file that only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


def in_programme():
    return Visit.objects.filter(status="confirmed", date__range=(STARTS_ON, ENDS_ON))


# -- the programme


def test_five_mediators_reached_134_families_and_assisted_between_171_and_179_persons():
    made = in_programme()
    assert made.values("mediator").distinct().count() == 5
    assert made.values("family").distinct().count() == Family.objects.count() == 134
    helped = Assistance.objects.filter(visit__in=made)
    persons = helped.values_list(Coalesce("person__merged_into", "person"), flat=True)
    assert 171 <= len(set(persons)) <= 179
    assert 510 <= Person.objects.count() <= 530


def test_the_figures_say_the_same():
    found = official_figures(
        Period(STARTS_ON, ENDS_ON),
        indicators=["families_reached", "persons_assisted", "mediators_active", "visits"],
    )
    totals = {each["code"]: each["total"] for each in found["indicators"]}
    assert totals["families_reached"] == 134
    assert totals["mediators_active"] == 5
    assert 171 <= totals["persons_assisted"] <= 179
    assert totals["visits"] == in_programme().count()


def test_every_mediator_works_in_their_own_town():
    towns = in_programme().values_list("mediator__ref", "municipality").order_by().distinct()
    assert dict(towns) == {
        "M-01": "LV-JEL",
        "M-02": "LV-RIX",
        "M-03": "LV-VEN",
        "M-04": "LV-026",
        "M-05": "LV-113",
    }
    assert towns.count() == 5


def test_the_visits_are_as_various_as_the_work():
    assert 500 <= in_programme().count() <= 700
    period = Visit.objects.filter(date__range=(STARTS_ON, ENDS_ON))
    status = Counter(period.values_list("status", flat=True))
    assert set(status) == {"confirmed", "no_contact", "cancelled", "voided"}
    assert Visit.objects.filter(status="draft").count() >= 5
    topics = Counter(Assistance.objects.values_list("topic", flat=True))
    assert len(topics) >= 15
    assert {"school_attendance", "social_benefits", "documents", "employment"} < set(topics)
    months = in_programme().dates("date", "month")
    assert len(months) == 8
    visited = Counter(in_programme().values_list("family", "date__month"))
    assert len({family for family, _ in visited}) < len(visited)  # some in several months
    assert in_programme().filter(mediators__in=Mediator.objects.all()).count() > (
        in_programme().count()
    )  # co-mediated ones count for two


def test_people_moved_were_merged_and_gave_consent():
    assert Person.objects.exclude(merged_into=None).count() == 1
    moved = [p for p in Person.objects.all() if p.memberships.count() > 1]
    assert len(moved) >= 3
    purposes = set(Consent.objects.values_list("purpose", flat=True))
    assert {"case_work", "share_institution", "esf_reporting"} <= purposes
    assert Consent.objects.exclude(withdrawn_on=None).exists()
    assert Consent.objects.filter(is_refused=True).exists()
    assert Family.objects.exclude(closed_on=None).count() == 9


def test_families_are_registered_before_they_are_visited():
    early = [visit for visit in Visit.objects.select_related("family")
             if visit.date < visit.family.registered_on]  # fmt: skip
    assert early == []


def test_every_visit_keeps_the_rules_of_the_visit_form():
    merged = set(Person.objects.exclude(merged_into=None).values_list("pk", flat=True))
    faults = []
    visits = Visit.objects.select_related("family").prefetch_related(
        "mediators", "present", "assistance"
    )
    for visit in visits.exclude(status__in=["voided", "cancelled"]):
        content = content_of(visit)
        if not merged & {row.person for row in content.assistance}:
            told = faults_of(content, visit.family, before=None, name_of=str)
            faults += [(visit.date, visit.status, *fault) for fault in told]
    assert faults == []


# -- the running year


def test_it_reaches_until_today_and_not_into_the_programme():
    today = timezone.localdate()
    later = Visit.objects.filter(date__gt=ENDS_ON)
    assert later.filter(status="confirmed").count() > 100
    assert later.earliest("date").date >= first_day(today) > ENDS_ON
    assert not later.filter(date__gt=today).exclude(status="planned").exists()
    assert later.filter(date=today, status="confirmed").exists()
    assert not Visit.objects.filter(received_at__gt=timezone.now()).exists()


@pytest.mark.parametrize("sign_in", [each for each in DEMO_SIGN_INS if each.role == "mediator"])
def test_every_mediator_has_something_to_do(sign_in):
    today = timezone.localdate()
    user = User.objects.get(email=sign_in.email)
    waiting = Visit.objects.editable_by(user)
    open_steps = waiting.filter(next_step_done_at=None, next_step_on__isnull=False)
    assert open_steps.filter(next_step_on__lt=today).count() == 2
    assert open_steps.filter(next_step_on=today).count() == 2
    assert open_steps.filter(next_step_on__gt=today).count() == 3
    assert waiting.planned().filter(date__gte=today).exists()
    if sign_in.email != "mediator.valmiera@demo.example":
        assert waiting.drafts().count() == 2
        assert waiting.planned().filter(date=today).exists()


def test_nothing_of_the_programme_still_waits():
    waiting = Visit.objects.filter(date__lte=ENDS_ON, next_step_done_at=None)
    assert not waiting.exclude(next_step_on=None).exists()
    assert not waiting.filter(status__in=["planned", "draft"]).exists()


def test_one_mediator_has_gone_quiet():
    last = Visit.objects.confirmed().filter(mediator__ref="M-05").latest("date").date
    assert last < timezone.localdate() - timedelta(days=14)


# -- the people


def test_everybody_can_sign_in():
    for sign_in in DEMO_SIGN_INS:
        user = authenticate(None, email=sign_in.email, password=DEMO_PASSWORD)
        assert user is not None, sign_in.email
        assert (user.role, user.full_name) == (sign_in.role, sign_in.full_name)
    assert {sign_in.role for sign_in in DEMO_SIGN_INS} == set(Role)


def test_the_mentor_looks_after_all_mediators_and_staff_review_cases():
    mentor = User.objects.get(email="mentor@demo.example")
    assert Mediator.objects.visible_to(mentor).count() == 5
    staff = User.objects.get(email="staff@demo.example")
    assert staff.institution.reviews_cases
    assert Visit.objects.visible_to(staff).exists()
    assert Institution.objects.count() == 20


def test_names_are_whole_and_telephones_belong_to_nobody():
    named = PersonIdentity.objects.all()
    assert all(identity.given_name and identity.family_name for identity in named)
    families = FamilyIdentity.objects.all()
    numbers = [each.phone for each in [*named, *families] if each.phone]
    assert len(numbers) > 100
    assert [each for each in numbers if not re.fullmatch(r"\+371 2000 0\d{3}", each)] == []


def test_the_sign_ins_are_printed_as_a_table():
    out = StringIO()
    call_command("demo_sign_ins", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].split() == ["Role", "E-mail", "Password"]
    assert lines[1].split() == ["Mediator", "mediator@demo.example", DEMO_PASSWORD]
    assert len(lines) == len(DEMO_SIGN_INS) + 1
