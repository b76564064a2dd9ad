"""The one analysis of text and queries, so that what is typed meets what was indexed.

A word is a run of letters and digits. Each stands in the index as it is written
(exact) and without marks (folded); neighbours also stand as pairs, which find
phrases quickly. There are no stop words and no shortest length: in Vietnamese
"an", "y", "ở" are words. The two ways of placing a tone, hòa and hoà, are one word.
Whoever changes what comes out here raises `ANALYSIS_VERSION`, and the indexes are
built anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise

ANALYSIS_VERSION = 2

LONGEST_WORD = 64
"""Characters of a word that count. Longer runs are noise of a scan."""

LONGEST_NUMBER = 6
"""Words of which a document number may be made: 93/2018/QĐ-UBND has four."""

_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff])*")
"""Marks that could not be composed and invisible joiners do not end a word."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")

_LOOKALIKES = str.maketrans(
    "\u00d0\u00f0\u0189\u0256\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0430\u0435\u043e\u0440\u0441\u0445\u0456",
    "\u0110\u0111\u0110\u0111ABEKMHOPCTXaeopcxi",
)
"""Eth and African D, which look like Đ and are typed for it by old fonts and read by machines; and
the Cyrillic letters that look like Latin ones and slip into numbers such as 110/2025/TT-BTC."""

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Grave, acute, tilde, hook above, dot below."""

_OPEN_ENDINGS = ("oa", "oe", "uy")
"""Where the tone is set on the first letter by the old way of writing and on the second by the new."""

_DIGITLIKE = str.maketrans("lio", "110")
"""Letters that machines read for digits, and people type for them, in numbers of documents."""


def compose(text: str) -> str:
    """Return the text in NFC, so that each Vietnamese letter is one character."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return the text in small letters without marks; đ becomes d. The one folding of the portal."""
    letters = unicodedata.normalize("NFD", _plain(text))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return compose(bare.replace("đ", "d"))


def exact_words(text: str) -> list[str]:
    """Return the words as written, in small letters and NFC."""
    return list(map(exact_word, written_words(compose(text))))


def folded_words(text: str) -> list[str]:
    """Return the words without marks, in order."""
    return list(map(fold_word, exact_words(text)))


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and exact form of each word of a text that is NFC already."""
    for match in _WORD.finditer(text):
        yield match.start(), match.end(), exact_word(match.group())


def written_words(text: str) -> list[str]:
    """Return the words of a text that is NFC already as they stand there; `exact_word` of each is known."""
    return _WORD.findall(text)


def places(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """Return start and end of the words from number `first` up to but not including `last`."""
    return [match.span() for match in islice(_WORD.finditer(text), first, last)]


def pairs(words: Sequence[str]) -> list[str]:
    """Return each two neighbours joined; no word holds an underscore."""
    return list(map("_".join, pairwise(words)))


def number_forms(number: str) -> frozenset[str]:
    """Return the spellings under which a document number is kept: all its words in one.

    A number with its year, 93/2018/QĐ-UBND, is also kept without, since people leave it out.
    """
    words = folded_words(number)
    forms = {number_key(words)} if words else set()
    if len(words) > 2 and len(words[1]) == 4 and words[1].isdigit():
        forms.add(number_key([words[0], *words[2:]]))
    return frozenset(forms)


def number_key(words: Sequence[str]) -> str:
    """Return folded words as the one spelling of a number: 01 is 1, and l, i and o are digits."""
    return "".join(words).translate(_DIGITLIKE).lstrip("0") or "0"


def number_guesses(words: Sequence[str]) -> list[str]:
    """Return what in folded words may be a document number: runs that begin with a numeral."""
    guesses = []
    for start, word in enumerate(words):
        if _is_numeral(word, start):
            longest = min(len(words), start + LONGEST_NUMBER)
            guesses += [number_key(words[start:end]) for end in range(start + 2, longest + 1)]
    return list(dict.fromkeys(guesses))


def numeral(words: Sequence[str]) -> int | None:
    """Return the place of the first word that may begin a document number."""
    return next((place for place, word in enumerate(words) if _is_numeral(word, place)), None)


@lru_cache(maxsize=50_000)
def fold_word(word: str) -> str:
    """Return an exact word without marks. The syllables of Vietnamese are few, so they are kept."""
    return fold(word)[:LONGEST_WORD]


def _is_numeral(word: str, place: int) -> bool:
    """Tell a numeral, also one of letters that were typed or read for digits; alone only in front."""
    if word[0].isdigit():
        return True
    return word.translate(_DIGITLIKE).isdigit() and (place == 0 or any(map(str.isdigit, word)))


@lru_cache(maxsize=50_000)
def exact_word(word: str) -> str:
    """Return a word as it is indexed: small letters, marks in their place, at most `LONGEST_WORD` letters."""
    return _with_tone_in_its_place(_plain(_INVISIBLE.sub("", word)))[:LONGEST_WORD]


def _with_tone_in_its_place(word: str) -> str:
    """Write the tone of an open ending on its second letter: hòa becomes hoà, thủy becomes thuỷ."""
    parts = unicodedata.normalize("NFD", word[-2:])
    if len(parts) == 3 and parts[1] in _TONES and parts[0] + parts[2] in _OPEN_ENDINGS:
        return word[:-2] + compose(parts[0] + parts[2] + parts[1])
    return word


def _plain(text: str) -> str:
    """Compose, mend look-alike letters, and take the case off."""
    return compose(text).translate(_LOOKALIKES).casefold()
