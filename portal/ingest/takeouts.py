"""The register of originals that leave the store for scanning and come back.

Before a batch: what is scanned was handed over by name and number. Two sign each way on the minutes, which
the portal prints; the names stand here. No entry is ever removed, and none is without a day of return.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields, tree
from portal.catalogue.models import Kind
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.ingest import batches, takeout_files
from portal.ingest.models import Batch
from portal.ingest.takeout_files import Checked
from portal.ingest.takeout_rows import Takeout
from portal.ingest.takeout_states import TakeoutAct, next_state
from portal.rights import policy

LONGEST_NAME, LONGEST_PURPOSE, LONGEST_NOTE = 120, 300, 1000


@dataclass(frozen=True, slots=True)
class Leaving:
    """What somebody typed about originals that leave."""

    fonds_id: str
    store: str
    files: str
    """One file a line: its code, a semicolon, the number of its sheets."""
    handed_by: str
    handed_to: str
    purpose: str
    due_on: date | None
    condition: str
    box: str = ""


@dataclass(frozen=True, slots=True)
class Returning:
    """What somebody typed about originals that came back."""

    returned_by: str
    received_by: str
    condition: str
    files: Sequence[Checked]


def enter(actor: Actor, leaving: Leaving) -> Takeout:
    """Enter originals that leave the store.

    Raises:
        NotAllowedError: the actor does not take in.
        NotFoundError: there is no such fonds for the actor.
        InvalidError: something is missing or cannot be read; `fields` names the inputs.
    """
    actor.must(Permission.TAKE_IN)
    policy.require_description(actor, leaving.fonds_id)
    if tree.by_id(leaving.fonds_id).kind != Kind.FONDS:
        raise NotFoundError("not_found")
    given, taken = _two_names(("handed_by", leaving.handed_by), ("handed_to", leaving.handed_to))
    row = Takeout(
        number=1 + (db.session.scalar(select(func.max(Takeout.number))) or 0),
        fonds_id=leaving.fonds_id,
        box=fields.optional("box", leaving.box, 60),
        store=fields.required("store", leaving.store, LONGEST_NAME),
        purpose=fields.required("purpose", leaving.purpose, LONGEST_PURPOSE),
        handed_by=given,
        handed_to=taken,
        condition_out=fields.required("condition", leaving.condition, LONGEST_NOTE),
        due_on=_due(leaving.due_on),
        entered_by=actor.id or "",
        files=takeout_files.read(leaving.files),
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        # Somebody else took the number between our look and our insert.
        raise ConflictError("changed_meanwhile") from error
    _record(actor, "enter", row, files=len(row.files), sheets=row.sheets)
    return row


def take_back(actor: Actor, takeout_id: str, returning: Returning) -> Takeout:
    """Enter that originals came back, every file looked at; what is wrong with one has to be said.

    Raises:
        NotFoundError: there is no such entry for the actor.
        ConflictError: they are back already, or never left.
        InvalidError: a file was not looked at, or something is missing; `fields` names the inputs.
    """
    row = _locked(actor, takeout_id)
    is_whole = takeout_files.check(row.files, returning.files)
    act = TakeoutAct.RETURN if is_whole else TakeoutAct.RETURN_INCOMPLETE
    state = next_state(row.state, act)
    giver, taker = _two_names(("returned_by", returning.returned_by), ("received_by", returning.received_by))
    row.condition_back = fields.required("condition", returning.condition, LONGEST_NOTE)
    row.returned_by, row.received_by = giver, taker
    takeout_files.keep(row.files, returning.files)
    row.back_at, row.back_by, row.state = clock.now(), actor.id, state
    db.session.flush()
    _record(actor, act.value, row)
    return row


def settle(actor: Actor, takeout_id: str, note: str) -> Takeout:
    """Say how what was missing, damaged or out of order was made good, or why it cannot be.

    Raises:
        NotFoundError, ConflictError: there is no such entry, or nothing about it is open.
        InvalidError: nothing is said.
    """
    return _closed(actor, takeout_id, TakeoutAct.SETTLE, note)


def strike(actor: Actor, takeout_id: str, note: str) -> Takeout:
    """Say that an entry was a mistake and nothing left the store; it stays, struck through.

    Raises:
        NotFoundError, ConflictError: there is no such entry, or the originals came back.
        InvalidError: nothing is said.
    """
    return _closed(actor, takeout_id, TakeoutAct.STRIKE, note)


def tie(actor: Actor, batch_id: str, takeout_id: str) -> None:
    """Say which entry the originals of a batch left the store by; an empty id takes that back.

    Raises:
        NotFoundError: there is no such batch or entry for the actor.
        InvalidError: the entry is of another fonds.
    """
    actor.must(Permission.TAKE_IN)
    batch = batches.known(actor, batch_id)
    if takeout_id:
        row = of(actor, takeout_id)
        if row.fonds_id != batch.fonds_id:
            raise InvalidError("bad_choice", fields={"takeout": "bad_choice"})
    batch.takeout_id = takeout_id or None
    db.session.flush()
    trail.record(actor, "takeout.tie", "batch", batch.id, takeout=takeout_id)


def of(actor: Actor, takeout_id: str) -> Takeout:
    """Return an entry that the actor may know of.

    Raises:
        NotFoundError: there is none, or its fonds was withheld from the actor; the two look alike.
    """
    actor.must(Permission.TAKE_IN)
    row = db.session.get(Takeout, takeout_id)
    if row is None:
        raise NotFoundError("not_found")
    policy.require_description(actor, row.fonds_id)
    return row


def batches_of(actor: Actor, takeout_id: str) -> Sequence[Batch]:
    """Return the batches that were scanned from the originals of an entry, of those the actor may know of."""
    row = of(actor, takeout_id)
    return db.session.scalars(
        select(Batch)
        .where(Batch.takeout_id == row.id, policy.describable(actor, Batch.holding_id.expression))
        .order_by(Batch.created_at, Batch.id)
    ).all()


def _closed(actor: Actor, takeout_id: str, act: TakeoutAct, note: str) -> Takeout:
    row = _locked(actor, takeout_id)
    state = next_state(row.state, act)
    row.settle_note = fields.required("note", note, LONGEST_NOTE)
    row.state, row.settled_at, row.settled_by = state, clock.now(), actor.id
    db.session.flush()
    _record(actor, act.value, row)
    return row


def _locked(actor: Actor, takeout_id: str) -> Takeout:
    of(actor, takeout_id)
    return db.session.get_one(Takeout, takeout_id, with_for_update=True, populate_existing=True)


def _two_names(first: tuple[str, str], second: tuple[str, str]) -> tuple[str, str]:
    """Return the names of who gives and who takes, which are two people."""
    one, other = (fields.required(name, text, LONGEST_NAME) for name, text in (first, second))
    if one.casefold() == other.casefold():
        raise InvalidError("takeout_same_name", fields={second[0]: "takeout_same_name"})
    return one, other


def _due(day: date | None) -> date:
    if day is None:
        raise InvalidError("missing", fields={"due_on": "missing"})
    if day < clock.today():
        raise InvalidError("takeout_due_passed", fields={"due_on": "takeout_due_passed"})
    return day


def _record(actor: Actor, act: str, row: Takeout, **numbers: int) -> None:
    """Write the line of the trail; the names of who signed stand in the register alone."""
    trail.record(actor, f"takeout.{act}", "takeout", row.id, number=row.number, **numbers)
