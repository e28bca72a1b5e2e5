import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mediation.models import Visit
from mediation.services import cancel_visit
from tests.factories import make_visit

from .posting import errors_of, plan_fields, visit_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def signed_in(client, mediator):
    client.force_login(mediator.user)
    return client


@pytest.fixture
def url(family):
    return reverse("visit-plan", args=[family.pk])


@pytest.fixture
def plan(family, mediator, today):
    return make_visit(family, mediator, today, status="planned", note="Pārrunāt skolu", minutes=0)


# -- planning


def test_a_planned_visit_is_kept_with_its_day_time_and_purpose(signed_in, url, today):
    day = today + timedelta(days=3)
    fields = plan_fields(date=day.isoformat(), started_at="14:30", mode="office", note="Skola")
    signed_in.post(url, fields)
    plan = Visit.objects.get()
    assert (plan.status, plan.date, plan.mode, plan.note) == ("planned", day, "office", "Skola")
    assert f"{plan.started_at:%H:%M}" == "14:30"


def test_planning_twice_with_one_press_is_one_plan(signed_in, url):
    fields = plan_fields()
    assert signed_in.post(url, fields).url == signed_in.post(url, fields).url
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"date": "2018-01-01"}, "date"),
        ({"date": ""}, "date"),
        ({"mode": "telepathy"}, "mode"),
        ({"mode": ""}, "mode"),
        ({"started_at": "99"}, "started_at"),
        ({"note": "x" * 20_001}, "note"),
    ],
)
def test_a_wrong_plan_gets_a_message_at_its_field(signed_in, url, fields, field):
    assert list(errors_of(signed_in.post(url, plan_fields(**fields)))) == [field]
    assert not Visit.objects.exists()


def test_a_plan_for_a_foreign_family_is_answered_like_an_absent_one(signed_in, foreign_family):
    for pk in (foreign_family.pk, uuid.uuid4()):
        address = reverse("visit-plan", args=[pk])
        assert signed_in.get(address).status_code == 404
        assert signed_in.post(address, plan_fields()).status_code == 404


def test_mentors_do_not_plan(client, mentor, url):
    client.force_login(mentor)
    assert client.get(url).status_code == 403


# -- changing the plan


def test_a_plan_can_be_moved_and_keeps_its_history(signed_in, plan, today):
    address = reverse("visit-replan", args=[plan.pk])
    form = signed_in.get(address).context["form"]
    assert form["note"].value() == "Pārrunāt skolu"
    later = (today + timedelta(days=2)).isoformat()
    signed_in.post(address, plan_fields(visit=str(plan.pk), version=1, date=later, note="Skola"))
    plan.refresh_from_db()
    assert (plan.date.isoformat(), plan.note, plan.version) == (later, "Skola", 2)


def test_a_plan_that_somebody_moved_meanwhile_is_shown_beside_mine(signed_in, plan, today):
    address = reverse("visit-replan", args=[plan.pk])
    fields = plan_fields(visit=str(plan.pk), version=1)
    signed_in.post(address, fields | {"date": (today + timedelta(days=2)).isoformat()})
    response = signed_in.post(address, fields | {"date": (today + timedelta(days=5)).isoformat()})
    assert response.status_code == 409
    assert [row.label for row in response.context["rows"] if row.is_changed] == ["Date"]


def test_a_visit_that_took_place_meanwhile_does_not_become_a_plan_again(signed_in, plan):
    signed_in.post(
        reverse("visit-took-place", args=[plan.pk]), visit_fields(visit=plan.pk, version=1)
    )
    response = signed_in.post(
        reverse("visit-replan", args=[plan.pk]), plan_fields(visit=str(plan.pk), version=1)
    )
    assert response.status_code == 409
    assert response.context["url_name"] == ""
    plan.refresh_from_db()
    assert plan.status == "confirmed"


# -- it took place, or it did not


def test_a_planned_visit_that_took_place_becomes_a_visit_under_the_same_id(
    signed_in, plan, family, today
):
    address = reverse("visit-took-place", args=[plan.pk])
    form = signed_in.get(address).context["form"]
    assert form["note"].value() == "Pārrunāt skolu"
    assert (form["date"].value(), form["minutes"].value()) == (today, "30")
    people = list(family.persons.all())
    fields = visit_fields(
        visit=plan.pk, version=1, assisted=people, topics=["school_attendance"], note="Pārrunājām"
    )
    signed_in.post(address, fields)
    visit = Visit.objects.get()
    assert (visit.pk, visit.status, visit.version) == (plan.pk, "confirmed", 2)
    assert visit.assistance.count() == 2


def test_a_visit_made_before_its_planned_day_is_dated_today(signed_in, family, mediator, today):
    plan = make_visit(family, mediator, today + timedelta(days=4), status="planned")
    form = signed_in.get(reverse("visit-took-place", args=[plan.pk])).context["form"]
    assert form["date"].value() == today


def test_what_is_no_longer_planned_is_edited_instead(signed_in, family, mediator):
    visit = make_visit(family, mediator)
    response = signed_in.get(reverse("visit-took-place", args=[visit.pk]))
    assert response.url == reverse("visit-edit", args=[visit.pk])


def test_editing_a_planned_visit_is_changing_the_plan(signed_in, plan):
    response = signed_in.get(reverse("visit-edit", args=[plan.pk]))
    assert response.url == reverse("visit-replan", args=[plan.pk])


def test_no_contact_is_noted_with_one_press_and_twice_is_once(signed_in, plan):
    address = reverse("visit-no-contact", args=[plan.pk])
    for _ in range(2):
        assert signed_in.post(address).url == reverse("today")
    plan.refresh_from_db()
    assert (plan.status, plan.version) == ("no_contact", 2)


def test_no_contact_with_a_visit_still_to_come_is_refused(signed_in, family, mediator, today):
    plan = make_visit(family, mediator, today + timedelta(days=1), status="planned")
    page = signed_in.post(reverse("visit-no-contact", args=[plan.pk]), follow=True)
    assert "still to come" in page.content.decode()
    plan.refresh_from_db()
    assert plan.status == "planned"


def test_no_contact_is_a_press_and_not_a_link(signed_in, plan):
    assert signed_in.get(reverse("visit-no-contact", args=[plan.pk])).status_code == 405


def test_a_plan_is_cancelled_in_two_steps_with_or_without_a_reason(signed_in, plan):
    address = reverse("visit-cancel", args=[plan.pk])
    assert signed_in.get(address).status_code == 200
    assert signed_in.post(address, {"reason": "Ģimene izbraukusi"}).url == reverse("today")
    plan.refresh_from_db()
    assert (plan.status, plan.status_reason) == ("cancelled", "Ģimene izbraukusi")
    assert signed_in.post(address, {}).url == reverse("visit-detail", args=[plan.pk])


def test_only_a_plan_is_cancelled_even_when_two_act_at_once(family, mediator):
    plan = make_visit(family, mediator, status="planned")
    stale = Visit.objects.get(pk=plan.pk)
    Visit.objects.filter(pk=plan.pk).update(status="confirmed")
    with pytest.raises(Exception, match="Only a planned visit"):
        cancel_visit(stale, by=mediator.user, reason="")


@pytest.mark.parametrize("name", ["visit-replan", "visit-took-place", "visit-cancel"])
def test_a_foreign_plan_is_not_there(signed_in, stranger, foreign_family, name):
    foreign = make_visit(foreign_family, stranger, status="planned")
    assert signed_in.get(reverse(name, args=[foreign.pk])).status_code == 404
    assert signed_in.post(reverse(name, args=[foreign.pk]), {}).status_code == 404


def test_a_visit_counts_where_the_family_lives_when_it_takes_place(signed_in, plan, family, today):
    family.municipality_id = "LV-026"
    family.save()
    signed_in.post(
        reverse("visit-took-place", args=[plan.pk]), visit_fields(visit=plan.pk, version=1)
    )
    plan.refresh_from_db()
    assert plan.municipality_id == "LV-026"
