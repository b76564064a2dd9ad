"""The demo's store: originals that left it, one entry late; and a purge that waits for a second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.catalogue.models import Node
from portal.core import clock
from portal.core.db import db
from portal.ingest import takeouts
from portal.ingest.takeout_rows import Takeout
from portal.ingest.takeout_states import TakeoutState
from portal.ingest.takeouts import Leaving
from portal.purging import bases, deciding
from portal.purging.rows import Purge, PurgeKind, PurgeState

DAYS_OUT, DAYS_LATE = 14, 3
WHY_PURGED = "Tài liệu của cơ quan khác, quét lẫn vào phông này; đã trả bản giấy theo biên bản."
OVER = "Phần minh họa đã kết thúc."


def enter(operator: Actor, fonds_id: str) -> None:
    """Let originals leave the store twice: one entry is to come back, one should be back by now."""
    today = clock.today()
    takeouts.enter(operator, _leaving(fonds_id, "Hộp 7", "07.01; 46\n07.02; 31", "Số hóa đợt 2"))
    late = takeouts.enter(operator, _leaving(fonds_id, "Hộp 3", "03.05; 88", "Số hóa đợt 1"))
    # The register takes no day that has passed, so the demo writes it afterwards.
    late.due_on = today - timedelta(days=DAYS_LATE)
    late.out_at = clock.now() - timedelta(days=DAYS_OUT)
    db.session.flush()


def propose(archivist: Actor, document_id: str) -> None:
    """Propose to purge a record."""
    mistake = next(one for one in bases.holding() if one.code == "mistake")
    deciding.propose(archivist, PurgeKind.DOCUMENT, document_id, mistake.id, WHY_PURGED)


def end(archivist: Actor, fonds_ids: Sequence[str]) -> None:
    """Strike the entries and take the proposal back, so that nothing of it waits."""
    out = (Takeout.fonds_id.in_(fonds_ids), Takeout.state == TakeoutState.OUT.value)
    for takeout_id in db.session.scalars(select(Takeout.id).where(*out)).all():
        takeouts.strike(archivist, takeout_id, OVER)
    below = select(Node.id).where(Node.fonds_id.in_(fonds_ids))
    waiting = (Purge.object_id.in_(below), Purge.state == PurgeState.PROPOSED.value)
    for row in db.session.scalars(select(Purge).where(*waiting)).all():
        if row.proposed_by == archivist.id:
            deciding.withdraw(archivist, row.id)


def _leaving(fonds_id: str, box: str, files: str, purpose: str) -> Leaving:
    return Leaving(
        fonds_id=fonds_id,
        store="Kho 2, giá 14",
        files=files,
        handed_by="Ngô Thị Hạnh",
        handed_to="Đặng Văn Quế",
        purpose=purpose,
        due_on=clock.today() + timedelta(days=DAYS_OUT),
        condition="Còn nguyên, sờn mép",
        box=box,
    )
