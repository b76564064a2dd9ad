"""Words with one wrong letter, as machines misread them and people mistype them."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator

LONG_WORD = 5
"""Letters from which on a word with a wrong letter is still told from other words."""

_LETTERS = string.ascii_lowercase + string.digits

_CONFUSED = (("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("vv", "w"), ("w", "vv"))
"""Two letters that scans make of one, and the other way round."""


def variants(word: str, exists: Callable[[str], bool], least: int = LONG_WORD) -> list[str]:
    """Return the words of the index that differ from a long folded word by one letter.

    Args:
        exists: tells whether a word stands in the index; it is asked some hundred times.
        least: letters that the word must have.
    """
    if len(word) < least or word.isdigit():
        return []
    return [other for other in dict.fromkeys(_near(word)) if other != word and exists(other)]


def _near(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        for letter in _LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for one, other in _CONFUSED:
            if after.startswith(one):
                yield before + other + after[len(one) :]
