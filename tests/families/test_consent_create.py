"""Recording what a family, or a member, answered when asked."""

import uuid
from datetime import date

import pytest

from accounts.models import AuditEvent
from families.models import Consent
from tests.factories import make_institution

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, mediator):
    client.force_login(mediator.user)
    return client


def answer(desk, family, **values):
    sent = {
        "id": str(uuid.uuid4()),
        "answer": "given",
        "purpose": "case_work",
        "institution": "",
        "person": "",
        "form": "written",
        "legal_basis": "consent",
        "language": "rom",
        "given_on": "2018-03-01",
        "expires_on": "",
    }
    return desk.post(f"/families/{family.pk}/consents/new/", sent | values)


def test_consent_of_the_whole_family_is_recorded(desk, mediator, family):
    response = answer(desk, family, expires_on="2020-03-01")
    assert response.headers["Location"] == f"/families/{family.pk}/"
    consent = Consent.objects.get()
    assert (consent.family, consent.person, consent.purpose) == (family, None, "case_work")
    assert (consent.is_refused, consent.language, consent.form) == (False, "rom", "written")
    assert (consent.given_on, consent.expires_on) == (date(2018, 3, 1), date(2020, 3, 1))
    assert consent.recorded_by == mediator.user
    event = AuditEvent.objects.get(action="created", object_type="consent")
    assert event.detail == {"purpose": "case_work", "refused": False}


def test_a_refusal_of_one_member_is_recorded(desk, family):
    anna = family.persons.first()
    answer(desk, family, answer="refused", purpose="photo", person=anna.pk)
    consent = Consent.objects.get()
    assert (consent.person, consent.is_refused, consent.is_standing) == (anna, True, False)


def test_sharing_names_the_institution(desk, family, social_service):
    answer(desk, family, purpose="share_institution", institution=social_service.pk)
    assert Consent.objects.get().institution == social_service


def test_sent_twice_it_is_one_answer(desk, family):
    same = str(uuid.uuid4())
    answer(desk, family, id=same)
    assert answer(desk, family, id=same).status_code == 302
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("institution", {"purpose": "share_institution"}),
        ("purpose", {"purpose": "world_peace"}),
        ("answer", {"answer": "perhaps"}),
        ("form", {"form": ""}),
        ("legal_basis", {"legal_basis": "whim"}),
        ("language", {"language": "klingon"}),
        ("given_on", {"given_on": "2999-01-01"}),
        ("given_on", {"given_on": ""}),
        ("expires_on", {"expires_on": "2018-02-01"}),
        ("expires_on", {"expires_on": "soon"}),
        ("person", {"person": "00000000-0000-4000-8000-000000000000"}),
        ("id", {"id": "x"}),
    ],
)
def test_what_is_wrong_is_said_at_the_field(desk, family, field, values):
    assert field in answer(desk, family, **values).context["form"].errors
    assert not Consent.objects.exists()


def test_an_institution_is_named_only_for_sharing(desk, family, social_service):
    response = answer(desk, family, institution=social_service.pk)
    assert "institution" in response.context["form"].errors


def test_an_institution_elsewhere_and_a_person_of_another_family_are_not_offered(
    desk, family, foreign_family
):
    elsewhere = make_institution("Dobele school", "school", "LV-026")
    response = answer(desk, family, purpose="share_institution", institution=elsewhere.pk)
    assert "institution" in response.context["form"].errors
    response = answer(desk, family, person=foreign_family.persons.get().pk)
    assert "person" in response.context["form"].errors


def test_the_id_of_a_foreign_consent_tells_nothing_and_changes_nothing(
    desk, family, foreign_family
):
    foreign = Consent.objects.create(
        family=foreign_family, purpose="photo", form="oral", given_on=date(2018, 1, 1)
    )
    response = answer(desk, family, id=str(foreign.pk))
    assert "Please send it once more" in response.content.decode()
    foreign.refresh_from_db()
    assert (foreign.family, foreign.purpose) == (foreign_family, "photo")


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_others_get_403(request, client, family, role):
    client.force_login(request.getfixturevalue(role))
    assert answer(client, family).status_code == 403


@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_another_mediator_gets_the_404_of_an_absent_one(request, client, family, who):
    client.force_login(request.getfixturevalue(who).user)
    assert answer(client, family).status_code == 404
    assert client.get(f"/families/{uuid.uuid4()}/consents/new/").status_code == 404
    assert not Consent.objects.exists()
