"""What Whoosh keeps of a document: terms that were analysed before, and columns of one value each.

No positions are kept; pairs of neighbours answer for phrases at a hundredth of the time,
and the words in order stand in a column for the few things that are looked at closely.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from whoosh.columns import (  # noqa: TID251 - the adapter of Whoosh
    CompressedBytesColumn,
    NumericColumn,
    RefBytesColumn,
    VarBytesColumn,
)
from whoosh.fields import COLUMN, FieldType, Schema  # noqa: TID251 - the adapter of Whoosh
from whoosh.formats import Existence  # noqa: TID251 - the adapter of Whoosh

from portal.search import analysis
from portal.search.documents import Facet, SearchDocument
from portal.search.source import YES, Terms

SCHEMA_VERSION = 4
"""Raised when fields change; the indexes are then built anew."""

KEYS, DOCUMENT, DAY, LENGTH, WORDS = "keys", "document", "day", "length", "words"
TITLE_LENGTH, TITLE_WORDS = "title_length", "title_words"


class TermList(FieldType):  # type: ignore[misc]
    """A field that takes a list of finished terms and keeps how often each occurs, as its weight."""

    def __init__(self) -> None:
        self.format = Existence()
        self.scorable = False
        self.analyzer = None

    def index(self, value: Sequence[str], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield what Whoosh stores of each distinct term."""
        for term, times in Counter(value).items():
            yield term.encode("utf-8"), times, float(times), b""


def schema() -> Schema:
    """Return the fields of a new index."""
    fields: dict[str, object] = {
        KEYS: COLUMN(VarBytesColumn()),
        DOCUMENT: COLUMN(VarBytesColumn()),
        DAY: COLUMN(NumericColumn("i")),
        LENGTH: COLUMN(NumericColumn("i")),
        WORDS: COLUMN(CompressedBytesColumn()),
        TITLE_LENGTH: COLUMN(NumericColumn("i")),
        TITLE_WORDS: COLUMN(CompressedBytesColumn()),
    }
    fields |= {str(name): TermList() for name in Terms}
    fields |= {str(facet): COLUMN(RefBytesColumn()) for facet in Facet}
    return Schema(**fields)


def row(document: SearchDocument) -> dict[str, object]:
    """Return the document as Whoosh takes it; empty fields are left out."""
    exact = analysis.exact_words(document.body)
    folded = list(map(analysis.fold_word, exact))
    title = analysis.folded_words(document.title)
    fields: dict[str, object] = {
        Terms.UNDER: document.ancestors,
        Terms.WITHHELD: [YES] if document.withheld else [],
        Terms.NUMBER: sorted(analysis.number_forms(document.number)),
        Terms.EXACT: exact,
        Terms.FOLDED: folded,
        Terms.PAIRS: analysis.pairs(folded),
        Terms.TITLE: title,
        Terms.TITLE_PAIRS: analysis.pairs(title),
        KEYS: document.key.encode(),
        DOCUMENT: document.document_id.encode(),
        DAY: document.day,
        LENGTH: len(exact),
        WORDS: " ".join(exact).encode(),
        TITLE_LENGTH: len(title),
        TITLE_WORDS: " ".join(title).encode(),
        **{facet: value.encode() for facet, value in document.facets},
    }
    return {str(name): value for name, value in fields.items() if value}
