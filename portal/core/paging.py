"""Pages of long lists: by number for search, by key for the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_PER_PAGE = 50
DEEPEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page, counted from 1, and how many rows it has."""

    page: int = 1
    per_page: int = 20

    @classmethod
    def read(cls, page: str | None, per_page: str | None = None) -> Paging:
        """Read what stands in an address; anything odd becomes the nearest sensible value."""
        return cls(_between(page, 1, DEEPEST_PAGE, 1), _between(per_page, 1, MOST_PER_PAGE, 20))

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.per_page


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of rows, and whether more follow."""

    rows: Sequence[T]
    paging: Paging
    total: int

    @property
    def pages(self) -> int:
        return min(DEEPEST_PAGE, max(1, -(-self.total // self.paging.per_page)))

    @property
    def has_next(self) -> bool:
        return self.paging.page < self.pages


def _between(text: str | None, low: int, high: int, default: int) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return min(high, max(low, int(text)))
