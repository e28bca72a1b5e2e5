"""No name, contact or note reaches anybody who need not see it, on any page about families."""

import uuid
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEvent
from families.services import NewMember, move_person, record_consent
from tests.factories import make_family, make_visit

pytestmark = pytest.mark.django_db
DAY = date(2018, 3, 1)
CANARIES = ["Kanārija", "Putniņ", "Zeltspārn", "Būra", "77123", "Dziedāj", "Knābāj", "Lidoj"]


@pytest.fixture
def aviary(mediator):
    """A family in which every private field holds a word that is nowhere else."""
    family = make_family(
        mediator,
        "Kanārijas",
        NewMember("Putniņa", "Zeltspārne", birth_date=date(2001, 2, 3), phone="77123 1"),
        address="Būra iela 1",
        phone="77123 2",
    )
    person = family.persons.get()
    make_visit(
        family,
        mediator,
        DAY,
        assisted={person: ["housing"]},
        note="Dziedājām",
        confidential_note="Knābājām",
        next_step="Lidojam",
        next_step_on=DAY,
    )
    consent = record_consent(
        family, by=mediator.user, purpose="photo", form="oral", given_on=DAY, person=person
    )
    return {"family": family, "person": person, "consent": consent}


OF_NOBODY = ["family-list", "family-search", "family-create"]
OF = {
    "family-detail": "family",
    "family-edit": "family",
    "family-close": "family",
    "family-reopen": "family",
    "person-create": "family",
    "consent-create": "family",
    "identity-request": "family",
    "person-edit": "person",
    "person-move": "person",
    "person-leave": "person",
    "consent-withdraw": "consent",
}


def addresses(aviary) -> list[str]:
    records = [reverse(name, args=[aviary[of].pk]) for name, of in OF.items()]
    return [*map(reverse, OF_NOBODY), *records]


def leaks(response) -> list[str]:
    sent = response.content.decode() + str(response.headers)
    return [canary for canary in CANARIES if canary in sent]


@pytest.mark.parametrize(
    "who",
    [
        "colleague",
        "stranger",
        "staff",
        "school_staff",
        "staff_elsewhere",
        "mentor",
        "other_mentor",
        "coordinator",
        "administrator",
    ],
)
def test_whoever_may_not_read_names_reads_none_on_any_page(request, client, aviary, who):
    user = request.getfixturevalue(who)
    user = getattr(user, "user", user)
    client.force_login(user)
    for address in addresses(aviary):
        # A short reason opens nothing; what was typed by others is not typed here.
        form = {"text": "zeltspar", "reason": "short", "family_name": "Kanarijas"}
        for response in (client.get(address), client.post(address, form)):
            assert leaks(response) == [], address
            assert response.status_code < 500, address
    assert not AuditEvent.objects.filter(
        actor=user, action__in=["names_read", "note_read"]
    ).exists()


def test_nobody_signed_in_reads_nothing(client, aviary):
    for address in addresses(aviary):
        for response in (client.get(address), client.post(address)):
            assert response.status_code == 302
            assert response.headers["Location"].startswith("/account/login/")


def test_the_mediator_reads_them_and_each_reading_is_on_the_trail(client, mediator, aviary):
    client.force_login(mediator.user)
    page = client.get(reverse("family-detail", args=[aviary["family"].pk]))
    assert set(CANARIES) - set(leaks(page)) == {"Knābāj"}  # has its own page
    read = AuditEvent.objects.filter(actor=mediator.user, action="names_read")
    assert set(read.values_list("object_id", flat=True)) == {
        str(aviary["family"].pk),
        str(aviary["person"].pk),
    }


def test_neither_session_nor_trail_nor_any_table_keeps_a_name_in_clear(client, mediator, aviary):
    other = make_family(mediator, "Citi", ("Cita", "Cita"))
    client.force_login(mediator.user)
    client.post(reverse("family-search"), {"text": "Kanārija Putniņa Zeltspārne"})
    client.post(
        reverse("person-move", args=[aviary["person"].pk]),
        {"family": other.pk, "moved_on": "2018-04-01", "household_role": "child"},
    )
    client.post(
        reverse("person-create", args=[aviary["family"].pk]),
        {
            "id": str(uuid.uuid4()),
            "given_name": "Putniņš",
            "sex": "male",
            "household_role": "child",
            "joined_on": "2018-04-01",
        },
    )
    assert aviary["family"].memberships.count() == 2
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            kept += [str(row) for row in cursor.fetchall()]
    assert [canary for canary in CANARIES for text in kept if canary in text] == []


def test_a_person_who_moved_away_is_named_to_the_new_mediator_alone(
    client, mediator, stranger, aviary, foreign_family
):
    move_person(
        aviary["person"],
        foreign_family,
        moved_on=DAY,
        household_role="child",
        by=mediator.user,
    )
    client.force_login(mediator.user)
    page = client.get(reverse("family-detail", args=[aviary["family"].pk]))
    assert "Putniņ" not in page.content.decode()
    assert aviary["person"].code in page.content.decode()
    client.force_login(stranger.user)
    page = client.get(reverse("family-detail", args=[foreign_family.pk]))
    assert "Putniņ" in page.content.decode()
    assert "Kanārij" not in page.content.decode()
    assert "Dziedāj" not in page.content.decode()
