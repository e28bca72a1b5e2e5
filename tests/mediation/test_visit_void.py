import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from mediation.models import Visit
from mediation.services import void_visit
from tests.factories import make_visit

from .posting import errors_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, mediator):
    client.force_login(mediator.user)
    return client


@pytest.fixture
def visit(family, mediator):
    return make_visit(family, mediator, next_step="Zvanīt", next_step_on=date(2017, 11, 1))


@pytest.fixture
def url(visit):
    return reverse("visit-void", args=[visit.pk])


def test_the_page_says_in_words_what_will_happen(signed_in, url):
    page = signed_in.get(url).content.decode()
    assert "leaves all figures" in page
    assert "cannot be undone" in page


def test_a_voided_visit_counts_no_more_and_stays_with_its_reason(signed_in, url, visit, mediator):
    response = signed_in.post(url, {"reason": "Ierakstīta divreiz"})
    assert response.url == reverse("visit-detail", args=[visit.pk])
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.status, visit.status_reason) == ("voided", "Ierakstīta divreiz")
    assert (visit.voided_by, visit.version) == (mediator.user, 2)
    assert not Visit.objects.confirmed().exists()
    assert AuditEvent.objects.filter(action="voided", object_id=str(visit.pk)).count() == 1
    page = signed_in.get(response.url).content.decode()
    assert "Ierakstīta divreiz" in page


def test_without_a_reason_nothing_happens(signed_in, url, visit):
    for reason in ("", "   ", "x" * 501):
        assert list(errors_of(signed_in.post(url, {"reason": reason}))) == ["reason"]
    visit.refresh_from_db()
    assert visit.status == "confirmed"


def test_voiding_twice_is_voiding_once(signed_in, url, visit):
    signed_in.post(url, {"reason": "Kļūda"})
    response = signed_in.post(url, {"reason": "Vēlreiz"})
    assert response.url == reverse("visit-detail", args=[visit.pk])
    visit.refresh_from_db()
    assert (visit.status_reason, visit.version) == ("Kļūda", 2)


def test_two_who_void_at_once_void_once(visit, mediator):
    stale = Visit.objects.get(pk=visit.pk)
    void_visit(visit, by=mediator.user, reason="Pirmais")
    with pytest.raises(ValidationError):
        void_visit(stale, by=mediator.user, reason="Otrais")


@pytest.mark.parametrize("status", ["planned", "draft"])
def test_what_never_was_a_visit_is_not_voided(signed_in, family, mediator, status):
    visit = make_visit(family, mediator, status=status)
    signed_in.post(reverse("visit-void", args=[visit.pk]), {"reason": "Kļūda"})
    visit.refresh_from_db()
    assert visit.status == status


def test_a_foreign_visit_is_not_there(signed_in, foreign_family, stranger):
    foreign = make_visit(foreign_family, stranger)
    for pk in (foreign.pk, uuid.uuid4()):
        address = reverse("visit-void", args=[pk])
        assert signed_in.get(address).status_code == 404
        assert signed_in.post(address, {"reason": "Kļūda"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.status == "confirmed"


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_only_mediators_void(client, request, url, role):
    client.force_login(request.getfixturevalue(role))
    assert client.post(url, {"reason": "Kļūda"}).status_code == 403


def test_a_voided_visits_next_step_is_not_due(signed_in, url):
    assert signed_in.get(reverse("today")).context["agenda"].overdue
    signed_in.post(url, {"reason": "Kļūda"})
    assert not signed_in.get(reverse("today")).context["agenda"].overdue
