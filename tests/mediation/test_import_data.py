"""Importing sound sheets: what is written, what a second import leaves alone, what it changes."""

import csv
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Code, Institution, Municipality, Place, Role, User
from families.models import Family, Membership, NameFingerprint, Person
from families.search import families_named
from families.vault import read_names
from mediation.importing import SHEETS
from mediation.importing.sheet import registered_sheets
from mediation.models import Assignment, Assistance, Caseload, Mediator, Visit, VisitVersion
from mediation.services import change_visit, void_visit
from mediation.visit_content import VisitContent, content_of

from .sheets import COLUMNS, UUID_REF, Sheets, bring_in, refusal

pytestmark = pytest.mark.django_db

TABLES = [
    Institution, User, Mediator, Assignment, Family, Person, Membership, NameFingerprint,
    Caseload, Visit, Visit.mediators.through, Visit.present.through, Assistance, VisitVersion,
    Municipality, Place, Code,
]  # fmt: skip


@pytest.fixture
def sheets(tmp_path):
    return Sheets(tmp_path / "records")


def stored() -> dict[str, list]:
    """Every row of every table, as it stands in the database."""
    return {model.__name__: sorted(map(str, model.objects.values_list())) for model in TABLES}


def test_every_row_becomes_a_record(sheets):
    said = bring_in(sheets.csv())
    assert "visits:       6 new, 0 changed, 0 unchanged" in said
    assert "Total:        19 new, 0 changed, 0 unchanged" in said
    assert Institution.objects.get(ref="I-1").reviews_cases
    assert Institution.objects.get(ref="I-2").municipality is None

    mediator = Mediator.objects.get(ref="M-1")
    assert mediator.certified_on == date(2017, 9, 1)
    assert {a.municipality_id for a in mediator.assignments.all()} == {"LV-JEL", "LV-041"}
    assert {a.started_on for a in mediator.assignments.all()} == {date(2017, 10, 1)}

    family = Family.objects.get(ref="F-2")
    assert (family.place.name, family.closed_on) == ("Auce", date(2018, 4, 30))
    assert (family.closure_reason, family.languages) == ("other", [])
    assert family.code == "DOB-0001"
    caseload = family.caseloads.get()
    assert caseload.mediator.ref == "M-2"
    assert (caseload.started_on, caseload.ended_on) == (date(2017, 11, 15), date(2018, 4, 30))

    person = Person.objects.get(ref="P-1")
    assert (person.sex, person.birth_year, person.code) == ("female", 1980, "JEL-0001-1")
    assert person.memberships.get().joined_on == date(2017, 10, 1)
    unknown = Person.objects.get(ref="P-3")
    assert (unknown.sex, unknown.birth_year) == ("unknown", None)
    assert unknown.memberships.get().left_on == date(2018, 2, 28)
    assert unknown.memberships.get().household_role == "unknown"


def test_visits_keep_everything_the_row_says(sheets):
    bring_in(sheets.csv())
    visit = Visit.objects.get(ref="V-1")
    assert {each.ref for each in visit.mediators.all()} == {"M-1", "M-2"}
    assert (visit.status, visit.minutes, visit.municipality_id) == ("confirmed", 45, "LV-JEL")
    assert visit.place.name == "Jelgava"
    assert visit.assistance.get(topic="debts").action == "information"
    assert visit.assistance.get(topic="debts").outcome == "pending"
    assert visit.assistance.get(topic="housing").institution.ref == "I-1"
    assert visit.assistance.get(topic="housing").age_band == "30_54"
    assert visit.content_digest == content_of(visit).digest()
    assert visit.versions.get().version == visit.version == 1

    elsewhere = Visit.objects.get(pk=UUID_REF)
    assert (elsewhere.municipality_id, elsewhere.place) == ("LV-041", None)
    assert {each.ref for each in elsewhere.present.all()} == {"P-1", "P-2"}
    assert elsewhere.note == "Skolā,\nkopā ar „skolotāju”"
    assert elsewhere.assistance.get().age_band == "under_18"
    assert Visit.objects.get(ref="V-3").status == "no_contact"
    assert Visit.objects.get(ref="V-4").assistance.get().age_band == "unknown"


def test_the_id_of_a_visit_follows_from_its_ref_in_every_installation(sheets):
    bring_in(sheets.csv())
    first = Visit.objects.get(ref="V-1").pk
    Assistance.objects.all().delete()
    Visit.objects.all().delete()
    bring_in(sheets.csv())
    assert Visit.objects.get(ref="V-1").pk == first


def test_a_uuid_is_the_same_visit_in_capitals(sheets):
    bring_in(sheets.csv())
    sheets.put("visits", 3, ref=UUID_REF.upper()).put("assistance", 4, visit=UUID_REF.upper())
    assert "Total:        0 new, 0 changed, 19 unchanged" in bring_in(sheets.csv())


def test_names_go_into_the_vault_and_notes_are_sealed(sheets, mediator):
    bring_in(sheets.csv())
    Caseload.objects.create(
        family=Family.objects.get(ref="F-1"), mediator=mediator, started_on=date(2017, 10, 1)
    )
    names = read_names(mediator.user, Family.objects.all(), Person.objects.all())
    assert names.of_person(Person.objects.get(ref="P-1")) == "Anna Kalniņa"
    assert [each.ref for each in families_named(mediator.user, "janis kalni")] == ["F-1"]
    with connection.cursor() as cursor:
        for table in ("families_personidentity", "families_familyidentity", "mediation_visit",
                      "mediation_visitversion", "accounts_auditevent"):  # fmt: skip
            cursor.execute(f"SELECT * FROM {table}")
            text = str(cursor.fetchall())
            assert not [word for word in ("Anna", "Kalni", "tikšanās", "1980-05") if word in text]


def test_an_account_that_comes_with_a_mediator_cannot_sign_in_yet(sheets):
    bring_in(sheets.csv())
    user = Mediator.objects.get(ref="M-1").user
    assert (user.email, user.role) == ("ilze@example.test", Role.MEDIATOR)
    assert not user.is_active
    assert not user.has_usable_password()
    assert Mediator.objects.get(ref="M-2").user is None


def test_once_activated_its_owner_chooses_a_password(sheets, client, mailoutbox):
    bring_in(sheets.csv())
    address = {"email": "ilze@example.test"}
    client.post(reverse("account_reset_password"), address)
    assert mailoutbox == []
    User.objects.filter(**address).update(is_active=True)
    client.post(reverse("account_reset_password"), address)
    assert [mail.to for mail in mailoutbox] == [["ilze@example.test"]]


def test_a_user_who_is_there_is_linked_and_keeps_signing_in(sheets):
    user = User.objects.create_user("ilze@example.test", "a passphrase", role=Role.MEDIATOR)
    sheets.put("mediators", 2, email="Ilze@Example.test")
    bring_in(sheets.csv())
    user.refresh_from_db()
    assert Mediator.objects.get(ref="M-1").user == user
    assert user.is_active
    assert user.check_password("a passphrase")


# -- again


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_importing_the_same_again_changes_nothing(sheets, form):
    bring_in(sheets.csv())
    before, events = stored(), AuditEvent.objects.count()
    said = bring_in(getattr(sheets, form)())
    assert "Total:        0 new, 0 changed, 19 unchanged" in said
    assert stored() == before
    assert AuditEvent.objects.count() == events + 1
    assert AuditEvent.objects.latest("id").action == "imported"


def test_a_workbook_gives_the_records_of_the_folder(sheets):
    bring_in(sheets.csv(), "--dry-run")
    assert not Visit.objects.exists()
    bring_in(sheets.xlsx())
    assert "Total:        0 new, 0 changed, 19 unchanged" in bring_in(sheets.csv())


def test_numbers_in_a_workbook_are_references_too(sheets):
    sheets.put("persons", 4, ref=17).put("visits", 5, present=17).put("assistance", 5, person=17)
    bring_in(sheets.xlsx())
    assert Person.objects.filter(ref="17").exists()
    assert "Total:        0 new, 0 changed, 19 unchanged" in bring_in(sheets.csv())


def test_a_byte_order_mark_blank_rows_and_blanks_around_cells_change_nothing(sheets):
    bring_in(sheets.csv())
    sheets.rows["families"].insert(0, [" "] * 8)
    sheets.put("families", 3, ref=" F-1\u00a0", languages=" lv ; rom;", mediator=" M-1")
    assert "Total:        0 new, 0 changed, 19 unchanged" in bring_in(sheets.csv("utf-8-sig"))


def test_columns_may_stand_in_any_order(sheets):
    bring_in(sheets.csv())
    for name in sheets.rows:
        sheets.headers[name].reverse()
        sheets.rows[name] = [row[::-1] for row in sheets.rows[name]]
    assert "Total:        0 new, 0 changed, 19 unchanged" in bring_in(sheets.csv())


def test_sheets_can_come_one_after_another(sheets, tmp_path):
    for name in SHEETS:
        if name in COLUMNS and name not in ("visits", "assistance"):
            bring_in(Sheets(tmp_path / name).only(name).csv())
    bring_in(Sheets(tmp_path / "visits").only("visits").csv())
    said = bring_in(Sheets(tmp_path / "assistance").only("assistance").csv())
    assert "assistance:   4 new, 0 changed, 0 unchanged" in said
    assert Assistance.objects.count() == 4
    assert "Total:        0 new, 0 changed, 19 unchanged" in bring_in(sheets.csv())


def test_what_was_stored_can_be_written_out_and_read_again(sheets):
    bring_in(sheets.csv())
    visits = [
        [
            visit.ref,
            visit.date,
            visit.mediator.ref,
            ";".join(m.ref for m in visit.mediators.exclude(pk=visit.mediator_id)),
            visit.family.ref,
            visit.municipality_id,
            visit.mode,
            visit.minutes,
            visit.status,
            ";".join(person.ref for person in visit.present.all()),
            visit.note,
        ]
        for visit in Visit.objects.all()
    ]
    sheets.rows["visits"] = visits
    assert "Total:        0 new, 0 changed, 19 unchanged" in bring_in(sheets.csv())


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(sheets):
    before, events = stored(), AuditEvent.objects.count()
    said = bring_in(sheets.csv(), "--dry-run")
    assert "Total:        19 new, 0 changed, 0 unchanged" in said
    assert "Nothing was written" in said
    assert (stored(), AuditEvent.objects.count()) == (before, events)


def test_the_audit_trail_has_one_event_with_counts(sheets):
    bring_in(sheets.csv())
    event = AuditEvent.objects.get()
    assert (event.action, event.actor) == ("imported", None)
    assert event.detail["rows"]["persons"] == {"new": 3, "changed": 0, "unchanged": 0}


# -- changed rows


def changed(sheets: Sheets) -> dict[str, list[str]]:
    """Import what was changed, and return the changes on the audit trail."""
    first = AuditEvent.objects.latest("id").pk
    said = bring_in(sheets.csv())
    assert " 0 new" in said.splitlines()[-1]
    events = AuditEvent.objects.filter(pk__gt=first).exclude(action="imported")
    found: dict[str, list[str]] = {}
    for event in events:
        found.setdefault(event.object_type, []).append(event.action)
    return found


def test_a_changed_visit_gets_a_version_and_an_audit_event(sheets):
    bring_in(sheets.csv())
    sheets.put("visits", 2, minutes="60", note="Otrā redakcija", co_mediators="", present="")
    assert changed(sheets) == {"visit": ["changed"]}
    visit = Visit.objects.get(ref="V-1")
    assert (visit.minutes, visit.note, visit.version) == (60, "Otrā redakcija", 2)
    assert visit.versions.count() == 2
    assert [each.ref for each in visit.mediators.all()] == ["M-1"]
    assert not visit.present.exists()
    assert visit.assistance.count() == 2


def test_a_visit_can_be_corrected_back_and_forth(sheets):
    bring_in(sheets.csv())
    for minutes in ("60", "45", "60"):
        sheets.put("visits", 2, minutes=minutes)
        changed(sheets)
        assert Visit.objects.get(ref="V-1").minutes == int(minutes)


def test_the_assistance_of_a_visit_in_the_file_is_what_the_file_says(sheets):
    bring_in(sheets.csv())
    sheets.put("assistance", 2, outcome="partly").put("assistance", 3, topic="documents")
    said = bring_in(sheets.csv())
    assert "assistance:   1 new, 1 changed, 2 unchanged" in said
    visit = Visit.objects.get(ref="V-1")
    found = set(visit.assistance.values_list("topic", "outcome"))
    assert found == {("housing", "partly"), ("documents", "pending")}
    assert visit.version == 2


def test_assistance_alone_is_added_to_what_is_known_of_the_visit(sheets):
    bring_in(sheets.csv())
    sheets.only("assistance").rows["assistance"] = [
        ["V-1", "P-1", "housing", "form_help", "partly", "I-1"],
        ["V-1", "P-1", "documents", "", "", ""],
    ]
    said = bring_in_alone(sheets)
    assert "assistance:   1 new, 1 changed, 0 unchanged" in said
    found = set(Visit.objects.get(ref="V-1").assistance.values_list("topic", "outcome"))
    assert found == {("housing", "partly"), ("debts", "pending"), ("documents", "pending")}


def bring_in_alone(sheets: Sheets) -> str:
    """Import only the sheets that are left, in a folder of their own."""
    sheets.folder = sheets.folder.with_name("alone")
    return bring_in(sheets.csv())


def test_visits_without_their_assistance_keep_it(sheets):
    bring_in(sheets.csv())
    sheets.only("visits").put("visits", 2, minutes="60")
    assert "visits:       0 new, 1 changed, 5 unchanged" in bring_in_alone(sheets)
    assert Visit.objects.get(ref="V-1").assistance.count() == 2


def test_a_visit_changed_in_the_portal_stays_so_when_the_same_file_comes_again(sheets, coordinator):
    bring_in(sheets.csv())
    visit = Visit.objects.get(ref="V-1")
    content = VisitContent(**{**vars(content_of(visit)), "minutes": 75, "next_step": "Zvanīt"})
    change_visit(visit, content, based_on=1, by=coordinator)
    assert "Total:        0 new, 0 changed, 19 unchanged" in bring_in(sheets.csv())
    visit.refresh_from_db()
    assert (visit.minutes, visit.next_step, visit.version) == (75, "Zvanīt", 2)


def test_a_visit_voided_in_the_portal_stays_voided(sheets, coordinator):
    bring_in(sheets.csv())
    void_visit(Visit.objects.get(ref="V-1"), by=coordinator, reason="Kļūda")
    bring_in(sheets.csv())
    assert Visit.objects.get(ref="V-1").status == "voided"


def test_a_visit_changed_in_the_portal_and_in_the_file_is_a_fault(sheets, coordinator):
    bring_in(sheets.csv())
    visit = Visit.objects.get(ref="V-1")
    content = VisitContent(**{**vars(content_of(visit)), "minutes": 75})
    change_visit(visit, content, based_on=1, by=coordinator)
    said = refusal(sheets.put("visits", 2, minutes="60").csv())
    assert "visits, row 2, column ref: “V-1” was changed in the portal" in said
    visit.refresh_from_db()
    assert visit.minutes == 75


def test_a_visit_keeps_what_the_sheet_has_no_column_for(sheets, coordinator):
    bring_in(sheets.csv())
    visit = Visit.objects.get(ref="V-1")
    Visit.objects.filter(pk=visit.pk).update(next_step_on=date(2018, 1, 1), started_at="10:30")
    sheets.put("visits", 2, minutes="60")
    bring_in(sheets.csv())
    visit.refresh_from_db()
    assert (visit.minutes, visit.next_step_on) == (60, date(2018, 1, 1))
    assert visit.started_at.hour == 10


def test_the_municipality_of_a_visit_can_be_corrected(sheets):
    bring_in(sheets.csv())
    sheets.put("visits", 2, municipality="LV-041")
    assert changed(sheets) == {"visit": ["changed"]}
    visit = Visit.objects.get(ref="V-1")
    assert (visit.municipality_id, visit.version) == ("LV-041", 2)
    sheets.put("visits", 2, municipality="")
    assert changed(sheets) == {}


def test_changed_families_persons_mediators_and_institutions_are_corrected(sheets):
    bring_in(sheets.csv())
    sheets.put("institutions", 2, name="Labklājības pārvalde")
    sheets.put("mediators", 2, full_name="Ilze Zvaigznīte", assigned_to="2018-12-31")
    sheets.put("families", 2, place="", registered_on="2017-09-20", family_name="Kalni")
    sheets.put("persons", 2, family_name="Kalna", birth_date="2001-01-01", sex="other")
    found = changed(sheets)
    assert set(found) == {"institution", "mediator", "assignment", "family", "person", "caseload",
                          "membership"}  # fmt: skip
    assert {action for actions in found.values() for action in actions} == {"changed"}
    family, person = Family.objects.get(ref="F-1"), Person.objects.get(ref="P-1")
    assert family.registered_on == date(2017, 9, 20)
    assert family.place.name == "Jelgava"
    assert family.identity.family_name == "Kalni"
    assert family.caseloads.get().started_on == date(2017, 9, 20)
    assert person.memberships.get().joined_on == date(2017, 9, 20)
    assert (person.sex, person.birth_year) == ("other", 2001)
    assert (person.identity.given_name, person.identity.family_name) == ("Anna", "Kalna")
    assert set(Assistance.objects.filter(person=person).values_list("age_band", flat=True)) == {
        "under_18"
    }
    ends = Assignment.objects.filter(mediator__ref="M-1").values_list("ended_on", flat=True)
    assert set(ends) == {date(2018, 12, 31)}
    assert "0 new, 0 changed" in bring_in(sheets.csv()).splitlines()[-1]


def test_empty_cells_never_erase_what_is_known(sheets):
    bring_in(sheets.csv())
    before = stored()
    sheets.put("mediators", 2, email="", certified_on="", municipalities="", assigned_from="")
    sheets.put("families", 2, place="", mediator="", family_name="", languages="")
    sheets.put("families", 3, closed_on="")
    sheets.put("persons", 2, given_name="", family_name="", sex="", birth_date="",
               household_role="")  # fmt: skip
    sheets.put("persons", 4, left_on="")
    assert "Total:        0 new, 0 changed, 19 unchanged" in bring_in(sheets.csv())
    assert stored() == before


def test_what_else_is_known_of_a_family_and_person_survives_a_new_name(sheets):
    bring_in(sheets.csv())
    family, person = Family.objects.get(ref="F-1"), Person.objects.get(ref="P-1")
    family.identity.address, family.identity.phone = "Lielā iela 1", "+371 2000 0001"
    family.identity.save()
    person.identity.phone = "+371 2000 0002"
    person.identity.save()
    sheets.put("families", 2, family_name="Kalni").put("persons", 2, given_name="Annija")
    bring_in(sheets.csv())
    family.identity.refresh_from_db()
    person.identity.refresh_from_db()
    assert (family.identity.address, family.identity.phone) == ("Lielā iela 1", "+371 2000 0001")
    assert (person.identity.given_name, person.identity.phone) == ("Annija", "+371 2000 0002")
    assert person.identity.birth_date == "1980-05-01"


def test_a_birth_date_ends_an_estimate(sheets):
    bring_in(sheets.csv())
    Person.objects.filter(ref="P-2").update(birth_year=2008, birth_year_estimated=True)
    sheets.put("persons", 3, birth_year="", birth_date="2009-03-04")
    bring_in(sheets.csv())
    person = Person.objects.get(ref="P-2")
    assert (person.birth_year, person.birth_year_estimated) == (2009, False)
    assert person.identity.birth_date == "2009-03-04"


def test_a_family_that_the_file_closes_is_closed_with_its_caseload(sheets):
    bring_in(sheets.csv())
    sheets.put("families", 2, closed_on="2018-05-31")
    assert changed(sheets) == {"family": ["closed"], "caseload": ["changed"]}
    family = Family.objects.get(ref="F-1")
    assert (family.closed_on, family.closure_reason) == (date(2018, 5, 31), "other")
    assert family.caseloads.get().ended_on == date(2018, 5, 31)
    sheets.put("families", 2, closed_on="2018-06-30", registered_on="2017-09-30")
    changed(sheets)
    family.refresh_from_db()
    assert (family.closed_on, family.registered_on) == (date(2018, 6, 30), date(2017, 9, 30))


def test_another_mediator_takes_the_family_over_as_of_today(sheets):
    bring_in(sheets.csv())
    sheets.put("families", 2, mediator="M-2")
    assert changed(sheets) == {"caseload": ["changed"]}
    today = timezone.localdate()
    family = Family.objects.get(ref="F-1")
    assert family.caseloads.get(mediator__ref="M-1").ended_on == today - timedelta(days=1)
    assert family.caseloads.get(mediator__ref="M-2").started_on == today
    assert changed(sheets) == {}


def test_a_later_file_moves_a_person_to_another_family(sheets):
    bring_in(sheets.csv())
    first = sheets.copy()
    sheets.put("families", 3, closed_on="").add("families", ref="F-3", municipality="LV-JEL",
                                                registered_on="2017-10-01")  # fmt: skip
    sheets.put("persons", 3, family="F-3", joined_on="2018-03-01", household_role="head")
    bring_in(sheets.csv())
    person = Person.objects.get(ref="P-2")
    assert person.family.ref == "F-3"
    times = person.memberships.values_list("family__ref", "joined_on", "left_on", "household_role")
    assert list(times) == [
        ("F-1", date(2017, 12, 24), date(2018, 2, 28), "child"),
        ("F-3", date(2018, 3, 1), None, "head"),
    ]
    assert "0 new, 0 changed" in bring_in(sheets.csv()).splitlines()[-1]
    assert "0 new, 0 changed" in bring_in(first.csv()).splitlines()[-1]


def test_mediator_without_the_first_day_is_assigned_from_certification(sheets):
    sheets.put("mediators", 2, assigned_from="")
    bring_in(sheets.csv())
    assert {a.started_on for a in Assignment.objects.all()} == {date(2017, 9, 1)}


# -- the rest of the format


def test_sheets_of_parts_not_built_yet_are_named_as_skipped(sheets):
    folder = sheets.csv()
    for name in set(SHEETS) - set(registered_sheets()):
        (folder / f"{name}.csv").write_text("whatever\n")
    said = bring_in(folder)
    for name in set(SHEETS) - set(registered_sheets()):
        assert f"{name}:".ljust(14) + "skipped" in said


def test_files_that_are_no_sheets_are_named_and_hidden_ones_are_not(sheets):
    folder = sheets.csv()
    (folder / "README.txt").write_text("mine")
    (folder / ".DS_Store").write_text("hidden")
    said = bring_in(folder)
    assert "README.txt was not read" in said
    assert "DS_Store" not in said


def test_retired_codes_are_accepted_because_records_are_old(sheets):
    Code.objects.filter(list="topic", code="housing").update(retired_on=date(2018, 1, 1))
    bring_in(sheets.csv())


def test_planned_visits_may_lie_ahead(sheets):
    day = (timezone.localdate() + timedelta(days=7)).isoformat()
    sheets.add("visits", ref="V-9", date=day, mediator="M-1", family="F-1", mode="home",
               status="planned")  # fmt: skip
    bring_in(sheets.csv())
    assert Visit.objects.get(ref="V-9").status == "planned"


def test_the_sheets_that_can_be_imported_are_those_with_models():
    assert set(registered_sheets()) >= set(COLUMNS)
    for name, columns in COLUMNS.items():
        assert list(registered_sheets()[name].columns()) == columns.split(", ")


def test_a_file_of_five_thousand_visits_is_imported_whole(sheets):
    sheets.rows["visits"] = []
    sheets.rows["assistance"] = []
    first = date(2017, 10, 1)
    for number in range(5000):
        day = (first + timedelta(days=number % 240)).isoformat()
        sheets.add("visits", ref=f"V-{number}", date=day, mediator="M-1", family="F-1",
                   mode="home", minutes=number % 1441, present="P-1")  # fmt: skip
        sheets.add("assistance", visit=f"V-{number}", person="P-1", topic="health")
    said = bring_in(sheets.csv())
    assert "visits:       5,000 new" in said
    assert (
        Visit.objects.count() == VisitVersion.objects.count() == Assistance.objects.count() == 5000
    )
    assert sum(Visit.objects.values_list("minutes", flat=True)) == sum(
        n % 1441 for n in range(5000)
    )


def test_help_is_for_people_and_a_wrong_call_ends_with_two(capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("import_data", "--help")
    assert ended.value.code == 0
    assert "Either everything is imported or nothing is" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_data")


def test_cells_of_csv_survive_quotation_marks_and_commas(sheets):
    note = 'Teica: "jā", un\r\n\r\n=1+1; @x'
    sheets.put("visits", 2, note=note)
    bring_in(sheets.csv())
    assert Visit.objects.get(ref="V-1").note.split() == note.split()
    with sheets.file("visits").open(newline="", encoding="utf-8") as file:
        assert next(csv.DictReader(file))["note"] == note
