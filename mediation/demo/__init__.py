"""The demo: the programme of 2017 and 2018, and the year that is running, as invented people.

Whoever knows this file can sign in to an installation that holds the demo; `load_demo` refuses
to mix it with real records.
"""

from typing import NamedTuple

from accounts.models import Role, User


class SignIn(NamedTuple):
    """Somebody who can sign in to the demo."""

    role: Role
    email: str
    full_name: str


DEMO_PASSWORD = "sare-khetene-2018"  # noqa: S105 - shown to everybody who opens the demo

DEMO_SIGN_INS = [
    SignIn(Role.MEDIATOR, "mediator@demo.example", "Lāsma Vējiņa"),
    SignIn(Role.MEDIATOR, "mediator.riga@demo.example", "Rinalds Zvirgzdiņš"),
    SignIn(Role.MEDIATOR, "mediator.ventspils@demo.example", "Sāra Mirtele"),
    SignIn(Role.MEDIATOR, "mediator.dobele@demo.example", "Guntars Bitenieks"),
    SignIn(Role.MEDIATOR, "mediator.valmiera@demo.example", "Rubīna Strautiņa"),
    SignIn(Role.STAFF, "staff@demo.example", "Inta Lauciniece"),
    SignIn(Role.MENTOR, "mentor@demo.example", "Maruta Silenberga"),
    SignIn(Role.COORDINATOR, "coordinator@demo.example", "Edgars Pļaviņš"),
    SignIn(Role.ADMINISTRATOR, "administrator@demo.example", "Olita Riekstiņa"),
]


def is_demo_loaded() -> bool:
    """Whether this database holds the demo."""
    emails = [sign_in.email for sign_in in DEMO_SIGN_INS]
    return User.objects.filter(email__in=emails).count() == len(emails)
