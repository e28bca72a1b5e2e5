"""The printed data dictionary is the one of today's models."""

from django.conf import settings

from scripts.data_dictionary import page


def test_the_data_dictionary_matches_the_models():
    written = (settings.BASE_DIR / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == page(), "run: python scripts/data_dictionary.py > docs/data-dictionary.md"
