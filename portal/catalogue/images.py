"""The images of a page: the one that ingest kept when it read the page, and narrower ones made of it.

All are re-encoded from pixels, so nothing of the original's metadata is in them. They
are disposable: one that is lost is made again from the original by the job 'page.render',
which ingest handles. Rights are asked by the caller.
"""

from __future__ import annotations

import io

from PIL import Image
from sqlalchemy import select

from portal.core.db import db, transaction
from portal.core.errors import NotFoundError, UnavailableError
from portal.jobs import ledger
from portal.jobs.models import Job, JobState, Lane
from portal.storage import derivatives

THUMBNAIL = 200
WIDTHS = (THUMBNAIL, 480, 960, 1600)
"""In px. An image that is narrower than asked is sent as it is, never enlarged."""

QUALITY = 85

RENDER = "page.render"
RENDER_PRIORITY = 10
"""A person is waiting for it."""


def keep(page_id: str, image: Image.Image) -> None:
    """Keep the image of a page, in L or RGB, with its thumbnail; narrower ones of before are forgotten."""
    derivatives.remove(f"page/{page_id}")
    derivatives.put(_key(page_id, "full"), _jpeg(image))
    derivatives.put(_key(page_id, str(THUMBNAIL)), _jpeg(_narrowed(image, THUMBNAIL)))


def image(page_id: str, width: int) -> bytes:
    """Return the image of a page as JPEG, at most so many px wide.

    Raises:
        NotFoundError: there is no such width.
        UnavailableError: the image was lost and is being made again.
    """
    if width not in WIDTHS:
        raise NotFoundError("no_such_width", widths=", ".join(map(str, WIDTHS)))
    kept = derivatives.path(_key(page_id, str(width)))
    if kept is not None:
        return kept.read_bytes()
    with Image.open(io.BytesIO(full(page_id)), formats=("JPEG",)) as source:
        # The decoder brings it near the width at once, which is several times faster.
        source.draft(None, (width, width * source.height // max(1, source.width)))
        content = _jpeg(_narrowed(source, width))
    derivatives.put(_key(page_id, str(width)), content)
    return content


def full(page_id: str) -> bytes:
    """Return the image of a page as JPEG in the px that all boxes are in.

    Raises:
        UnavailableError: the image was lost and is being made again.
    """
    kept = derivatives.path(_key(page_id, "full"))
    if kept is None:
        _have_it_made(page_id)
        raise UnavailableError("image_in_work")
    return kept.read_bytes()


def _have_it_made(page_id: str) -> None:
    with transaction():
        ledger.enqueue(RENDER, page_id, Lane.DESK, priority=RENDER_PRIORITY)
        state = db.session.scalar(select(Job.state).where(Job.kind == RENDER, Job.subject == page_id))
        # Only one that is over is begun anew: to interrupt one in work would never let it end.
        if state in (JobState.DONE, JobState.DEAD):
            ledger.requeue(RENDER, page_id)


def _narrowed(source: Image.Image, width: int) -> Image.Image:
    if source.width <= width:
        return source
    height = max(1, round(source.height * width / source.width))
    return source.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _jpeg(source: Image.Image) -> bytes:
    file = io.BytesIO()
    # Only the pixels: a copy of the source would bring its comment and profile along.
    pixels = Image.new(source.mode, source.size)
    pixels.paste(source)
    pixels.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _key(page_id: str, name: str) -> str:
    return f"page/{page_id}/{name}.jpg"
