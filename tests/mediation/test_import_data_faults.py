"""Every fault is listed with its sheet, row, column and reason, and then nothing is written."""

import os
import shutil
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.utils import timezone

from accounts.models import AuditEvent, Institution, Role, User
from families.models import Family
from families.services import move_person
from mediation.importing import Fault, import_path
from mediation.models import Assistance, Mediator, Visit
from tests.factories import make_family, make_mediator, make_person

from .sheets import UUID_REF, Sheets, bring_in, refusal

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()


@pytest.fixture
def sheets(tmp_path):
    return Sheets(tmp_path / "records")


def is_empty() -> bool:
    models = (Institution, Mediator, Family, Visit, Assistance, AuditEvent)
    return not any(model.objects.exists() for model in models)


# -- one wrong cell

FAULTS = {
    # sheet, row, column, what stands there, what is said about it
    "empty ref": ("families", 2, "ref", "", "is empty, but it is needed"),
    "empty family": ("visits", 2, "family", "", "is empty, but it is needed"),
    "long ref": ("institutions", 2, "ref", "x" * 65, "is 65 characters long"),
    "ref with a semicolon": ("persons", 2, "ref", "P-1;P-2", "only one reference can stand here"),
    "ref with a line break": ("persons", 2, "ref", "P\n1", "“P·1” has a line break"),
    "name with a line break": ("persons", 2, "given_name", "A\nB", "has a line break"),
    "no text": ("persons", 2, "given_name", "A\x00B", "holds a character that is no text"),
    "long name": ("institutions", 2, "name", "x" * 201, "the longest allowed is 200"),
    "long note": ("visits", 2, "note", "x" * 100_000, "is 100,000 characters long"),
    "kind": ("institutions", 2, "kind", "social", "not a code of the list institution_kind. Did"),
    "nearest kind": ("institutions", 2, "kind", "social_servise", "Did you mean social_service"),
    "sex": ("persons", 2, "sex", "F", "Allowed: female, male, other, unknown"),
    "role": ("persons", 2, "household_role", "Head", "Did you mean head?"),
    "mode": ("visits", 2, "mode", "hom", "“hom” is not a code of the list visit_mode"),
    "status": ("visits", 2, "status", "done", "is not a code of the list visit_status"),
    "topic": ("assistance", 2, "topic", "house", "Did you mean housing"),
    "no topic": ("assistance", 2, "topic", "", "is empty, but it is needed"),
    "action": ("assistance", 2, "action", "?", "is not a code of the list action"),
    "outcome": ("assistance", 2, "outcome", "got", "is not a code of the list outcome"),
    "language": ("families", 2, "languages", "lv;xx", "“xx” is not a code of the list contact"),
    "language twice": ("families", 2, "languages", "lv;lv", "“lv” stands here twice"),
    "municipality": ("families", 2, "municipality", "Jelgava", "Did you mean LV-JEL (Jelgava)"),
    "place": ("families", 2, "place", "Jelgva", "not a place in Jelgava. Did you mean Jelgava?"),
    "place elsewhere": ("families", 2, "place", "Auce", "“Auce” is not a place in Jelgava"),
    "impossible date": ("visits", 2, "date", "2018-02-31", "is not a day of the calendar"),
    "31.02.": ("visits", 2, "date", "31.02.2018", "is not a date. Write it like 2018-03-31"),
    "other date": ("visits", 2, "date", "02/03/2018", "is not a date"),
    "short date": ("visits", 2, "date", "20180302", "is not a date"),
    "Arabic digits": ("visits", 2, "date", "٢٠١٨-٠٣-٠٢", "is not a date"),
    "date with time": ("visits", 2, "date", "2018-03-02 10:00", "is not a date"),
    "far date": ("mediators", 2, "certified_on", "0218-03-02", "is too far from our time"),
    "future visit": ("visits", 2, "date", TOMORROW, "is in the future"),
    "future family": ("families", 2, "registered_on", TOMORROW, "is in the future"),
    "future birth": ("persons", 2, "birth_date", TOMORROW, "is in the future"),
    "early visit": ("visits", 2, "date", "2017-09-30", "before the family was registered, on 2017"),
    "closed early": ("families", 3, "closed_on", "2017-11-14", "is before the day of registration"),
    "unassigned early": ("mediators", 2, "assigned_to", "2017-09-30", "is before the first day"),
    "minutes": ("visits", 2, "minutes", "1441", "1441 is not between 0 and 1440"),
    "negative minutes": ("visits", 2, "minutes", "-1", "-1 is not between 0 and 1440"),
    "half minutes": ("visits", 2, "minutes", "1.5", "“1.5” is not a whole number"),
    "endless minutes": ("visits", 2, "minutes", "9" * 400, "is not a whole number"),
    "birth year": ("persons", 3, "birth_year", "1066", "1066 is not between 1880 and"),
    "two births": ("persons", 2, "birth_year", "1981", "1981 is not the year of 1980-05-01"),
    "left early": ("persons", 4, "left_on", "2017-11-14", "join on 2017-11-15 and leave before"),
    "e-mail": ("mediators", 2, "email", "ilze", "“ilze” is not an e-mail address"),
    "unknown mediator": ("visits", 2, "mediator", "M-9", "“M-9” is neither in the sheet mediators"),
    "co-mediator": ("visits", 2, "co_mediators", "M-9", "“M-9” is neither in the sheet mediators"),
    "mediator twice": ("visits", 2, "co_mediators", "M-1", "is the visit’s mediator already"),
    "unknown family": ("visits", 2, "family", "F-9", "“F-9” is neither in the sheet families nor"),
    "family of a person": ("persons", 2, "family", "F-9", "is neither in the sheet families"),
    "case of a ref": ("persons", 2, "family", "f-1", "is neither in the sheet families"),
    "unknown caseload": ("families", 2, "mediator", "M-9", "is neither in the sheet mediators"),
    "unknown present": ("visits", 2, "present", "P-9", "“P-9” is neither in the sheet persons"),
    "unknown assisted": ("assistance", 2, "person", "P-9", "“P-9” is neither in the sheet persons"),
    "unknown visit": ("assistance", 2, "visit", "V-9", "“V-9” is neither in the sheet visits"),
    "unknown institution": ("assistance", 2, "institution", "I-9", "neither in the sheet instit"),
    "stranger present": ("visits", 2, "present", "P-1;P-3", "“P-3” was not a member of the family"),
    "present too early": ("visits", 2, "present", "P-2", "“P-2” was not a member of the family"),
    "stranger assisted": ("assistance", 2, "person", "P-3", "was not a member of the visit’s fam"),
    "assisted too early": ("assistance", 2, "person", "P-2", "was not a member of the visit’s fam"),
    "assisted twice": ("assistance", 3, "topic", "housing", None),
    "municipality of a visit": ("visits", 2, "municipality", "LV-999", "is not a municipality"),
}  # fmt: skip


NOT_IN_A_WORKBOOK = {"long note", "no text"}


@pytest.mark.parametrize(
    ("name", "form"),
    [(name, "csv") for name in FAULTS]
    + [(name, "xlsx") for name in FAULTS if name not in NOT_IN_A_WORKBOOK],
)
def test_a_wrong_cell_is_named_and_nothing_is_written(sheets, name, form):
    sheet, row, column, text, reason = FAULTS[name]
    sheets.put(sheet, row, **{column: text})
    if reason is None:
        sheets.put(sheet, row, action="form_help")
        reason = "The same person, topic and action stand in row 2 already"
    said = refusal(getattr(sheets, form)())
    assert f"{sheet}, row {row}, column {column}: " in said
    assert reason in said
    assert is_empty()


def test_a_wrong_cell_does_not_make_the_rows_that_refer_to_it_wrong(sheets):
    said = refusal(sheets.put("families", 2, place="Jelgva").csv())
    assert said.splitlines()[1:] == ["1 fault found. Nothing was written."]


def test_a_real_date_with_a_time_in_a_workbook_is_a_fault(sheets):
    said = refusal(sheets.put("visits", 2, date="2018-03-02 10:30:00").xlsx())
    assert "visits, row 2, column date: “2018-03-02 10:30:00” is not a date" in said


def test_all_faults_are_listed_in_the_order_of_the_sheets_and_rows(sheets):
    sheets.put("visits", 7, minutes="x", date="?", mediator="M-9")
    sheets.put("assistance", 3, topic="x", person="P-9").put("institutions", 3, kind="x")
    sheets.put("visits", 3, present="P-3")
    found = [line.partition(":")[0] for line in refusal(sheets.xlsx()).splitlines()]
    assert found == [
        "institutions, row 3, column kind",
        "assistance, row 3, column topic",
        "assistance, row 3, column person",
        "visits, row 3, column present",
        "visits, row 7, column date",
        "visits, row 7, column minutes",
        "visits, row 7, column mediator",
        "7 faults found. Nothing was written.",
    ]


def test_a_thousand_faults_are_printed_and_the_rest_is_counted(sheets):
    sheets.rows["institutions"] = [[f"I-{n}", "x", "x", "x"] for n in range(600)]
    said = refusal(sheets.csv()).splitlines()
    assert len([line for line in said if line.startswith("institutions")]) == 1000
    assert said[-1] == "1,200 faults found. Nothing was written."
    assert said[-2] == "… and 200 more."


# -- rows that contradict one another


@pytest.mark.parametrize(
    ("sheet", "row"), [("institutions", 2), ("mediators", 2), ("families", 2), ("visits", 2)]
)
def test_a_ref_may_stand_only_once(sheets, sheet, row):
    sheets.rows[sheet].append(list(sheets.rows[sheet][row - 2]))
    said = refusal(sheets.xlsx())
    assert f"{sheet}, row {len(sheets.rows[sheet]) + 1}, column ref: " in said
    assert "stands in row 2 already" in said
    assert is_empty()


def test_the_same_uuid_in_capitals_is_the_same_ref(sheets):
    sheets.rows["visits"].append([UUID_REF.upper(), *sheets.rows["visits"][1][1:]])
    assert "visits, row 8, column ref: " in refusal(sheets.xlsx())


def test_a_person_is_listed_in_one_family(sheets):
    sheets.add("persons", ref="P-1", family="F-2", joined_on="2018-01-01")
    said = refusal(sheets.csv())
    assert "persons, row 5, column ref: “P-1” stands in row 2 already, in family “F-1”" in said
    assert "later file" in said


def test_two_mediators_cannot_sign_in_with_one_address(sheets):
    said = refusal(sheets.put("mediators", 3, email="ILZE@example.test").csv())
    assert "mediators, row 3, column email: “ilze@example.test” stands in row 2 already" in said


def test_a_mediator_cannot_take_the_account_of_somebody_else(sheets):
    User.objects.create_user("ilze@example.test", role=Role.COORDINATOR)
    assert "who is not a mediator" in refusal(sheets.csv())
    other = make_mediator("Cits")
    other.user.email = "other@example.test"
    other.user.save()
    said = refusal(sheets.put("mediators", 2, email="other@example.test").csv())
    assert f"is mediator {other.ref} already" in said


def test_a_mediator_with_municipalities_is_assigned_since_some_day(sheets):
    said = refusal(sheets.put("mediators", 2, assigned_from="", certified_on="").csv())
    assert "mediators, row 2, column assigned_from: is needed to know since when" in said


# -- contradictions with what is stored


def test_a_visit_cannot_pass_to_another_family(sheets):
    bring_in(sheets.csv())
    sheets.put("visits", 4, family="F-1")
    assert "visits, row 4, column family: A visit stays with its family" in refusal(sheets.xlsx())


def test_a_visit_written_in_the_portal_is_not_overwritten(sheets):
    bring_in(sheets.csv())
    Visit.objects.get(ref="V-1").versions.update(recorded_by=Mediator.objects.get(ref="M-1").user)
    said = refusal(sheets.put("visits", 2, minutes="10").csv())
    assert "“V-1” was written down in the portal and says something else" in said


def test_a_voided_visit_cannot_change(sheets):
    bring_in(sheets.csv())
    said = refusal(sheets.put("visits", 7, minutes="10").xlsx())
    assert "visits, row 7, column ref: “V-6” was voided or cancelled" in said


def test_a_person_known_in_another_family_needs_the_day_of_the_move(sheets):
    bring_in(sheets.csv())
    sheets.put("families", 3, closed_on="").put("persons", 3, family="F-2", joined_on="")
    assert "persons, row 3, column family: “P-2” belongs to another" in refusal(sheets.csv())
    sheets.put("persons", 3, joined_on="2017-12-24")
    assert "persons, row 3, column family: “F-2” is closed" in refusal(sheets.csv())
    make_family(None, "Citi", ref="F-4")
    sheets.put("persons", 3, family="F-4")
    assert "persons, row 3, column joined_on: is within" in refusal(sheets.csv())


def test_times_in_two_families_may_not_overlap(sheets, coordinator):
    bring_in(sheets.csv())
    person, other = Family.objects.get(ref="F-1").persons.get(ref="P-2"), make_family(None, "Citi")
    move_person(person, other, moved_on=date(2018, 3, 1), household_role="child", by=coordinator)
    sheets.put("persons", 3, left_on="2018-03-01")
    assert "persons, row 3, column joined_on: overlaps" in refusal(sheets.csv())


def test_a_membership_cannot_end_before_a_visit_that_names_the_person(sheets):
    bring_in(sheets.csv())
    sheets.only("persons").put("persons", 3, left_on="2018-01-09")
    sheets.folder = sheets.folder.with_name("alone")
    said = refusal(sheets.csv())
    assert "persons, row 3, column joined_on: A visit on 2018-01-10 names the person" in said


def test_a_family_cannot_be_registered_after_a_visit(sheets):
    bring_in(sheets.csv())
    sheets.only("families").put("families", 2, registered_on="2017-10-06")
    sheets.folder = sheets.folder.with_name("alone")
    said = refusal(sheets.csv())
    assert "families, row 2, column registered_on: is after a visit" in said
    sheets.put("families", 3, closed_on="", registered_on="2018-06-01")
    assert "families, row 3, column registered_on: is after the day" in refusal(sheets.csv())


def test_a_birth_year_cannot_contradict_the_known_birth_date(sheets):
    bring_in(sheets.csv())
    sheets.put("persons", 2, birth_date="", birth_year="1981")
    said = refusal(sheets.csv())
    assert "persons, row 2, column birth_year: is not the year of the date of birth" in said


def test_a_known_mediator_does_not_get_another_address(sheets):
    bring_in(sheets.csv())
    sheets.put("mediators", 2, email="ilze.zvaigzne@example.test")
    assert "mediators, row 2, column email: The mediator signs in with another" in refusal(
        sheets.csv()
    )


def test_assistance_for_a_stored_visit_is_checked_too(sheets):
    bring_in(sheets.csv())
    sheets.only("assistance").add("assistance", visit="V-1", person="P-2", topic="health")
    sheets.folder = sheets.folder.with_name("alone")
    said = refusal(sheets.csv())
    assert "assistance, row 6, column person: “P-2” was not a member of the visit’s family" in said


def test_faults_leave_what_is_stored_as_it_was(sheets, coordinator):
    bring_in(sheets.csv())
    sheets.put("families", 2, family_name="Citi", closed_on="2018-05-31")
    sheets.put("visits", 2, minutes="5").put("assistance", 5, topic="?")
    events = AuditEvent.objects.count()
    refusal(sheets.csv())
    assert Family.objects.get(ref="F-1").identity.family_name == "Kalniņi"
    assert Family.objects.get(ref="F-1").closed_on is None
    assert Visit.objects.get(ref="V-1").minutes == 45
    assert AuditEvent.objects.count() == events


# -- headers, sheets, files


def test_an_unknown_column_and_a_missing_one_are_named(sheets):
    sheets.headers["families"][2] = "plase"
    said = refusal(sheets.csv())
    assert "families, row 1, column plase: This column is unknown. Did you mean place" in said
    assert "families, row 1, column place: This column is missing." in said
    assert "3 faults" not in said  # the rows that refer to families are not blamed
    assert is_empty()


def test_a_column_that_stands_twice_is_named(sheets):
    sheets.headers["visits"].append("note")
    sheets.rows["visits"] = [[*row, ""] for row in sheets.rows["visits"]]
    assert "visits, row 1, column note: This column stands here twice" in refusal(sheets.csv())


@pytest.mark.parametrize(("separator", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_separator_is_recognised(sheets, separator, name):
    sheets.csv()
    sheets.file("families").write_text(separator.join(sheets.headers["families"]) + "\n")
    said = refusal(sheets.folder)
    assert f"families, row 1: The columns are separated by {name}; save the file with com" in said


@pytest.mark.parametrize("text", ["", "\n", "\n\nref,name\n", ",,\n"])
def test_a_sheet_without_a_header_says_which_columns_it_needs(sheets, text):
    sheets.csv()
    sheets.file("institutions").write_text(text)
    said = refusal(sheets.folder)
    assert "institutions, row 1: The first row must name the columns: ref, name, kind, mun" in said


def test_a_row_with_too_few_or_too_many_cells_is_named(sheets):
    sheets.rows["institutions"] += [["I-3", "A", "state"], ["I-4", "B", "state", "", "more"]]
    said = refusal(sheets.csv())
    assert "institutions, row 4: has 3 cells, but the header has 4." in said
    assert "institutions, row 5: has 5 cells, but the header has 4." in said


def test_rows_are_counted_in_lines_of_the_file(sheets):
    sheets.put("visits", 3, note="a\nb\nc").put("visits", 4, mode="?")
    assert "visits, row 6, column mode" in refusal(sheets.csv())
    assert "visits, row 4, column mode" in refusal(sheets.xlsx())


def test_an_open_quotation_mark_is_named_and_the_rows_before_it_are_checked(sheets):
    sheets.csv()
    with sheets.file("institutions").open("a") as file:
        file.write('I-3,"A,state,\nI-4,B,state,\n')
    with sheets.file("institutions").open("r+") as file:
        text = file.read().replace("social_service", "?")
        file.seek(0)
        file.write(text)
        file.truncate()
    said = refusal(sheets.folder)
    assert "institutions, row 4: A quotation mark is opened here and never closed" in said
    assert "institutions, row 2, column kind" in said


def test_a_quotation_mark_inside_a_cell_is_named(sheets):
    sheets.csv()
    with sheets.file("institutions").open("a") as file:
        file.write('I-3,"A" B,state,\n')
    assert "institutions, row 4: A quotation mark stands inside a cell" in refusal(sheets.folder)


def test_a_cell_without_end_is_named(sheets):
    sheets.put("visits", 2, note="x" * 200_000)
    assert "visits, row 2: A cell is longer than" in refusal(sheets.csv())


def test_a_file_that_is_not_utf_8_is_named_with_line_and_byte(sheets):
    said = refusal(sheets.csv("cp1257"))
    assert "families, row 2: is not UTF-8: byte 0xf2 at position" in said
    assert "mediators, row 3: is not UTF-8" in said
    assert is_empty()


def test_utf_16_is_recognised(sheets):
    assert "visits: The file is UTF-16" in refusal(sheets.csv("utf-16"))


def test_an_unknown_sheet_is_a_fault(sheets):
    folder = sheets.csv()
    sheets.file("visits").rename(folder / "visit.csv")
    said = refusal(folder)
    assert "visit: There is no such sheet. Did you mean visits" in said
    assert is_empty()


def test_a_missing_path_an_empty_folder_and_one_file_are_named(sheets, tmp_path):
    assert "is not there" in refusal(tmp_path / "absent")
    (tmp_path / "empty").mkdir()
    assert "There is no CSV file in" in refusal(tmp_path / "empty")
    sheets.csv()
    assert "give the folder in which it is" in refusal(sheets.file("visits"))


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read(sheets):
    sheets.csv()
    with sheets.file("visits").open("wb") as file:
        file.truncate(50_000_000)
    said = refusal(sheets.folder)
    assert "visits: visits.csv has 50.0 MB; a file must be smaller than 50 MB" in said


def test_the_largest_file_is_a_setting(sheets, settings):
    settings.IMPORT_MAX_MB = 0
    said = refusal(sheets.csv())
    assert said.count("a file must be smaller than 0 MB") == 6
    assert "a file must be smaller than 0 MB" in refusal(sheets.xlsx())


# -- workbooks


@pytest.mark.parametrize("content", [b"", b"ref,name\n", b"PK\x03\x04" + bytes(100)])
def test_a_workbook_that_is_none_is_named(tmp_path, content):
    path = tmp_path / "records.xlsx"
    path.write_bytes(content)
    assert "records.xlsx is not an XLSX workbook" in refusal(path)


def test_a_zip_of_other_things_and_a_damaged_workbook_are_named(sheets, tmp_path):
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "other.xlsx is not an XLSX workbook" in refusal(path)
    whole = sheets.xlsx().read_bytes()
    for share in (0.3, 0.6, 0.99):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert "other.xlsx is not an XLSX workbook" in refusal(path)


def test_a_zip_bomb_is_refused_even_when_it_lies_about_its_size(sheets, settings, tmp_path):
    settings.IMPORT_MAX_MB = 1
    path, bomb = sheets.xlsx(), tmp_path / "bomb.xlsx"
    shutil.copy(path, bomb)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(11_000_000))
    assert "unpacks to more than 10 MB" in refusal(bomb)
    size = (11_000_000).to_bytes(4, "little")
    bomb.write_bytes(bomb.read_bytes().replace(size, (11).to_bytes(4, "little")))
    assert "unpacks to more than 10 MB" in refusal(bomb)


def rewritten(path: Path, old: str, new: str) -> Path:
    """The workbook with something else in the XML of its first sheet."""
    result = path.with_name("rewritten.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(result, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                assert old in data.decode()
                data = data.decode().replace(old, new).encode()
            target.writestr(part.filename, data)
    return result


def test_a_cell_in_the_far_corner_does_not_exhaust_the_memory(sheets):
    path = rewritten(
        sheets.xlsx(),
        "</sheetData>",
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )
    assert "institutions: reaches down to row 1048576 and over 16384 columns" in refusal(path)


def test_a_formula_that_failed_is_not_an_empty_cell(sheets):
    path = rewritten(
        sheets.xlsx(),
        "</sheetData>",
        '<row r="9"><c r="B9" t="e"><v>#REF!</v></c></row></sheetData>',
    )
    assert "institutions, row 9, column B: holds the error of a formula" in refusal(path)


def test_the_result_of_a_formula_is_what_counts(sheets, tmp_path):
    path = rewritten(
        sheets.xlsx(),
        "</sheetData>",
        '<row r="9"><c r="A9" t="str"><f>"I-"&amp;9</f><v>I-9</v></c>'
        '<c r="B9" t="inlineStr"><is><t>Skola</t></is></c>'
        '<c r="C9" t="inlineStr"><is><t>school</t></is></c></row></sheetData>',
    )
    bring_in(path)
    assert Institution.objects.get(ref="I-9").name == "Skola"


def test_an_unknown_sheet_of_a_workbook_is_a_fault(sheets):
    sheets.headers["Sheet1"], sheets.rows["Sheet1"] = [""], []
    assert "Sheet1: There is no such sheet." in refusal(sheets.xlsx())


# -- the command


def test_exit_statuses_are_those_that_scripts_rely_on(tmp_path):
    def status(*arguments: str) -> int:
        command = [sys.executable, "manage.py", "import_data", *arguments]
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert "Traceback" not in ran.stderr
        return ran.returncode

    assert status(str(tmp_path / "absent")) == 1
    assert status() == 2
    assert status("--help") == 0


def test_a_fault_reads_as_a_place_and_a_reason():
    assert str(Fault("visits", 7, "date", "is wrong.")) == "visits, row 7, column date: is wrong."
    assert str(Fault("visits", 0, "", "is wrong.")) == "visits: is wrong."
    assert str(Fault("", 0, "", "Nothing is there.")) == "Nothing is there."


def test_an_unexpected_error_in_the_middle_writes_nothing(sheets, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr("mediation.importing.visits.create_visits", fail)
    with pytest.raises(RuntimeError):
        import_path(sheets.csv())
    assert is_empty()


def test_a_busy_database_is_a_sentence(sheets, monkeypatch):
    from django.db import OperationalError

    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr("mediation.management.commands.import_data.import_path", busy)
    with pytest.raises(CommandError, match=r"nothing was written.*database is locked"):
        bring_in(sheets.csv())


def test_people_who_watch_see_progress(sheets, monkeypatch):
    from io import StringIO

    from django.core.management import call_command

    class Terminal(StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    call_command("import_data", str(sheets.csv()), stdout=StringIO(), stderr=terminal)
    assert "visits: 6 rows read" in terminal.getvalue()


def test_a_merged_person_counts_as_a_member_where_the_surviving_one_is(sheets):
    bring_in(sheets.csv())
    family = Family.objects.get(ref="F-1")
    survivor = make_person(family, "Annija")
    family.persons.filter(ref="P-1").update(merged_into=survivor)
    family.persons.get(ref="P-1").memberships.all().delete()
    sheets.put("visits", 2, minutes="50")
    bring_in(sheets.csv())
    assert Visit.objects.get(ref="V-1").minutes == 50
