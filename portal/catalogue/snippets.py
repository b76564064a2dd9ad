"""Cut out of a text the few lines that answer a query, with the matching words told apart.

A snippet is a list of pieces, not HTML, so that templates escape first and mark after.
Words match by their folded form, and by their marks where the text has those that were typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.search import analysis, plan
from portal.search.documents import Query

LENGTH = 40
"""Words of a snippet."""

LEAD = 6
"""Words shown before the first match."""

LONGEST_TEXT = 60_000
"""Characters of a text that are looked through: twenty full pages."""

CUT = "…"

Word = tuple[int, int, bool]
"""start, end, whether it matches"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that matches, or does not."""

    text: str
    is_match: bool


def cut(text: str, query: Query) -> list[Piece]:
    """Return the stretch of the text with most distinct words of the query."""
    text = " ".join(analysis.compose(text[:LONGEST_TEXT]).split())
    found = [(start, end, word, analysis.fold_word(word)) for start, end, word in analysis.spans(text)]
    asked = plan.understand(query)
    wanted, exact = set(asked.words), set(asked.exact)
    for other in asked.alternatives:
        wanted, exact = wanted | set(other.words), exact | set(other.exact)

    # Where the right marks stand, other words that fold alike are others: đạt is no answer to đất.
    by_marks = asked.needs_exact or (asked.has_marks and any(word in exact for _, _, word, _ in found))

    def matches(word: str, folded: str) -> bool:
        return word in exact if by_marks else folded in wanted

    folded = [bare if matches(word, bare) else "" for _, _, word, bare in found]
    words = [(start, end, bool(bare)) for (start, end, _, _), bare in zip(found, folded, strict=True)]
    first = _best(folded)
    return _pieces(text, words, first, min(len(words), first + LENGTH))


def _best(matched: Sequence[str]) -> int:
    """Return where the stretch begins that holds most distinct matches, neighbours counting twice.

    Args:
        matched: per word of the text its folded form where it matches, else an empty string.
    """
    best, first = 0, 0
    for start, word in enumerate(matched):
        if not word:
            continue
        stretch = matched[start : start + LENGTH - LEAD]
        beside = {(one, two) for one, two in pairwise(stretch) if one and two and one != two}
        worth = len(set(filter(None, stretch))) + len(beside)
        if worth > best:
            best, first = worth, max(0, start - LEAD)
    return first


def _pieces(text: str, words: Sequence[Word], first: int, last: int) -> list[Piece]:
    """Return the words from `first` up to but not including `last`, and what stands between them."""
    if not words:
        return [Piece(text[:200], is_match=False)] if text else []
    start = words[first][0] if first else 0
    end = words[last - 1][1] if last < len(words) else len(text)
    pieces = [Piece(CUT, is_match=False)] if start else []
    at = start
    for left, right, is_match in words[first:last]:
        if is_match:
            pieces += [Piece(text[at:left], is_match=False), Piece(text[left:right], is_match=True)]
            at = right
    pieces.append(Piece(text[at:end], is_match=False))
    if end < len(text):
        pieces.append(Piece(CUT, is_match=False))
    return [piece for piece in pieces if piece.text]
