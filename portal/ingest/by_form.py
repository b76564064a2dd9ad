"""Files that came whole, with a form: no JavaScript is needed. They count for a person's day as others do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotAllowedError
from portal.ingest import quotas, scans
from portal.ingest.upload_rows import Upload
from portal.ingest.upload_states import UploadState
from portal.storage.originals import Staged


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file whose bytes are durable."""

    name: str
    staged: Staged


def receive(actor: Actor, batch_id: str, arrivals: Sequence[Arrival]) -> int:
    """Write the rows of all files; return how many were refused. Those stand in the batch with the reason.

    Raises:
        InvalidError: with these the actor would have sent more than one may in a day; none is taken in.
        NotFoundError, ConflictError: as `scans.take_in`.
    """
    actor.must(Permission.TAKE_IN)
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    quotas.require_day(actor.id, sum(one.staged.size for one in arrivals))
    received = [scans.take_in(actor, batch_id, one.name, one.staged) for one in arrivals]
    db.session.flush()
    _remember(actor.id, batch_id, zip(arrivals, received, strict=True))
    return sum(one.is_refused for one in received)


def _remember(person_id: str, batch_id: str, came: Iterable[tuple[Arrival, scans.Received]]) -> None:
    now = clock.now()
    for one, received in came:
        db.session.add(
            Upload(
                batch_id=batch_id,
                person_id=person_id,
                file_name=scans.clean_name(one.name),
                length=one.staged.size,
                sha256=one.staged.sha256,
                state=UploadState.DONE.value,
                scan_id=received.scan_id,
                created_at=now,
                expires_at=now,
            )
        )
