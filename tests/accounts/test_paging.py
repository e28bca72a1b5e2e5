"""Pages of a long list: every row once, whatever ties there are, in both directions."""

import pytest
from django.test import RequestFactory

from accounts.models import Place
from accounts.paging import page_of

pytestmark = pytest.mark.django_db


def read(query: str = "", size: int = 7, order=("name", "pk")):
    request = RequestFactory().get(f"/{query}")
    return page_of(request, Place.objects.all(), *order, size=size)


@pytest.mark.parametrize("order", [("name", "pk"), ("-name", "-pk"), ("municipality_id", "pk")])
def test_every_row_comes_once_forwards_and_backwards(order):
    pages = [read(order=order)]
    while pages[-1].older_url:
        pages.append(read(pages[-1].older_url, order=order))
    rows = [row for page in pages for row in page.rows]
    assert rows == list(Place.objects.order_by(*order))
    back = pages[-1]
    for page in reversed(pages[:-1]):
        back = read(back.newer_url, order=order)
        assert back.rows == page.rows
    assert not back.newer_url


def test_the_address_keeps_the_filters_and_names_a_row_by_its_id():
    page = read("?q=x&older=nonsense")
    assert page.older_url == f"?q=x&older={page.rows[-1].pk}"


@pytest.mark.parametrize(
    "query", ["?older=", "?older=0", "?newer=x", "?older=99999999999999999999"]
)
def test_an_address_that_makes_no_sense_gives_the_first_page(query):
    assert read(query).rows == read().rows


def test_an_exactly_full_page_is_the_last():
    total = Place.objects.count()
    page = read(size=total)
    assert len(page.rows) == total
    assert not page.older_url
