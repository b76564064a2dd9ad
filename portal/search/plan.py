"""Make sense of what was typed: the terms that every engine asks for, within fixed limits.

Nothing typed is an error. Plain words are ranked, the best of them first; whoever uses
the language of `language` demands, and what was broken in it is mended and told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.search import analysis, dates, questions, reader
from portal.search.dates import Span
from portal.search.documents import Query
from portal.search.language import Expression, Repair

LONGEST_QUERY = reader.LONGEST
"""Characters of a query that are read."""

MOST_WORDS = 64
"""Words of a query that are asked for."""

ENOUGH = 20
"""A stage of the search that finds so many makes the looser ones after it needless.

It does not depend on the page asked for, so that the count stays while one leafs.
"""

MOST_OTHERS = 3
"""Things of one document that stand below the best of them."""

LONG_QUERY = 8
"""From so many words on a query is a question or a sentence, of which much may be missing."""

_SHARE_OF_LONG, _SHARE_OF_TITLE = 0.4, 0.8


@dataclass(frozen=True, slots=True)
class Plan:
    """The terms of one query."""

    sequence: tuple[str, ...]
    """Exact words in order, as often as they were typed."""
    words: tuple[str, ...]
    """Distinct folded words, in order."""
    pairs: tuple[str, ...]
    """Distinct pairs of neighbours, folded."""
    exact: tuple[str, ...]
    """Distinct words as typed."""
    numbers: tuple[str, ...]
    """What may be a document number, as `analysis.number_key` writes it."""
    has_marks: bool
    """Whether any word was typed with marks, so that right marks tell something."""
    needs_exact: bool
    expression: Expression | None = None
    """What is demanded; None where the query is plain words."""
    is_quoting: bool = False
    """Whether nothing is demanded but wording, which may be let go where nothing has it."""
    repairs: tuple[Repair, ...] = ()
    alternatives: tuple[Plan, ...] = ()
    """Plain plans of the same query under other names: what answers one of them answers too."""
    spans: tuple[Span, ...] = ()
    """Days, months and years that were typed among plain words."""
    undated: tuple[str, ...] = ()
    """The words without those of the dates, folded."""

    @property
    def is_empty(self) -> bool:
        return not self.words and self.expression is None

    @property
    def folded(self) -> list[str]:
        """The words in order without marks."""
        return [analysis.fold_word(word) for word in self.sequence]

    def loosened(self) -> Plan:
        """Return the plan of the words alone."""
        return replace(self, expression=None, is_quoting=False)

    def least(self, *, found_any: bool) -> int:
        """Return how many of the words a thing must hold in the loosest stage.

        More than half; half where nothing at all was found, so that two words of
        which one is misread still find something. Of a long question less.
        """
        count = len(self.words)
        if count > LONG_QUERY:
            return round(count * _SHARE_OF_LONG)
        half = count // 2
        return half + 1 if found_any else max(1, half)

    @property
    def least_in_title(self) -> int:
        """How many of the words of a long query, which may itself be a title, make a title answer it."""
        return round(len(self.words) * _SHARE_OF_TITLE) if len(self.words) > LONG_QUERY else 0


def understand(query: Query) -> Plan:
    """Return the terms of a query; of one without words an empty plan."""
    asked = reader.read(query.text)
    exact = [word for word in analysis.exact_words(asked.words)[:MOST_WORDS] if analysis.fold_word(word)]
    sequence = exact if query.exact else questions.without(exact)
    folded = [analysis.fold_word(word) for word in sequence]
    spans = dates.spans(query.text) if asked.is_plain else ()
    return Plan(
        sequence=tuple(sequence),
        words=tuple(dict.fromkeys(folded)),
        pairs=tuple(dict.fromkeys(analysis.pairs(folded))),
        exact=tuple(dict.fromkeys(sequence)),
        numbers=_numbers(asked.words, folded),
        has_marks=sequence != folded,
        needs_exact=query.exact,
        expression=None if asked.is_plain else asked.expression,
        is_quoting=asked.is_quoting and not asked.is_plain,
        repairs=asked.repairs,
        alternatives=_alternatives(query) if asked.is_plain and not query.exact else (),
        spans=spans,
        undated=tuple(dict.fromkeys(analysis.folded_words(dates.undated(query.text)))) if spans else (),
    )


def _alternatives(query: Query) -> tuple[Plan, ...]:
    """Return plans of the rewritten queries. Numbers are asked for as they were typed only."""
    plans = (understand(Query(text)) for text in query.rewritten)
    return tuple(replace(one, numbers=()) for one in plans if one.words and one.expression is None)


def _numbers(text: str, folded: Sequence[str]) -> tuple[str, ...]:
    """Return what may be a number. A long question has numerals, but asks for a number by its stroke."""
    if len(folded) > LONG_QUERY and "/" not in text:
        return ()
    return tuple(analysis.number_guesses(folded))
