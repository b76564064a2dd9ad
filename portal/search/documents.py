"""What goes into an engine and what comes out of it, free of any engine's own types."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

PAGE_PREFIX = "p:"
RECORD_PREFIX = "r:"


class Side(StrEnum):
    """The two physical indexes."""

    PUBLIC = "public"
    """What anybody may read. The only one that is opened for a request without rights."""
    RESTRICTED = "restricted"
    """All the rest."""


class Facet(StrEnum):
    """What results are counted and chosen by; years are counted apart."""

    FONDS = "fonds"
    """Id of the fonds."""
    ISSUER = "issuer"
    """The body that issued the document, as described."""
    TYPE = "type"
    """Code of the type of document."""
    ACCESS = "access"
    """Effective level: open, conditional or withheld."""
    LANGUAGE = "language"
    """Of the text of a page: vie, eng, fra."""


class Order(StrEnum):
    """How results are sorted."""

    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One findable thing: the text of a page, or the description of a record."""

    key: str
    """'p:' and the id of a page, or 'r:' and the id of a document. One entry per key."""
    document_id: str
    ancestors: tuple[str, ...]
    """Ids on the path from the fonds down to the document, both included."""
    body: str
    """All words by which it is found; for a record its whole description."""
    title: str = ""
    """Words that weigh more; they stand in `body` too."""
    number: str = ""
    """Number and symbol as on the paper, found in any spelling."""
    withheld: bool = False
    day: int = 0
    """Day of issue as yyyymmdd, the first that it can be; 0 where it is not known."""
    facets: tuple[tuple[Facet, str], ...] = ()
    """What it can be counted and chosen by; one value each, none where it is not known."""

    def value(self, facet: Facet) -> str:
        """Return the value of a facet; empty where there is none."""
        return dict(self.facets).get(facet, "")


@dataclass(frozen=True, slots=True)
class Refinement:
    """What narrows and sorts results beyond words."""

    chosen: tuple[tuple[Facet, str], ...] = ()
    """Values that results must have."""
    years: tuple[int, int] | None = None
    """First and last year of issue that results may have."""
    order: Order = Order.BEST


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed, as typed; `plan.understand` makes sense of it."""

    text: str
    exact: bool = False
    """Whether marks must be right ("đúng dấu")."""
    refined: Refinement = Refinement()
    rewritten: tuple[str, ...] = ()
    """The same with other names of places, bodies and abbreviations in it; searched for too."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that an engine found, by the best of its things. Who may see it is decided in SQL."""

    key: str
    document_id: str
    others: tuple[str, ...] = ()
    """Keys of what else of the document matched, best first, `plan.MOST_OTHERS` at most."""
    more: int = 0
    """How much else of the document matched in all."""

    @property
    def page_id(self) -> str | None:
        """The page whose text matched; None where the description did."""
        return page_id(self.key)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many documents among those found have which values."""

    facets: dict[Facet, dict[str, int]] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)

    def __add__(self, other: Counts) -> Counts:
        """Return the counts of both, of two indexes that hold different things."""
        facets = {
            facet: dict(Counter(self.facets.get(facet, {})) + Counter(other.facets.get(facet, {})))
            for facet in {*self.facets, *other.facets}
        }
        return Counts(facets, dict(Counter(self.years) + Counter(other.years)))


@dataclass(frozen=True, slots=True)
class Hits:
    """A stretch of the documents found, best first, and how many there are in all."""

    rows: list[Hit] = field(default_factory=list)
    total: int = 0
    is_cut: bool = False
    """Whether the time limit ended the search, so that better hits may be missing."""
    counts: Counts = field(default_factory=Counts)
    is_estimate: bool = False
    """Whether there are so many that total and counts were inferred from some of them."""
    is_loosened: bool = False
    """Whether nothing has the wording asked for, so that these hold most of the words."""
    meant: str = ""
    """Where little was found: the query with words that this index knows; empty where there is none."""


def page_id(key: str) -> str | None:
    """Return the id of the page that a key names; None where it names a record."""
    return key.removeprefix(PAGE_PREFIX) if key.startswith(PAGE_PREFIX) else None
