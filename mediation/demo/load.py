"""Loading the demo into an empty database."""

from django.db import transaction

from accounts import audit
from accounts.models import Institution, Role, User
from families.models import Family

from ..models import Mediator
from . import is_demo_loaded
from .dice import Dice
from .households import make_households
from .people import make_workplaces
from .programme import Programme
from .running_year import load_running_year

SEED = 134


class RealRecords(Exception):
    """The database holds records that are not the demo's."""


@transaction.atomic
def load_demo() -> bool:
    """Load the demo; return whether it was not there yet. Raises `RealRecords`."""
    if is_demo_loaded():
        return False
    refuse_real_records()
    dice = Dice(SEED)
    households = make_households(dice, make_workplaces())
    Programme(dice, households).load()
    load_running_year(dice, households)
    audit.record(audit.Action.IMPORTED, by=None, what="demo")
    return True


def refuse_real_records() -> None:
    """Raise `RealRecords` where the demo, with its known passphrase, would do harm."""
    real = {
        "families": Family.objects.count(),
        "mediators": Mediator.objects.count(),
        "institutions": Institution.objects.count(),
        "users": User.objects.exclude(role=Role.ADMINISTRATOR).count(),
    }
    there = [f"{count:,} {name}" for name, count in real.items() if count]
    if there:
        raise RealRecords(
            f"This database holds {', '.join(there)}. The demo is only loaded into an empty one, "
            "so that invented people never mix with real ones."
        )
