"""Suggest while somebody types: titles and numbers that everybody may know, the same for whoever asks.

Only rows of public things are looked at (`beginnings`), and each is judged again in SQL as for
nobody in particular, so that what the indexer has yet to take out is not offered either. How
much is looked at has a limit that does not depend on how large the archive is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import ColumnElement, func, select

from portal.accounts.actors import ANONYMOUS
from portal.catalogue import beginnings
from portal.catalogue.beginnings import Beginning, BeginningKind
from portal.catalogue.models import Node
from portal.core.db import db
from portal.core.partial import PartialDate
from portal.rights import policy
from portal.search import analysis, reader

MOST = 8
"""Suggestions for one beginning."""

LEAST_LETTERS = 2
"""Letters from which on a beginning is not just any."""

LOOKED_AT = 40
"""Of one kind, out of which those with the right marks come first."""

MOST_SCATTERED = 100
"""Titles with the rarest of the words that are looked through for the others."""

MOST_WORDS = 8
"""Words up to which they may stand anywhere in a title."""

NUMBER_SIGNS = ("so", "no")
"""What may stand before a number: số, No."""

TITLES = (BeginningKind.TITLE, BeginningKind.WORD)

_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something public that begins like what was typed, or holds it."""

    id: str
    kind: str
    """fonds, file or document."""
    title: str
    number: str
    issued_on: PartialDate | None
    issuer: str


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed: whole words, of which the last may be only begun."""

    exact: Sequence[str]
    folded: Sequence[str]
    is_open: bool
    """Whether letters may follow the last word."""

    @classmethod
    def read(cls, text: str) -> _Typed:
        text = analysis.compose(text)[: reader.LONGEST]
        spans = list(analysis.spans(text))
        exact = [word for _, _, word in spans]
        is_open = bool(spans) and spans[-1][1] == len(text)
        return cls(exact, [analysis.fold_word(word) for word in exact], is_open)

    @property
    def stem(self) -> str:
        """Return the words as they stand at the beginning of a row."""
        return self.stem_of(self.folded, is_last=True)

    def stem_of(self, words: Sequence[str], *, is_last: bool) -> str:
        end = "" if is_last and self.is_open else " "
        return (" ".join(words) + end)[: beginnings.LONGEST_KEY]

    @property
    def number(self) -> str:
        """Return what was typed of a number, as it stands at the beginning of a row; empty if none was."""
        words = self.folded[1:] if self.folded[0] in NUMBER_SIGNS else self.folded
        if not words or not words[0][0].isdigit():
            return ""
        key = beginnings.number_key(analysis.number_key(words))
        return key.rstrip() if self.is_open else key

    @property
    def parts(self) -> list[str]:
        """Return for each word what a row begins with that holds it."""
        last = len(self.folded) - 1
        return [self.stem_of([word], is_last=at == last) for at, word in enumerate(self.folded)]

    @property
    def pairs(self) -> list[str]:
        """Return the same for each two neighbours, which are rarer."""
        last = len(self.folded) - 2
        return [self.stem_of(two, is_last=at == last) for at, two in enumerate(pairwise(self.folded))]

    def is_marked_so(self, title: str) -> bool:
        """Tell whether a title has the words with the marks that were typed, where any were."""
        if self.exact == self.folded:
            return True
        *whole, last = self.exact
        words = analysis.exact_words(title)
        ends = any(word.startswith(last) for word in words) if self.is_open else last in words
        return ends and set(whole) <= set(words)


def suggest(text: str) -> list[Suggestion]:
    """Return what a reader may mean, at most `MOST`: titles that begin so, numbers, then the rest.

    All words must be there, the last of them as a beginning; marks may be missing. Within a kind
    those with the marks as typed come first, then by how it goes on.
    """
    typed = _Typed.read(text)
    if sum(map(len, typed.folded)) < LEAST_LETTERS:
        return []
    found: dict[str, Suggestion] = {}
    for kind, stem in (
        (BeginningKind.TITLE, typed.stem),
        (BeginningKind.NUMBER, typed.number),
        (BeginningKind.WORD, typed.stem),
    ):
        if stem and len(found) < MOST:
            _add(found, typed, _beginning_so(kind, stem))
    if len(found) < MOST and 1 < len(typed.folded) <= MOST_WORDS:
        _add(found, typed, _scattered(typed))
    return list(found.values())[:MOST]


def _add(found: dict[str, Suggestion], typed: _Typed, node_ids: Sequence[str]) -> None:
    """Add nodes in their order, those with the marks as typed first."""
    nodes = {node.id: node for node in db.session.scalars(select(Node).where(Node.id.in_(node_ids)))}
    rows = [nodes[one] for one in node_ids if one in nodes and one not in found]
    for node in sorted(rows, key=lambda node: not typed.is_marked_so(node.title)):
        found[node.id] = Suggestion(node.id, node.kind, node.title, node.number, node.issued, node.issuer)


def _beginning_so(kind: BeginningKind, stem: str, most: int = LOOKED_AT) -> list[str]:
    """Return the nodes of which a row of this kind begins so, in the order of the rows."""
    rows = db.session.scalars(
        select(Beginning.node_id)
        .where(Beginning.kind == kind.value, _begins(stem), _may_be_told())
        .order_by(Beginning.key, Beginning.node_id)
        .limit(most)
    )
    return list(dict.fromkeys(rows))


def _scattered(typed: _Typed) -> list[str]:
    """Return nodes whose title holds all the words in any place, as far as the rarest of them leads."""
    stem = min((*typed.parts, *typed.pairs), key=_rows_of)
    if not _rows_of(stem):
        # A pair that stands nowhere says nothing of its words.
        stem = min(typed.parts, key=_rows_of)
    holding = [one for kind in TITLES for one in _beginning_so(kind, stem, MOST_SCATTERED)]
    # Put in order here: a database asked for the order would walk through all rows by it.
    rows = db.session.execute(
        select(Beginning.kind, Beginning.key, Beginning.node_id).where(Beginning.node_id.in_(holding))
    ).all()
    keys: dict[str, list[str]] = {}
    for kind, key, node_id in sorted(map(tuple, rows)):
        if kind != BeginningKind.NUMBER:
            keys.setdefault(node_id, []).append(key)
    # Titles come by how they begin: those rows are the least of each node's.
    return [node_id for node_id, known in keys.items() if _hold(known, typed.parts)]


def _hold(keys: Collection[str], parts: Sequence[str]) -> bool:
    return all(any(key.startswith(part) for key in keys) for part in parts)


def _rows_of(stem: str) -> int:
    """Return how many rows of titles begin so, up to a little more than are looked through.

    Of what may be told alone: which word leads decides what is found.
    """
    some = (
        select(Beginning.node_id)
        .where(Beginning.kind.in_(TITLES), _begins(stem), _may_be_told())
        .limit(MOST_SCATTERED + 1)
    )
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _begins(stem: str) -> ColumnElement[bool]:
    return (Beginning.key >= stem) & (Beginning.key < stem + _LAST)


def _may_be_told() -> ColumnElement[bool]:
    return policy.describable(ANONYMOUS, Beginning.node_id.expression)
