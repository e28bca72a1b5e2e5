"""The age band of a person on the day of a visit."""

from collections.abc import Iterable
from datetime import date

from families.models import Person, PersonIdentity

# (code, lowest age in full years), the oldest first; the code list is *age_band*.
BANDS = (("55_plus", 55), ("30_54", 30), ("18_29", 18), ("under_18", 0))
UNKNOWN = "unknown"


def age_band(day: date, *, birth_date: date | None, birth_year: int | None) -> str:
    """The age band on ``day``: from the birth date, or from the year alone as year − year.

    A birth after ``day`` has no age and gives *unknown*.
    """
    if birth_date is not None:
        had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
        age = day.year - birth_date.year - (not had_birthday)
    elif birth_year is not None:
        age = day.year - birth_year
    else:
        return UNKNOWN
    return next((code for code, lowest in BANDS if age >= lowest), UNKNOWN)


def birth_dates(person_ids: list) -> dict:
    """Full birth dates from the vault by person id, for deriving bands; shown to nobody."""
    identities = PersonIdentity.objects.filter(person__in=person_ids).only("birth_date")
    return {
        identity.pk: date.fromisoformat(identity.birth_date)
        for identity in identities
        if identity.birth_date
    }


def births(person_ids: Iterable) -> dict:
    """Full birth date and birth year by person id, None for what is not known, in one query."""
    known = Person.objects.filter(pk__in=person_ids).values_list(
        "pk", "birth_year", "identity__birth_date"
    )
    return {pk: (date.fromisoformat(born) if born else None, year) for pk, year, born in known}
