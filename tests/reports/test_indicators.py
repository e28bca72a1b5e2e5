"""The official definitions, one case each, written as the definition reads."""

from datetime import date

import pytest
from django.utils.translation import override

from accounts.access import FigureScope
from accounts.models import Municipality, Place
from families.models import Family, Person
from families.services import move_person
from mediation.models import Assignment, Mediator, Visit
from mediation.services import void_visit
from reports.engine import RULE_VERSION, count
from reports.figures import FigureError, Query, conditions
from reports.indicators import INDICATORS
from reports.official import counted_records, official_figures
from reports.periods import Period
from tests.factories import make_family, make_mediator, make_visit

pytestmark = pytest.mark.django_db

OCTOBER = Period.month(2017, 10)
AUTUMN = Period(date(2017, 9, 1), date(2017, 11, 30))


def total(code: str, period: Period = OCTOBER, **where: str) -> int | None:
    narrowed = conditions({slice_code: [value] for slice_code, value in where.items()})
    return count(Query(INDICATORS[code], period, (), narrowed)).total


def rows(code: str, *by: str, period: Period = OCTOBER, **options) -> dict:
    figure = count(Query(INDICATORS[code], period, by, **options))
    return {row.keys[0] if len(by) == 1 else row.keys: row.value for row in figure.rows}


@pytest.fixture
def anna(family) -> Person:
    return family.persons.order_by("code").first()


@pytest.fixture
def janis(family) -> Person:
    return family.persons.order_by("code").last()


# -- what counts -------------------------------------------------------------------------------


@pytest.mark.parametrize("code", INDICATORS)
def test_the_docstring_is_the_official_wording(code):
    indicator = INDICATORS[code]
    with override("en"):
        assert str(indicator.wording) == " ".join(indicator.__doc__.split())


@pytest.mark.parametrize("code", sorted(set(INDICATORS) - {"mediators_certified"}))
def test_nothing_counts_without_a_visit(code, family):
    assert total(code) == 0


def test_the_first_and_the_last_day_belong_to_the_period(family, mediator):
    for day in (date(2017, 9, 30), date(2017, 11, 1)):
        visit = make_visit(family, mediator, date(2017, 10, 10))
        Visit.objects.filter(pk=visit.pk).update(date=day)
    assert total("visits") == 0
    make_visit(family, mediator, date(2017, 10, 1))
    make_visit(family, mediator, date(2017, 10, 31))
    assert total("visits") == 2


@pytest.mark.parametrize("status", sorted(set(Visit.Status.values) - {"confirmed"}))
def test_only_confirmed_visits_count(status, family, mediator, anna):
    visit = make_visit(family, mediator, assisted={anna: ["housing"]})
    Visit.objects.filter(pk=visit.pk).update(status=status)
    for code in set(INDICATORS) - {"mediators_certified"}:
        assert total(code) == 0


def test_a_voided_visit_is_out_of_the_very_next_answer(family, mediator):
    visit = make_visit(family, mediator)
    assert total("visits") == 1
    void_visit(visit, by=mediator.user, reason="entered twice")
    assert total("visits") == 0


def test_a_family_counts_once_however_often_it_is_visited(family, mediator):
    make_visit(family, mediator, date(2017, 10, 3))
    make_visit(family, mediator, date(2017, 10, 4), minutes=45)
    assert total("families_reached") == 1
    assert total("visits") == 2
    assert total("visit_minutes") == 75


def test_being_present_is_not_being_assisted(family, mediator, anna, janis):
    make_visit(family, mediator, assisted={anna: ["housing"]}, present=(anna.pk, janis.pk))
    assert total("persons_assisted") == 1


def test_a_merged_person_counts_as_the_surviving_one(family, mediator, anna, janis):
    make_visit(family, mediator, assisted={anna: ["housing"], janis: ["health"]})
    assert total("persons_assisted") == 2
    Person.objects.filter(pk=anna.pk).update(sex="female")
    Person.objects.filter(pk=janis.pk).update(merged_into=anna, sex="male")
    assert total("persons_assisted") == 1
    assert rows("persons_assisted", "topic") == {"housing": 1, "health": 1}
    assert rows("persons_assisted", "sex") == {"female": 1}
    assert total("persons_assisted", sex="female") == 1
    assert total("persons_assisted", sex="male") == 0


def test_who_moves_to_another_family_stays_one_person(
    family, foreign_family, mediator, stranger, anna
):
    make_visit(family, mediator, date(2017, 10, 5), assisted={anna: ["housing"]})
    moved = {"moved_on": date(2017, 10, 10), "household_role": "child"}
    move_person(anna, foreign_family, **moved, by=mediator.user)
    make_visit(foreign_family, stranger, date(2017, 10, 20), assisted={anna: ["housing"]})
    assert total("persons_assisted") == 1
    assert rows("persons_assisted", "municipality") == {"LV-JEL": 1, "LV-026": 1}


def test_a_visit_of_two_mediators_counts_in_the_rows_of_both(family, mediator, colleague):
    make_visit(family, mediator, co_mediators=(colleague.pk,), minutes=60)
    assert total("mediators_active") == 2
    assert rows("visits", "mediator") == {mediator.ref: 1, colleague.ref: 1}
    figure = count(Query(INDICATORS["visit_minutes"], OCTOBER, ("mediator",)))
    assert (figure.total, figure.sum_of_rows, figure.in_several_rows) == (60, 120, 60)


def test_a_visit_without_a_topic_stands_in_no_row(family, mediator, anna):
    make_visit(family, mediator, minutes=15)
    make_visit(family, mediator, assisted={anna: ["housing", "health"]}, minutes=30)
    figure = count(Query(INDICATORS["visit_minutes"], OCTOBER, ("topic",)))
    assert {row.keys: row.value for row in figure.rows} == {("health",): 30, ("housing",): 30}
    assert (figure.total, figure.in_several_rows, figure.in_no_row) == (45, 30, 15)


def test_the_municipality_is_that_of_the_visit_not_of_the_family(family, mediator):
    make_visit(family, mediator)
    Family.objects.filter(pk=family.pk).update(municipality="LV-026")
    assert rows("families_reached", "municipality") == {"LV-JEL": 1}


def test_places_of_one_name_stay_two_places(family, mediator):
    for municipality in ("LV-JEL", "LV-026"):
        place = Place.objects.create(municipality_id=municipality, name="Centrs")
        visit = make_visit(family, mediator)
        Visit.objects.filter(pk=visit.pk).update(place=place)
    assert rows("visits", "place") == {"Centrs (LV-026)": 1, "Centrs (LV-JEL)": 1}
    assert total("visits", place="Centrs (LV-026)") == 1


# -- certified mediators -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("certified_on", "started_on", "ended_on", "counts"),
    [
        (date(2017, 10, 31), date(2017, 10, 31), None, 1),
        (date(2017, 11, 1), date(2017, 1, 1), None, 0),
        (None, date(2017, 1, 1), None, 0),
        (date(2017, 1, 1), date(2017, 1, 1), date(2017, 10, 1), 1),
        (date(2017, 1, 1), date(2017, 1, 1), date(2017, 9, 30), 0),
        (date(2017, 1, 1), date(2017, 11, 1), None, 0),
    ],
)
def test_certified_by_the_last_day_with_an_assignment_in_the_period(
    certified_on, started_on, ended_on, counts
):
    mediator = Mediator.objects.create(ref="M", full_name="Somebody", certified_on=certified_on)
    Assignment.objects.create(
        mediator=mediator, municipality_id="LV-JEL", started_on=started_on, ended_on=ended_on
    )
    assert total("mediators_certified") == counts


def test_a_certified_mediator_of_two_municipalities_counts_once(mediator):
    Assignment.objects.create(
        mediator=mediator, municipality_id="LV-026", started_on=date(2017, 10, 1)
    )
    figure = count(Query(INDICATORS["mediators_certified"], OCTOBER, ("municipality",)))
    assert (figure.total, figure.sum_of_rows, figure.in_several_rows) == (1, 2, 1)


# -- merged municipalities ---------------------------------------------------------------------


@pytest.fixture
def merged(mediator):
    """A family visited in Varakļāni and in Madona, one municipality since 2025."""
    assert Municipality.objects.get(pk="LV-102").successor_id == "LV-059"
    family = make_family(mediator, municipality="LV-059")
    for municipality in ("LV-102", "LV-059"):
        visit = make_visit(family, mediator)
        Visit.objects.filter(pk=visit.pk).update(municipality=municipality)
    return family


def test_figures_are_read_as_it_was_then_or_as_it_is_now(merged):
    assert rows("families_reached", "municipality") == {"LV-102": 1, "LV-059": 1}
    assert rows("families_reached", "municipality", as_now=True) == {"LV-059": 1}
    assert rows("visits", "municipality", as_now=True) == {"LV-059": 2}


def test_narrowed_to_a_municipality_that_merged(merged):
    where = conditions({"municipality": ["LV-102"]})
    visits = INDICATORS["visits"]
    assert count(Query(visits, OCTOBER, (), where)).total == 1
    assert count(Query(visits, OCTOBER, (), where, as_now=True)).total == 2


def test_the_scope_of_staff_takes_in_what_became_part_of_their_municipality(merged):
    visits = INDICATORS["visits"]
    madona, varaklani = (FigureScope("internal", (code,)) for code in ("LV-059", "LV-102"))
    assert count(Query(visits, OCTOBER, scope=madona)).total == 1
    assert count(Query(visits, OCTOBER, scope=madona, as_now=True)).total == 2
    assert count(Query(visits, OCTOBER, scope=varaklani, as_now=True)).total == 1


# -- the official form -------------------------------------------------------------------------


def test_the_official_json_has_the_agreed_form(family, mediator, anna):
    make_visit(family, mediator, assisted={anna: ["housing"]})
    answer = official_figures(OCTOBER, by=("topic", "sex"))
    assert answer == {
        "from": "2017-10-01",
        "to": "2017-10-31",
        "audience": "internal",
        "by": ["topic", "sex"],
        "rule_version": RULE_VERSION,
        "indicators": [
            {
                "code": "persons_assisted",
                "unit": "person",
                "total": 1,
                "rows": [{"topic": "housing", "sex": "unknown", "value": 1}],
                "sum_of_rows": 1,
                "in_several_rows": 0,
                "in_no_row": 0,
            }
        ],
    }


def test_a_hidden_number_is_null_and_says_so(family, mediator, anna):
    make_visit(family, mediator, assisted={anna: ["housing"]})
    answer = official_figures(OCTOBER, audience="partner", indicators=["families_reached"])
    assert answer["indicators"][0]["total"] is None
    assert answer["indicators"][0]["hidden"] is True


def test_without_names_of_indicators_all_are_given_that_the_slices_apply_to():
    def codes(*by):
        return [figure["code"] for figure in official_figures(OCTOBER, by=by)["indicators"]]

    assert codes() == list(INDICATORS)
    assert codes("month") == list(INDICATORS)[:-1]
    assert codes("municipality") == list(INDICATORS)
    assert codes("age_band") == ["persons_assisted"]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"indicators": ["happiness"]}, "no indicator “happiness”"),
        ({"by": ["colour"]}, "no slice “colour”"),
        ({"by": ["sex"], "indicators": ["visits"]}, "“visits” cannot be sliced by “sex”"),
        ({"by": ["month", "month"]}, "must differ"),
        ({"by": ["month", "topic", "mode"]}, "two slices at most"),
        ({"audience": "press"}, "no audience “press”"),
        ({"where": {"municipality": ["LV-XXX"]}}, "no municipality “LV-XXX”"),
        ({"where": {"topic": ["weather"]}}, "no topic “weather”"),
        ({"where": {"month": ["2017-13"]}, "indicators": ["visits"]}, "no month “2017-13”"),
        ({"where": {"mediator": ["nobody"]}}, "no mediator “nobody”"),
        ({"where": {"place": ["Nowhere"]}}, "no place “Nowhere”"),
        ({"audience": "partner", "where": {"topic": ["housing"]}}, "municipality only"),
    ],
)
def test_a_question_without_an_answer_gets_a_sentence(question, sentence):
    with override("en"), pytest.raises(FigureError, match=sentence):
        official_figures(OCTOBER, **question)


def test_partners_get_whole_months_only():
    with override("en"), pytest.raises(FigureError, match="whole calendar months"):
        official_figures(Period(date(2017, 10, 2), date(2017, 10, 31)), audience="partner")


def test_every_counted_unit_is_listed_with_the_visits_and_versions_behind_it(
    family, mediator, colleague, anna
):
    first = make_visit(family, mediator, date(2017, 10, 3), assisted={anna: ["housing", "health"]})
    second = make_visit(family, mediator, date(2017, 10, 5), co_mediators=(colleague.pk,))
    records = counted_records(OCTOBER)
    both = sorted([[str(first.pk), 1], [str(second.pk), 1]])
    assert records["families_reached"] == [
        {"unit": str(family.pk), "code": family.code, "records": both}
    ]
    assert records["persons_assisted"] == [
        {"unit": str(anna.pk), "code": anna.code, "records": [[str(first.pk), 1]]}
    ]
    assert [unit["records"] for unit in records["visits"]] == [
        [[str(first.pk), 1]],
        [[str(second.pk), 1]],
    ]
    assert [unit["code"] for unit in records["mediators_active"]] == sorted(
        [mediator.ref, colleague.ref]
    )
    assert {unit["code"] for unit in records["mediators_certified"]} == {
        mediator.ref,
        colleague.ref,
    }
    assert counted_records(OCTOBER) == records


def test_every_figure_has_as_many_units_behind_it_as_it_says(family, mediator, colleague, anna):
    make_visit(family, mediator, assisted={anna: ["housing"]}, co_mediators=(colleague.pk,))
    for code, units in counted_records(AUTUMN).items():
        if code != "visit_minutes":
            assert len(units) == total(code, AUTUMN)


@pytest.mark.parametrize(("by", "most"), [((), 1), (("month",), 3), (("topic", "mediator"), 3)])
@pytest.mark.parametrize("code", ["families_reached", "persons_assisted", "visit_minutes"])
def test_a_figure_takes_three_statements_at_most(
    code, by, most, family, mediator, anna, django_assert_max_num_queries
):
    make_visit(family, mediator, assisted={anna: ["housing"]})
    query = Query(INDICATORS[code], OCTOBER, by)
    with django_assert_max_num_queries(most):
        count(query)


def test_mediators_from_elsewhere_do_not_count(family, mediator):
    other = make_mediator("Other", "LV-026")
    make_visit(family, mediator)
    assert total("mediators_active") == 1
    assert total("visits", mediator=other.ref) == 0
