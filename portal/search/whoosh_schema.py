"""What Whoosh keeps of a document: terms that were analysed before, and two ids.

No positions are kept; pairs of neighbours answer for phrases at a hundredth of the time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from whoosh.fields import ID, KEYWORD, FieldType, Schema  # noqa: TID251 - the adapter of Whoosh
from whoosh.formats import Frequency  # noqa: TID251 - the adapter of Whoosh
from whoosh.system import pack_uint  # noqa: TID251 - the adapter of Whoosh

from portal.search import analysis
from portal.search.documents import SearchDocument

SCHEMA_VERSION = 1
"""Raised when fields change; the indexes are then built anew."""

KEY, DOCUMENT, UNDER, WITHHELD = "key", "document", "under", "withheld"
EXACT, FOLDED, PAIRS = "exact", "folded", "pairs"
TITLE, TITLE_PAIRS, NUMBER = "title", "title_pairs", "number"
YES = "1"


class Terms(FieldType):  # type: ignore[misc]
    """A field that takes a list of finished terms and keeps how often each occurs."""

    def __init__(self) -> None:
        self.format = Frequency()
        self.scorable = True
        self.analyzer = None

    def index(self, value: Sequence[str], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield what Whoosh stores of each distinct term."""
        for term, times in Counter(value).items():
            yield term.encode("utf-8"), times, float(times), pack_uint(times)


def schema() -> Schema:
    """Return the fields of a new index."""
    return Schema(
        **{
            KEY: ID(stored=True, unique=True),
            DOCUMENT: ID(stored=True),
            UNDER: KEYWORD(),
            WITHHELD: ID(),
            NUMBER: KEYWORD(),
            EXACT: Terms(),
            FOLDED: Terms(),
            PAIRS: Terms(),
            TITLE: Terms(),
            TITLE_PAIRS: Terms(),
        }
    )


def row(document: SearchDocument) -> dict[str, object]:
    """Return the document as Whoosh takes it; empty fields are left out."""
    exact = analysis.exact_words(document.body)
    folded = [analysis.fold_word(word) for word in exact]
    title = analysis.folded_words(document.title)
    fields: dict[str, object] = {
        KEY: document.key,
        DOCUMENT: document.document_id,
        UNDER: " ".join(document.ancestors),
        WITHHELD: YES if document.withheld else "",
        NUMBER: " ".join(sorted(analysis.number_forms(document.number))),
        EXACT: exact,
        FOLDED: folded,
        PAIRS: analysis.pairs(folded),
        TITLE: title,
        TITLE_PAIRS: analysis.pairs(title),
    }
    return {name: value for name, value in fields.items() if value}
