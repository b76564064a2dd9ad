"""What everybody may know of the archive as a whole, counted now and then for the home page.

Counting walks over all that is published, too much for every visit, so a periodic job keeps
the numbers with the time of counting. What is shown by name is asked for again when shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.accounts.actors import ANONYMOUS
from portal.catalogue import records
from portal.catalogue.models import Kind, Node, Page
from portal.core import clock
from portal.core.db import db, end_reading
from portal.jobs.handlers import Claim
from portal.rights import policy
from portal.rights.models import Protection
from portal.storage import derivatives

JOB = "catalogue.count"
EVERY_SECONDS = 120
NEWEST = 5
_SPARE = 20
"""More of the newest are kept than shown: some may be closed before the next counting."""
_KEY = "figures/public.json"


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of what is open to everybody, and when they were taken."""

    counted_at: datetime
    pages: int
    """Pages that everybody may read."""
    documents: int
    """Documents whose description everybody may read."""
    by_fonds: Mapping[str, int]
    """Of these, how many each fonds holds."""
    newest: Sequence[str]
    """Ids of the documents published last, the last one first."""


def count(_claim: Claim) -> Callable[[], None]:
    """Count and keep the numbers."""
    keep(take())
    end_reading()
    return _nothing


def take() -> Figures:
    """Count what an anonymous reader may see."""
    described = policy.describable(ANONYMOUS, Node.id.expression)
    documents = (Node.kind == Kind.DOCUMENT.value, described)
    by_fonds = dict(
        db.session.execute(
            select(Node.fonds_id, func.count()).where(*documents).group_by(Node.fonds_id)
        ).all()
    )
    pages = db.session.scalar(
        select(func.count()).select_from(Page).where(policy.readable(ANONYMOUS, Page.document_id.expression))
    )
    newest = db.session.scalars(
        select(Node.id)
        .join(Protection, Protection.node_id == Node.id)
        .where(*documents, Node.title != "")
        .order_by(Protection.published_at.desc(), Node.id)
        .limit(_SPARE)
    ).all()
    return Figures(clock.now(), pages or 0, sum(by_fonds.values()), by_fonds, newest)


def keep(figures: Figures) -> None:
    """Keep the numbers where every web process finds them."""
    known = asdict(figures) | {"counted_at": figures.counted_at.isoformat()}
    derivatives.put(_KEY, json.dumps(known).encode())


def latest() -> Figures | None:
    """Return the numbers as they were counted last; None before the first counting."""
    path = derivatives.path(_KEY)
    if path is None:
        return None
    known = json.loads(path.read_text(encoding="utf-8"))
    return Figures(**known | {"counted_at": datetime.fromisoformat(known["counted_at"])})


def newest(figures: Figures) -> list[Node]:
    """Return the newest documents, those left out that were closed since the counting."""
    shown = records.titles(ANONYMOUS, figures.newest)
    return [shown[one] for one in figures.newest if one in shown][:NEWEST]


def _nothing() -> None:
    """There is nothing to write in the transaction that ends the job."""
