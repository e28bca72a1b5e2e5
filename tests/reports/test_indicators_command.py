"""`manage.py indicators`: what it prints, what it writes, and with which exit status."""

import csv
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent
from mediation.models import Mediator
from reports.indicators import INDICATORS
from reports.official import official_figures
from reports.periods import Period
from tests.factories import make_visit

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
OCTOBER = ("--from", "2017-10-01", "--to", "2017-10-31")


@pytest.fixture
def visit(family, mediator):
    anna = family.persons.order_by("code").first()
    return make_visit(family, mediator, date(2017, 10, 10), assisted={anna: ["housing"]})


def printed(*arguments) -> str:
    out = io.StringIO()
    call_command("indicators", *OCTOBER, "--language", "en", *arguments, stdout=out)
    return out.getvalue()


def test_the_totals_of_all_indicators_as_a_table(visit):
    title, _gap, *lines = printed().splitlines()
    assert title == "October 2017, for internal use, exact"
    numbers = {line.split()[0]: line.split()[-1] for line in lines}
    assert numbers == {
        "families_reached": "1",
        "persons_assisted": "1",
        "visits": "1",
        "visit_minutes": "30",
        "mediators_active": "1",
        "mediators_certified": "1",
    }


def test_rows_as_a_table_with_the_reconciliation_below(visit):
    text = printed("--by", "topic", "--indicator", "visits")
    assert text.splitlines()[2:] == [
        "Visits (visits)",
        "Topic                    Code     Visits",
        "Housing                  housing       1",
        "Total                                  1",
        "Sum of the rows                        1",
        "Counted in several rows                0",
        "Counted in no row                      0",
    ]


def test_json_is_the_official_form(visit):
    text = printed("--by", "month", "--by", "municipality", "--format", "json")
    assert json.loads(text) == official_figures(
        Period.month(2017, 10), by=("month", "municipality")
    )


def test_narrowed_to_one_municipality_and_told_so(visit):
    answer = json.loads(printed("--municipality", "LV-026", "--format", "json"))
    assert answer["where"] == {"municipality": ["LV-026"]}
    assert {figure["total"] for figure in answer["indicators"]} == {0}


def test_for_partners_small_numbers_are_hidden(visit):
    answer = json.loads(printed("--audience", "partner", "--format", "json"))
    families = answer["indicators"][0]
    assert (families["total"], families["hidden"]) == (None, True)
    assert "hidden" in printed("--audience", "public")


def test_csv_has_a_line_for_each_number(visit):
    rows = list(csv.DictReader(io.StringIO(printed("--by", "topic", "--format", "csv"))))
    visits = [row for row in rows if row["indicator"] == "visits"]
    assert [(row["line"], row["topic"], row["value"]) for row in visits] == [
        ("row", "housing", "1"),
        ("total", "", "1"),
        ("sum_of_rows", "", "1"),
        ("in_several_rows", "", "0"),
        ("in_no_row", "", "0"),
    ]


def test_csv_in_a_file_opens_in_excel(visit, tmp_path):
    printed("--format", "csv", "--output", str(tmp_path / "figures.csv"))
    assert (tmp_path / "figures.csv").read_bytes().startswith(b"\xef\xbb\xbfindicator,unit,line")


def test_xlsx_has_a_sheet_for_each_indicator_and_no_formulas(visit, tmp_path):
    Mediator.objects.filter(pk=visit.mediator_id).update(ref="=1+1")
    printed("--by", "mediator", "--format", "xlsx", "--output", str(tmp_path / "figures.xlsx"))
    book = CalamineWorkbook.from_path(tmp_path / "figures.xlsx")
    assert book.sheet_names == list(INDICATORS)
    rows = book.get_sheet_by_name("visits").to_python()
    assert ["Mediator", "Code", "Visits"] in rows
    assert ["=1+1", "=1+1", 1.0] in rows


@pytest.mark.parametrize("by", [(), ("--by", "municipality"), ("--by", "month", "--by", "topic")])
def test_pdf_is_one(visit, tmp_path, by):
    printed(*by, "--format", "pdf", "--output", str(tmp_path / "figures.pdf"))
    assert (tmp_path / "figures.pdf").read_bytes().startswith(b"%PDF-")


def test_merged_municipalities_as_they_are_now(visit):
    type(visit).objects.filter(pk=visit.pk).update(municipality="LV-102")
    assert "Varakļāni" in printed("--by", "municipality", "--indicator", "visits")
    assert "Madona" in printed("--by", "municipality", "--indicator", "visits", "--as-now")


def test_labels_in_the_language_asked_for(visit):
    out = io.StringIO()
    call_command("indicators", *OCTOBER, "--by", "topic", "--language", "ru", stdout=out)
    assert "Жильё" in out.getvalue()


def test_it_goes_on_the_trail(visit):
    printed("--by", "topic", "--indicator", "visits")
    event = AuditEvent.objects.get(action="exported")
    assert event.actor is None
    assert event.detail["filter"]["by"] == ["topic"]
    assert event.detail["rows"] == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "2018-01-01"], "The period ends before it begins: 2018-01-01 is after"),
        (["--from", "2017-02-29"], "“2017-02-29” is not a date such as 2017-10-01."),
        (["--to", "soon"], "“soon” is not a date"),
        (["--indicator", "happiness"], "There is no indicator “happiness”."),
        (["--by", "colour"], "There is no slice “colour”."),
        (["--by", "sex", "--indicator", "visits"], "“visits” cannot be sliced by “sex”."),
        (["--by", "month", "--by", "month"], "The two slices must differ."),
        (["--by", "month", "--by", "mode", "--by", "topic"], "by two slices at most."),
        (["--municipality", "LV-XXX"], "There is no municipality “LV-XXX”."),
        (["--audience", "press"], "There is no audience “press”."),
        (["--audience", "partner", "--from", "2017-10-02"], "whole calendar months."),
        (["--format", "doc"], "There is no format “doc”."),
    ],
)
def test_a_question_without_an_answer_is_one_sentence(arguments, sentence):
    with pytest.raises(CommandError) as refusal:
        printed(*arguments)
    assert sentence in str(refusal.value)
    assert refusal.value.returncode == 2
    assert "\n" not in str(refusal.value)


def test_a_file_that_cannot_be_written_is_another_matter(visit, tmp_path):
    with pytest.raises(CommandError, match="cannot be written") as refusal:
        printed("--output", str(tmp_path / "nowhere" / "figures.txt"))
    assert refusal.value.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (["--help"], 0, "Prints the official figures of a period"),
        ([], 2, "--from, --to"),
        ([*OCTOBER, "--audience", "press"], 2, "There is no audience"),
    ],
)
def test_scripts_can_trust_the_exit_status(arguments, status, text):
    run = subprocess.run(
        [sys.executable, "manage.py", "indicators", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "", "PYTHONPATH": str(ROOT)},
    )
    assert run.returncode == status
    assert text in run.stdout + run.stderr
    assert "Traceback" not in run.stderr
