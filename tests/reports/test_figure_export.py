"""A figure as CSV: the numbers of the page, safe to open, without a name."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from mediation.models import Mediator
from tests.factories import make_visit

pytestmark = pytest.mark.django_db

AUTUMN = {"from": "2017-09-01", "to": "2017-11-30"}


@pytest.fixture
def visit(family, mediator):
    anna = family.persons.order_by("code").first()
    return make_visit(family, mediator, date(2017, 10, 10), assisted={anna: ["housing"]})


def file(client, user, code="visits", **asked):
    client.force_login(user)
    return client.get(reverse("figure-export", args=[code]), AUTUMN | asked)


def rows(response) -> list[list[str]]:
    content = b"".join(response.streaming_content).decode("utf-8")
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))


def test_the_file_says_what_it_holds_and_reads_back_as_the_page(client, coordinator, visit):
    response = file(client, coordinator, by="topic", municipality="LV-JEL")
    assert response.streaming
    assert response["Content-Type"] == "text/csv"
    assert response["Content-Disposition"] == (
        'attachment; filename="visits-2017-09-01-2017-11-30.csv"'
    )
    assert rows(response) == [
        ["Figure", "Visits (visits)"],
        ["Definition", "Confirmed visits dated in the period."],
        ["Unit", "visits"],
        ["From", "2017-09-01"],
        ["To", "2017-11-30"],
        ["Prepared", "for internal use, exact"],
        ["Municipality", "LV-JEL"],
        ["Version of the rules", "1"],
        [],
        ["Topic", "Code", "Visits"],
        ["Housing", "housing", "1"],
        ["Total", "", "1"],
        ["Sum of the rows", "", "1"],
        ["Counted in several rows", "", "0"],
        ["Counted in no row", "", "0"],
    ]


def test_the_numbers_are_those_of_the_page(client, coordinator, visit):
    shown = client.force_login(coordinator) or client.get(
        reverse("figure-detail", args=["visits"]), AUTUMN | {"by": ["month", "mediator"]}
    )
    found = rows(file(client, coordinator, by=["month", "mediator"]))
    start = found.index(["Month", "Code", "Mediator", "Code", "Visits"]) + 1
    read = {(row[1], row[3]): int(row[4]) for row in found[start:-4]}
    assert read == {row.keys: row.value for row in shown.context["figure"].rows}


def test_no_name_leaves_not_even_a_mediator_s(client, coordinator, visit):
    content = b"".join(file(client, coordinator, by="mediator").streaming_content).decode()
    assert visit.mediator.ref in content
    assert visit.mediator.full_name not in content.replace("Mediator,Code", "")


def test_a_reference_that_looks_like_a_formula_does_nothing(client, coordinator, visit):
    Mediator.objects.filter(pk=visit.mediator_id).update(ref='=HYPERLINK("http://x")')
    found = rows(file(client, coordinator, by="mediator"))
    assert ['\'=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")', "1"] in found


def test_staff_get_what_partners_may_know(client, staff, visit):
    found = rows(file(client, staff, "families_reached", by="topic"))
    assert ["Prepared", "for partners, small numbers hidden"] in found
    assert ["Municipalities counted", "LV-JEL"] in found
    assert ["Housing", "housing", "hidden"] in found
    assert ["Total", "", "hidden"] in found


def test_a_mediator_gets_their_own(client, mediator, stranger, visit):
    assert ["Total", "1"] in rows(file(client, mediator.user))
    assert ["Total", "0"] in rows(file(client, stranger.user))


@pytest.mark.parametrize("role", ["mentor", "administrator"])
def test_others_may_not_take_figures_away(client, request, role):
    assert file(client, request.getfixturevalue(role)).status_code == 403


def test_an_export_goes_on_the_trail_with_what_was_asked_and_how_much(client, coordinator, visit):
    file(client, coordinator, by="topic")
    event = AuditEvent.objects.get(action="exported")
    assert event.actor == coordinator
    assert event.detail == {
        "indicator": "visits",
        "audience": "internal",
        "filter": AUTUMN | {"by": ["topic"]},
        "rows": 1,
        "format": "csv",
    }


@pytest.mark.parametrize("asked", [{"by": "colour"}, {"from": "2018-01-01"}, {"by": ["a", "b"]}])
def test_a_question_without_an_answer_is_a_bad_request(client, coordinator, asked):
    assert file(client, coordinator, **asked).status_code == 400
    assert not AuditEvent.objects.filter(action="exported").exists()


def test_an_unknown_figure_is_not_found(client, coordinator):
    assert file(client, coordinator, "happiness").status_code == 404
