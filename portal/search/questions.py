"""Words that ask instead of telling what is looked for: "bao nhiêu", "như thế nào", "là gì".

An answer hardly ever holds them, so they are rare in papers, and ranking by rarity would
take them for the heart of a question. Only questions lose them: in a query of few words
somebody may mean each of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.search import analysis

SHORTEST = 5
"""Words that a query has at least to be taken for a question."""

_MARKED = ("gì", "mấy", "đâu")
"""Without marks "may" and "dau" are other words."""

_PHRASES = ("như thế nào", "thế nào", "bao nhiêu", "bao lâu", "bao giờ", "tại sao", "vì sao", "ra sao")

_WITH_MARKS = sorted((tuple(one.split()) for one in (*_PHRASES, *_MARKED)), key=len, reverse=True)
_WITHOUT = sorted((tuple(analysis.folded_words(one)) for one in (*_PHRASES, "gì")), key=len, reverse=True)


def without(words: Sequence[str]) -> list[str]:
    """Return the exact words of a query without those that only ask; all of them where it is short."""
    if len(words) < SHORTEST:
        return list(words)
    has_marks = any(analysis.fold_word(word) != word for word in words)
    asking = _WITH_MARKS if has_marks else _WITHOUT
    kept: list[str] = []
    place = 0
    while place < len(words):
        size = next((len(one) for one in asking if tuple(words[place : place + len(one)]) == one), 0)
        if not size:
            kept.append(words[place])
        place += max(1, size)
    return kept or list(words)
