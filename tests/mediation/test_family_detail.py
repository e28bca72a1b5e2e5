"""A family's page: who belongs to it, what they agreed to, and what has been done."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

from accounts.models import AuditEvent
from families.models import IdentityAccess
from families.services import (
    NewMember,
    close_family,
    leave_family,
    move_person,
    record_consent,
    request_names,
    withdraw_consent,
)
from mediation.models import Visit
from mediation.services import cancel_visit, finish_follow_up, void_visit
from mediation.timeline import VISITS_ON_A_PAGE
from tests.factories import make_family, make_institution, make_person, make_visit

pytestmark = pytest.mark.django_db
DAY = date(2018, 3, 1)


@pytest.fixture
def anna(family):
    return family.persons.order_by("code").first()


def get(client, user, family, **query):
    client.force_login(user)
    return client.get(f"/families/{family.pk}/", query)


def text(client, user, family, **query) -> str:
    return get(client, user, family, **query).content.decode()


def visits_shown(response) -> list[Visit]:
    return [entry.visit for entry in response.context["page"].timeline.entries]


# -- who sees what


def test_the_mediator_sees_names_contacts_and_notes(client, mediator, anna):
    family = make_family(
        mediator,
        "Roze",
        NewMember("Līga", "Roze", birth_date=date(1985, 3, 1), phone="29 111 222"),
        address="Ganību iela 1",
        phone="+371 20 000 000 (māsa)",
    )
    make_visit(family, mediator, DAY, note="Runājām par skolu", next_step="Piezvanīt")
    page = text(client, mediator.user, family)
    for shown in ("Līga Roze", "29 111 222", "Ganību iela 1", "March 1, 1985", family.code):
        assert shown in page
    assert 'href="tel:+37120000000"' in page
    assert "Runājām par skolu" in page
    assert "Piezvanīt" in page


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator"])
def test_the_others_see_codes_and_facts_without_notes(
    request, client, mediator, family, anna, role
):
    make_visit(
        family,
        mediator,
        DAY,
        assisted={anna: ["housing"]},
        note="Slepena piezīme",
        next_step="Piezvanīt Annai",
        next_step_on=DAY,
    )
    user = request.getfixturevalue(role)
    page = text(client, user, family)
    assert anna.code in page
    assert "Housing" in page
    assert "Next step overdue since March 1, 2018" in page
    for hidden in ("Anna", "Kalniņ", "Slepena", "Piezvanīt"):
        assert hidden not in page
    read = AuditEvent.objects.filter(actor=user, action__in=["names_read", "note_read"])
    assert not read.exists()


@pytest.mark.parametrize(
    "who", ["stranger", "colleague", "school_staff", "staff_elsewhere", "other_mentor"]
)
def test_whoever_has_nothing_to_do_with_it_gets_the_404_of_an_absent_one(
    request, client, family, who
):
    user = request.getfixturevalue(who)
    user = getattr(user, "user", user)
    foreign = get(client, user, family)
    absent = client.get(f"/families/{uuid.uuid4()}/")
    assert foreign.status_code == absent.status_code == 404
    assert len(foreign.content) == len(absent.content)
    assert AuditEvent.objects.filter(action="refused", actor=user).count() == 1


def test_an_administrator_gets_403(client, administrator, family):
    assert get(client, administrator, family).status_code == 403


def test_a_mediator_whose_caseload_has_ended_gets_404(client, mediator, family):
    family.caseloads.update(ended_on=timezone.localdate() - timedelta(days=1))
    assert get(client, mediator.user, family).status_code == 404


def test_exactly_what_is_read_is_on_the_trail(client, mediator, family):
    quiet = make_visit(family, mediator, DAY)
    told = make_visit(family, mediator, DAY, note="Runājām")
    text(client, mediator.user, family)
    events = AuditEvent.objects.filter(actor=mediator.user)
    names = events.filter(action="names_read").values_list("object_id", flat=True)
    assert sorted(names) == sorted(
        [str(family.pk), *(str(pk) for pk in family.persons.values_list("pk", flat=True))]
    )
    notes = events.filter(action="note_read").values_list("object_id", flat=True)
    assert list(notes) == [str(told.pk)]
    assert quiet.pk != told.pk


# -- names on request


@pytest.mark.parametrize("role", ["mentor", "coordinator"])
def test_asked_for_with_a_reason_names_appear_until_a_given_time(
    request, client, mediator, family, anna, role
):
    user = request.getfixturevalue(role)
    make_visit(family, mediator, DAY, note="Runājām par skolu")
    assert "Show names" in text(client, user, family)
    leave = request_names(family, by=user, reason="a complaint came in")
    page = text(client, user, family)
    until = timezone.localtime(leave.expires_at)
    assert "Anna Kalniņa" in page
    assert "Runājām par skolu" in page
    assert f"until {until:%H:%M}" in page
    IdentityAccess.objects.update(expires_at=timezone.now())
    assert "Anna" not in text(client, user, family)


def test_staff_are_not_offered_the_names(client, staff, family):
    assert "Show names" not in text(client, staff, family)


def test_leave_for_one_family_opens_no_other(client, coordinator, family, foreign_family):
    request_names(family, by=coordinator, reason="a complaint came in")
    assert "Zane" not in text(client, coordinator, foreign_family)


# -- what may be done


def test_the_mediator_is_offered_what_can_be_done(client, mediator, family, anna):
    page = text(client, mediator.user, family)
    for address in ("visits/new/", "edit/", "members/new/", "close/", "consents/new/"):
        assert f"/families/{family.pk}/{address}" in page
    assert f"/persons/{anna.pk}/edit/" in page


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator"])
def test_nobody_else_is_offered_a_change(request, client, family, role):
    page = text(client, request.getfixturevalue(role), family)
    for address in ("visits/new/", "edit/", "members/new/", "close/", "consents/new/"):
        assert address not in page


def test_a_closed_family_says_so_and_can_be_taken_up_again(client, mediator, family):
    close_family(family, by=mediator.user, closed_on=DAY, reason="moved")
    page = text(client, mediator.user, family)
    assert "closed on March 1, 2018: Moved away" in page
    assert f"/families/{family.pk}/reopen/" in page
    assert f"/families/{family.pk}/visits/new/" not in page
    assert f"/families/{family.pk}/close/" not in page


# -- members


def test_members_come_in_the_order_of_a_household(client, mediator):
    family = make_family(
        mediator,
        "Roze",
        NewMember("Mazā", "Roze", birth_year=2015, household_role="child"),
        NewMember("Lielais", "Roze", birth_year=2008, household_role="child"),
        NewMember("Vecmāmiņa", "Roze", birth_year=1950, household_role="grandparent"),
        NewMember("Māte", "Roze", birth_year=1985, household_role="head", is_guardian=True),
    )
    page = text(client, mediator.user, family)
    order = [page.index(name) for name in ("Māte", "Lielais", "Mazā", "Vecmāmiņa")]
    assert order == sorted(order)
    assert "Guardian" in page


def test_last_help_counts_confirmed_visits_only(client, mediator, family, anna):
    make_visit(family, mediator, DAY, assisted={anna: ["housing"]})
    later = make_visit(family, mediator, DAY + timedelta(days=5), assisted={anna: ["health"]})
    void_visit(later, by=mediator.user, reason="by mistake")
    page = text(client, mediator.user, family)
    assert "last helped March 1, 2018" in page
    assert "last helped March 6, 2018" not in page


def test_who_moved_is_listed_with_the_date_and_a_link_to_the_family(
    client, mediator, coordinator, family, anna
):
    other = make_family(mediator, "Liepiņi", ("Ilze", "Liepiņa"))
    move_person(anna, other, moved_on=DAY, household_role="child", by=mediator.user)
    page = text(client, mediator.user, family)
    assert "1 former member" in page
    assert "until Feb. 28, 2018" in page
    assert f'href="/families/{other.pk}/"' in page
    by_code = text(client, coordinator, family)
    assert anna.code in by_code
    assert other.code in by_code


def test_a_family_that_may_not_be_seen_is_not_named(client, mediator, stranger, family, anna):
    elsewhere = make_family(stranger, "Ozoli", municipality="LV-026")
    move_person(anna, elsewhere, moved_on=DAY, household_role="child", by=mediator.user)
    page = text(client, mediator.user, family)
    assert anna.code in page
    assert "Anna" not in page
    assert elsewhere.code not in page
    assert str(elsewhere.pk) not in page
    assert "moved to another family" in page


def test_who_left_and_came_back_is_listed_once(client, mediator, family, anna):
    leave_family(anna, left_on=DAY, by=mediator.user)
    page = get(client, mediator.user, family).context["page"]
    assert [member.person for member in page.former] == [anna]
    move_person(
        anna, family, moved_on=DAY + timedelta(days=9), household_role="child", by=mediator.user
    )
    page = get(client, mediator.user, family).context["page"]
    assert page.former == []
    assert [member.person for member in page.members].count(anna) == 1


# -- consent


def test_answers_are_listed_with_the_state_they_are_in(client, mediator, family, anna):
    service = make_institution("Jelgava service", "social_service")
    given = {"by": mediator.user, "form": "written", "given_on": DAY}
    record_consent(family, purpose="share_institution", institution=service, **given)
    record_consent(family, purpose="photo", person=anna, is_refused=True, **given)
    record_consent(family, purpose="esf_reporting", expires_on=DAY, **given)
    case_work = record_consent(family, purpose="case_work", **given)
    withdraw_consent(case_work, by=mediator.user, withdrawn_on=DAY)
    page = get(client, mediator.user, family)
    states = {
        shown.consent.purpose: (shown.state, shown.name) for shown in page.context["page"].consents
    }
    assert states == {
        "share_institution": ("Given", ""),
        "photo": ("Refused", "Anna Kalniņa"),
        "esf_reporting": ("Expired", ""),
        "case_work": ("Withdrawn", ""),
    }
    shown = page.content.decode()
    assert "Jelgava service" in shown
    assert "Photos: refused" in shown
    assert shown.count("/withdraw/") == 1


def test_without_an_answer_the_page_says_what_to_ask(client, mediator, family):
    assert "Nobody has been asked yet" in text(client, mediator.user, family)


# -- the timeline


def test_visits_tell_the_newest_first_who_was_helped_with_what(client, mediator, family, anna):
    old = make_visit(family, mediator, DAY, assisted={anna: ["housing", "health"]}, minutes=45)
    new = make_visit(family, mediator, DAY + timedelta(days=40), mode="phone")
    response = get(client, mediator.user, family)
    assert visits_shown(response) == [new, old]
    page = response.content.decode()
    for shown in ("45 minutes", "Phone call", "Housing", "Health care", "pending", "March 2018"):
        assert shown in page
    assert mediator.full_name in page


def test_void_and_cancelled_visits_are_struck_through_and_say_so(client, mediator, family):
    void_visit(make_visit(family, mediator, DAY), by=mediator.user, reason="Nepareiza ģimene")
    planned = make_visit(
        family, mediator, timezone.localdate() + timedelta(days=2), status="planned", mode="phone"
    )
    cancel_visit(planned, by=mediator.user, reason="Saslima")
    page = text(client, mediator.user, family)
    assert "<s>Home visit</s>" in page
    assert "<s>Phone call</s>" in page
    assert "Voided" in page
    assert "Cancelled" in page
    assert "Nepareiza ģimene" in page


def test_a_next_step_is_due_overdue_or_done(client, mediator, family):
    today = timezone.localdate()
    make_visit(family, mediator, today, next_step="Zvanīt", next_step_on=today)
    with translation.override("en"):
        shown = f"Next step by {date_format(today)}"
    assert shown in text(client, mediator.user, family)
    late = make_visit(family, mediator, DAY, next_step="Zvanīt", next_step_on=DAY)
    assert "Next step overdue since March 1, 2018" in text(client, mediator.user, family)
    finish_follow_up(late, by=mediator.user)
    assert "Next step done" in text(client, mediator.user, family)


def test_a_confidential_note_leaves_a_lock_for_its_author_and_mentor(
    client, mediator, mentor, coordinator, family
):
    make_visit(family, mediator, DAY, confidential_note="Ļoti slepeni")
    for user, has_lock in [(mediator.user, True), (mentor, True), (coordinator, False)]:
        page = text(client, user, family)
        assert "Ļoti slepeni" not in page
        assert ("There is a confidential note" in page) is has_lock


def test_a_long_note_is_folded(client, mediator, family):
    make_visit(family, mediator, DAY, note="Gara piezīme. " * 50)
    assert "Read the whole note" in text(client, mediator.user, family)


def test_a_draft_is_shown_to_its_writer_only(client, mediator, coordinator, family):
    draft = make_visit(family, mediator, DAY, status="draft")
    assert visits_shown(get(client, mediator.user, family)) == [draft]
    assert visits_shown(get(client, coordinator, family)) == []


def test_a_family_without_visits_is_told_what_will_be_here(client, mediator, family):
    assert "No visits yet" in text(client, mediator.user, family)


def test_older_visits_come_a_page_at_a_time_with_and_without_a_script(client, mediator, family):
    days = [DAY + timedelta(days=number // 3) for number in range(VISITS_ON_A_PAGE + 5)]
    made = {make_visit(family, mediator, day, note="Slepena piezīme").pk for day in days}
    first = get(client, mediator.user, family)
    older = first.context["page"].timeline.older_url
    plain = client.get(f"/families/{family.pk}/{older}")
    scripted = client.get(f"/families/{family.pk}/{older}", headers={"HX-Request": "true"})
    assert "<html" not in scripted.content.decode()
    assert "Show newer visits" in plain.content.decode()
    entries = scripted.context["timeline"].entries
    assert [entry.visit for entry in entries] == visits_shown(plain)
    assert {visit.pk for visit in visits_shown(first) + visits_shown(plain)} == made
    assert len(visits_shown(first)) == VISITS_ON_A_PAGE


@pytest.mark.parametrize("before", ["nonsense", "00000000-0000-4000-8000-000000000000", ""])
def test_an_address_that_makes_no_sense_shows_the_newest(client, mediator, family, before):
    visit = make_visit(family, mediator, DAY)
    assert visits_shown(get(client, mediator.user, family, older=before)) == [visit]


def test_markup_in_notes_and_names_is_text(client, mediator, family):
    person = make_person(family, "<img src=x onerror=alert(1)>")
    make_visit(
        family, mediator, DAY, note="<script>alert(1)</script>", assisted={person: ["housing"]}
    )
    page = text(client, mediator.user, family)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


# -- the price


def test_the_number_of_queries_does_not_grow_with_members_and_visits(
    client, mediator, django_assert_num_queries
):
    family = make_family(mediator, "Roze", *[(f"Bērns {n}", "Roze") for n in range(12)])
    everyone = list(family.persons.all())
    for number in range(15):
        make_visit(
            family,
            mediator,
            DAY + timedelta(days=number),
            note="Runājām",
            assisted={everyone[number % 12]: ["housing"], everyone[number % 5]: ["health"]},
        )
    text(client, mediator.user, family)
    # session, user, family; visits, mediators, help, persons, notes, locks, notes on the trail;
    # members, consents, names 2, names on the trail; leave, edit, mediators
    with django_assert_num_queries(18):
        client.get(f"/families/{family.pk}/")
