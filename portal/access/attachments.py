"""Files that came with messages: sealed, for the reader and the staff of one request, and gone in the end.

Before it stands the look at what was sent (`web.enclosing`), behind it `correspondence`. Bytes lie in a
folder of their own (`storage.sealed`). How long they may still be opened asks the clock, so that a worker
that stands still keeps nothing open.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from sqlalchemy import ColumnElement, exists, select

from portal.access import powers, request_states
from portal.access.attachment_rows import Attachment
from portal.access.models import ClockEvent, ClockKind, MessageKind, Request, RequestMessage
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock, dated, sealing
from portal.core.db import db, on_commit
from portal.core.errors import InvalidError, NotFoundError
from portal.core.ids import new_id
from portal.jobs.handlers import Claim
from portal.storage import sealed
from portal.storage.sealed import Room

JOB = "access.attachments"
EVERY_SECONDS = 3600

MOST_FILES = 5
MOST_BYTES = 10 * 1024 * 1024
MOST_AT_ONCE = 200
UNCLAIMED_SECONDS = 3600
"""After so long a file that no row names is what a crash left."""
NAME_MOST = 100

ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
"""The kinds that are taken, and how their names end."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file as it was sent, after a look at it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file as it is shown beside its message."""

    id: str
    name: str
    """Empty where the file is gone."""
    size: int
    """Bytes."""


def clean_name(name: str, media_type: str) -> str:
    """Return a file's name as it is kept: no folders, no unseen signs, the ending of its kind."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*%')
    path = PurePath(" ".join(seen.split()).strip(". ") or "tep")
    ending = ENDINGS[media_type]
    is_named_so = path.suffix.casefold() in (ending, ".jpeg" if ending == ".jpg" else ending)
    stem = path.stem if is_named_so else path.name
    return (stem[:NAME_MOST].strip(". ") or "tep") + ending


def check(files: Sequence[Enclosed]) -> None:
    """Raise InvalidError unless the files are few, small, and of the kinds that are taken."""
    if len(files) > MOST_FILES:
        raise InvalidError("too_many_files", fields={"files": "too_many_files"}, most=MOST_FILES)
    for file in files:
        if file.media_type not in ENDINGS:
            raise InvalidError("attachment_type", fields={"files": "attachment_type"})
        if not 0 < len(file.content) <= MOST_BYTES:
            raise InvalidError("attachment_size", fields={"files": "attachment_size"}, most=MOST_BYTES >> 20)


def put(message: RequestMessage, files: Sequence[Enclosed]) -> None:
    """Keep the files of a message, sealed; who may write it was checked.

    Raises:
        InvalidError: as `check`.
        UnavailableError: the disk is short of space.
    """
    check(files)
    for file in files:
        row = Attachment(
            id=new_id(),
            request_id=message.request_id,
            message_id=message.id,
            name=clean_name(file.name, file.media_type),
            media_type=file.media_type,
            size=len(file.content),
            key_id=sealing.present_id(),
        )
        sealed.put(_name(row), file.content, Room.ATTACHMENTS)
        db.session.add(row)
    db.session.flush()


def of_messages(message_ids: Sequence[str]) -> dict[str, list[AttachmentView]]:
    """Return the files by message, what is gone too, by one query."""
    rows = db.session.scalars(
        select(Attachment)
        .where(Attachment.message_id.in_(message_ids))
        .order_by(Attachment.added_at, Attachment.id)
    )
    over, found = _over_before(), dict[str, list[AttachmentView]]()
    gone = set(db.session.scalars(select(Attachment.id).where(Attachment.message_id.in_(message_ids), over)))
    for row in rows:
        is_gone = row.gone_at is not None or row.id in gone
        view = AttachmentView(row.id, "" if is_gone else row.name, row.size)
        found.setdefault(row.message_id, []).append(view)
    return found


def hand_out(actor: Actor, request_id: str, attachment_id: str) -> tuple[str, str, bytes]:
    """Return name, media type and bytes of a file, with a line in the trail.

    Raises:
        NotFoundError: there is none, it is not for the actor, or it is gone; all look alike.
        UnsealableError: its key is not here.
    """
    row = db.session.scalar(
        select(Attachment).where(
            Attachment.id == attachment_id,
            Attachment.request_id == request_id,
            Attachment.gone_at.is_(None),
            ~_over_before(),
        )
    )
    if row is None or not _is_for(actor, row):
        raise NotFoundError("not_found")
    content = sealed.read(_name(row), row.key_id, Room.ATTACHMENTS)
    trail.record(actor, "request.open_attachment", "request", row.request_id, attachment=row.id)
    return row.name, row.media_type, content


def forget(message_ids: Sequence[str]) -> None:
    """Remove the files of messages in this transaction: whoever wrote them asked to be erased."""
    rows = db.session.scalars(
        select(Attachment).where(Attachment.message_id.in_(message_ids), Attachment.gone_at.is_(None))
    ).all()
    names = [_name(row) for row in rows]
    _note(rows, clock.now())
    on_commit(lambda: sealed.remove(names, Room.ATTACHMENTS))


def retire(claim: Claim) -> Callable[[], None]:
    """Remove the files whose time is over and those that no row names; what is returned notes it."""
    over = db.session.scalars(
        select(Attachment)
        .where(Attachment.gone_at.is_(None), _over_before())
        .order_by(Attachment.added_at)
        .limit(MOST_AT_ONCE)
    ).all()
    ids = [row.id for row in over]
    # Bytes first: a row says "gone" only when they are.
    sealed.remove([_name(row) for row in over], Room.ATTACHMENTS)
    alive = db.session.scalars(select(Attachment).where(Attachment.gone_at.is_(None)))
    sealed.sweep({_name(row) for row in alive}, time.time() - UNCLAIMED_SECONDS, Room.ATTACHMENTS)
    return lambda: _note_gone(ids)


def _note_gone(ids: Sequence[str]) -> None:
    rows = db.session.scalars(
        select(Attachment).where(Attachment.id.in_(ids), Attachment.gone_at.is_(None))
    ).all()
    for row in rows:
        trail.record(PORTAL, "request.attachment_gone", "request", row.request_id, attachment=row.id)
    _note(rows, clock.now())


def _note(rows: Sequence[Attachment], now: datetime) -> None:
    for row in rows:
        row.gone_at, row.name = now, ""
    db.session.flush()


def _over_before() -> ColumnElement[bool]:
    """Say of which files the time is over: so many days after they came, and after their request ended."""
    before = clock.now() - timedelta(days=int(dated.value(dated.ATTACHMENT_DAYS)))
    open_values = [status.value for status in request_states.OPEN]
    is_open = exists().where(Request.id == Attachment.request_id, Request.status.in_(open_values))
    ended_later = exists().where(
        ClockEvent.request_id == Attachment.request_id,
        ClockEvent.kind == ClockKind.STOP.value,
        ClockEvent.at > before,
    )
    return (Attachment.added_at <= before) & ~is_open & ~ended_later


def _is_for(actor: Actor, row: Attachment) -> bool:
    """Tell whether it is for the actor: notes are for the staff, and nobody is staff to their own request."""
    message = db.session.get_one(RequestMessage, row.message_id)
    request = db.session.get_one(Request, row.request_id)
    if actor.id is not None and request.person_id == actor.id:
        return message.kind != MessageKind.NOTE.value
    return powers.may(actor, Permission.HANDLE, request.person_id)


def _name(row: Attachment) -> str:
    return f"{row.id}-1"
