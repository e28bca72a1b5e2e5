"""A report as CSV and JSON."""

import csv
import hashlib
import io
import json

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from reports.csv_files import neutral
from reports.publishing import publish_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, coordinator):
    client.force_login(coordinator)
    return client


def lines_of(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", ["report-export", "report-json"])
@pytest.mark.parametrize("role", ["mediator", "staff", "mentor", "administrator"])
def test_others_than_coordinators_get_403(client, request, role, report, name):
    actor = request.getfixturevalue(role)
    client.force_login(getattr(actor, "user", actor))
    assert client.get(reverse(name, args=[report.pk])).status_code == 403


def test_the_csv_file_begins_with_the_mark_that_excel_needs(signed_in, report):
    answer = signed_in.get(reverse("report-export", args=[report.pk]))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Type"].startswith("text/csv")
    assert 'filename="report-month-2017-11-01-r1.csv"' in answer["Content-Disposition"]


def test_the_csv_file_holds_totals_and_tables(signed_in, reports):
    lines = lines_of(signed_in.get(reverse("report-export", args=[reports["year"].pk])))
    numbers = {
        (line["indicator"], line["slice"], line["value"]): int(line["number"]) for line in lines
    }
    assert numbers["visits", "", "total"] == 1
    assert numbers["persons_assisted", "topic", "housing"] == 1
    assert numbers["families_reached", "month", "2017-11"] == 1
    assert numbers["families_reached", "month", "in_several_rows"] == 0


def test_the_csv_file_names_mediators_by_reference_and_nobody_by_name(signed_in, report, mediator):
    mediator.full_name = "Ieva Liepa"
    mediator.save()
    text = signed_in.get(reverse("report-export", args=[report.pk])).content.decode()
    assert mediator.ref in text
    assert "Ieva" not in text
    assert "Kalni" not in text


def test_a_reference_that_looks_like_a_formula_is_made_harmless(
    signed_in, visit, mediator, in_january
):
    mediator.ref = "=1+1"
    mediator.save()
    report = next(publish_due()).report
    text = signed_in.get(reverse("report-export", args=[report.pk])).content.decode()
    assert ",'=1+1," in text
    assert ",=1+1" not in text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_begins_like_a_formula_is_neutralised(start):
    assert neutral(f"{start}cmd") == f"'{start}cmd"


def test_numbers_stay_numbers():
    assert neutral(-5) == -5


def test_the_json_file_is_what_the_checksum_was_made_of(signed_in, report):
    answer = signed_in.get(reverse("report-json", args=[report.pk]))
    assert hashlib.sha256(answer.content).hexdigest() == report.sha256
    assert json.loads(answer.content)["figures"] == report.figures


@pytest.mark.parametrize(("name", "form"), [("report-export", "csv"), ("report-json", "json")])
def test_every_download_is_on_the_audit_trail_with_its_rows(
    signed_in, report, coordinator, name, form
):
    answer = signed_in.get(reverse(name, args=[report.pk]))
    event = AuditEvent.objects.get(action="exported")
    assert (event.actor, event.object_id) == (coordinator, str(report.pk))
    assert event.detail["format"] == form
    if form == "csv":
        assert event.detail["rows"] == len(lines_of(answer))
