"""Finding a family as people type it, without a trace of what was typed."""

import pytest

from accounts.models import AuditEvent
from families.services import NewMember, close_family, request_names
from mediation.family_rows import MOST_FOUND
from tests.factories import make_family

pytestmark = pytest.mark.django_db
ADDRESS = "/families/search/"


@pytest.fixture
def families(mediator, foreign_family):
    """Four families of the mediator, by a short name."""
    return {
        "Kalniņi": make_family(
            mediator, "Kalniņi", ("Jānis", "Kalniņš"), NewMember("Anna", "Kalniņa")
        ),
        "Ozoli": make_family(mediator, "Ozoli", ("Jeļena", "Ozola"), ("Pēteris", "Ozols")),
        "Ivančenko": make_family(mediator, "Иванченко", ("Вера", "Иванченко")),
        "Šubiņi": make_family(mediator, "Šubiņi-Bērziņi", ("Zane", "Šubiņa")),
    }


def search(client, user, text, **headers):
    client.force_login(user)
    return client.post(ADDRESS, {"text": text}, headers=headers)


def found(response) -> list[str]:
    return [row.family.code for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("kalnini", "Kalniņi"),
        ("KALN", "Kalniņi"),
        ("Калниня", "Kalniņi"),
        ("anna kaln", "Kalniņi"),
        ("kalnina anna", "Kalniņi"),
        ("Елена", "Ozoli"),
        ("petris", None),
        ("peteris", "Ozoli"),
        ("Petrs", None),
        ("ivanč", "Ivančenko"),
        ("ivancenko vera", "Ivančenko"),
        ("berz", "Šubiņi"),
        ("  subini   berzini ", "Šubiņi"),
        ("anna ozola", None),
        ("a", None),
        ("%", None),
        ("_", None),
    ],
)
def test_a_name_is_found_as_typed(client, mediator, families, typed, expected):
    codes = [families[expected].code] if expected else []
    assert found(search(client, mediator.user, typed)) == codes


@pytest.mark.parametrize("as_typed", ["{code}", "{lower}", "{spaced}", "{code}-2", "{begun}"])
def test_a_code_is_found_as_typed(client, mediator, families, as_typed):
    code = families["Ozoli"].code
    short, number = code.split("-")
    typed = as_typed.format(
        code=code, lower=code.lower(), spaced=f"{short.lower()} {int(number)}", begun=code[:7]
    )
    assert code in found(search(client, mediator.user, typed))


def test_the_closest_name_comes_first(client, mediator):
    make_family(mediator, "Kalniņi-Ozoliņi", ("Zane", "Kalniņa"))
    exact = make_family(mediator, "Kalni")
    rows = found(search(client, mediator.user, "kalni"))
    assert len(rows) == 2
    assert rows[0] == exact.code


def test_members_that_match_are_named_in_the_row(client, mediator, families):
    (row,) = search(client, mediator.user, "anna").context["rows"]
    assert row.found == ["Anna Kalniņa"]


def test_closed_families_are_found_too(client, mediator, families):
    closed = families["Ozoli"]
    close_family(closed, by=mediator.user, closed_on=closed.registered_on, reason="moved")
    assert found(search(client, mediator.user, "ozoli")) == [closed.code]


def test_nobody_finds_what_they_may_not_see(client, stranger, colleague, families):
    for user in (stranger.user, colleague.user):
        response = search(client, user, "Kalniņi")
        assert found(response) == []
        assert b"JEL-0001" not in response.content
        assert found(search(client, user, families["Kalniņi"].code)) == []


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator"])
def test_those_without_names_find_by_code_only(request, client, families, role):
    user = request.getfixturevalue(role)
    by_name = search(client, user, "Kalniņi")
    assert found(by_name) == []
    assert "Names are not shown to you here" in by_name.content.decode()
    by_code = search(client, user, families["Kalniņi"].code)
    assert found(by_code) == [families["Kalniņi"].code]
    assert "Kalniņi" not in by_code.content.decode()


def test_leave_to_see_one_family_finds_no_other_by_name(client, coordinator, families):
    request_names(families["Ozoli"], by=coordinator, reason="checking a complaint")
    assert found(search(client, coordinator, "ozoli")) == [families["Ozoli"].code]
    assert found(search(client, coordinator, "kalnini")) == []


def test_a_search_is_on_the_trail_without_what_was_typed(client, mediator, families):
    search(client, mediator.user, "Kalniņi")
    event = AuditEvent.objects.get(action="searched")
    assert event.actor == mediator.user
    assert event.detail == {"what": "families", "found": 1}
    for event in AuditEvent.objects.all():
        assert "kaln" not in f"{event.detail}{event.object_id}".lower()


def test_exactly_the_names_that_are_shown_are_on_the_trail(client, mediator, families):
    search(client, mediator.user, "anna")
    kalnini = families["Kalniņi"]
    anna = kalnini.persons.get(code=f"{kalnini.code}-2")
    read = AuditEvent.objects.filter(action="names_read", actor=mediator.user)
    assert set(read.values_list("object_id", flat=True)) == {str(kalnini.pk), str(anna.pk)}


def test_what_was_typed_stays_in_the_box_and_never_in_an_address(client, mediator, families):
    page = search(client, mediator.user, 'kaln"><script>').content.decode()
    assert "kaln&quot;&gt;&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "?text=" not in page
    client.force_login(mediator.user)
    assert client.get(ADDRESS, {"text": "kaln"}).headers["Location"] == "/families/"


def test_htmx_gets_the_rows_alone(client, mediator, families):
    page = search(client, mediator.user, "ozoli", **{"HX-Request": "true"}).content.decode()
    assert families["Ozoli"].code in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Write a name or a code."),
        ("   ", "Write a name or a code."),
        ("ā" * 10_000, "at most 80 characters"),
        ("an " * 8, "Write at most 6 words."),
        ("a\x00b", "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_searched_is_said(client, mediator, families, typed, told):
    response = search(client, mediator.user, typed)
    assert told in response.content.decode()
    assert not AuditEvent.objects.filter(action="searched").exists()


def test_nothing_found_teaches_how_to_search(client, mediator, families):
    page = search(client, mediator.user, "zzzz").content.decode()
    assert "Nothing found" in page
    assert "Register a family" in page


def test_too_many_answers_ask_for_more_of_the_name(client, mediator):
    for _ in range(MOST_FOUND + 1):
        make_family(mediator, "Kalniņi")
    response = search(client, mediator.user, "kaln")
    assert len(found(response)) == MOST_FOUND
    assert "Write more of the name" in response.content.decode()


def test_an_administrator_may_not_search(client, administrator):
    assert search(client, administrator, "Kalniņi").status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_answers(
    client, mediator, families, django_assert_num_queries
):
    for _ in range(10):
        make_family(mediator, "Kalniņi", ("Anna", "Kalniņa"))
    client.force_login(mediator.user)
    client.get("/families/")
    # session, user, families, members, two of names, the trail of names, the search
    with django_assert_num_queries(8):
        client.post(ADDRESS, {"text": "kalnini anna"})
