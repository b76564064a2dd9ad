"""Uploads that can be resumed: a file is announced, comes in parts, and is a file of its batch at the end.

What `append` has returned for is durable. Whoever asks how far an upload is finishes it where all of it is
here: the server may have died between the last byte and the row. Bytes are moved outside transactions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock, dated
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.ingest import batches, quotas, scans, sent
from portal.ingest.upload_rows import Upload, locked
from portal.ingest.upload_states import UploadAct, UploadState, next_state
from portal.storage import originals, partials
from portal.storage.partials import Checksum, Partial
from portal.storage.store import Staged

MOST_BYTES = 2 * 1024**3
LONGEST_SOURCE = 600


@dataclass(frozen=True, slots=True)
class UploadView:
    """How far an upload is."""

    id: str
    batch_id: str
    file_name: str
    length: int
    """Bytes that were announced."""
    offset: int
    """Bytes that are here, durably."""
    state: UploadState
    expires_at: datetime
    sha256: str
    """Of all of it; empty until it is done."""
    scan_id: str | None


def begin(actor: Actor, batch_id: str, file_name: str, length: int, source: str = "") -> UploadView:
    """Announce a file for a batch that is open; the same source once more is the same upload.

    Args:
        length: in bytes.
        source: what the sender knows the file by, to find it again; too long a text is none.

    Raises:
        NotFoundError: there is no such batch, or it is not for the actor.
        ConflictError: the batch is closed.
        InvalidError: it is longer than 2 GB, or the actor has sent as much as one may.
        FullError: the disk has no room for it.
    """
    person_id = _person(actor)
    batches.require_open(actor, batch_id)
    if length < 0 or length > MOST_BYTES:
        raise InvalidError("upload_too_large", most_mb=MOST_BYTES // 1024**2)
    source = source if len(source) <= LONGEST_SOURCE else ""
    if before := sent.known(actor, batch_id, source, length):
        # The answer to the announcement was lost on its way, or the page was left and is back.
        row = db.session.get_one(Upload, before)
        _begin_anew_where_it_is_gone(row)
        return _view(row, _here(row))
    quotas.require(person_id, length)
    partials.require_space_for(length)
    row = Upload(
        batch_id=batch_id,
        person_id=person_id,
        file_name=scans.clean_name(file_name),
        length=length,
        source=source,
        expires_at=_expiry(),
    )
    db.session.add(row)
    db.session.flush()
    # Before the row is committed: a row without a file would be an upload that nothing can be sent to.
    partials.begin(row.id)
    return _view(row, 0)


def look(actor: Actor, upload_id: str) -> UploadView:
    """Return how far an upload is; what is complete is finished first. Call it outside a transaction.

    Raises:
        NotFoundError: there is no such upload of the actor.
        ConflictError: somebody sends a part of it just now, or its batch was closed meanwhile.
    """
    known = _known(actor, upload_id)
    if known.state is not UploadState.BEGUN:
        return known
    if known.offset >= known.length or _is_placed(known):
        return _finished(actor, known)
    return known


def append(
    actor: Actor, upload_id: str, offset: int, stream: BinaryIO, checksum: Checksum | None = None
) -> UploadView:
    """Take in the next part, and finish where it was the last one. Call it outside a transaction.

    Raises:
        NotFoundError: there is no such upload of the actor.
        ConflictError: it does not stand at this offset, is over, or somebody else sends a part just now.
        InvalidError: the bytes are not what the checksum says, or more than was announced.
        FullError: the disk has no room.
    """
    known = look(actor, upload_id)
    if known.state is not UploadState.BEGUN:
        if known.state is UploadState.DONE and offset == known.length:
            # The answer to the last part was lost on its way.
            return known
        raise ConflictError("upload_over")
    with _held(actor, upload_id) as partial:
        # Only who holds the file ends an upload, so from here on it stays as it is.
        if _known(actor, upload_id).state is not UploadState.BEGUN:
            raise ConflictError("upload_over")
        if partial.size != offset:
            raise ConflictError("upload_offset")
        try:
            partial.append(stream, known.length - offset, checksum)
        finally:
            # Also where the line broke: somebody is sending.
            _put_off(upload_id)
        if partial.size < known.length:
            return _known(actor, upload_id)
    return _finished(actor, known)


def cancel(actor: Actor, upload_id: str) -> None:
    """Forget an upload and what has come of it. Call it outside a transaction.

    Raises:
        NotFoundError: there is no such upload of the actor.
        ConflictError: it is over, or a part of it arrives just now.
    """
    _known(actor, upload_id)
    with partials.held_or_gone(upload_id):
        with transaction():
            row = locked(upload_id)
            row.state = next_state(row.state, UploadAct.CANCEL)
            trail.record(actor, "upload.cancel", "batch", row.batch_id, upload=row.id)
        partials.remove(upload_id)


@contextmanager
def _held(actor: Actor, upload_id: str) -> Iterator[Partial]:
    """Hold the file of an upload to write to it.

    Raises:
        NotFoundError: it is gone.
        ConflictError: somebody else holds it, or gave it its place after we looked.
    """
    with ExitStack() as stack:
        try:
            partial = stack.enter_context(partials.held(upload_id))
        except NotFoundError as error:
            now = _known(actor, upload_id)
            if now.state is UploadState.BEGUN and not _is_placed(now):
                raise
            raise ConflictError("upload_busy") from error
        yield partial


def _finished(actor: Actor, known: UploadView) -> UploadView:
    """Give the file its place and its row; twice, or by two at once, is once."""
    staged = _staged(known)
    with transaction():
        row = locked(known.id)
        if row.state == UploadState.BEGUN.value:
            received = scans.take_in(actor, row.batch_id, row.file_name, staged)
            row.state, row.scan_id = next_state(row.state, UploadAct.FINISH), received.scan_id
    done = _known(actor, known.id)
    if done.state is not UploadState.DONE:
        raise ConflictError("upload_over")
    return done


def _staged(known: UploadView) -> Staged:
    if _is_placed(known):
        return Staged(known.sha256, known.length)
    try:
        with partials.held(known.id) as partial:
            if partial.size != known.length:
                # We looked before its writer took back what was wrong.
                raise ConflictError("upload_busy")
            return _placed(known.id, partial)
    except NotFoundError:
        # Another request placed it between our look and our hold.
        end_reading()
        row = db.session.get_one(Upload, known.id)
        return Staged(row.sha256, row.length)


def _placed(upload_id: str, partial: Partial) -> Staged:
    digest = partial.digest()
    with transaction():
        locked(upload_id).sha256 = digest
    return partial.place(digest)


def _is_placed(known: UploadView) -> bool:
    """Tell whether the file has its place already, though no row of the batch names it."""
    return bool(known.sha256) and partials.size(known.id) is None and originals.holds(known.sha256)


def _known(actor: Actor, upload_id: str) -> UploadView:
    """Return an upload of the actor as it is now, and hold no reading for it."""
    person_id = _person(actor)
    end_reading()
    row = db.session.get(Upload, upload_id)
    if row is None or row.person_id != person_id:
        raise NotFoundError("not_found")
    found = _view(row, _here(row))
    end_reading()
    return found


def _here(row: Upload) -> int:
    """Return how many bytes of an upload are here."""
    here = {UploadState.BEGUN.value: partials.size(row.id), UploadState.DONE.value: row.length}
    return here.get(row.state) or 0


def _view(row: Upload, offset: int) -> UploadView:
    state = UploadState(row.state)
    return UploadView(
        id=row.id,
        batch_id=row.batch_id,
        file_name=row.file_name,
        length=row.length,
        offset=offset,
        state=state,
        expires_at=row.expires_at,
        sha256=row.sha256,
        scan_id=row.scan_id,
    )


def _begin_anew_where_it_is_gone(row: Upload) -> None:
    """Have a file for an upload whose bytes got their place without a row, and were cleared away there."""
    if (
        row.state == UploadState.BEGUN.value
        and partials.size(row.id) is None
        and not (row.sha256 and originals.holds(row.sha256))
    ):
        partials.begin(row.id)


def _put_off(upload_id: str) -> None:
    end_reading()
    with transaction():
        locked(upload_id).expires_at = _expiry()


def _expiry() -> datetime:
    return clock.now() + timedelta(hours=int(dated.value(dated.UPLOAD_HOURS)))


def _person(actor: Actor) -> str:
    actor.must(Permission.TAKE_IN)
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    return actor.id
