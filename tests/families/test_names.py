"""Names typed in different ways come to the same words."""

import pytest

from families.names import normalise, search_fingerprints


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("kalnina", "Kalniņa"),
        ("Калниня", "Kalniņa"),
        ("Янис", "Jānis"),
        ("janis", "Jānis"),
        ("Елена", "Jeļena"),
        ("Берзиньш", "Bērziņš"),
        ("Shura", "Шура"),
        ("ZANE", "Žane"),
        ("Anna", "Ana"),
    ],
)
def test_the_same_name_in_another_spelling(typed, stored):
    assert normalise(typed) == normalise(stored)


def test_a_russian_surname_is_found_by_its_latvian_form_and_the_other_way():
    from families.names import fingerprints

    for typed, stored in [("Petrovs", "Петров"), ("Петров", "Petrovs")]:
        (word,) = search_fingerprints(typed)
        assert word & fingerprints(stored)


def test_words_of_one_letter_and_marks_alone_are_not_searched():
    assert search_fingerprints("a ’ -- !") == []
