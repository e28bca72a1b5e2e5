"""Loading the demo: once, into an empty database, on any day, and always the same."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import Role, User
from families.models import Consent, Family, Person
from mediation.demo import DEMO_SIGN_INS
from mediation.models import Assistance, Mediator, Visit
from tests.factories import make_family, make_institution, make_user

pytestmark = pytest.mark.django_db


def load() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def state() -> dict[str, list]:
    models = (User, Mediator, Family, Person, Visit, Assistance, Consent)
    return {model.__name__: sorted(map(str, model.objects.values_list())) for model in models}


def test_a_second_loading_changes_nothing():
    load()
    before = state()
    assert "here already" in load()
    assert state() == before


def facts() -> list:
    visits = Visit.objects.order_by("pk").values_list("pk", "date", "minutes", "content_digest")
    return [*visits, *Person.objects.order_by("pk").values_list("pk", "code", "birth_year")]


def test_every_demo_is_the_same():
    found = []
    for _ in range(2):
        with transaction.atomic():
            load()
            found.append(facts())
            transaction.set_rollback(True)
    assert found[0] == found[1]


@pytest.mark.parametrize("today", [date(2027, 1, 1), date(2028, 2, 29), date(2026, 12, 27)])
def test_it_can_be_loaded_on_any_day(monkeypatch, today):
    monkeypatch.setattr(timezone, "localdate", lambda *args: today)
    load()
    assert (
        Visit.objects.confirmed()
        .dated(date(2017, 10, 1), date(2018, 5, 31))
        .values("family")
        .distinct()
        .count()
        == 134
    )
    assert Visit.objects.filter(status="confirmed", date=today).exists()
    ahead = Visit.objects.filter(date__gt=today)
    assert ahead.exists()
    assert not ahead.exclude(status="planned").exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_family(None),
        lambda: make_institution("A real school"),
        lambda: make_user(Role.COORDINATOR, "A real coordinator"),
        lambda: Mediator.objects.create(ref="M-01", full_name="A real mediator"),
    ],
)
def test_it_never_mixes_with_real_records(make):
    make()
    before = state()
    with pytest.raises(CommandError, match="only loaded into an empty one"):
        load()
    assert state() == before


def test_the_administrator_who_set_the_portal_up_may_be_there(administrator):
    load()
    assert User.objects.count() == len(DEMO_SIGN_INS) + 1


def test_without_a_demo_there_are_no_sign_ins():
    with pytest.raises(CommandError, match="There is no demo here"):
        call_command("demo_sign_ins")
