"""A batch of the demo that is still at work: split, half looked at, one page to be scanned again.

After `seed`, which has planted the fonds. The papers are those of the demo, scanned once more, so some are
flagged as near copies; the sheets between them are those that the portal prints.
"""

from __future__ import annotations

import io

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.catalogue import tree
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.demo import asking, documents, scanning
from portal.demo.archive.holdings import UBND
from portal.ingest import (
    batches,
    checking,
    ordering,
    printing,
    rearranging,
    sampling,
    scans,
    splitting,
    withdrawing,
)
from portal.ingest.models import Batch
from portal.ingest.papers import Paper
from portal.jobs import ledger
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Apply, Claim
from portal.storage import originals

JOB, LOOK = "demo.batch", "demo.second_look"
PRIORITY = asking.PRIORITY + 1
SECONDS_TO_WAIT = 10.0

NAME = "Hộp 4, giá 2, tầng 3"
FOLDERS = ("12", "13")
PAPERS = (
    ("ke-hoach-chinh-ly.pdf", "1991-03-ct-ubnd.pdf", "2020-1290-ubnd-vp.pdf"),
    ("ho-so-den-bu.pdf",),
)
"""By folder: what lies behind the sheet of each; one is coarse and one lies askew."""
EXPECTED = 6
"""Sheets as counted, more than come: closing asks for a word on it."""
NOTE = "Trang bị lệch, mất dòng cuối."
WHY_MORE = "Lô minh họa: xem tất cả các trang."
OVER = "Phần minh họa đã kết thúc."


def bring(claim: Claim) -> Apply:
    """Have the batch opened and its sheets and papers taken in."""
    found = _fonds()
    if found is None:
        return _nothing
    wanted = {name for behind in PAPERS for name in behind}
    papers = [one for one in documents.every() if one.file_name in wanted]
    drawn = {one.file_name: scanning.file_of(one, NAME) for one in papers}
    return lambda: _bring(drawn)


def look(claim: Claim) -> Apply:
    """Have the batch split, one page accepted and one sent back, once all is read.

    Raises:
        NotReadyError: it is not read yet.
    """
    batch = db.session.get(Batch, claim.subject)
    if batch is None or batch.withdrawn_at is not None or _fonds() is None:
        return _nothing
    if ordering.waiting(batch):
        raise NotReadyError("page_not_read", seconds=SECONDS_TO_WAIT)
    return lambda: _look(batch.id)


def end(operator: Actor) -> None:
    """Withdraw what is left of the batch, so that nothing of it stands on the desk."""
    query = select(Batch.id).where(
        Batch.operator_id == operator.id, Batch.name == NAME, Batch.withdrawn_at.is_(None)
    )
    for batch_id in db.session.scalars(query).all():
        withdrawing.withdraw(operator, batch_id, OVER)


def _bring(drawn: dict[str, bytes]) -> None:
    fonds_id = _fonds()
    if fonds_id is None:
        return
    operator = asking.actor(Role.OPERATOR)
    paper = Paper("4", ", ".join(FOLDERS), EXPECTED, 1, "Máy quét số 2")
    batch = batches.open_batch(operator, fonds_id, NAME, True, paper)
    files = [printing.batch_sheet(operator, batch.id)]
    for folder, behind in zip(FOLDERS, PAPERS, strict=True):
        files.append(printing.folders(operator, batch.id, folder))
        files += [drawn[name] for name in behind if name in drawn]
    for number, content in enumerate(files, start=1):
        staged = originals.stage(io.BytesIO(content))
        scans.receive(
            operator, batch.id, f"quet-{number:02}.pdf", staged, scanning.MEDIA_TYPES["pdf"], is_patient=True
        )
    ledger.enqueue(LOOK, batch.id, priority=PRIORITY)


def _look(batch_id: str) -> None:
    if _fonds() is None:
        return
    operator, archivist = asking.actor(Role.OPERATOR), asking.actor(Role.ARCHIVIST)
    proposal = splitting.proposal(operator, batch_id)
    if proposal.changes:
        rearranging.split(operator, batch_id, proposal.seen)
    sampling.raise_share(archivist, batch_id, 100, WHY_MORE)
    accepted = checking.take_next(archivist, batch_id)
    if accepted:
        checking.accept(archivist, accepted)
    sent_back = checking.take_next(archivist, batch_id)
    if sent_back:
        checking.reject(archivist, sent_back, checking.reasons()[0].id, NOTE, rescan=True)


def _fonds() -> str | None:
    """Return the fonds that the batch belongs to; None where the demo was removed."""
    try:
        asking.actor(Role.OPERATOR)
    except NotFoundError:
        return None
    fonds = tree.fonds_by_code(UBND.fonds_code)
    return fonds.id if fonds else None


def _nothing() -> None:
    """Do nothing: the demo was removed meanwhile."""
