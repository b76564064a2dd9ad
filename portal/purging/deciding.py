"""Propose, confirm, decline and take back a purge. Two people decide; the job of `carrying_out` does it.

From the transaction of the confirmation on nobody sees what goes, and no way of the portal brings it back.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal.access import purged as leaves
from portal.access import reasons
from portal.accounts import own
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import purged as catalogue
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.ingest import purged as intake
from portal.jobs import ledger
from portal.jobs.models import Lane
from portal.purging import bases, carrying_out, extents, parts, sight, states, tombstones
from portal.purging.extents import Extent
from portal.purging.rows import Purge, PurgeKind, PurgeState
from portal.purging.states import PurgeAct

REASON_LEAST, REASON_MOST = 10, 1000
PROPOSAL_DAYS = 30
"""How long a proposal waits for its second person; after that what is true of it has to be looked at anew."""


def propose(actor: Actor, kind: PurgeKind, object_id: str, basis_id: str, reason: str) -> Purge:
    """Propose that something leaves the archive; nothing happens to it until a second person confirms.

    Raises:
        NotAllowedError: the actor may not propose it.
        NotFoundError: there is no such thing for the actor.
        InvalidError: the reason is too short or too long, or the law is none of those that hold.
        ConflictError: it is proposed already, or cannot be purged (yet).
    """
    actor.must(Permission.PROPOSE_PURGE)
    if actor.id is None:
        raise NotFoundError("not_found")
    found = extents.of(actor, kind, object_id)
    wrong = {} if bases.holds(basis_id) else {"basis": "bad_choice"}
    if wrong:
        raise InvalidError("bad_choice", fields=wrong)
    text = reasons.clean("reason", reason, REASON_LEAST, REASON_MOST)
    if _standing(object_id) is not None:
        raise ConflictError("purge_proposed_already")
    now = clock.now()
    row = Purge(
        kind=kind.value,
        object_id=object_id,
        basis_id=basis_id,
        reason=text,
        proposed_by=actor.id,
        proposed_at=now,
        until=now + timedelta(days=PROPOSAL_DAYS),
        is_secret=intake.is_held(actor, object_id),
    )
    db.session.add(row)
    db.session.flush()
    _record(actor, "propose", row, records=len(found.records), pages=len(found.pages))
    return row


def confirm(actor: Actor, purge_id: str, present: str, origin: str, *, seen: str, is_sure: bool) -> Purge:
    """Decide, as the second person, that it goes: hidden at once, and removed by the job.

    Args:
        present: the present password; not asked of who has none.
        origin: where it comes from, for counting failures.
        seen: `Extent.seen` of what they looked at.
        is_sure: whether they ticked that they have looked at it.

    Raises:
        NotFoundError: there is no such purge that the actor may know of, or what it names is not there for
            the actor any more.
        NotAllowedError: the actor proposed it, acts by leave of who did, may not confirm, or the password
            is wrong.
        TooManyError: the account or its origin failed too often in the last minutes.
        ConflictError: it is decided already, its time has passed, or something else would go than was seen.
        InvalidError: they did not say that they are sure.
    """
    row = _locked(actor, purge_id)
    if row.is_overdue:
        raise ConflictError("purge_overdue")
    states.check(row, PurgeAct.CONFIRM, actor)
    own.check_present(own.data(actor), present, origin)
    if not is_sure:
        raise InvalidError("purge_be_sure", fields={"sure": "purge_be_sure"})
    found = extents.of(actor, PurgeKind(row.kind), row.object_id)
    if found.seen != seen:
        raise ConflictError("changed_meanwhile")
    found = extents.settled(found)
    row.confirmed_by, row.confirmed_at = actor.id, clock.now()
    row.is_secret = row.is_secret or intake.is_held(actor, row.object_id)
    states.advance(row, PurgeAct.CONFIRM, actor)
    tombstones.write(row, found)
    hide(actor, found)
    db.session.flush()
    ledger.enqueue(carrying_out.JOB, row.id, lane=Lane.DESK)
    _record(actor, "confirm", row, records=len(found.records), pages=len(found.pages))
    return row


def decline(actor: Actor, purge_id: str, reason: str) -> Purge:
    """Say, as the second person, that it stays.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `confirm`.
        InvalidError: the reason is too short or too long.
    """
    row = _locked(actor, purge_id)
    states.advance(row, PurgeAct.DECLINE, actor)
    row.end_reason = reasons.clean("end_reason", reason, REASON_LEAST, REASON_MOST)
    return _ended(actor, row, "decline")


def withdraw(actor: Actor, purge_id: str) -> Purge:
    """Take one's own proposal back while nobody has decided.

    Raises:
        NotFoundError: there is no such purge.
        NotAllowedError: somebody else proposed it.
        ConflictError: it is decided already.
    """
    row = _locked(actor, purge_id)
    states.advance(row, PurgeAct.WITHDRAW, actor)
    return _ended(actor, row, "withdraw")


def hide(actor: Actor, found: Extent) -> None:
    """Take all that goes out of everybody's sight, and end what readers wait for or hold of it."""
    for part in parts.of(found.records):
        catalogue.hide_records(part)
        leaves.end(actor, part)
        intake.end_holds(actor, part)
    if found.kind is PurgeKind.PAGE:
        # Its document stays in sight, so that the page has to go now, and copies that show it.
        carrying_out.forget_rows(found.page_ids)
        leaves.renew_copies(found.documents)


def _ended(actor: Actor, row: Purge, act: str) -> Purge:
    row.ended_by, row.ended_at = actor.id, clock.now()
    db.session.flush()
    _record(actor, act, row)
    return row


def _locked(actor: Actor, purge_id: str) -> Purge:
    found = select(Purge).where(Purge.id == purge_id, sight.known_to(actor))
    row = db.session.scalar(found.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFoundError("not_found")
    return row


def _standing(object_id: str) -> Purge | None:
    """Return the purge of a thing that waits, is at work or is done; one whose time has passed makes room."""
    row = db.session.scalar(
        select(Purge).where(
            Purge.object_id == object_id,
            Purge.state.in_([PurgeState.PROPOSED.value, PurgeState.CONFIRMED.value, PurgeState.DONE.value]),
        )
    )
    if row is not None and row.is_overdue:
        row.state, row.ended_at = PurgeState.WITHDRAWN.value, clock.now()
        db.session.flush()
        return None
    return row


def _record(actor: Actor, act: str, row: Purge, **numbers: int) -> None:
    """Write the line of the trail: what it is about by kind and id, never by name."""
    trail.record(actor, f"purge.{act}", "purge", row.id, kind=row.kind, object=row.object_id, **numbers)
