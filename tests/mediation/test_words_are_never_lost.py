"""What a mediator has typed is always somewhere they, or their successor, can find it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from families.models import Family
from mediation import held_forms
from mediation.models import Caseload, HeldForm, Visit
from mediation.services import discard_draft, void_visit
from tests.factories import make_visit

from .posting import visit_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(family, mediator):
    today = timezone.localdate()
    return make_visit(family, mediator, today, status=Visit.Status.PLANNED, minutes=0, note="Skola")


def hand_over(family: Family, to) -> None:
    today = timezone.localdate()
    family.caseloads.update(ended_on=today - timedelta(days=1))
    Caseload.objects.create(family=family, mediator=to, started_on=today)


def autosave(client, plan, note):
    client.get(reverse("visit-took-place", args=[plan.pk]))
    url = reverse("visit-autosave", args=[plan.family_id, plan.pk])
    fields = visit_fields(visit=plan.pk, version=plan.version, note=note)
    return client.post(url, fields | {"save": "draft"})


def test_a_draft_begun_on_a_predecessors_plan_is_found_by_its_writer(
    client, plan, family, mediator, colleague
):
    hand_over(family, colleague)
    client.force_login(colleague.user)
    assert autosave(client, plan, "Mani vārdi").status_code == 200
    assert family.code in client.get(reverse("today")).content.decode()
    assert client.get(reverse("visit-detail", args=[plan.pk])).status_code == 200
    draft = Visit.objects.get(pk=plan.pk)
    assert (draft.recorded_by, draft.mediator) == (colleague.user, colleague)
    client.force_login(mediator.user)
    assert client.get(reverse("visit-detail", args=[plan.pk])).status_code == 404


def test_a_draft_left_behind_is_found_by_the_successor(client, family, mediator, colleague):
    draft = make_visit(family, mediator, status=Visit.Status.DRAFT, note="Pus")
    client.force_login(colleague.user)
    assert client.get(reverse("visit-detail", args=[draft.pk])).status_code == 404
    hand_over(family, colleague)
    assert client.get(reverse("visit-detail", args=[draft.pk])).status_code == 200
    assert family.code in client.get(reverse("today")).content.decode()


def test_a_draft_stays_its_writers_while_two_work_with_the_family(
    client, family, mediator, colleague, coordinator
):
    Caseload.objects.create(family=family, mediator=colleague, started_on=family.registered_on)
    draft = make_visit(family, mediator, status=Visit.Status.DRAFT, note="Pus")
    page = reverse("visit-detail", args=[draft.pk])
    for user, answer in [(colleague.user, 404), (coordinator, 404), (mediator.user, 200)]:
        client.force_login(user)
        assert client.get(page).status_code == answer


def test_deleting_a_draft_begun_on_a_plan_leaves_the_plan(client, plan, mediator):
    client.force_login(mediator.user)
    autosave(client, plan, "Sākts")
    draft = Visit.objects.get()
    assert draft.status == Visit.Status.DRAFT
    discard_draft(draft, by=mediator.user)
    again = Visit.objects.get()
    assert (again.status, again.note, again.date) == (Visit.Status.PLANNED, "Skola", plan.date)


def test_a_note_sent_to_a_visit_voided_meanwhile_is_shown_and_not_thrown_away(
    client, family, mediator
):
    visit = make_visit(family, mediator)
    void_visit(visit, by=mediator.user, reason="Kļūda")
    client.force_login(mediator.user)
    fields = visit_fields(visit=visit.pk, version=1, note="Gari rakstīts")
    page = client.post(reverse("visit-edit", args=[visit.pk]), fields)
    assert page.status_code == 409
    assert "Gari rakstīts" in page.content.decode()
    assert "can no longer change" in page.content.decode()


def test_a_form_sent_after_the_caseload_ended_is_kept_and_shown_to_its_writer(
    client, family, mediator
):
    client.force_login(mediator.user)
    url = reverse("visit-create", args=[family.pk])
    token = held_forms.token_for(mediator.user, url)
    family.caseloads.update(ended_on=timezone.localdate() - timedelta(days=1))
    fields = visit_fields(note="Gari rakstīts") | {"held_token": token}
    page = client.post(url, fields, follow=True)
    assert "Gari rakstīts" in page.content.decode()
    assert HeldForm.objects.get().owner == mediator.user


def test_without_a_token_of_ours_a_foreign_family_stays_absent(client, family, stranger):
    client.force_login(stranger.user)
    url = reverse("visit-create", args=[family.pk])
    assert client.post(url, visit_fields()).status_code == 404
    assert not HeldForm.objects.exists()


def test_a_form_is_kept_also_while_the_cache_is_away(client, family, mediator, monkeypatch):
    def away(*args, **kwargs):
        raise RedisAway

    url = reverse("visit-create", args=[family.pk])
    fields = visit_fields(note="x") | {"held_token": held_forms.token_for(mediator.user, url)}
    monkeypatch.setattr(held_forms.cache, "add", away, raising=False)
    assert client.post(url, fields).status_code == 302
    assert HeldForm.objects.count() == 1


def test_nobody_else_learns_that_there_is_a_confidential_note(
    client, family, mediator, staff, mentor
):
    visit = make_visit(family, mediator)
    client.force_login(mediator.user)
    fields = visit_fields(
        visit=visit.pk, version=1, date=visit.date, confidential_note="Tikai mums"
    )
    client.post(reverse("visit-edit", args=[visit.pk]), fields)
    page = reverse("visit-detail", args=[visit.pk])
    client.force_login(mentor)
    assert "confidential note" in client.get(page).content.decode().lower()
    client.force_login(staff)
    assert "confidential" not in client.get(page).content.decode().lower()


def test_a_co_mediator_is_offered_no_page_they_may_not_see(client, family, mediator, colleague):
    visit = make_visit(family, mediator, co_mediators=(colleague.pk,))
    link = reverse("family-detail", args=[family.pk])
    for user, offered in [(colleague.user, False), (mediator.user, True)]:
        client.force_login(user)
        page = client.get(reverse("visit-detail", args=[visit.pk])).content.decode()
        assert (link in page) is offered


def test_a_family_is_not_closed_before_its_last_visit(client, family, mediator):
    today = timezone.localdate()
    make_visit(family, mediator, today)
    client.force_login(mediator.user)
    url = reverse("family-close", args=[family.pk])
    day = (today - timedelta(days=5)).isoformat()
    page = client.post(url, {"closed_on": day, "reason": "moved"})
    assert "was visited later" in page.content.decode()
    family.refresh_from_db()
    assert family.closed_on is None
