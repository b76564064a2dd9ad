"""Compare the indexes with the catalogue thing by thing, and note for the indexer what differs.

This walks once over the catalogue and once over the keys of the indexes, and keeps twelve
bytes of memory for each key: what it costs grows with the number of things, and the indexer
has work with nothing but what differs. Nothing is emptied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert

from portal.accounts.actors import PORTAL
from portal.audit import trail
from portal.catalogue import entries, findable, rebuilding
from portal.catalogue.search_rows import OutboxEntry
from portal.core.db import end_reading, transaction
from portal.search.documents import PAGE_PREFIX, Side

CHUNK = 500

NODE, PAGE = "node", "page"


@dataclass(slots=True)
class Differences:
    """How many things differ, each of which is noted for the indexer."""

    missing: int = 0
    """In no index, and should be in one."""
    misplaced: int = 0
    """In the wrong index, or in both."""
    superfluous: int = 0
    """In an index, and the catalogue has nothing of the kind."""


class _Held:
    """The keys of one index, sorted, and which of them the catalogue knows."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = np.sort(np.array([key.encode() for key in keys], dtype="S12"))
        self.known = np.zeros(len(self.keys), np.bool_)

    def has(self, wanted: NDArray[np.bytes_]) -> NDArray[np.bool_]:
        """Tell of each thing of the catalogue whether it stands here; remember that it is one."""
        if not len(self.keys):
            return np.zeros(len(wanted), np.bool_)
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        found: NDArray[np.bool_] = self.keys[places] == wanted
        self.known[places[found]] = True
        return found


def mend() -> Differences:
    """Note whatever the indexes lack, have in the wrong place, or have too much of.

    Raises:
        UnavailableError: an index cannot be read; the indexer builds it anew instead.
    """
    held = {side: _Held(index.keys()) for side, index in entries.sides()}
    found = Differences()
    for keys in rebuilding.keys_after("", CHUNK):
        placed = findable.places(keys)
        end_reading()
        wrong = _compare(placed, held, found)
        _note([(key, placed[key][1]) for key in wrong])
    for one in held.values():
        strays = [key.decode() for key in one.keys[~one.known]]
        found.superfluous += len(strays)
        for start in range(0, len(strays), CHUNK):
            _note([(key, "") for key in strays[start : start + CHUNK]])
    with transaction():
        trail.record(
            PORTAL,
            "search.mend",
            "search",
            "",
            missing=found.missing,
            misplaced=found.misplaced,
            superfluous=found.superfluous,
        )
    return found


def _compare(
    placed: Mapping[str, tuple[Side, str]], held: Mapping[Side, _Held], found: Differences
) -> list[str]:
    """Count what stands elsewhere than it should; return its keys."""
    keys = np.array([key.encode() for key in placed], dtype="S12")
    public, restricted = (held[side].has(keys) for side in (Side.PUBLIC, Side.RESTRICTED))
    belongs = np.array([side is Side.PUBLIC for side, _ in placed.values()], np.bool_)
    right, wrong = np.where(belongs, public, restricted), np.where(belongs, restricted, public)
    found.misplaced += int(wrong.sum())
    found.missing += int((~right & ~wrong).sum())
    return [key.decode() for key in keys[wrong | ~right]]


def _note(rows: list[tuple[str, str]]) -> None:
    """Have things indexed again, as bulk; where they stand is doubted, so both indexes are looked into."""
    if not rows:
        return
    entries.doubt(rows)
    notes = [
        {"target": key[2:], "scope": PAGE if key.startswith(PAGE_PREFIX) else NODE, "is_bulk": True}
        for key, _ in rows
    ]
    with transaction() as session:
        session.execute(insert(OutboxEntry), notes)
