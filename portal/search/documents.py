"""What goes into an engine and what comes out of it, free of any engine's own types."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed, as typed; `plan.understand` makes sense of it."""

    text: str
    exact: bool = False
    """Whether marks must be right ("đúng dấu")."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that an engine found. Whether the asker may see it is decided in SQL."""

    key: str
    document_id: str

    @property
    def page_id(self) -> str | None:
        """The page whose text matched; None where the description did."""
        return self.key.removeprefix(PAGE_PREFIX) if self.key.startswith(PAGE_PREFIX) else None


@dataclass(frozen=True, slots=True)
class Hits:
    """A stretch of what was found, best first, and how many there are in all."""

    rows: list[Hit] = field(default_factory=list)
    total: int = 0
    is_cut: bool = False
    """Whether the time limit ended the search, so that better hits may be missing."""
