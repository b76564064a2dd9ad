"""Take in what lies in a watched folder: claimed, kept, written down, noted, and only then put away.

Whoever is killed in between leaves the claim, and the next one goes on with it: the same bytes under the
same name are the same file of their batch. A file that somebody still writes to waits. What is refused goes
aside with the reason in Vietnamese, for whoever stands at the scanner.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.core import clock
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError, InvalidError
from portal.core.wording import say
from portal.ingest import batches, hot_folder, scans
from portal.ingest.hot_folder import Claimed, HotFolder
from portal.ingest.manifests import Manifest
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.scans import Received
from portal.rights import policy
from portal.storage import originals
from portal.storage.store import Staged

MOST_BYTES = 2 * 1024**3
LANGUAGE = "vi"
"""Of the notes beside refused files: whoever scans reads them, and nobody has signed in there."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What is done with the files of a folder."""

    fonds_id: str
    batch_name: str = ""
    """Empty: the batch is called like the subfolder, else like the folder and the day."""
    is_kept: bool = True
    """Whether a file that was taken in stays in `done`."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one file."""

    place: str
    """Subfolder and name in the watched folder."""
    batch_id: str = ""
    sha256: str = ""
    scan_id: str = ""
    state: ScanState = ScanState.REFUSED
    code: str = ""
    """Why it is no new document; of a message with `values`."""
    values: dict[str, object] | None = None


def turn(actor: Actor, folder: HotFolder, orders: Orders) -> Iterator[Done]:
    """Take in what was claimed before and what is ready now, one file after the other.

    Raises:
        NotFoundError: the fonds is not there, or not for the actor.
        InvalidError: somebody put a link where the portal writes in the folder.
        UnavailableError: there is no room, or the database is away; what was claimed stays claimed.
    """
    folder.require_no_links()
    for one in folder.left():
        if done := _take(actor, folder, orders, one, is_left=True):
            yield done
    for path in folder.ready():
        claimed = folder.claim(path)
        if claimed is not None and (done := _take(actor, folder, orders, claimed)):
            yield done


def _take(
    actor: Actor, folder: HotFolder, orders: Orders, one: Claimed, *, is_left: bool = False
) -> Done | None:
    """Take in a claimed file; None where somebody still writes to it, or another watcher was faster."""
    try:
        staged = _staged(one)
    except FileNotFoundError:
        return None
    except InvalidError as error:
        folder.refuse(one, say(error.code, LANGUAGE, **error.values))
        return Done(str(one.place), code=error.code, values=dict(error.values))
    if staged is None:
        return None
    try:
        with transaction():
            batch_id, received = _received(actor, orders, folder, one, staged)
    except ConflictError:
        # Its batch was closed at this moment; the next turn opens another one.
        return None
    _note(folder, one, batch_id, staged, received, is_left=is_left)
    if received.is_refused:
        folder.refuse(one, say(received.code, LANGUAGE, **received.values))
    else:
        folder.put_away(one, is_kept=orders.is_kept)
    return Done(
        str(one.place),
        batch_id,
        staged.sha256,
        received.scan_id,
        received.state,
        received.code,
        dict(received.values),
    )


def _staged(one: Claimed) -> Staged | None:
    """Keep the bytes; None where the file changed meanwhile, for a rename stops nobody who writes."""
    with hot_folder.opened(one) as file:
        before = hot_folder.look(file)
        staged = originals.stage(file, MOST_BYTES)
        return staged if hot_folder.look(file) == before else None


def _received(
    actor: Actor, orders: Orders, folder: HotFolder, one: Claimed, staged: Staged
) -> tuple[str, Received]:
    # The row of the bytes is locked, so that two watchers of one folder see what the other wrote.
    originals.record(staged)
    name = _batch_name(orders, folder, one)
    known = _known(orders.fonds_id, name, one.name, staged)
    if known is not None:
        found = Received(known.id, ScanState(known.state), known.document_id, known.code, dict(known.values))
        return known.batch_id, found
    batch_id = _open_batch(actor, orders.fonds_id, name)
    return batch_id, scans.take_in(actor, batch_id, one.name, staged)


def _batch_name(orders: Orders, folder: HotFolder, one: Claimed) -> str:
    """Return the name as `batches.open_batch` keeps it, by which the batch is found again."""
    of_folder = scans.clean_name(one.subfolder or folder.root.name)
    day = "" if one.subfolder else f" {one.day:%d/%m/%Y}"
    wanted = orders.batch_name or of_folder[: batches.LONGEST_NAME - len(day)].rstrip() + day
    return " ".join(unicodedata.normalize("NFC", wanted).split())[: batches.LONGEST_NAME].rstrip()


def _known(fonds_id: str, batch_name: str, file_name: str, staged: Staged) -> Scan | None:
    """Return the row of a file whose claim was not put away any more, though its batch was closed since."""
    return db.session.scalar(
        select(Scan)
        .join(Batch, Batch.id == Scan.batch_id)
        .where(
            Scan.blob_sha256 == staged.sha256,
            Scan.file_name == scans.clean_name(file_name),
            Batch.fonds_id == fonds_id,
            Batch.name == batch_name,
            Batch.withdrawn_at.is_(None),
        )
        .order_by(Scan.created_at, Scan.id)
        .limit(1)
    )


def _open_batch(actor: Actor, fonds_id: str, name: str) -> str:
    """Return the open batch of that name in the fonds; where there is none, it is opened and declared."""
    found = db.session.scalar(
        select(Batch.id)
        .where(
            Batch.fonds_id == fonds_id,
            Batch.name == name,
            Batch.closed_at.is_(None),
            Batch.withdrawn_at.is_(None),
            policy.describable(actor, Batch.holding_id.expression),
        )
        .order_by(Batch.created_at.desc(), Batch.id)
        .limit(1)
    )
    return found or batches.open_batch(actor, fonds_id, name, declared=True).id


def _note(
    folder: HotFolder, one: Claimed, batch_id: str, staged: Staged, received: Received, *, is_left: bool
) -> None:
    end_reading()
    manifest, month = Manifest(folder.claims), _month(one)
    if is_left and manifest.holds(month, received.scan_id):
        return
    manifest.note(
        month,
        {
            "name": str(one.place).encode("utf-8", "backslashreplace").decode("utf-8"),
            "size": staged.size,
            "sha256": staged.sha256,
            "batch": batch_id,
            "scan": received.scan_id,
            "state": received.state.value,
            "at": clock.now().isoformat(timespec="seconds"),
        },
    )


def _month(one: Claimed) -> date:
    return one.day.replace(day=1)
