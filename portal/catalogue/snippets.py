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


class Cutter:
    """Cuts snippets for one query out of one text after the other."""

    def __init__(self, query: Query) -> None:
        asked = plan.understand(query)
        self._wanted, self._exact = set(asked.words), set(asked.exact)
        for other in asked.alternatives:
            self._wanted |= set(other.words)
            self._exact |= set(other.exact)
        self._needs_exact, self._has_marks = asked.needs_exact, asked.has_marks

    def cut(self, text: str) -> list[Piece]:
        """Return the stretch of the text with most distinct words of the query."""
        text = " ".join(analysis.compose(text[:LONGEST_TEXT]).split())
        written = analysis.written_words(text)
        exact = {word: analysis.exact_word(word) for word in set(written)}
        # Where the right marks stand, other words that fold alike are others: đạt is no answer to đất.
        by_marks = self._needs_exact or (self._has_marks and not self._exact.isdisjoint(exact.values()))
        known = {word: self._answer(one, by_marks=by_marks) for word, one in exact.items()}
        matched = [known[word] for word in written]
        first = _best(matched)
        last = min(len(written), first + LENGTH)
        places = analysis.places(text, first, last)
        words = [
            (start, end, bool(one)) for (start, end), one in zip(places, matched[first:last], strict=True)
        ]
        return _pieces(text, words, is_first=not first, is_last=last == len(written))

    def _answer(self, word: str, *, by_marks: bool) -> str:
        """Return the folded form of an exact word that answers the query; of another an empty string."""
        folded = analysis.fold_word(word)
        return folded if (word in self._exact if by_marks else folded in self._wanted) else ""


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


def _pieces(text: str, words: Sequence[Word], *, is_first: bool, is_last: bool) -> list[Piece]:
    """Return the words and what stands between them; of a text without words its beginning."""
    if not words:
        return [Piece(text[:200], is_match=False)] if text else []
    start = 0 if is_first else words[0][0]
    end = len(text) if is_last else words[-1][1]
    pieces = [Piece(CUT, is_match=False)] if start else []
    at = start
    for left, right, is_match in words:
        if is_match:
            pieces += [Piece(text[at:left], is_match=False), Piece(text[left:right], is_match=True)]
            at = right
    pieces.append(Piece(text[at:end], is_match=False))
    if end < len(text):
        pieces.append(Piece(CUT, is_match=False))
    return [piece for piece in pieces if piece.text]
