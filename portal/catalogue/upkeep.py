"""How the indexes stand: sound or not, and how far they have drifted from the catalogue.

Whether they are sound is asked all the time, for it costs next to nothing. Counting what
should stand in which walks over the whole catalogue (some seconds for a million pages), as
does reading the indexes whole; a periodic job does both now and then and keeps what it saw.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, or_, select

from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Role
from portal.catalogue import entries, rebuilding
from portal.catalogue.models import Kind, Node, Page, PageText
from portal.catalogue.search_rows import OutboxEntry
from portal.core import clock
from portal.core.db import db, end_reading
from portal.core.errors import UnavailableError
from portal.jobs.handlers import Claim
from portal.rights import policy
from portal.search.documents import Side
from portal.search.engine import Engine
from portal.search.errors import DamagedIndexError, NeedsRebuildError
from portal.storage import derivatives

JOB = "search.check"
EVERY_SECONDS = 1800
_KEY = "figures/search.json"

_EVERYBODY = Actor(id=None, role=Role.ARCHIVIST, name="flask doctor", is_machine=True)
"""Who may see everything that was not removed."""


class State(StrEnum):
    """How the two indexes stand; the worse of both."""

    SOUND = "sound"
    HALFWAY = "rebuild_halfway"
    """A rebuild goes on, or was cut off; the indexes are sound."""
    MISSING = "missing"
    """Lost, or of another version: the indexer builds them anew."""
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Drift:
    """What should stand in the indexes, by the catalogue, and what does."""

    counted_at: datetime
    expected: Mapping[str, int]
    """Index → things of the catalogue that belong into it."""
    held: Mapping[str, int | None]
    """Index → things that stand in it; None where it cannot be read."""
    waiting: int
    """Notes of changes that the indexer has not worked off yet."""
    oldest_seconds: float
    """Age of the oldest of these notes."""
    size: int
    """Bytes of both indexes on disk."""

    @property
    def is_told(self) -> bool:
        """Tell whether the indexes hold other numbers than they should, with nothing waiting to mend it."""
        return not self.waiting and dict(self.expected) != dict(self.held)

    @property
    def bytes_a_page(self) -> int:
        """Return bytes of index for each thing in it."""
        return self.size // max(1, sum(count or 0 for count in self.held.values()))


def state() -> State:
    """Return how the indexes stand. Cheap."""
    found = [_state_of(index) for _, index in entries.sides()]
    for worst in (State.DAMAGED, State.UNREADABLE, State.MISSING):
        if worst in found and (worst is not State.MISSING or entries.was_ever_filled()):
            return worst
    return State.HALFWAY if rebuilding.halfway() else State.SOUND


def check(_claim: Claim) -> Callable[[], None]:
    """Read both indexes whole and compare them with what was committed, then count and keep the numbers."""
    for _, index in entries.sides():
        _state_of(index, thorough=True)
    keep(take())
    end_reading()
    return _nothing


def take() -> Drift:
    """Count what should stand in the indexes and what does."""
    public, everything = _expected(ANONYMOUS), _expected(_EVERYBODY)
    oldest = db.session.scalar(select(OutboxEntry.noted_at).order_by(OutboxEntry.seq).limit(1))
    now = clock.now()
    return Drift(
        counted_at=now,
        expected={Side.PUBLIC.value: public, Side.RESTRICTED.value: everything - public},
        held={side.value: _count(index) for side, index in entries.sides()},
        waiting=db.session.scalar(select(func.count()).select_from(OutboxEntry)) or 0,
        oldest_seconds=(now - oldest).total_seconds() if oldest else 0.0,
        size=sum(_size(index) for _, index in entries.sides()),
    )


def keep(drift: Drift) -> None:
    """Keep the numbers where every web process finds them."""
    known = asdict(drift) | {"counted_at": drift.counted_at.isoformat()}
    derivatives.put(_KEY, json.dumps(known).encode())


def latest() -> Drift | None:
    """Return the numbers as they were counted last; None before the first counting."""
    path = derivatives.path(_KEY)
    if path is None:
        return None
    known = json.loads(path.read_text(encoding="utf-8"))
    return Drift(**known | {"counted_at": datetime.fromisoformat(known["counted_at"])})


def _expected(actor: Actor) -> int:
    """Count the things that the actor may see: texts of pages, and descriptions that somebody wrote.

    For everybody's eyes a description that nobody wrote has nothing to be found by; staff find
    it by its working title.
    """
    texts = (
        select(func.count())
        .select_from(Page)
        .join(Node, Node.id == Page.document_id)
        .join(PageText, (PageText.page_id == Page.id) & PageText.is_current)
        .where(Node.kind == Kind.DOCUMENT.value, policy.readable(actor, Page.document_id.expression))
    )
    records = select(func.count()).where(
        Node.kind == Kind.DOCUMENT.value, policy.describable(actor, Node.id.expression)
    )
    if not actor.is_staff:
        written = (Node.title != "", Node.number != "", Node.issuer != "")
        records = records.where(or_(*written, Node.type_code.is_not(None), Node.issued_on.is_not(None)))
    return (db.session.scalar(texts) or 0) + (db.session.scalar(records) or 0)


def _state_of(index: Engine, thorough: bool = False) -> State:
    try:
        index.check(thorough)
    except NeedsRebuildError:
        return State.MISSING
    except DamagedIndexError:
        return State.DAMAGED
    except UnavailableError:
        return State.UNREADABLE
    return State.SOUND


def _count(index: Engine) -> int | None:
    try:
        return index.count()
    except UnavailableError:
        return None


def _size(index: Engine) -> int:
    try:
        return index.size()
    except (UnavailableError, OSError):
        return 0


def _nothing() -> None:
    """There is nothing to write into the database."""
