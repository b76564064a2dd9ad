"""What reader and staff write to each other about a request.

Notes of the staff never reach the reader: `of` leaves them out for everybody who does not handle requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from portal.access import addresses, attachments, course, daily_caps, powers, reasons
from portal.access.attachments import AttachmentView, Enclosed
from portal.access.models import MessageKind, Request, RequestMessage, RequestStatus
from portal.access.request_states import RequestAct
from portal.accounts import notices, people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core.db import db
from portal.core.errors import NotFoundError

LEAST, LONGEST = 2, 4000
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it is shown."""

    id: str
    at: datetime
    kind: MessageKind
    by_staff: bool
    name: str
    """Who wrote it; to the reader the staff are the archive, without names."""
    text: str
    files: Sequence[AttachmentView] = ()


def of(actor: Actor, request_id: str) -> list[Letter]:
    """Return the messages of a request, oldest first.

    Raises:
        NotFoundError: there is no such request, or it is not for the actor; the two look alike.
    """
    row = _mine(actor, request_id)
    handles = _handles(actor, row)
    which = RequestMessage.request_id == row.id
    if not handles:
        which &= RequestMessage.kind != MessageKind.NOTE.value
    found = db.session.scalars(
        select(RequestMessage).where(which).order_by(RequestMessage.at, RequestMessage.id).limit(MOST_SHOWN)
    ).all()
    names = people.names([one.from_person for one in found])
    files = attachments.of_messages([one.id for one in found])
    return [
        Letter(
            one.id,
            one.at,
            MessageKind(one.kind),
            one.by_staff,
            "" if one.by_staff and not handles else names.get(one.from_person, ""),
            one.text,
            files.get(one.id, ()),
        )
        for one in found
    ]


def write(actor: Actor, request_id: str, text: str, files: Sequence[Enclosed] = ()) -> None:
    """Write to the other side; a reader who was asked answers with it, and the clock goes on.

    Args:
        files: what goes with it, looked at before.

    Raises:
        NotFoundError: there is no such request, or it is not for the actor; the two look alike.
        InvalidError: the text is too short or too long, the files are too many or too large, or the reader
            has sent enough for today.
    """
    clean = reasons.clean("text", text, LEAST, LONGEST)
    _mine(actor, request_id)
    row = course.locked(request_id)
    by_staff = actor.id != row.person_id
    is_answer = not by_staff and row.status == RequestStatus.AWAITING_READER.value
    kind = MessageKind.ANSWER if is_answer else MessageKind.MESSAGE
    if not by_staff:
        daily_caps.check(row.id, kind, len(files))
    if is_answer:
        course.move(actor, row, RequestAct.ANSWER)
    put(actor, row, kind, clean, by_staff=by_staff, files=files)
    trail.record(actor, "request.write", "request", row.id, kind=kind.value)
    if by_staff:
        course.tell(row, "request_message", text=clean)
    else:
        _tell_staff(row)


def note(actor: Actor, request_id: str, text: str, files: Sequence[Enclosed] = ()) -> None:
    """Write a note for the staff.

    Raises:
        NotFoundError, NotAllowedError: there is no such request, or the actor does not handle it.
        InvalidError: the text is too short or too long.
    """
    clean = reasons.clean("text", text, LEAST, LONGEST)
    row = course.locked(request_id)
    powers.must(actor, Permission.HANDLE, row.person_id)
    put(actor, row, MessageKind.NOTE, clean, by_staff=True, files=files)


def put(
    actor: Actor,
    row: Request,
    kind: MessageKind,
    text: str,
    *,
    by_staff: bool,
    files: Sequence[Enclosed] = (),
) -> None:
    """Keep a message and its files; who may write it was checked."""
    message = RequestMessage(
        request_id=row.id, from_person=actor.id, by_staff=by_staff, kind=kind.value, text=text
    )
    db.session.add(message)
    db.session.flush()
    attachments.put(message, files)


def forget(person_id: str) -> None:
    """Take out what a person wrote and sent about their own requests: they have asked to be erased."""
    own = select(Request.id).where(Request.person_id == person_id)
    written = select(RequestMessage.id).where(
        RequestMessage.from_person == person_id, RequestMessage.request_id.in_(own)
    )
    attachments.forget(db.session.scalars(written).all())
    db.session.execute(
        update(RequestMessage)
        .where(RequestMessage.from_person == person_id, RequestMessage.request_id.in_(own))
        .values(text="")
        .execution_options(synchronize_session=False)
    )


def _mine(actor: Actor, request_id: str) -> Request:
    row = db.session.get(Request, request_id)
    if row is None or not (_handles(actor, row) or (actor.id and row.person_id == actor.id)):
        raise NotFoundError("not_found")
    return row


def _handles(actor: Actor, row: Request) -> bool:
    return powers.may(actor, Permission.HANDLE, row.person_id)


def _tell_staff(row: Request) -> None:
    """Tell whoever works on it; what nobody took up yet shows itself in the queue."""
    if row.assigned_to is not None:
        place = addresses.of_handling(row.id)
        notices.tell(row.assigned_to, "request_answered", place, number=row.number)
