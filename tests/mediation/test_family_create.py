"""Registering a family with its members on one page."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Place
from families.models import Consent, Family, FamilyIdentity, Person, PersonIdentity
from mediation.models import Assignment, Caseload, HeldForm
from tests.factories import make_family, make_mediator, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/families/new/"


def member(number: int = 0, **values) -> dict[str, str]:
    """The fields of one row as a browser sends them."""
    row = {"given_name": "Līga", "family_name": "Roze", "sex": "female"}
    row |= {"household_role": "unknown", "birth_year": "", "birth_date": "", "phone": ""}
    return {f"members-{number}-{name}": value for name, value in (row | values).items()}


def page(*rows: dict[str, str], **values) -> dict[str, str]:
    """The whole page as a browser sends it; a value of None is left out."""
    rows = rows or (member(),)
    form = {
        "id": str(uuid.uuid4()),
        "family_name": "Rozes",
        "municipality": "LV-JEL",
        "place": "",
        "registered_on": "2018-01-15",
        "languages": ["lv", "rom"],
        "address": "",
        "phone": "",
        "consent": "not_asked",
        "consent_form": "",
        "members-TOTAL_FORMS": str(len(rows)),
        "members-INITIAL_FORMS": "0",
        "members-MIN_NUM_FORMS": "0",
        "members-MAX_NUM_FORMS": "30",
    }
    for row in rows:
        form |= row
    return {name: value for name, value in (form | values).items() if value is not None}


@pytest.fixture
def desk(client, mediator):
    """The mediator's browser."""
    client.force_login(mediator.user)
    return client


# -- the good way


def test_a_family_with_two_members_is_registered_into_the_caseload(desk, mediator):
    place = Place.objects.get(municipality="LV-JEL", name="Jelgava")
    response = desk.post(
        ADDRESS,
        page(
            member(0, birth_date="1985-03-01", household_role="head", phone="29 111 222"),
            member(1, given_name="Juris", birth_year="2010", sex="male", household_role="child")
            | {"members-1-birth_year_estimated": "on"},
            **{"members-0-is_guardian": "on"},
            place=place.pk,
            address="Ganību iela 1",
            phone="+371 20000000",
        ),
    )
    family = Family.objects.get()
    assert response.headers["Location"] == f"/families/{family.pk}/"
    assert (family.municipality_id, family.place, family.languages) == (
        "LV-JEL",
        place,
        ["lv", "rom"],
    )
    assert family.registered_on == date(2018, 1, 15)
    assert family.registered_by == mediator.user
    identity = FamilyIdentity.objects.get()
    assert (identity.family_name, identity.address) == ("Rozes", "Ganību iela 1")
    mother, son = Person.objects.order_by("code")
    assert (mother.birth_year, mother.sex) == (1985, "female")
    assert (son.birth_year, son.birth_year_estimated) == (2010, True)
    assert mother.memberships.get().is_guardian
    assert mother.memberships.get().joined_on == family.registered_on
    assert son.memberships.get().household_role == "child"
    assert PersonIdentity.objects.get(person=mother).birth_date == "1985-03-01"
    caseload = Caseload.objects.get()
    assert (caseload.mediator, caseload.started_on) == (mediator, family.registered_on)
    assert not Consent.objects.exists()


@pytest.mark.parametrize(("answer", "is_refused"), [("given", False), ("refused", True)])
def test_the_answer_about_case_work_is_recorded_with_it(desk, mediator, answer, is_refused):
    desk.post(ADDRESS, page(consent=answer, consent_form="oral"))
    consent = Consent.objects.get()
    assert (consent.purpose, consent.form, consent.is_refused) == ("case_work", "oral", is_refused)
    assert (consent.given_on, consent.recorded_by) == (date(2018, 1, 15), mediator.user)
    assert consent.person is None


def test_the_trail_tells_of_family_and_members_without_names(desk, mediator):
    desk.post(ADDRESS, page())
    made = AuditEvent.objects.filter(action="created")
    assert sorted(made.values_list("object_type", flat=True)) == ["family", "person"]
    assert all("Roz" not in str(event.detail) for event in made)


def test_a_row_left_empty_is_nobody(desk):
    empty = member(1, given_name="", family_name="", sex="unknown")
    desk.post(ADDRESS, page(member(), empty))
    assert Person.objects.count() == 1


def test_the_first_row_may_be_the_empty_one(desk):
    empty = member(0, given_name="", family_name="", sex="unknown")
    desk.post(ADDRESS, page(empty, member(1)))
    assert Person.objects.count() == 1


def test_cyrillic_and_markup_are_kept_as_typed_and_shown_as_text(desk):
    response = desk.post(
        ADDRESS,
        page(member(given_name="Вера", family_name="<b>Иванченко</b>"), family_name="Иванченко"),
        follow=True,
    )
    shown = response.content.decode()
    assert "Иванченко" in shown
    assert "<b>Иванченко" not in shown
    assert "&lt;b&gt;Иванченко" in shown


# -- rows


def test_one_more_row_keeps_everything_and_complains_of_nothing(desk):
    response = desk.post(
        ADDRESS, page(member(birth_date="not a date"), family_name="", add_member="1")
    )
    shown = response.content.decode()
    assert len(response.context["page"].formset.forms) == 2
    assert 'value="Līga"' in shown
    assert 'value="not a date"' in shown
    assert 'value="2018-01-15"' in shown
    assert "invalid-feedback" not in shown
    assert not Family.objects.exists()


def test_the_row_that_was_added_can_be_filled_and_sent(desk):
    response = desk.post(ADDRESS, page(add_member="1"))
    management = response.context["page"].formset.management_form
    assert management.initial["INITIAL_FORMS"] == 0
    desk.post(ADDRESS, page(member(), member(1, given_name="Juris")))
    assert Person.objects.count() == 2


def test_a_row_is_taken_away_and_the_others_stay(desk):
    rows = [member(number, given_name=name) for number, name in enumerate(["Ada", "Bea", "Cia"])]
    shown = desk.post(ADDRESS, page(*rows, remove_member="1")).content.decode()
    assert 'value="Ada"' in shown
    assert 'value="Bea"' not in shown
    assert 'value="Cia"' in shown


@pytest.mark.parametrize("row", ["7", "-1", "nonsense", ""])
def test_taking_away_a_row_that_is_not_there_harms_nothing(desk, row):
    assert 'value="Līga"' in desk.post(ADDRESS, page(remove_member=row)).content.decode()


def test_thirty_members_are_the_most(desk):
    rows = [member(number, given_name=f"Bērns {number}") for number in range(31)]
    response = desk.post(ADDRESS, page(*rows))
    assert "at most 30" in response.content.decode()
    full = desk.post(ADDRESS, page(*rows[:30], add_member="1"))
    assert len(full.context["page"].formset.forms) == 30


@pytest.mark.parametrize("total", ["", "-5", "100000", "x"])
def test_a_forged_number_of_rows_is_refused_in_words(desk, total):
    response = desk.post(ADDRESS, page(**{"members-TOTAL_FORMS": total}))
    assert response.status_code == 200
    assert not Family.objects.exists()


# -- bad input: a message at the field, what was typed stays

TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()
LONG = "ā" * 10_000


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("family_name", "", "This field is required."),
        ("family_name", LONG, "at most 100 characters"),
        ("family_name", "a\x00b", "Null characters are not allowed."),
        ("address", LONG, "at most 300 characters"),
        ("phone", LONG, "at most 60 characters"),
        ("municipality", "LV-026", "Select a valid choice."),
        ("municipality", "nonsense", "Select a valid choice."),
        ("municipality", None, "This field is required."),
        ("registered_on", TOMORROW, "This date is in the future."),
        ("registered_on", "0018-01-15", "Please check the year"),
        ("registered_on", "31.02.2018", "Enter a valid date."),
        ("registered_on", "", "This field is required."),
        ("languages", ["klingon"], "Select a valid choice."),
        ("consent", "maybe", "Select a valid choice."),
        ("id", "nonsense", "Enter a valid UUID."),
    ],
)
def test_what_is_wrong_with_the_family_is_said_at_the_field(desk, field, value, told):
    response = desk.post(ADDRESS, page(member(given_name="Zelma"), **{field: value}))
    form = response.context["page"].form
    assert told in str(form.errors[field])
    assert 'value="Zelma"' in response.content.decode()
    assert not Family.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("given_name", "", "This field is required."),
        ("given_name", LONG, "at most 100 characters"),
        ("sex", "robot", "Select a valid choice."),
        ("household_role", "robot", "Select a valid choice."),
        ("birth_year", "2019", "This is after the day of registration."),
        ("birth_year", "3000", "This year is in the future."),
        ("birth_year", "85", "Write the year with four digits."),
        ("birth_year", "abc", "Write the year with four digits."),
        ("birth_date", "2018-01-16", "This is after the day of registration."),
        ("birth_date", TOMORROW, "This date is in the future."),
        ("birth_date", "1500-01-01", "Please check the year"),
        ("birth_date", "2017-02-29", "Enter a valid date."),
        ("phone", LONG, "at most 60 characters"),
    ],
)
def test_what_is_wrong_with_a_member_is_said_at_the_field(desk, field, value, told):
    response = desk.post(ADDRESS, page(member(**{field: value}), family_name="Īpaši"))
    (row,) = response.context["page"].formset.forms
    assert told in str(row.errors[field])
    assert 'value="Īpaši"' in response.content.decode()
    assert not Family.objects.exists()


def test_year_and_date_of_birth_must_agree(desk):
    response = desk.post(ADDRESS, page(member(birth_year="1984", birth_date="1985-03-01")))
    (row,) = response.context["page"].formset.forms
    assert "not the year of the date of birth" in str(row.errors["birth_year"])


def test_an_estimate_needs_a_year(desk):
    response = desk.post(ADDRESS, page(member() | {"members-0-birth_year_estimated": "on"}))
    (row,) = response.context["page"].formset.forms
    assert "Write the year that you estimate." in str(row.errors["birth_year"])


def test_a_family_needs_a_member(desk):
    response = desk.post(ADDRESS, page(member(given_name="", family_name="", sex="unknown")))
    (row,) = response.context["page"].formset.forms
    assert "A family needs at least one member." in str(row.errors["given_name"])
    assert not Family.objects.exists()


def test_a_place_lies_in_its_municipality(desk, mediator):
    Assignment.objects.create(
        mediator=mediator, municipality_id="LV-026", started_on=date(2017, 10, 1)
    )
    dobele = Place.objects.filter(municipality="LV-026").first()
    response = desk.post(ADDRESS, page(place=dobele.pk))
    assert "is not in Jelgava" in str(response.context["page"].form.errors["place"])
    desk.post(ADDRESS, page(place=dobele.pk, municipality="LV-026"))
    assert Family.objects.get().place == dobele


def test_a_place_elsewhere_is_not_offered(desk):
    riga = Place.objects.get(municipality="LV-RIX", name="Rīga")
    response = desk.post(ADDRESS, page(place=riga.pk))
    assert "place" in response.context["page"].form.errors


def test_an_answer_says_how_it_was_given(desk):
    response = desk.post(ADDRESS, page(consent="given"))
    assert "consent_form" in response.context["page"].form.errors


# -- who may


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_only_mediators_register_families(request, client, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, page()).status_code == 403
    assert not Family.objects.exists()


def test_whoever_is_assigned_nowhere_is_told_so(client, mediator):
    mediator.assignments.update(ended_on=date(2018, 1, 1))
    client.force_login(mediator.user)
    assert "You are not assigned to a municipality" in client.get(ADDRESS).content.decode()
    response = client.post(ADDRESS, page())
    assert response.status_code == 200
    assert not Family.objects.exists()


def test_a_mediator_account_without_a_mediator_is_told_so(client, db):
    client.force_login(make_user("mediator", "Nobody yet"))
    assert "You are not assigned to a municipality" in client.get(ADDRESS).content.decode()


# -- sent twice


def test_sent_twice_it_is_one_family(desk):
    sent = page(consent="given", consent_form="oral")
    first = desk.post(ADDRESS, sent)
    again = desk.post(ADDRESS, sent)
    assert first.headers["Location"] == again.headers["Location"]
    assert (Family.objects.count(), Person.objects.count(), Consent.objects.count()) == (1, 1, 1)
    assert AuditEvent.objects.filter(action="created", object_type="family").count() == 1


def test_two_presses_at_once_make_one_family(desk, mediator, monkeypatch):
    sent = page()
    desk.post(ADDRESS, sent)
    # The second request looked before the first had written.
    from mediation.forms import registration

    looks = iter([None])
    seen = registration.sent_before
    monkeypatch.setattr(
        registration, "sent_before", lambda *args: next(looks, "again") and seen(*args)
    )
    monkeypatch.setattr(registration, "similar_families", lambda *args, **kwargs: [])
    response = desk.post(ADDRESS, sent)
    assert response.headers["Location"] == f"/families/{Family.objects.get().pk}/"


def test_the_id_of_a_foreign_family_tells_nothing_and_changes_nothing(desk, foreign_family):
    response = desk.post(ADDRESS, page(id=str(foreign_family.pk)))
    assert "Please send it once more" in response.content.decode()
    assert foreign_family.code not in response.content.decode()
    assert Family.objects.count() == 1
    fresh = response.context["page"].form["id"].value()
    assert fresh != str(foreign_family.pk)
    desk.post(ADDRESS, page(id=fresh))
    assert Family.objects.count() == 2


# -- the session ends while the page is open


def test_a_page_sent_after_the_session_has_ended_is_saved_after_signing_in_again(client, mediator):
    client.force_login(mediator.user)
    token = client.get(ADDRESS).context["held_token"]
    client.logout()
    sent = page(member(given_name="Zelma"), held_token=token)
    kept = client.post(ADDRESS, sent)
    assert kept.headers["Location"].startswith("/account/login/")
    assert not Family.objects.exists()
    held = HeldForm.objects.get()
    client.force_login(mediator.user)
    response = client.get(f"/held/{held.pk}/", follow=True)
    assert "What you wrote was kept and is saved now." in response.content.decode()
    assert "Zelma" in response.content.decode()
    assert not HeldForm.objects.exists()


def test_a_kept_page_with_a_fault_is_shown_filled_in_and_can_be_sent(client, mediator):
    client.force_login(mediator.user)
    token = client.get(ADDRESS).context["held_token"]
    client.logout()
    client.post(ADDRESS, page(member(given_name="Zelma"), family_name="", held_token=token))
    held = HeldForm.objects.get()
    client.force_login(mediator.user)
    shown = client.get(f"/held/{held.pk}/").content.decode()
    assert 'value="Zelma"' in shown
    assert f'name="held" value="{held.pk}"' in shown
    client.post(ADDRESS, page(member(given_name="Zelma"), held=str(held.pk)))
    assert not HeldForm.objects.exists()


# -- who may be registered already


def test_a_similar_family_is_shown_before_anything_is_registered(desk, family):
    response = desk.post(ADDRESS, page(family_name="Kalnini", phone="29 999 999"))
    shown = response.content.decode()
    assert "Is it one of these?" in shown
    assert family.code in shown
    assert "Anna Kalniņa" in shown
    assert 'value="29 999 999"' in shown
    assert Family.objects.count() == 1


def test_a_similar_person_is_shown_too(desk, family):
    person = family.persons.order_by("code").first()
    person.birth_year = 1985
    person.save()
    for year, is_similar in [("1986", True), ("1990", False), ("", True)]:
        sent = page(member(given_name="Анна", family_name="Калниня", birth_year=year))
        shown = desk.post(ADDRESS, sent).content.decode()
        assert ("Is it one of these?" in shown) is is_similar, year


def test_registered_anyway_it_is_registered(desk, family):
    sent = page(family_name="Kalniņi")
    shown = desk.post(ADDRESS, sent)
    seen = " ".join(str(one.family.pk) for one in shown.context["page"].similar)
    desk.post(ADDRESS, sent | {"register_anyway": seen})
    assert Family.objects.count() == 2


def test_a_tick_for_one_family_is_no_tick_for_another(desk, mediator, family):
    liepini = make_family(mediator, "Liepiņi", ("Ilze", "Liepiņa"))
    sent = page(family_name="Liepiņi", register_anyway=str(family.pk))
    shown = desk.post(ADDRESS, sent).content.decode()
    assert liepini.code in shown
    assert Family.objects.count() == 2


def test_the_hint_reveals_no_family_of_somebody_else(client, colleague, family):
    client.force_login(colleague.user)
    response = client.post(ADDRESS, page(family_name="Kalniņi"))
    assert response.status_code == 302
    assert Family.objects.count() == 2


def test_a_family_of_a_past_caseload_is_not_revealed(client, mediator, family):
    other = make_mediator("Successor")
    family.caseloads.update(ended_on=date(2018, 1, 1))
    Caseload.objects.create(family=family, mediator=other, started_on=date(2018, 1, 2))
    client.force_login(mediator.user)
    assert client.post(ADDRESS, page(family_name="Kalniņi")).status_code == 302


def test_thirty_long_names_are_compared_without_a_fault(desk, family):
    rows = [member(i, given_name=f"Anna {i} " + "ka ni " * 10) for i in range(30)]
    assert desk.post(ADDRESS, page(*rows, family_name="Ka ni " * 15)).status_code in (200, 302)


# -- the price


def test_the_number_of_queries_does_not_grow_with_the_members(desk, django_assert_num_queries):
    desk.get(ADDRESS)
    rows = [member(number, given_name=f"Bērns {number}") for number in range(8)]
    # session and user 2, what is asked 5, the family 7 and its members 6 whatever their number,
    # the trail and the caseload 2, the message 1; the rest are savepoints
    with django_assert_num_queries(31):
        desk.post(ADDRESS, page(*rows))
    assert Person.objects.count() == 8
