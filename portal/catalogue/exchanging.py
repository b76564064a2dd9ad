"""Give a page other pixels: its id and place stay, the old pixels become a page of their own elsewhere.

Rights, and whether the page may be exchanged at all, are asked by the caller (`ingest.rescans`). After
it the page waits to be read; until then it says nothing, for what it said is of the old pixels.
"""

from __future__ import annotations

from sqlalchemy import func, select

from portal.catalogue import outbox
from portal.catalogue.models import Page, PageState, PageText
from portal.core.db import db


def exchange(page: Page, sha256: str, frame: int, reserve_id: str) -> Page:
    """Put the pixels of a file in the place of a page's; return the page that has the old ones.

    The text of before stays as an older version of the page, and is found by no search any more.
    """
    old = Page(
        document_id=reserve_id,
        number=1
        + (db.session.scalar(select(func.max(Page.number)).where(Page.document_id == reserve_id)) or 0),
        blob_sha256=page.blob_sha256,
        frame=page.frame,
        scan_id=page.scan_id,
        state=page.state,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        failure_code=page.failure_code,
    )
    db.session.add(old)
    before = db.session.scalar(select(PageText).where(PageText.page_id == page.id, PageText.is_current))
    if before is not None:
        before.is_current = False
    page.blob_sha256, page.frame = sha256, frame
    page.state, page.failure_code = PageState.WAITING.value, ""
    page.width = page.height = page.dpi = None
    db.session.flush()
    outbox.note_page(page.id)
    return old
