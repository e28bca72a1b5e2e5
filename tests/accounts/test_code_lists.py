"""Code lists: worded and extended by an administrator, retired and never deleted."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Code, code_choices, code_label
from accounts.models.codes import FIXED_LISTS, LIST_NAMES

pytestmark = pytest.mark.django_db

NEW = reverse("code-create", args=["topic"])


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def create(client, **data):
    values = {
        "code": "elder_care",
        "label_lv": "Vecu ļaužu aprūpe",
        "label_en": "Care of the elderly",
        "label_ru": "Уход за пожилыми",
        "position": 5,
    }
    return client.post(NEW, values | data)


def edit(client, value, **data):
    fields = ["label_lv", "label_en", "label_ru", "position"]
    values = {name: getattr(value, name) for name in fields} | data
    return client.post(reverse("code-edit", args=[value.list, value.code]), values)


def act(client, name, code):
    return client.post(reverse(name, args=[code.list, code.code]))


def test_every_list_has_a_name_people_understand():
    assert set(Code.objects.values_list("list", flat=True)) == set(LIST_NAMES)


def test_the_index_names_every_list(admin, django_assert_num_queries):
    admin.get(reverse("code-list-index"))
    with django_assert_num_queries(3):
        page = admin.get(reverse("code-list-index")).content.decode()
    for name in LIST_NAMES.values():
        assert str(name) in page


def test_a_list_shows_three_languages(admin, django_assert_num_queries):
    address = reverse("code-list", args=["topic"])
    admin.get(address)
    with django_assert_num_queries(3):
        page = admin.get(address).content.decode()
    for text in ("Mājoklis", "Housing", "Жильё"):
        assert text in page


def test_a_new_value_is_offered_by_forms(admin):
    assert create(admin).url == reverse("code-list", args=["topic"])
    assert ("elder_care", "Care of the elderly") in code_choices("topic")
    assert AuditEvent.objects.get(action="created").object_type == "code"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "Elder care"}, "code"),
        ({"code": "elder-care"}, "code"),
        ({"code": "vecāki"}, "code"),
        ({"code": "1st"}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"code": "housing"}, "code"),
        ({"label_lv": ""}, "label_lv"),
        ({"label_ru": "x" * 121}, "label_ru"),
        ({"position": -1}, "position"),
        ({"position": 99999}, "position"),
    ],
)
def test_bad_input_is_a_message_at_the_field(admin, data, field):
    before = Code.objects.count()
    response = create(admin, **data)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert Code.objects.count() == before


def test_sending_the_form_twice_adds_one_value(admin):
    create(admin)
    assert "code" in create(admin).context["form"].errors
    assert Code.objects.filter(code="elder_care").count() == 1


def test_labels_change_and_the_code_stays(admin):
    code = Code.objects.get(list="topic", code="housing")
    response = edit(admin, code, label_en="Home", code="home", list="sex")
    assert response.status_code == 302
    assert code_label("topic", "housing") == "Home"
    assert AuditEvent.objects.get(action="changed").detail == {"fields": ["label_en"]}


def test_a_retired_value_leaves_forms_and_stays_on_rows(admin):
    code = Code.objects.get(list="topic", code="housing")
    for _ in range(2):
        act(admin, "code-retire", code)
    assert "housing" not in dict(code_choices("topic"))
    assert "housing" in dict(code_choices("topic", keep="housing"))
    assert code_label("topic", "housing") == "Housing"
    assert AuditEvent.objects.filter(action="closed").count() == 1
    page = admin.get(reverse("code-list", args=["topic"])).content.decode()
    assert page.index("Retired") < page.index("Housing")
    for _ in range(2):
        act(admin, "code-restore", code)
    assert "housing" in dict(code_choices("topic"))
    assert AuditEvent.objects.filter(action="changed").count() == 1


def test_a_list_keeps_one_value_in_use(admin):
    codes = list(Code.objects.in_list("priority"))
    for code in codes:
        act(admin, "code-retire", code)
    assert len(code_choices("priority")) == 1
    response = admin.get(reverse("code-list", args=["priority"]))
    assert "keeps at least one value" in response.content.decode()


@pytest.mark.parametrize("name", sorted(FIXED_LISTS))
def test_fixed_lists_change_only_their_words(admin, name):
    code = Code.objects.in_list(name).first()
    assert admin.get(reverse("code-create", args=[name])).status_code == 404
    assert act(admin, "code-retire", code).status_code == 404
    assert act(admin, "code-restore", code).status_code == 404
    edit(admin, code, label_en="New words", position=999)
    before, code = code.position, Code.objects.get(pk=code.pk)
    assert (code.label_en, code.position, code.is_retired) == ("New words", before, False)


@pytest.mark.parametrize("address", ["code-list", "code-create"])
def test_an_unknown_list_is_not_found(admin, address):
    assert admin.get(reverse(address, args=["nothing"])).status_code == 404


def test_an_unknown_value_is_not_found(admin):
    assert admin.get(reverse("code-edit", args=["topic", "nothing"])).status_code == 404


@pytest.mark.parametrize("name", ["mediator", "staff", "mentor", "coordinator"])
def test_others_are_refused(request, client, name):
    actor = request.getfixturevalue(name)
    client.force_login(getattr(actor, "user", actor))
    code = Code.objects.get(list="topic", code="housing")
    assert client.get(reverse("code-list-index")).status_code == 403
    assert create(client).status_code == 403
    assert edit(client, code).status_code == 403
    assert act(client, "code-retire", code).status_code == 403


def test_labels_are_escaped(admin):
    create(admin, label_en="<script>alert(1)</script>")
    page = admin.get(reverse("code-list", args=["topic"])).content.decode()
    assert "<script>alert" not in page
