"""Which places of the tree stand open. It is part of the address, so it can be sent and come back to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for

from portal.core import ids
from portal.core.paging import Paging

NAME = "mo"
SEPARATOR = "."
MOST_OPEN = 5
"""Each costs a page of rows with their counts; whoever opens more closes the first again."""

LONGEST = 200
"""Characters of the address that are read for it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Ids of the open places, in the order they were opened, and the page they are shown on."""

    ids: tuple[str, ...]
    endpoint: str
    values: dict[str, object] = field(default_factory=dict)

    @classmethod
    def read(cls, endpoint: str, **values: object) -> Opened:
        """Read what stands in the address; what is no id is passed over."""
        parts = request.args.get(NAME, "")[:LONGEST].split(SEPARATOR)
        known = dict.fromkeys(part for part in parts if ids.is_id(part))
        page = Paging.read(request.args.get("page")).page
        return cls(tuple(known)[-MOST_OPEN:], endpoint, values | ({"page": page} if page > 1 else {}))

    def toggled(self, node_id: str) -> str:
        """Return the address of this page with the place opened, or closed if it is open."""
        if node_id in self.ids:
            kept = tuple(one for one in self.ids if one != node_id)
        else:
            kept = (*self.ids, node_id)[-MOST_OPEN:]
        values: dict[str, Any] = {**self.values, NAME: SEPARATOR.join(kept) or None}
        return url_for(self.endpoint, **values, _anchor=f"n-{node_id}")

    @property
    def paging_values(self) -> dict[str, object]:
        """Return what the addresses of the other pages of this list carry."""
        return {name: value for name, value in self.values.items() if name != "page"}
