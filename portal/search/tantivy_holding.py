"""How often the terms of a query stand in one thing: read from its words, since tantivy does not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from portal.search import analysis
from portal.search.plan import Plan
from portal.search.source import Terms


class Holding:
    """Tells of one thing after the other how often the terms of a plan stand in it; others are left out."""

    def __init__(self, plan: Plan) -> None:
        self._asked, self._marked = set(plan.words), set(plan.exact)
        self._known: dict[str, str] = {}

    def of(self, exact: Sequence[str], title: Sequence[str]) -> dict[Terms, Counter[str]]:
        """Return it for the exact words of a thing, and the folded ones of its title, in order."""
        for word in set(exact) - self._known.keys():
            folded = analysis.fold_word(word)
            self._known[word] = folded if folded in self._asked else ""
        here = {place: folded for place, word in enumerate(exact) if (folded := self._known[word])}
        in_title = {place: word for place, word in enumerate(title) if word in self._asked}
        return {
            Terms.EXACT: Counter(exact[place] for place in here if exact[place] in self._marked),
            Terms.FOLDED: Counter(here.values()),
            Terms.PAIRS: _pairs(here),
            Terms.TITLE: Counter(in_title.values()),
            Terms.TITLE_PAIRS: _pairs(in_title),
        }


def _pairs(here: Mapping[int, str]) -> Counter[str]:
    """Return how often which of the words stand behind one another."""
    return Counter(f"{word}_{here[place + 1]}" for place, word in here.items() if place + 1 in here)
