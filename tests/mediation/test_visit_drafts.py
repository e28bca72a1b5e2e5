import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from mediation.models import Caseload, Visit
from mediation.services import VisitConflict, discard_draft, keep_draft
from mediation.visit_content import VisitContent, written_content
from tests.factories import make_mediator, make_visit

from .posting import visit_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, mediator):
    client.force_login(mediator.user)
    return client


@pytest.fixture
def people(family):
    return list(family.persons.order_by("code"))


@pytest.fixture
def keep(signed_in, family):
    """Send what is typed so far, as the page does every few seconds."""

    def keep(fields):
        address = reverse("visit-autosave", args=[family.pk, fields["visit"]])
        return signed_in.post(address, fields | {"save": "draft"})

    return keep


@pytest.fixture
def save(signed_in, family):
    return lambda fields: signed_in.post(reverse("visit-create", args=[family.pk]), fields)


def test_what_is_typed_is_kept_as_one_draft_that_counts_nowhere(keep, people, family):
    fields = visit_fields(present=people, note="Pus")
    first = keep(fields).json()
    second = keep(fields | {"note": "Puse no teikuma", "version": first["version"]}).json()
    draft = Visit.objects.get()
    assert (draft.status, draft.note, draft.family) == ("draft", "Puse no teikuma", family)
    assert second["version"] == draft.version == 2
    assert "Draft kept at" in second["told"]
    assert not Visit.objects.confirmed().exists()


def test_a_draft_keeps_one_version_and_one_line_on_the_trail(keep):
    fields = visit_fields()
    version = ""
    for letter in "abc":
        version = keep(fields | {"note": letter, "version": version}).json()["version"]
    assert Visit.objects.get().versions.count() == 1
    assert AuditEvent.objects.filter(object_type="visit").count() == 1


def test_keeping_the_same_again_changes_nothing(keep):
    fields = visit_fields(note="Tas pats")
    version = keep(fields).json()["version"]
    assert keep(fields | {"version": version}).json()["version"] == version


def test_the_final_save_finishes_the_draft_without_a_conflict(keep, save, people):
    fields = visit_fields(assisted=people, topics=["health"], note="Gatavs")
    version = keep(fields | {"note": "Gat"}).json()["version"]
    response = save(fields | {"version": version})
    visit = Visit.objects.get()
    assert response.url == reverse("visit-detail", args=[visit.pk])
    assert (visit.status, visit.note) == ("confirmed", "Gatavs")
    assert visit.versions.count() == 1  # what the draft said before is not history


def test_the_final_save_finishes_a_draft_of_which_the_page_has_not_heard(keep, save, people):
    fields = visit_fields(assisted=people, topics=["health"], note="Gatavs")
    keep(fields | {"note": "Gat"})
    assert save(fields).status_code == 302
    assert Visit.objects.get().status == "confirmed"


def test_the_final_save_finishes_a_draft_that_was_kept_with_the_same_words(keep, save, people):
    fields = visit_fields(assisted=people, topics=["health"], note="Gat")
    version = keep(fields).json()["version"]
    keep(fields | {"note": "Gatavs", "version": version})  # whose answer came too late
    assert save(fields | {"note": "Gatavs", "version": version}).status_code == 302
    assert Visit.objects.get().status == "confirmed"


def test_a_draft_changed_elsewhere_is_shown_beside_what_was_typed(keep, save):
    fields = visit_fields(note="Viens")
    version = keep(fields).json()["version"]
    keep(fields | {"note": "No cita tālruņa", "version": version})
    response = save(fields | {"note": "No šī tālruņa", "version": version})
    assert response.status_code == 409
    assert "No cita tālruņa" in response.content.decode()
    assert Visit.objects.get().status == "draft"


def test_saving_twice_after_a_draft_is_one_visit(keep, save):
    fields = visit_fields(note="Gatavs")
    version = keep(fields | {"note": "G"}).json()["version"]
    first, second = (save(fields | {"version": version}) for _ in range(2))
    assert first.url == second.url
    assert Visit.objects.get().versions.count() == 1


def test_a_draft_that_arrives_after_the_final_save_changes_nothing(keep, save):
    fields = visit_fields(note="Gatavs")
    save(fields)
    assert keep(fields | {"note": "Gata"}).status_code == 409
    assert keep(fields | {"note": "Gata", "version": 1}).status_code == 409
    visit = Visit.objects.get()
    assert (visit.status, visit.note, visit.version) == ("confirmed", "Gatavs", 1)


def test_a_half_filled_form_comes_back_as_it_was_left(keep, signed_in, people):
    fields = visit_fields(
        assisted=[people[0]], topics=[], result="no_contact", minutes="", note="Pusē"
    )
    keep(fields | {"topics": []})
    page = signed_in.get(reverse("visit-edit", args=[fields["visit"]]))
    form, tiles = page.context["form"], page.context["tiles"]
    assert [tile.is_assisted for tile in tiles.members] == [True, False]
    assert (form["result"].value(), form["minutes"].value()) == ("no_contact", "")
    version = form["version"].value()
    keep(fields | {"assisted": [], "topics": ["housing"], "version": version})
    page = signed_in.get(reverse("visit-edit", args=[fields["visit"]]))
    chosen = [tile.value for tile in page.context["tiles"].topics if tile.is_chosen]
    chosen += [tile.value for tile in page.context["tiles"].more_topics if tile.is_chosen]
    assert chosen == ["housing"]


def test_what_cannot_be_stored_is_not_kept_and_said_so(keep):
    assert keep(visit_fields(note="x" * 20_001)).status_code == 422
    assert keep(visit_fields(topics=["astrology"])).status_code == 422
    assert not Visit.objects.exists()


def test_a_draft_needs_neither_a_date_nor_minutes_nor_a_past_day(keep):
    for fields in ({"date": ""}, {"minutes": ""}, {"date": "2099-01-01"}, {"mode": None}):
        assert keep(visit_fields(**fields)).status_code == 200


def test_the_button_keeps_a_draft_and_leads_to_today(save, signed_in):
    response = save(visit_fields(note="Vēlāk", minutes="") | {"save": "draft"})
    assert response.url == reverse("today")
    draft = Visit.objects.get()
    assert (draft.status, draft.note) == ("draft", "Vēlāk")
    assert draft in [
        item.visit for item in signed_in.get(reverse("today")).context["agenda"].drafts
    ]


def test_drafts_belong_to_who_may_edit_the_family(client, keep, family, stranger, colleague):
    fields = visit_fields(note="Mans")
    keep(fields)
    for other in (stranger, colleague):
        client.force_login(other.user)
        address = reverse("visit-autosave", args=[family.pk, fields["visit"]])
        assert client.post(address, fields | {"note": "Svešs"}).status_code == 404
    assert Visit.objects.get().note == "Mans"


def test_the_id_of_a_foreign_draft_is_no_way_to_it(keep, stranger, foreign_family):
    foreign = make_visit(foreign_family, stranger, status="draft", note="Svešs")
    assert keep(visit_fields(visit=foreign.pk, version=1)).status_code == 409
    foreign.refresh_from_db()
    assert foreign.note == "Svešs"


def test_keeping_a_draft_needs_post_and_a_mediator(client, family, mentor, keep, signed_in):
    address = reverse("visit-autosave", args=[family.pk, uuid.uuid4()])
    assert signed_in.get(address).status_code == 405
    client.force_login(mentor)
    assert client.post(address, visit_fields()).status_code == 403


def test_a_draft_kept_from_a_planned_visit_keeps_the_plan_in_its_history(
    signed_in, family, mediator, keep
):
    plan = make_visit(
        family, mediator, timezone.localdate(), status="planned", note="Pārrunāt skolu"
    )
    answer = keep(visit_fields(visit=plan.pk, version=1, note="Pārrunājām"))
    assert answer.json()["version"] == 2
    draft = Visit.objects.get()
    assert draft.status == "draft"
    assert "Pārrunāt skolu" in draft.versions.get(version=1).content


def test_the_confidential_note_of_a_draft_survives_another_editor(family, mediator):
    draft = make_visit(family, mediator, status="draft", confidential_note="Slepena")
    heir = make_mediator("Heir")
    Caseload.objects.create(family=family, mediator=heir, started_on=date(2018, 1, 1))
    content = written_content(draft)
    unseen = VisitContent(**{**vars(content), "confidential_note": None, "note": "Cits"})
    kept = keep_draft(draft.pk, unseen, based_on=1, by=heir.user)
    assert (kept.note, kept.confidential_note) == ("Cits", "Slepena")


def test_a_service_that_does_not_know_the_version_is_refused(family, mediator):
    draft = make_visit(family, mediator, status="draft", note="Viens")
    content = VisitContent(**{**vars(written_content(draft)), "note": "Divi"})
    with pytest.raises(VisitConflict):
        keep_draft(draft.pk, content, based_on=7, by=mediator.user)


# -- deleting a draft


def test_a_draft_is_deleted_in_two_steps(signed_in, family, mediator):
    draft = make_visit(family, mediator, status="draft")
    address = reverse("visit-discard", args=[draft.pk])
    assert "deleted for good" in signed_in.get(address).content.decode()
    assert Visit.objects.filter(pk=draft.pk).exists()
    assert signed_in.post(address).url == reverse("today")
    assert not Visit.objects.filter(pk=draft.pk).exists()
    assert AuditEvent.objects.filter(object_id=str(draft.pk), action="voided").exists()


def test_only_a_draft_can_be_deleted(signed_in, family, mediator):
    visit = make_visit(family, mediator)
    signed_in.post(reverse("visit-discard", args=[visit.pk]))
    assert Visit.objects.filter(pk=visit.pk).exists()
    with pytest.raises(ValidationError):
        discard_draft(visit, by=mediator.user)


def test_a_foreign_draft_is_not_there(signed_in, foreign_family, stranger):
    foreign = make_visit(foreign_family, stranger, status="draft")
    assert signed_in.post(reverse("visit-discard", args=[foreign.pk])).status_code == 404
    assert Visit.objects.filter(pk=foreign.pk).exists()
