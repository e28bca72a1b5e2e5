"""The same visit arriving several times at the same moment, as from an impatient phone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from mediation.models import Visit
from tests.factories import make_visit

from .posting import visit_fields

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 6


def send_at_once(user, url: str, forms: list[dict]) -> list:
    """The answers to the forms, each sent by its own thread with its own session."""
    browsers = [Client(raise_request_exception=False) for _ in forms]
    for browser in browsers:
        browser.force_login(user)

    def send(browser, fields):
        try:
            return browser.post(url, fields)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(forms)) as threads:
        return list(threads.map(send, browsers, forms))


def test_one_form_sent_many_times_at_once_is_one_visit(mediator, family):
    url = reverse("visit-create", args=[family.pk])
    fields = visit_fields(assisted=family.persons.all(), topics=["health"], note="Viena")
    answers = send_at_once(mediator.user, url, [fields] * TIMES)
    visit = Visit.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert {answer.url for answer in answers} == {reverse("visit-detail", args=[visit.pk])}
    assert (visit.version, visit.versions.count(), visit.assistance.count()) == (1, 1, 2)
    assert AuditEvent.objects.filter(object_type="visit", action="created").count() == 1


def test_of_many_who_change_one_visit_at_once_one_is_saved_and_the_others_asked(mediator, family):
    visit = make_visit(family, mediator)
    forms = [
        visit_fields(visit=visit.pk, version=1, date="2017-10-10", note=f"Nr {number}")
        for number in range(TIMES)
    ]
    url = reverse("visit-edit", args=[visit.pk])
    answers = sorted(answer.status_code for answer in send_at_once(mediator.user, url, forms))
    assert answers == [302] + [409] * (TIMES - 1)
    assert Visit.objects.get().version == 2


def test_a_draft_and_the_final_save_that_cross_end_as_one_saved_visit(mediator, family):
    fields = visit_fields(note="Gatavs")
    create = reverse("visit-create", args=[family.pk])
    autosave = reverse("visit-autosave", args=[family.pk, fields["visit"]])
    browsers = [Client(raise_request_exception=False) for _ in range(2)]
    for browser in browsers:
        browser.force_login(mediator.user)

    def send(browser, url, sent):
        try:
            return browser.post(url, sent).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        draft = threads.submit(send, browsers[0], autosave, fields | {"save": "draft"})
        final = threads.submit(send, browsers[1], create, fields)
    assert final.result() == 302
    assert draft.result() in (200, 409)
    visit = Visit.objects.get()
    assert (visit.status, visit.note) == ("confirmed", "Gatavs")
