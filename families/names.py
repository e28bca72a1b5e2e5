"""Names as people type them, brought to one form so that they can be found.

A Latvian name is typed with and without diacritics, a Russian one in Cyrillic or in either of
two Latin spellings, and Latvian adds an *s* to men's names. All of these become the same words
here; the words are only ever stored as keyed fingerprints.
"""

import itertools
import re
import unicodedata

from accounts.crypto import blind_index

SHORTEST_PREFIX = 2
LONGEST_PREFIX = 12

_VOWELS = "аеёиоуыэюяaeiou"
# The way Latvian writes Russian sounds, without its diacritics.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "ж": "z", "з": "z", "и": "i",
    "і": "i", "й": "j", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "sc",
    "ъ": "", "ы": "i", "ь": "", "э": "e", "є": "je", "ї": "ji",
}  # fmt: skip
# Letters that sound different at the start and after a vowel than after a consonant.
_CYRILLIC_SOFT = {"е": ("je", "e"), "ё": ("jo", "o"), "ю": ("ju", "u"), "я": ("ja", "a")}
_LATIN = [("sch", "s"), ("sh", "s"), ("ch", "c"), ("zh", "z"), ("kh", "h"), ("w", "v"), ("y", "i")]
_SPECIAL = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "s", "æ": "e", "œ": "e"})


def _transliterate(word: str) -> str:
    letters, before = [], ""
    for letter in word:
        if letter in _CYRILLIC_SOFT:
            hard, soft = _CYRILLIC_SOFT[letter]
            letters.append(hard if before in _VOWELS or before in ("", "ь", "ъ") else soft)
        else:
            letters.append(_CYRILLIC.get(letter, letter))
        before = letter
    return "".join(letters)


def normalise(text: str) -> list[str]:
    """The words of ``text``: lower case, Latin, without marks and doubled letters."""
    # й is и with a mark: transliterate before marks are stripped.
    composed = unicodedata.normalize("NFKC", text).casefold()
    words = []
    for word in re.split(r"[^\w]+|_", composed):
        latin = unicodedata.normalize("NFKD", _transliterate(word)).translate(_SPECIAL)
        latin = "".join(letter for letter in latin if letter.isalnum() and letter.isascii())
        for spelling, sound in _LATIN:
            latin = latin.replace(spelling, sound)
        latin = "".join(letter for letter, _ in itertools.groupby(latin))
        if latin:
            words.append(latin)
    return words


def fingerprints(text: str) -> set[str]:
    """Fingerprints of every prefix of every word, under which ``text`` can be found."""
    return {
        blind_index(word[:length])
        for word in normalise(text)
        for length in range(min(SHORTEST_PREFIX, len(word)), min(LONGEST_PREFIX, len(word)) + 1)
    }


def search_fingerprints(text: str) -> list[set[str]]:
    """For each word of a search, the fingerprints of which one must match.

    A man's name ends in *s* in Latvian and not in Russian, so both forms are looked for.
    Words of one letter are too short to search by and are left out.
    """
    words = [word[:LONGEST_PREFIX] for word in normalise(text) if len(word) >= SHORTEST_PREFIX]
    return [
        {blind_index(word)}
        | ({blind_index(word[:-1])} if word.endswith("s") and len(word) > 3 else set())
        for word in words
    ]
