"""What a visitor who has not signed in put into the basket: ids in their session, and nothing else.

Behind it stands `baskets`, which knows who asks; `actors` carries the ids over when somebody signs in.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import session

from portal.access.basket import MOST_OF_VISITOR
from portal.core.ids import is_id

_CHOSEN = "basket"
_REMOVED = "basket_removed"


def ids() -> list[str]:
    """Return the ids that the session holds, in the order in which they were put in."""
    return _read(_CHOSEN, MOST_OF_VISITOR)


def keep(node_ids: Sequence[str]) -> None:
    """Let the session hold these ids and no others."""
    _write(_CHOSEN, node_ids)


def note_removed(node_ids: Sequence[str]) -> None:
    """Remember until the next page what was just taken out, so that it can be put back."""
    _write(_REMOVED, node_ids)


def take_removed() -> list[str]:
    """Return what was just taken out, once."""
    found = _read(_REMOVED, None)
    _write(_REMOVED, ())
    return found


def _read(name: str, most: int | None) -> list[str]:
    kept = session.get(name)
    if not isinstance(kept, list):
        return []
    return [one for one in kept if isinstance(one, str) and is_id(one)][:most]


def _write(name: str, node_ids: Sequence[str]) -> None:
    if node_ids:
        session[name] = list(node_ids)
    elif name in session:
        del session[name]
