import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Code, Institution
from families.services import close_family, move_person
from mediation.models import Assistance, Visit
from mediation.services import void_visit
from tests.factories import make_family, make_person, make_visit

from .posting import errors_of, visit_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, mediator):
    client.force_login(mediator.user)
    return client


@pytest.fixture
def url(family):
    return reverse("visit-create", args=[family.pk])


@pytest.fixture
def people(family):
    """Anna and Jānis."""
    return list(family.persons.order_by("code"))


# -- who may


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_only_mediators_log_visits(client, request, url, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(url).status_code == 403
    assert client.post(url, visit_fields()).status_code == 403
    assert not Visit.objects.exists()


def test_the_family_of_another_mediator_is_answered_like_an_absent_one(signed_in, foreign_family):
    foreign = reverse("visit-create", args=[foreign_family.pk])
    absent = reverse("visit-create", args=[uuid.uuid4()])
    assert signed_in.get(foreign).status_code == signed_in.get(absent).status_code == 404
    assert signed_in.post(foreign, visit_fields()).status_code == 404
    assert not Visit.objects.exists()


# -- the empty form


def test_the_form_opens_with_today_and_what_was_used_last(signed_in, url, family, mediator):
    make_visit(family, mediator, mode="phone", minutes=45)
    form = signed_in.get(url).context["form"]
    assert form.initial["date"] == timezone.localdate()
    assert (form.initial["mode"], form.initial["minutes"]) == ("phone", "45")


def test_a_first_visit_is_half_an_hour_at_home(signed_in, url):
    form = signed_in.get(url).context["form"]
    assert (form.initial["mode"], form.initial["minutes"]) == ("home", "30")


def test_unusual_minutes_come_back_as_other(signed_in, url, family, mediator):
    make_visit(family, mediator, minutes=50)
    initial = signed_in.get(url).context["form"].initial
    assert (initial["minutes"], initial["minutes_other"]) == ("other", 50)


def test_every_page_makes_a_visit_of_its_own(signed_in, url):
    ids = {signed_in.get(url).context["form"].initial["visit"] for _ in range(2)}
    assert len(ids) == 2


def test_topics_come_as_the_mediator_uses_them_and_retired_ones_not_at_all(
    signed_in, url, family, mediator, colleague, people
):
    make_visit(family, mediator, assisted={people[0]: ["legal", "debts"]})
    make_visit(family, mediator, assisted={people[0]: ["debts"]})
    make_visit(family, colleague, assisted={people[0]: ["health"]})
    Code.objects.filter(list="topic", code="culture_youth").update(retired_on=date(2018, 1, 1))
    tiles = signed_in.get(url).context["tiles"]
    shown = [tile.value for tile in tiles.topics + tiles.more_topics]
    assert shown[:3] == ["debts", "legal", "preschool"]
    assert "culture_youth" not in shown


def test_members_are_shown_by_name_and_the_reading_is_recorded(signed_in, url, people, family):
    page = signed_in.get(url).content.decode()
    assert "Anna Kalniņa" in page
    read = AuditEvent.objects.filter(action="names_read")
    assert set(read.values_list("object_id", flat=True)) == {
        str(family.pk),
        *(str(person.pk) for person in people),
    }


def test_somebody_who_moved_away_is_offered_apart_and_under_a_code(
    signed_in, url, family, mediator, people, stranger
):
    elsewhere = make_family(stranger, "Ozoli", municipality="LV-026")
    move_person(
        people[1],
        elsewhere,
        moved_on=timezone.localdate() - timedelta(days=3),
        household_role="partner",
        by=mediator.user,
    )
    tiles = signed_in.get(url).context["tiles"]
    assert [tile.name for tile in tiles.members] == ["Anna Kalniņa"]
    assert [tile.name for tile in tiles.others] == [people[1].code]


def test_an_unfinished_draft_of_the_family_is_offered_first(signed_in, url, family, mediator):
    draft = make_visit(family, mediator, status="draft")
    assert reverse("visit-edit", args=[draft.pk]) in signed_in.get(url).content.decode()


# -- saving


def test_a_visit_for_two_persons_and_two_topics_is_saved_as_written(signed_in, url, family, people):
    fields = visit_fields(
        assisted=people,
        topics=["housing", "health"],
        minutes="45",
        note="Runājām par dzīvokli.",
        confidential_note="Slepeni",
        next_step="Piezvanīt domei",
        next_step_when=(timezone.localdate() + timedelta(days=7)).isoformat(),
        started_at="14:30",
    )
    response = signed_in.post(url, fields)
    visit = Visit.objects.get()
    assert str(visit.pk) == str(fields["visit"])
    assert response.url == reverse("visit-detail", args=[visit.pk])
    assert (visit.status, visit.family, visit.minutes) == ("confirmed", family, 45)
    assert (visit.note, visit.confidential_note) == ("Runājām par dzīvokli.", "Slepeni")
    assert visit.next_step_on == timezone.localdate() + timedelta(days=7)
    assert set(visit.present.all()) == set(people)
    assert set(visit.assistance.values_list("person", "topic", "action", "outcome")) == {
        (person.pk, topic, "information", "pending")
        for person in people
        for topic in ("housing", "health")
    }


def test_who_is_assisted_was_present_and_others_may_only_be_present(signed_in, url, people):
    signed_in.post(url, visit_fields(assisted=[people[0]], present=[people[1]], topics=["health"]))
    visit = Visit.objects.get()
    assert set(visit.present.all()) == set(people)
    assert [row.person for row in visit.assistance.all()] == [people[0]]


def test_a_visit_without_assistance_is_a_visit(signed_in, url, people):
    signed_in.post(url, visit_fields(present=people))
    assert Visit.objects.confirmed().count() == 1
    assert not Assistance.objects.exists()


def test_help_is_adjusted_per_person(signed_in, url, people, family):
    anna, janis = people
    service = Institution.objects.create(
        name="Service", kind="social_service", municipality=family.municipality
    )
    lines = [
        (anna, "housing", "form_help", "obtained", service.pk),
        (janis, "housing", "", "pending", ""),
    ]
    fields = visit_fields(assisted=people, topics=["housing", "health"]) | {
        "help_person": [line[0].pk for line in lines],
        "help_topic": [line[1] for line in lines],
        "help_action": [line[2] for line in lines],
        "help_outcome": [line[3] for line in lines],
        "help_institution": [line[4] for line in lines],
    }
    signed_in.post(url, fields)
    rows = Assistance.objects.values_list("person", "topic", "action", "outcome", "institution")
    assert set(rows) == {
        (anna.pk, "housing", "form_help", "obtained", service.pk),
        (anna.pk, "health", "information", "pending", None),
        (janis.pk, "health", "information", "pending", None),
    }


def test_no_contact_names_nobody_and_keeps_the_note(signed_in, url, people):
    fields = visit_fields(
        result="no_contact", assisted=people, topics=["health"], note="Neviens neatvēra."
    )
    signed_in.post(url, fields)
    visit = Visit.objects.get()
    assert (visit.status, visit.minutes, visit.note) == ("no_contact", 0, "Neviens neatvēra.")
    assert not visit.present.exists()
    assert not visit.assistance.exists()


def test_co_mediators_are_those_assigned_there_and_oneself_is_ignored(
    signed_in, url, mediator, colleague, stranger
):
    signed_in.post(url, visit_fields(co_mediators=[str(colleague.pk), str(mediator.pk)]))
    visit = Visit.objects.get()
    assert set(visit.mediators.all()) == {mediator, colleague}
    response = signed_in.post(url, visit_fields(co_mediators=[str(stranger.pk)]))
    assert "co_mediators" in errors_of(response)


def test_a_closed_family_can_still_get_a_visit_from_before_it_was_closed(
    signed_in, url, family, mediator
):
    close_family(family, by=mediator.user, closed_on=date(2018, 3, 1), reason="moved")
    signed_in.post(url, visit_fields(date=date(2018, 3, 1)))
    assert Visit.objects.count() == 1


def test_the_message_waits_in_the_session_without_a_name(signed_in, url, people):
    signed_in.post(url, visit_fields(present=people))
    waiting = str(signed_in.session["_messages"])
    assert "JEL-0001" in waiting
    assert "Kalni" not in waiting


# -- what is wrong is said at its field, and what was typed stays

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"date": "2099-01-01"}, "date"),
        ({"date": "2017-09-30"}, "date"),  # the family was registered on 1 October
        ({"date": "31 February"}, "date"),
        ({"date": ""}, "date"),
        ({"minutes": "1441"}, "minutes"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": ""}, "minutes"),
        ({"minutes": "an hour"}, "minutes"),
        ({"minutes": "other", "minutes_other": "1441"}, "minutes_other"),
        ({"minutes": "other", "minutes_other": ""}, "minutes_other"),
        ({"mode": "telepathy"}, "mode"),
        ({"mode": None}, "mode"),
        ({"topics": ["astrology"]}, "topics"),
        ({"topics": ["health"]}, "assisted"),
        ({"present": [NOBODY]}, "present"),
        ({"assisted": [NOBODY], "topics": ["health"]}, "assisted"),
        ({"co_mediators": [NOBODY]}, "co_mediators"),
        ({"result": "voided"}, "result"),
        ({"note": "ā" * 20_001}, "note"),
        ({"note": "x" * 100_000}, "note"),
        ({"confidential_note": "x" * 20_001}, "confidential_note"),
        ({"next_step": "x" * 501}, "next_step"),
        ({"next_step_when": "2018-01-01"}, "next_step_when"),  # before the visit
        ({"next_step_when": "soon"}, "next_step_when"),
        ({"next_step_when": "other", "next_step_on": ""}, "next_step_on"),
        ({"next_step_when": "other", "next_step_on": "2018-01-01"}, "next_step_on"),
        ({"started_at": "25:61"}, "started_at"),
        ({"visit": "17"}, "visit"),
    ],
)
def test_bad_input_gets_a_message_at_its_field(signed_in, url, fields, field):
    response = signed_in.post(url, visit_fields(**fields))
    assert response.status_code == 200
    assert list(errors_of(response)) == [field]
    assert not Visit.objects.exists()


def test_a_note_of_a_hundred_thousand_letters_is_refused_and_stays_on_the_page(signed_in, url):
    note = "ā" * 99_999 + "ē"
    page = signed_in.post(url, visit_fields(note=note)).content.decode()
    assert note in page
    assert "100000 characters" in page


def test_everything_typed_stays_when_one_thing_is_wrong(signed_in, url, people, colleague):
    fields = visit_fields(
        date="2099-01-01",
        assisted=[people[0]],
        topics=["housing"],
        note="Paliek",
        minutes="other",
        minutes_other="25",
        co_mediators=[str(colleague.pk)],
        next_step="Arī šis",
    )
    response = signed_in.post(url, fields)
    page, tiles = response.content.decode(), response.context["tiles"]
    assert "Paliek" in page
    assert "Arī šis" in page
    assert 'value="25"' in page
    assert [tile.is_assisted for tile in tiles.members] == [True, False]
    assert [tile.value for tile in tiles.topics + tiles.more_topics if tile.is_chosen] == [
        "housing"
    ]
    assert response.context["form"]["visit"].value() == str(fields["visit"])


def test_a_visit_later_than_the_familys_closing_is_refused(signed_in, url, family, mediator):
    close_family(family, by=mediator.user, closed_on=date(2018, 3, 1), reason="moved")
    response = signed_in.post(url, visit_fields(date=date(2018, 3, 2)))
    assert list(errors_of(response)) == ["date"]


def test_somebody_who_was_not_a_member_on_that_day_is_named_in_the_message(
    signed_in, url, family, people
):
    late = make_person(family, "Līga", joined_on=date(2018, 5, 1))
    fields = visit_fields(date=date(2018, 4, 30), assisted=[late], topics=["health"])
    response = signed_in.post(url, fields)
    assert list(errors_of(response)) == ["assisted"]
    assert "Līga" in errors_of(response)["assisted"][0]
    response = signed_in.post(url, visit_fields(date=date(2018, 4, 30), present=[late]))
    assert list(errors_of(response)) == ["present"]
    signed_in.post(url, fields | {"date": "2018-05-01"})
    assert Visit.objects.count() == 1


def test_a_member_of_a_foreign_family_is_refused_without_being_named(
    signed_in, url, foreign_family
):
    response = signed_in.post(url, visit_fields(present=foreign_family.persons.all()))
    assert list(errors_of(response)) == ["present"]
    assert "Zane" not in response.content.decode()


def test_a_retired_topic_cannot_be_chosen_any_more(signed_in, url, people):
    Code.objects.filter(list="topic", code="health").update(retired_on=date(2018, 1, 1))
    response = signed_in.post(url, visit_fields(assisted=people, topics=["health"]))
    assert list(errors_of(response)) == ["topics"]


def test_assisted_with_nothing_is_asked_about(signed_in, url, people):
    response = signed_in.post(url, visit_fields(assisted=people))
    assert list(errors_of(response)) == ["topics"]


@pytest.mark.parametrize(
    ("person", "topic", "action", "outcome", "institution"),
    [
        (0, "housing", "levitation", "pending", ""),
        (0, "housing", "information", "glory", ""),
        (0, "housing", "information", "pending", NOBODY),
        (0, "housing", "", "pending", ""),  # nothing is left for Anna, nobody for housing
    ],
)
def test_a_wrong_line_per_person_is_refused(
    signed_in, url, people, person, topic, action, outcome, institution
):
    fields = visit_fields(assisted=[people[0]], topics=["housing"]) | {
        "help_person": [people[person].pk],
        "help_topic": [topic],
        "help_action": [action],
        "help_outcome": [outcome],
        "help_institution": [institution],
    }
    assert list(errors_of(signed_in.post(url, fields))) == ["adjustments"]
    assert not Visit.objects.exists()


def test_the_same_action_twice_for_one_person_and_topic_is_refused(signed_in, url, people):
    fields = visit_fields(assisted=[people[0]], topics=["housing"]) | {
        "help_person": [people[0].pk] * 2,
        "help_topic": ["housing"] * 2,
        "help_action": ["information"] * 2,
        "help_outcome": ["pending", "obtained"],
        "help_institution": [""] * 2,
    }
    assert list(errors_of(signed_in.post(url, fields))) == ["adjustments"]


def test_lines_per_person_can_be_asked_for_without_a_script(signed_in, url, people):
    fields = visit_fields(assisted=people, topics=["housing", "health"], adjust="1", minutes="")
    response = signed_in.post(url, fields)
    assert errors_of(response) == {}
    assert len(response.context["tiles"].lines) == 4
    assert not Visit.objects.exists()


# -- sent twice, changed and sent again


def test_sending_the_same_form_twice_makes_one_visit_and_one_record(signed_in, url, people):
    fields = visit_fields(assisted=people, topics=["health"], note="Tas pats")
    first, second = signed_in.post(url, fields), signed_in.post(url, fields)
    assert first.url == second.url
    assert Visit.objects.count() == 1
    assert AuditEvent.objects.filter(object_type="visit", action="created").count() == 1
    assert not AuditEvent.objects.filter(object_type="visit", action="changed").exists()


def test_the_same_id_with_other_content_shows_both_and_overwrites_nothing(signed_in, url, people):
    fields = visit_fields(assisted=people, topics=["health"], note="Pirmais")
    signed_in.post(url, fields)
    response = signed_in.post(url, fields | {"note": "Otrais", "minutes": "90"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Pirmais" in page
    assert "Otrais" in page
    visit = Visit.objects.get()
    assert (visit.note, visit.minutes, visit.version) == ("Pirmais", 30, 1)
    assert [row.label for row in response.context["rows"] if row.is_changed] == ["Minutes", "Note"]


def test_what_was_typed_the_second_time_can_be_saved_as_a_change(signed_in, url, people):
    fields = visit_fields(assisted=people, topics=["health"], note="Pirmais")
    signed_in.post(url, fields)
    page = signed_in.post(url, fields | {"note": "Otrais"})
    context = page.context
    typed: dict[str, list] = {}
    for name, value in context["typed"]:
        typed.setdefault(name, []).append(value)
    overwrite = reverse(context["url_name"], args=[context["stored"].pk])
    response = signed_in.post(overwrite, typed | {"version": context["stored"].version})
    visit = Visit.objects.get()
    assert response.url == reverse("visit-detail", args=[visit.pk])
    assert (visit.note, visit.version) == ("Otrais", 2)
    assert visit.assistance.count() == 2


def test_the_id_of_a_foreign_visit_is_answered_like_an_absent_one(
    signed_in, url, stranger, foreign_family
):
    foreign = make_visit(foreign_family, stranger, note="Svešs")
    response = signed_in.post(url, visit_fields(visit=foreign.pk, note="Mans"))
    assert response.status_code == 404
    foreign.refresh_from_db()
    assert foreign.note == "Svešs"


def test_the_id_of_ones_own_visit_to_another_family_is_no_way_to_it(signed_in, url, mediator):
    other = make_visit(make_family(mediator, "Bērziņi"), mediator, note="Cita ģimene")
    assert signed_in.post(url, visit_fields(visit=other.pk)).status_code == 404


def test_a_late_repetition_does_not_bring_a_voided_visit_back(signed_in, url, mediator):
    fields = visit_fields()
    signed_in.post(url, fields)
    void_visit(Visit.objects.get(), by=mediator.user, reason="Kļūda")
    signed_in.post(url, fields)
    assert Visit.objects.get().status == "voided"


# -- what it costs


def test_the_page_costs_as_many_queries_for_a_large_family(
    signed_in, url, family, django_assert_num_queries
):
    signed_in.get(url)
    with django_assert_num_queries(15):
        signed_in.get(url)
    for number in range(6):
        make_person(family, f"Bērns {number}", birth_year=2015)
    with django_assert_num_queries(15):
        signed_in.get(url)


def test_saving_costs_twelve_queries_beside_session_audit_and_savepoints(
    signed_in, url, people, django_assert_num_queries
):
    signed_in.get(url)
    fields = visit_fields(assisted=people, topics=["housing", "health"], note="Piezīme")
    # session and user: 3, audit: 1, savepoints: 6
    with django_assert_num_queries(12 + 3 + 1 + 6):
        signed_in.post(url, fields)


# -- next steps that the visit has done


@pytest.fixture
def promised(family, mediator):
    """An earlier visit with a next step."""
    return make_visit(
        family, mediator, next_step="Aiznest dokumentus", next_step_on=date(2018, 1, 1)
    )


def test_an_open_next_step_can_be_ticked_off_with_the_visit_and_twice_is_once(
    signed_in, url, promised, mediator
):
    assert "Aiznest dokumentus" in signed_in.get(url).content.decode()
    fields = visit_fields(done_steps=[str(promised.pk)])
    first, second = signed_in.post(url, fields), signed_in.post(url, fields)
    assert first.url == second.url
    promised.refresh_from_db()
    assert promised.next_step_done_by == mediator.user
    assert AuditEvent.objects.filter(action="changed", object_id=str(promised.pk)).count() == 1
    assert "Aiznest dokumentus" not in signed_in.get(url).content.decode()


def test_a_next_step_stays_open_when_the_visit_is_not_saved_or_only_a_draft(
    signed_in, url, promised
):
    done = {"done_steps": [str(promised.pk)]}
    signed_in.post(url, visit_fields(date="2099-01-01", **done))
    draft = visit_fields(**done)
    signed_in.post(url, draft | {"save": "draft"})
    promised.refresh_from_db()
    assert promised.is_follow_up_open
    page = signed_in.get(reverse("visit-edit", args=[draft["visit"]]))
    assert [tile.is_chosen for tile in page.context["tiles"].open_steps] == [True]


def test_a_next_step_stays_open_when_the_visit_meets_a_conflict(signed_in, url, promised):
    fields = visit_fields(note="Viens")
    signed_in.post(url, fields)
    changed = fields | {"note": "Divi", "done_steps": [str(promised.pk)]}
    assert signed_in.post(url, changed).status_code == 409
    promised.refresh_from_db()
    assert promised.is_follow_up_open


def test_a_step_of_another_family_is_refused(signed_in, url, stranger, foreign_family):
    foreign = make_visit(foreign_family, stranger, next_step_on=date(2018, 1, 1))
    response = signed_in.post(url, visit_fields(done_steps=[str(foreign.pk)]))
    assert list(errors_of(response)) == ["done_steps"]
    foreign.refresh_from_db()
    assert foreign.is_follow_up_open
