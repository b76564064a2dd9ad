"""What a search asks for, as it stands in the address: every state of the results has one that lasts.

The page, the table, the feed and the answers for programs all read it here, so that they give the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.accounts.actors import Actor
from portal.catalogue import finding, records
from portal.catalogue.finding import Found
from portal.catalogue.records import Crumb
from portal.core.paging import Paging
from portal.search import dates, reader
from portal.search.documents import Facet, Order, Refinement
from portal.web import labels
from portal.web.forms import clean

LONGEST_QUERY = 300
"""Characters of a query that are read."""

NAMES = {Facet.TYPE: "loai", Facet.ISSUER: "co-quan", Facet.ACCESS: "tiep-can", Facet.LANGUAGE: "ngon-ngu"}
"""Names of facets in addresses. A fonds has had its own from the beginning: `fonds`, its code."""

VOCABULARIES = {Facet.ACCESS: labels.LEVELS, Facet.LANGUAGE: labels.LANGUAGES}
"""Facets of which all values are known; only these have words for each."""

ORDERS = {"moi": Order.NEWEST, "cu": Order.OLDEST}

FIRST, LAST, ORDER, AS_TYPED = "tu", "den", "xep", "nguyen-van"

LONGEST_VALUE = 300
EARLIEST, LATEST = 1, 9999


@dataclass(frozen=True, slots=True)
class Asked:
    """A search with all that narrows it."""

    query: str
    is_exact: bool
    fonds_code: str
    place: Crumb | None
    refined: Refinement
    is_as_typed: bool = False
    """Whether other names of places, bodies and abbreviations are left alone."""

    @classmethod
    def read(cls, actor: Actor, *, anywhere: bool = False) -> Asked:
        """Read the address. What makes no sense in it is passed over.

        Args:
            anywhere: whether the place to stay in is passed over, too.

        Raises:
            NotFoundError: the actor may not know of the place to stay in.
        """
        inside = None if anywhere else request.args.get("trong")
        chosen = [
            (facet, value)
            for facet, name in NAMES.items()
            if (value := clean(request.args.get(name))[:LONGEST_VALUE]) and _is_known(facet, value)
        ]
        return cls(
            query=clean(request.args.get("q"))[:LONGEST_QUERY],
            is_exact=request.args.get("exact") == "1",
            fonds_code=request.args.get("fonds") or "",
            place=records.place(actor, inside) if inside else None,
            refined=Refinement(tuple(chosen), _years(), ORDERS.get(request.args.get(ORDER, ""), Order.BEST)),
            is_as_typed=request.args.get(AS_TYPED) == "1",
        )

    def find(self, actor: Actor, paging: Paging) -> Found:
        """Search as asked; without a query nothing is found.

        Raises:
            NotFoundError: the actor may no longer know of the place to stay in.
            UnavailableError: an index is lost or cannot be read.
        """
        if not self.query:
            return Found([], paging, 0)
        return finding.search(
            actor,
            self.query,
            paging,
            fonds=self.fonds_code or None,
            exact=self.is_exact,
            under=self.place.id if self.place else None,
            refined=self.refined,
            as_typed=self.is_as_typed,
        )

    @property
    def values(self) -> dict[str, Any]:
        """Return what stands in the address of this search; what is left open is None."""
        first, last = self.refined.years or (None, None)
        orders = {order: name for name, order in ORDERS.items()}
        return {
            "q": self.query or None,
            "exact": "1" if self.is_exact else None,
            "fonds": self.fonds_code or None,
            "trong": self.place.id if self.place else None,
            FIRST: first if first != EARLIEST else None,
            LAST: last if last != LATEST else None,
            ORDER: orders.get(self.refined.order),
            AS_TYPED: "1" if self.is_as_typed else None,
            **{NAMES[facet]: value for facet, value in self.refined.chosen},
        }

    def but(self, **changes: object) -> str:
        """Return the address of the search with some of it changed, from its first page on."""
        return url_for("reading.search", **{**self.values, **changes})

    def only(self, facet: Facet, value: str) -> str:
        """Return the address of the search that stays with a value."""
        return self.but(**{NAMES[facet]: value})

    def without(self, facet: Facet) -> str:
        """Return the address of the search that no longer stays with a value."""
        return self.but(**{NAMES[facet]: None})

    @property
    def narrowings(self) -> int:
        """Return by how many things the results are narrowed."""
        return len(self.refined.chosen) + bool(self.refined.years)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Return the stretches of years that were typed, for a click that stays with them."""
        years = [span.years for span in dates.spans(self.query) if reader.read(self.query).is_plain]
        return [] if self.refined.years else list(dict.fromkeys(years))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.narrowings)


def _is_known(facet: Facet, value: str) -> bool:
    """Tell whether a value can be chosen; issuers and types are as many as people write."""
    return value in VOCABULARIES[facet] if facet in VOCABULARIES else True


def _years() -> tuple[int, int] | None:
    """Read a stretch of years of which either end may be open."""
    first, last = (_year(request.args.get(name)) for name in (FIRST, LAST))
    if first is None and last is None:
        return None
    stretch = (first or EARLIEST, last or LATEST)
    return stretch if stretch[0] <= stretch[1] else (stretch[1], stretch[0])


def _year(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 4 and int(text) else None
