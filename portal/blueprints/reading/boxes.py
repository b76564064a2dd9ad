"""Which words of a page answer a query, so that the page can show where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from portal.catalogue.readings import Word
from portal.search import analysis

MOST_BOXES = 500
"""A query of one common word would else box every line of a long page."""


def found_in(words: Sequence[Word], query: str) -> list[Word]:
    """Return the words that hold a word of the query, with or without marks."""
    wanted = set(analysis.folded_words(query))
    if not wanted:
        return []
    return [word for word in words if wanted.intersection(analysis.folded_words(word[0]))][:MOST_BOXES]
