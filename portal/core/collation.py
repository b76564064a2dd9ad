"""Sort keys in Vietnamese order: letters before tones, đ after d, numbers by value.

The key is plain ASCII, stored and indexed beside the text, so that lists page by key
and look the same on SQLite and PostgreSQL whatever collation those have.
"""

from __future__ import annotations

import re
import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""TCVN 6909 and the dictionaries: a ă â … d đ e ê … o ô ơ … u ư."""

TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
"""Level, huyền, hỏi, ngã, sắc, nặng, in that order; a level syllable has no mark and gets 1."""

LONGEST_KEY = 600
DIGITS = 12

_RANK = {letter: f"{position + 10:02d}" for position, letter in enumerate(ALPHABET)}
_PARTS = re.compile(r"\d+|[^\W\d_]+")


def sort_key(text: str) -> str:
    """Return the key of a text. Texts that differ in tone alone stand together, level tone first."""
    letters: list[str] = []
    tones: list[str] = []
    for part in _PARTS.findall(unicodedata.normalize("NFC", text).lower()):
        if part.isdecimal():
            letters.append("0" + str(int(part)).zfill(DIGITS)[:40])
            continue
        ranks, tone = _word(part)
        letters.append(ranks)
        tones.append(tone)
    return f"{'!'.join(letters)} {''.join(tones)}"[:LONGEST_KEY]


def person_key(name: str) -> str:
    """Return the key of a person's name, the given name first as Vietnamese lists go."""
    words = name.split()
    return sort_key(" ".join([words[-1], *words[:-1]]) if words else "")


def _word(word: str) -> tuple[str, str]:
    tone = "1"
    ranks: list[str] = []
    for letter in word:
        bare, found = _split_tone(letter)
        tone = found or tone
        ranks.append(_RANK.get(bare, "99"))
    return "".join(ranks), tone


def _split_tone(letter: str) -> tuple[str, str]:
    """Return the letter without its tone (ấ → â) and the rank of the tone, empty if it has none."""
    marks = unicodedata.normalize("NFD", letter)
    tone = next((TONES[mark] for mark in marks if mark in TONES), "")
    bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
    if bare not in _RANK:
        bare = unicodedata.normalize("NFD", bare)[0]
    return bare, tone
