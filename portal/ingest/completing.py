"""Close a batch that is whole, or whose difference is explained in writing; open it again with a reason.

Numbers and words of each closing are kept. Nothing comes into a closed batch, and nothing in it is
judged; somebody other than who closed it can open it again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.ingest import counting, second_person
from portal.ingest.batch_states import Act, advance
from portal.ingest.check_rows import BatchClosing
from portal.ingest.counting import Count

LONGEST_EXPLANATION = 1000
LONGEST_REASON = 500
MOST_SHOWN = 20


def close(actor: Actor, batch_id: str, explanation: str = "") -> Count:
    """Close a batch; return the numbers that were kept.

    Args:
        explanation: why what is expected did not come, or more did; needed where the numbers differ
            or nobody said how many sheets there are.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: it is closed or withdrawn, or something of it still waits.
        InvalidError: the numbers differ and the explanation is missing, or it is too long.
    """
    batch = second_person.at_work(actor, batch_id)
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    explanation = fields.optional("explanation", explanation, LONGEST_EXPLANATION)
    count = counting.count(batch)
    if not count.is_done:
        raise ConflictError("batch_waits", waiting=count.waiting, files=count.files)
    if not count.is_whole and not explanation:
        raise InvalidError("difference_unexplained", fields={"explanation": "difference_unexplained"})
    advance(batch, Act.CLOSE)
    batch.closed_at = clock.now()
    db.session.add(
        BatchClosing(
            batch_id=batch.id,
            closed_by=actor.id,
            closed_at=batch.closed_at,
            expected=count.expected,
            accepted=count.accepted,
            rejected=count.rejected,
            explanation="" if count.is_whole else explanation,
        )
    )
    db.session.flush()
    trail.record(
        actor,
        "batch.close",
        "batch",
        batch.id,
        expected=count.expected,
        accepted=count.accepted,
        rejected=count.rejected,
        percent=count.percent,
        explained=not count.is_whole,
    )
    return count


def reopen(actor: Actor, batch_id: str, reason: str) -> None:
    """Open a closed batch again: by somebody other than who closed it.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: it is not closed.
        NotAllowedError: the actor closed it.
        InvalidError: the reason is missing or too long.
    """
    batch = second_person.known(actor, batch_id, is_held=True)
    reason = fields.required("reason", reason, LONGEST_REASON)
    last = next(iter(closings(actor, batch.id)), None)
    first = last.closed_by if last else None
    advance(batch, Act.REOPEN)
    if actor.id is None or not actor.is_second(Permission.TAKE_IN, first):
        raise NotAllowedError("own_closing")
    batch.closed_at = None
    if last is not None:
        last.reopened_by, last.reopened_at, last.reopen_reason = actor.id, clock.now(), reason
    db.session.flush()
    trail.record(actor, "batch.reopen", "batch", batch.id)


def closings(actor: Actor, batch_id: str) -> Sequence[BatchClosing]:
    """Return the closings of a batch, the latest first."""
    actor.must(Permission.TAKE_IN)
    return db.session.scalars(
        select(BatchClosing)
        .where(BatchClosing.batch_id == batch_id)
        .order_by(BatchClosing.closed_at.desc(), BatchClosing.id)
        .limit(MOST_SHOWN)
    ).all()
