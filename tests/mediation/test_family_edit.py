"""Correcting what is known of a family, without overwriting what somebody else wrote."""

import uuid
from datetime import date

import pytest

from accounts.models import AuditEvent, Place
from families.models import FamilyIdentity
from families.services import change_family
from mediation.models import Assignment
from tests.factories import make_family, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, mediator):
    client.force_login(mediator.user)
    return client


def address(family) -> str:
    return f"/families/{family.pk}/edit/"


def opened(desk, family, **typed) -> dict:
    """What the browser sends when the page is opened now and ``typed`` is changed."""
    form = desk.get(address(family)).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in (sent | typed).items()}


def test_what_is_stored_is_shown_and_what_is_typed_is_stored(desk, mediator):
    family = make_family(mediator, "Roze", address="Ganību iela 1", phone="20", languages=["lv"])
    sent = opened(desk, family)
    assert sent["family_name"] == "Roze"
    assert sent["address"] == "Ganību iela 1"
    place = Place.objects.get(municipality="LV-JEL", name="Jelgava")
    typed = {"family_name": "Rozes", "languages": ["ru", "rom"], "place": place.pk, "phone": ""}
    response = desk.post(address(family), sent | typed)
    assert response.headers["Location"] == f"/families/{family.pk}/"
    family.refresh_from_db()
    identity = FamilyIdentity.objects.get()
    assert (identity.family_name, identity.address, identity.phone) == (
        "Rozes",
        "Ganību iela 1",
        "",
    )
    assert (family.languages, family.place) == (["ru", "rom"], place)
    assert AuditEvent.objects.filter(action="changed", object_id=str(family.pk)).count() == 1


def test_a_family_that_moves_keeps_its_code_and_its_past_visits_their_place(desk, mediator, family):
    Assignment.objects.create(
        mediator=mediator, municipality_id="LV-026", started_on=date(2018, 1, 1)
    )
    visit, code = make_visit(family, mediator), family.code
    desk.post(address(family), opened(desk, family, municipality="LV-026"))
    family.refresh_from_db()
    visit.refresh_from_db()
    assert (family.municipality_id, family.code) == ("LV-026", code)
    assert visit.municipality_id == "LV-JEL"


def test_a_family_where_the_mediator_is_no_longer_assigned_can_be_corrected(desk, mediator, family):
    mediator.assignments.update(ended_on=date(2018, 1, 1))
    response = desk.post(address(family), opened(desk, family, phone="20 000 000"))
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("family_name", ""),
        ("family_name", "ā" * 10_000),
        ("address", "ā" * 10_000),
        ("municipality", "LV-026"),
        ("place", "999999"),
        ("languages", ["klingon"]),
    ],
)
def test_what_is_wrong_is_said_at_the_field(desk, family, field, value):
    response = desk.post(address(family), opened(desk, family, **{field: value}))
    assert field in response.context["form"].errors
    assert FamilyIdentity.objects.get(family=family).family_name == "Kalniņi"


# -- two at once


def someone_else_changes(family, by, **known):
    values = {"municipality": family.municipality, "place": None, "languages": []}
    values |= {"family_name": "Kalniņi", "address": "", "phone": ""}
    change_family(family, by=by, **values | known)


def test_what_somebody_else_stored_meanwhile_is_not_overwritten_in_silence(desk, mediator, family):
    sent = opened(desk, family, address="Mana iela 5")
    someone_else_changes(family, mediator.user, phone="29 555 555")
    response = desk.post(address(family), sent)
    page = response.content.decode()
    assert "Somebody changed this while the page was open" in page
    assert "29 555 555" in page
    assert 'value="Mana iela 5"' in page
    identity = FamilyIdentity.objects.get(family=family)
    assert (identity.phone, identity.address) == ("29 555 555", "")


def test_sent_once_more_it_is_stored_knowingly(desk, mediator, family):
    sent = opened(desk, family, address="Mana iela 5")
    someone_else_changes(family, mediator.user, phone="29 555 555")
    shown = desk.post(address(family), sent).context["form"]
    again = desk.post(address(family), sent | {"based_on": shown["based_on"].value()})
    assert again.status_code == 302
    identity = FamilyIdentity.objects.get(family=family)
    assert (identity.phone, identity.address) == ("", "Mana iela 5")


def test_the_same_change_twice_is_no_conflict(desk, mediator, family):
    sent = opened(desk, family, phone="29 555 555")
    assert desk.post(address(family), sent).status_code == 302
    assert desk.post(address(family), sent).status_code == 302
    assert FamilyIdentity.objects.get(family=family).phone == "29 555 555"


def test_a_forged_digest_saves_nothing_in_silence(desk, mediator, family):
    sent = opened(desk, family, phone="29 555 555", based_on="forged")
    assert "Somebody changed this" in desk.post(address(family), sent).content.decode()


# -- who may


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_others_get_403(request, client, family, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(address(family)).status_code == 403
    assert client.post(address(family), {}).status_code == 403


@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_another_mediator_gets_the_404_of_an_absent_one(request, client, family, who):
    client.force_login(request.getfixturevalue(who).user)
    assert client.get(address(family)).status_code == 404
    assert client.post(address(family), {"family_name": "Cits"}).status_code == 404
    assert client.get(f"/families/{uuid.uuid4()}/edit/").status_code == 404
    assert FamilyIdentity.objects.get(family=family).family_name == "Kalniņi"


def test_the_number_of_queries_is_known(desk, family, django_assert_num_queries):
    sent = opened(desk, family)
    # session, user, family, family again under a lock, names and their trail, municipality;
    # the family, its names 2 and 2 of their fingerprints, the trail, the message, savepoints
    with django_assert_num_queries(24):
        desk.post(address(family), sent)
