"""What must hold around users whoever calls: nobody locks everybody out."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection

from accounts import services
from accounts.models import Invitation, Role, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_last_active_administrator_is_never_deactivated(administrator):
    make_user(Role.ADMINISTRATOR, "Gone", is_active=False)
    with pytest.raises(services.LastAdministrator):
        services.deactivate_user(administrator, by=administrator)
    administrator.refresh_from_db()
    assert administrator.is_active


def test_the_last_active_administrator_never_loses_the_role(administrator):
    administrator.role = Role.MENTOR
    with pytest.raises(services.LastAdministrator):
        services.change_user(administrator, by=administrator, municipalities=[])
    assert User.objects.get(pk=administrator.pk).role == Role.ADMINISTRATOR


def test_one_of_two_administrators_may_go(administrator):
    second = make_user(Role.ADMINISTRATOR, "Second")
    services.deactivate_user(second, by=administrator)
    assert not User.objects.get(pk=second.pk).is_active


def test_a_user_who_does_not_join_leaves_nothing_behind(administrator):
    """What listens to a joining user joins in the transaction: its failure undoes everything."""
    invitation, token = invite(administrator)

    def fail(**kwargs):
        raise RuntimeError

    services.user_joined.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            services.accept_invitation(token, password="a long enough passphrase")
    finally:
        services.user_joined.disconnect(fail)
    assert not User.objects.filter(email=invitation.email).exists()
    assert Invitation.objects.waiting().get() == invitation


def invite(by):
    values = {"role": Role.MENTOR, "language": "en", "institution": None, "municipalities": []}
    return services.invite_user(
        by=by, pk=Invitation().pk, email="new@example.test", full_name="New", **values
    )


# -- at the same moment


def at_once(*deeds):
    """What each deed returned or raised, all begun together in threads of their own."""
    start = threading.Barrier(len(deeds))

    def run(deed):
        start.wait(timeout=10)
        try:
            return deed()
        except (services.InvitationUsed, services.LastAdministrator) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.django_db(transaction=True)
def test_one_link_opened_in_three_tabs_at_once_makes_one_user(administrator):
    _, token = invite(administrator)
    answers = at_once(
        *[partial(services.accept_invitation, token, password=f"passphrase no {n}") for n in "123"]
    )
    assert [type(answer) for answer in answers].count(User) == 1
    assert [type(answer) for answer in answers].count(services.InvitationUsed) == 2
    assert User.objects.filter(email="new@example.test").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_to_one_address_at_once_leave_one_waiting(administrator):
    answers = at_once(*[partial(invite, administrator)] * 2)
    assert all(isinstance(answer, tuple) for answer in answers), answers
    assert Invitation.objects.waiting().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other_at_once(administrator):
    second = make_user(Role.ADMINISTRATOR, "Second")
    answers = at_once(
        partial(services.deactivate_user, second, by=administrator),
        partial(services.deactivate_user, administrator, by=second),
    )
    assert [type(answer) for answer in answers].count(services.LastAdministrator) == 1
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1
