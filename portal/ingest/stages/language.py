"""Seventh stage: the language of a page, by the letters and small words that it shows."""

from __future__ import annotations

import re
import unicodedata

VIETNAMESE, ENGLISH, FRENCH, UNKNOWN = "vie", "eng", "fra", ""

FEWEST_WORDS = 3
ENOUGH = 0.08
"""Share of the words that must speak for a language."""

ONLY_VIETNAMESE = frozenset("ăđơư\u0309\u0323")
"""Letters, and the marks hook and dot below, that neither French nor English has."""

_VIETNAMESE = "và của các là có cho không được trong ngày về theo số này năm tại với những"
_ENGLISH = "the of and to in is for that with by this are be or as which shall from has"
_FRENCH = "le la les des du de et est dans pour par que une sur au aux qui en ce sont"
SMALL_WORDS = {
    VIETNAMESE: frozenset(_VIETNAMESE.split()),
    ENGLISH: frozenset(_ENGLISH.split()),
    FRENCH: frozenset(_FRENCH.split()),
}

_WORD = re.compile(r"[^\W\d_]+")


def of(text: str) -> str:
    """Return vie, eng or fra (ISO 639-2), or nothing where the text does not show it."""
    words = [unicodedata.normalize("NFC", word.casefold()) for word in _WORD.findall(text)]
    if len(words) < FEWEST_WORDS:
        return VIETNAMESE if any(map(_is_vietnamese, words)) else UNKNOWN
    votes = {
        tongue: sum(word in small for word in words) / len(words) for tongue, small in SMALL_WORDS.items()
    }
    # Its marks show Vietnamese in nearly every word; titles and lists have no small words at all.
    votes[VIETNAMESE] += sum(map(_is_vietnamese, words)) / len(words)
    best = max(votes, key=votes.__getitem__)
    return best if votes[best] >= ENOUGH else UNKNOWN


def _is_vietnamese(word: str) -> bool:
    return not ONLY_VIETNAMESE.isdisjoint(word) or not ONLY_VIETNAMESE.isdisjoint(
        unicodedata.normalize("NFD", word)
    )
