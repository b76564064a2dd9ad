"""By which search, and as its how manieth result, a reader came to a record or page.

It stands in the address, so that every link from there keeps it: the way back leads to the same place
of the same list, and the next result is one step away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.accounts.actors import Actor
from portal.catalogue.finding import Found
from portal.catalogue.results import Result
from portal.core.errors import NotFoundError
from portal.core.paging import DEEPEST_PAGE, Paging
from portal.web.asking import Asked

NUMBER, TOTAL = "kq", "tong"

MOST = Paging().per_page * DEEPEST_PAGE
"""Results that a list can be leafed to."""


@dataclass(frozen=True, slots=True)
class Way:
    """A search, and which of its results is looked at."""

    asked: Asked
    number: int
    """Counted from 1; 0 for who did not come from a list."""
    total: int
    """How many there were when the list was shown."""

    @classmethod
    def read(cls, actor: Actor) -> Way:
        """Read the address. A place to stay in that is closed by now does not close what was found in it."""
        number = _number(request.args.get(NUMBER))
        try:
            return cls(Asked.read(actor), number, max(number, _number(request.args.get(TOTAL))))
        except NotFoundError:
            return cls(Asked.read(actor, anywhere=True), number, number)

    @property
    def values(self) -> dict[str, Any]:
        """Return what every link keeps of it."""
        return self.asked.values | self._place(self.number)

    @property
    def back(self) -> str:
        """Return the address of the list, at the place where one was."""
        paging = self.list_page
        page = paging.page if paging.page > 1 else None
        return url_for("reading.search", **self.asked.values, page=page, _anchor=self.anchor or None)

    @property
    def anchor(self) -> str:
        """Return the name of the result's place on its page of the list."""
        return f"{NUMBER}-{self.number}" if self.number else ""

    @property
    def list_page(self) -> Paging:
        """Return which page of the list holds the result."""
        size = Paging().per_page
        return Paging((max(self.number, 1) - 1) // size + 1, size)

    @property
    def before(self) -> str:
        """Return the address of the result before; empty where there is none."""
        return self._step(self.number - 1)

    @property
    def after(self) -> str:
        """Return the address of the result after; empty where there is none."""
        return self._step(self.number + 1) if self.number else ""

    def to(self, found: Result) -> str:
        """Return the address of a result with the way to it."""
        if found.page_id:
            return url_for("reading.page", page_id=found.page_id, **self.values)
        return url_for("reading.record", record_id=found.document_id, **self.values)

    def _step(self, number: int) -> str:
        if not 1 <= number <= min(self.total, MOST):
            return ""
        return url_for("reading.result", **self.asked.values, **self._place(number))

    def _place(self, number: int) -> dict[str, Any]:
        return {NUMBER: number, TOTAL: self.total} if number else {}


def to_each(asked: Asked, found: Found) -> list[Way]:
    """Return the ways to the results of one page of a list, in their order."""
    first = found.paging.offset + 1
    return [Way(asked, number, found.total) for number in range(first, first + len(found.rows))]


def _number(text: str | None) -> int:
    """Read a number of results; anything odd is none."""
    known = int(text) if text and text.isascii() and text.isdigit() and len(text) <= 7 else 0
    return known if known <= MOST else 0
