import uuid
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Code
from mediation.models import Caseload, Visit
from mediation.services import change_visit, void_visit
from mediation.visit_content import AssistanceContent, content_of
from tests.factories import make_mediator, make_visit

from .posting import errors_of, visit_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, mediator):
    client.force_login(mediator.user)
    return client


@pytest.fixture
def people(family):
    return list(family.persons.order_by("code"))


@pytest.fixture
def visit(family, mediator, people):
    return make_visit(
        family,
        mediator,
        assisted={people[0]: ["housing"], people[1]: ["housing"]},
        note="Pirmā piezīme",
        confidential_note="Slepena",
        next_step="Zvanīt",
        next_step_on=date(2017, 11, 1),
    )


@pytest.fixture
def url(visit):
    return reverse("visit-edit", args=[visit.pk])


@pytest.fixture
def heir(family):
    """Another mediator who works with the family too."""
    heir = make_mediator("Heir")
    Caseload.objects.create(family=family, mediator=heir, started_on=date(2018, 1, 1))
    return heir


def fields_of(page) -> dict:
    """What the browser would send back without a change."""
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields if name != "adjustments"}
    lines = page.context["tiles"].lines
    for part in ("person", "topic", "action", "outcome", "institution"):
        sent[f"help_{part}"] = [getattr(line.value, part) for line in lines]
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in sent.items()
        if value is not None
    }


def test_the_form_is_filled_and_saving_it_unchanged_changes_nothing(signed_in, url, visit):
    page = signed_in.get(url)
    signed_in.post(url, fields_of(page))
    again = Visit.objects.get(pk=visit.pk)
    assert (content_of(again), again.version) == (content_of(visit), 1)
    assert not AuditEvent.objects.filter(object_type="visit", action="changed").exists()


def test_a_change_is_a_new_version_and_the_old_one_stays(signed_in, url, visit):
    page = signed_in.get(url)
    signed_in.post(url, fields_of(page) | {"note": "Otrā piezīme", "topics": ["housing", "health"]})
    changed = Visit.objects.get(pk=visit.pk)
    assert (changed.note, changed.version) == ("Otrā piezīme", 2)
    assert changed.assistance.count() == 4
    assert "Pirmā piezīme" in changed.versions.get(version=1).content


def test_the_second_of_two_is_shown_both_texts_and_overwrites_nothing(signed_in, url, visit):
    first, second = signed_in.get(url), signed_in.get(url)
    signed_in.post(url, fields_of(first) | {"note": "Annas teksts"})
    response = signed_in.post(url, fields_of(second) | {"note": "Zanes teksts", "minutes": "60"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Annas teksts" in page
    assert "Zanes teksts" in page
    assert [row.label for row in response.context["rows"] if row.is_changed] == ["Minutes", "Note"]
    stored = Visit.objects.get(pk=visit.pk)
    assert (stored.note, stored.minutes, stored.version) == ("Annas teksts", 30, 2)


def test_after_looking_at_both_ones_own_text_can_be_saved_over_it(signed_in, url, visit):
    first, second = signed_in.get(url), signed_in.get(url)
    signed_in.post(url, fields_of(first) | {"note": "Annas teksts"})
    mine = fields_of(second) | {"note": "Zanes teksts"}
    signed_in.post(url, mine)
    response = signed_in.post(url, mine | {"version": 2})
    assert response.url == reverse("visit-detail", args=[visit.pk])
    stored = Visit.objects.get(pk=visit.pk)
    assert (stored.note, stored.version) == ("Zanes teksts", 3)
    assert "Annas teksts" in stored.versions.get(version=2).content


def test_or_edited_first(signed_in, url):
    first, second = signed_in.get(url), signed_in.get(url)
    signed_in.post(url, fields_of(first) | {"note": "Annas teksts"})
    mine = fields_of(second) | {"note": "Zanes teksts", "version": 2, "again": "1"}
    page = signed_in.post(url, mine)
    assert page.status_code == 200
    assert page.context["form"]["note"].value() == "Zanes teksts"
    assert str(page.context["form"]["version"].value()) == "2"
    assert errors_of(page) == {}


def test_a_second_tap_on_save_changes_nothing(signed_in, url, visit):
    fields = fields_of(signed_in.get(url)) | {"note": "Reiz"}
    assert signed_in.post(url, fields).url == signed_in.post(url, fields).url
    assert Visit.objects.get(pk=visit.pk).version == 2


def test_a_late_repetition_of_a_change_does_not_undo_the_next_one(signed_in, url, visit):
    fields = fields_of(signed_in.get(url)) | {"note": "Otrā"}
    signed_in.post(url, fields)
    signed_in.post(url, fields_of(signed_in.get(url)) | {"note": "Trešā"})
    assert signed_in.post(url, fields).status_code == 302
    assert Visit.objects.get(pk=visit.pk).note == "Trešā"


def test_a_form_without_its_version_is_a_conflict(signed_in, url, visit):
    fields = fields_of(signed_in.get(url)) | {"note": "Otrā", "version": ""}
    assert signed_in.post(url, fields).status_code == 409


def test_the_confidential_note_is_neither_shown_to_another_nor_lost(client, url, visit, heir):
    client.force_login(heir.user)
    page = client.get(url)
    assert "Slepena" not in page.content.decode()
    assert "confidential_note" not in page.context["form"].fields
    client.post(url, fields_of(page) | {"note": "Cita", "confidential_note": "Pārrakstīta"})
    stored = Visit.objects.get(pk=visit.pk)
    assert (stored.note, stored.confidential_note) == ("Cita", "Slepena")


def test_a_conflict_does_not_show_another_the_confidential_note(client, url, visit, heir):
    client.force_login(heir.user)
    page = client.get(url)
    change = content_of(visit)
    change_visit(
        visit, type(change)(**{**vars(change), "minutes": 90}), based_on=1, by=visit.mediator.user
    )
    response = client.post(url, fields_of(page) | {"note": "Cita"})
    assert response.status_code == 409
    assert "Slepena" not in response.content.decode()


def test_who_answers_for_the_visit_stays_whoever_edits_it(client, url, visit, heir, mediator):
    client.force_login(heir.user)
    client.post(url, fields_of(client.get(url)) | {"note": "Cita"})
    stored = Visit.objects.get(pk=visit.pk)
    assert stored.mediator == mediator
    assert stored.versions.last().recorded_by == heir.user


def test_help_that_differs_per_person_comes_back_line_by_line(signed_in, url, visit, people):
    content = content_of(visit)
    anna, janis = people
    rows = (
        AssistanceContent(anna.pk, "housing", "form_help", "obtained"),
        AssistanceContent(anna.pk, "housing", "accompaniment", "obtained"),
        AssistanceContent(janis.pk, "health"),
    )
    change_visit(
        visit,
        type(content)(**{**vars(content), "assistance": rows}),
        based_on=1,
        by=visit.mediator.user,
    )
    page = signed_in.get(url)
    assert len(page.context["tiles"].lines) == 5  # two of them say: not for this person
    signed_in.post(url, fields_of(page) | {"minutes": "90"})
    stored = Visit.objects.get(pk=visit.pk)
    assert set(content_of(stored).assistance) == set(rows)
    assert stored.minutes == 90


def test_values_retired_meanwhile_stay_on_the_visit_that_has_them(signed_in, url, visit):
    Code.objects.filter(list="topic", code="housing").update(retired_on=date(2018, 1, 1))
    Code.objects.filter(list="visit_mode", code="home").update(retired_on=date(2018, 1, 1))
    response = signed_in.post(url, fields_of(signed_in.get(url)) | {"note": "Mainīta"})
    assert response.status_code == 302
    assert Visit.objects.get(pk=visit.pk).version == 2


def test_a_person_merged_meanwhile_stays_on_the_visit(signed_in, url, visit, people):
    people[1].merged_into = people[0]
    people[1].save()
    response = signed_in.post(url, fields_of(signed_in.get(url)) | {"note": "Mainīta"})
    assert response.status_code == 302
    assert set(Visit.objects.get(pk=visit.pk).present.all()) == set(people)


def test_bad_input_gets_its_message_here_too(signed_in, url, visit):
    response = signed_in.post(url, fields_of(signed_in.get(url)) | {"date": "2099-01-01"})
    assert list(errors_of(response)) == ["date"]
    assert Visit.objects.get(pk=visit.pk).version == 1


def test_a_voided_visit_is_not_edited(signed_in, url, visit, mediator):
    fields = fields_of(signed_in.get(url))
    void_visit(visit, by=mediator.user, reason="Kļūda")
    assert signed_in.get(url).url == reverse("visit-detail", args=[visit.pk])
    signed_in.post(url, fields | {"note": "Tomēr"})
    assert Visit.objects.get(pk=visit.pk).status == "voided"


def test_a_saved_visit_never_becomes_a_draft_again(signed_in, url, visit):
    fields = fields_of(signed_in.get(url))
    signed_in.post(url, fields | {"note": "Melnraksts?", "save": "draft"})
    assert Visit.objects.get(pk=visit.pk).status == "confirmed"


def test_changing_the_day_of_the_next_step_opens_it_again(signed_in, url, visit):
    signed_in.post(reverse("follow-up-done", args=[visit.pk]))
    fields = fields_of(signed_in.get(url))
    signed_in.post(url, fields | {"next_step_on": "2017-12-01"})
    assert Visit.objects.get(pk=visit.pk).is_follow_up_open


def test_only_who_works_with_the_family_edits(client, url, colleague, mentor, visit):
    client.force_login(colleague.user)
    assert client.get(url).status_code == 404
    assert client.post(url, visit_fields()).status_code == 404
    assert client.get(reverse("visit-edit", args=[uuid.uuid4()])).status_code == 404
    client.force_login(mentor)
    assert client.get(url).status_code == 403


def test_a_co_mediator_sees_the_visit_but_does_not_edit_it(client, family, mediator, colleague):
    shared = make_visit(family, mediator, co_mediators=(colleague.pk,))
    client.force_login(colleague.user)
    assert client.get(reverse("visit-detail", args=[shared.pk])).status_code == 200
    assert client.get(reverse("visit-edit", args=[shared.pk])).status_code == 404


def test_opening_the_form_is_reading_the_note(signed_in, url, visit):
    signed_in.get(url)
    read = AuditEvent.objects.filter(action="note_read").values_list("object_id", flat=True)
    assert list(read) == [str(visit.pk)]
