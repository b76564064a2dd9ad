"""Make sense of what was typed: the terms that every engine asks for, within fixed limits.

Nothing typed is an error here. Signs are no language yet; they only part words.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.search import analysis
from portal.search.documents import Query

LONGEST_QUERY = 500
"""Characters of a query that are read."""

MOST_WORDS = 32
"""Words of a query that are asked for."""

ENOUGH = 20
"""A stage of the search that finds so many makes the looser ones after it needless.

It does not depend on the page asked for, so that the count stays while one leafs.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """The terms of one query."""

    words: tuple[str, ...]
    """Distinct folded words, in order."""
    pairs: tuple[str, ...]
    """Distinct pairs of neighbours, folded."""
    exact: tuple[str, ...]
    """Distinct words as typed."""
    numbers: tuple[str, ...]
    """What may be a document number."""
    has_marks: bool
    """Whether any word was typed with marks, so that right marks tell something."""
    needs_exact: bool

    @property
    def is_empty(self) -> bool:
        return not self.words

    def least(self, *, found_any: bool) -> int:
        """Return how many of the words a thing must hold in the loosest stage.

        More than half; half where nothing at all was found, so that two words of
        which one is misread still find something.
        """
        half = len(self.words) // 2
        return half + 1 if found_any else max(1, half)


def understand(query: Query) -> Plan:
    """Return the terms of a query; of one without words an empty plan."""
    text = analysis.compose(query.text[:LONGEST_QUERY])
    exact = analysis.exact_words(text)[:MOST_WORDS]
    folded = [analysis.fold_word(word) for word in exact]
    kept = [index for index, word in enumerate(folded) if word]
    exact, folded = [exact[index] for index in kept], [folded[index] for index in kept]
    return Plan(
        words=tuple(dict.fromkeys(folded)),
        pairs=tuple(dict.fromkeys(analysis.pairs(folded))),
        exact=tuple(dict.fromkeys(exact)),
        numbers=tuple(analysis.number_guesses(folded)),
        has_marks=exact != folded,
        needs_exact=query.exact,
    )
