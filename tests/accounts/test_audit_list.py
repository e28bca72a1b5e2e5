"""The audit trail as administrators read it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

PAGE = reverse("audit-list")


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def sentences(response) -> list[str]:
    return [entry.sentence for entry in response.context["entries"]]


def test_events_read_as_sentences_newest_first(admin, mediator, family):
    audit.record(audit.Action.NAMES_READ, by=mediator.user, obj=family)
    audit.record(audit.Action.REFUSED, by=mediator.user, path="/families/x/")
    response = admin.get(PAGE)
    assert sentences(response)[:2] == ["Mediator was refused", "Mediator read names"]
    page = response.content.decode()
    assert str(family.pk) in page
    assert "path: /families/x/" in page


def test_families_appear_by_id_only(admin, mediator, family):
    audit.record(audit.Action.NAMES_READ, by=mediator.user, obj=family)
    page = admin.get(PAGE).content.decode()
    for name in ("Kalniņi", "Anna", "Jānis", family.code):
        assert name not in page


def test_users_institutions_and_codes_are_named(admin, administrator, staff, school):
    audit.record(audit.Action.CHANGED, by=administrator, obj=staff, fields=["role"])
    audit.record(audit.Action.CLOSED, by=administrator, obj=school)
    named = [(entry.kind, entry.record) for entry in admin.get(PAGE).context["entries"]]
    assert named[:2] == [("Institution", "First school"), ("User", "Staff")]


def test_every_action_has_its_sentence(admin, administrator):
    for action in AuditEvent.Action:
        audit.record(action, by=administrator)
    assert len(set(sentences(admin.get(PAGE)))) == len(AuditEvent.Action)


def test_failed_sign_ins_of_strangers_are_readable(admin):
    audit.record(audit.Action.SIGN_IN_FAILED, by=None)
    assert "could not" in sentences(admin.get(PAGE))[0]


def test_reading_writes_nothing(admin):
    before = AuditEvent.objects.count()
    admin.get(PAGE)
    admin.get(PAGE, {"action": "refused"})
    assert AuditEvent.objects.count() == before


def at(event, when) -> AuditEvent:
    """A copy of an event at another moment: the trail itself cannot be changed."""
    event.pk, event.at = None, when
    AuditEvent.objects.bulk_create([event])
    return event


def test_filters_by_person_action_kind_and_record(admin, administrator, staff, school):
    audit.record(audit.Action.CHANGED, by=administrator, obj=school)
    audit.record(audit.Action.SEARCHED, by=staff)
    for query, expected in [
        ({"actor": staff.pk}, ["Staff searched"]),
        ({"action": "changed"}, ["Administrator changed"]),
        ({"kind": "institution"}, ["Administrator changed"]),
        ({"kind": "institution", "record": school.pk}, ["Administrator changed"]),
        ({"kind": "institution", "record": staff.pk}, []),
    ]:
        assert sentences(admin.get(PAGE, query)) == expected, query


def test_both_days_of_a_range_are_included(admin, administrator, monkeypatch):
    today = timezone.localdate()
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    audit.record(audit.Action.SEARCHED, by=administrator)
    for start, end, found in [
        (today, today, True),
        (today, "", True),
        ("", today, True),
        (tomorrow, "", False),
        ("", yesterday, False),
    ]:
        page = admin.get(PAGE, {"start": start, "end": end, "action": "searched"})
        assert bool(sentences(page)) is found, (start, end)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"actor": "x"}, "actor"),
        ({"action": "x"}, "action"),
        ({"kind": "x"}, "kind"),
        ({"start": "31.02.2020"}, "start"),
        ({"start": "2026-02-01", "end": "2026-01-01"}, "end"),
    ],
)
def test_a_nonsense_filter_is_said_and_shows_nothing(admin, query, field):
    response = admin.get(PAGE, query)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert sentences(response) == []


def test_a_long_trail_goes_on_and_back(admin, administrator):
    audit.record_many(audit.Action.SEARCHED, by=administrator, objects=[administrator] * 120)
    first = admin.get(PAGE)
    second = admin.get(PAGE + first.context["page"].older_url)
    third = admin.get(PAGE + second.context["page"].older_url)
    seen = [row.pk for page in (first, second, third) for row in page.context["page"].rows]
    assert len(seen) == len(set(seen)) == AuditEvent.objects.count()
    assert seen == sorted(seen, reverse=True)
    back = admin.get(PAGE + third.context["page"].newer_url)
    assert back.context["page"].rows == second.context["page"].rows
    assert not first.context["page"].newer_url
    assert not third.context["page"].older_url


def test_the_page_costs_few_queries(admin, administrator, staff, school, django_assert_num_queries):
    for _ in range(10):
        audit.record(audit.Action.CHANGED, by=administrator, obj=staff)
        audit.record(audit.Action.CHANGED, by=administrator, obj=school)
    admin.get(PAGE)
    with django_assert_num_queries(6):  # session, user, events, people to choose, two of names
        admin.get(PAGE)


@pytest.mark.parametrize("name", ["mediator", "staff", "mentor", "coordinator"])
def test_others_are_refused(request, client, name):
    actor = request.getfixturevalue(name)
    client.force_login(getattr(actor, "user", actor))
    assert client.get(PAGE).status_code == 403


def test_what_was_recorded_is_escaped(admin, administrator):
    audit.record(audit.Action.REFUSED, by=administrator, path="<script>alert(1)</script>")
    assert "<script>alert" not in admin.get(PAGE).content.decode()


def test_what_was_asked_of_the_figures_reads_as_words(admin, coordinator):
    asked = {"by": ["month", "topic"]}
    audit.record(audit.Action.FIGURES_READ, by=coordinator, asked=asked)
    page = admin.get(PAGE).content.decode()
    assert "asked: by month, topic" in page
