"""The images of a page: the view that ingest keeps when it reads the page, and those made when asked for.

Every page keeps a view as wide as most screens and a thumbnail; scans are many and most
are never looked at. The whole image is made from the original by the job 'page.render',
which ingest handles, when somebody zooms or a copy is drawn, and is forgotten some weeks
later. All are re-encoded from pixels, so nothing of the original's metadata is in them,
and all are disposable. Rights are asked by the caller.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NewType

from PIL import Image
from sqlalchemy import select

from portal.catalogue.readings import VIEW_WIDTH
from portal.core.db import db, end_reading, transaction
from portal.core.errors import NotFoundError, UnavailableError
from portal.jobs import ledger
from portal.jobs.models import Job, JobState, Lane
from portal.storage import derivatives

Pixels = NewType("Pixels", str)
"""Under what the images of a page are kept: its id, or that of a page of a redacted version. A type of
its own, so that nobody asks for images by the id of a page without asking which are for the actor."""

THUMBNAIL = 200
WIDTHS = (THUMBNAIL, 480, VIEW_WIDTH, 1600)
"""In px. An image that is narrower than asked is sent as it is, never enlarged."""

QUALITY = 85
VIEW_QUALITY = 50
"""The grain of paper costs most bytes and says nothing; letters stay sharp, and who zooms gets it all."""

RENDER = "page.render"
LOOK_SECONDS = 0.1
UNDER_WAY = (JobState.WAITING, JobState.LEASED, JobState.HELD)

ENLARGED = 1.05
"""How much wider than the kept view an image may be that is made of it; nobody sees so little."""

_WAITING = threading.BoundedSemaphore(2)
"""How many of a web process's threads may wait for images at a time; the others serve the site."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of a page as JPEG."""

    jpeg: bytes
    is_whole: bool
    """Whether it has the px that all boxes are in, or is the narrower view."""


def keep(page: Pixels, view: Image.Image) -> None:
    """Keep the view of a page, in L or RGB, with its thumbnail; all images of before are forgotten."""
    forget(page)
    _keep_view(page, view)


def forget(page: Pixels) -> None:
    """Remove all images of a page; they are made again when somebody asks for them."""
    derivatives.remove(f"page/{page}")
    derivatives.remove_passing(f"page/{page}")


def keep_whole(page: Pixels, image: Image.Image) -> None:
    """Keep the whole image of a page, in L or RGB, for a while; a view that was lost is made again."""
    if _kept(page, VIEW_WIDTH) is None or _kept(page, THUMBNAIL) is None:
        _keep_view(page, _narrowed(image, VIEW_WIDTH))
    derivatives.put_passing(_key(page, "whole"), _jpeg(image, QUALITY))


def image(page: Pixels, width: int, seconds: float = 0.0) -> bytes:
    """Return the image of a page as JPEG, at most so many px wide.

    Args:
        seconds: how long to wait where the image has to be made first. Hold no transaction then.

    Raises:
        NotFoundError: there is no such width.
        UnavailableError: the image is still being made.
    """
    if width not in WIDTHS:
        raise NotFoundError("no_such_width", widths=", ".join(map(str, WIDTHS)))
    kept = _kept(page, width)
    if kept is not None:
        return kept.read_bytes()
    view = _kept(page, VIEW_WIDTH) if width < VIEW_WIDTH else None
    wider = view.read_bytes() if view is not None else whole(page, seconds)
    with Image.open(io.BytesIO(wider), formats=("JPEG",)) as source:
        # The decoder brings it near the width at once, which is several times faster.
        source.draft(None, (width, width * source.height // max(1, source.width)))
        content = _jpeg(_narrowed(source, width), QUALITY)
    derivatives.put_passing(_key(page, str(width)), content)
    return content


def whole(page: Pixels, seconds: float = 0.0) -> bytes:
    """Return the image of a page as JPEG in the px that all boxes are in.

    Args:
        seconds: how long to wait where it has to be made first. Hold no transaction then.

    Raises:
        UnavailableError: the image is still being made.
    """
    if have_made([page]) or _awaited(page, seconds):
        kept = derivatives.path_passing(_key(page, "whole"))
        if kept is not None:
            return kept.read_bytes()
    raise UnavailableError("image_in_work")


def wide_enough(page: Pixels, width: int, seconds: float = 0.0) -> Picture:
    """Return an image from which one so wide can be made: the kept view serves until the whole one is there.

    Args:
        width: in px.
        seconds: how long to wait where it has to be made first. Hold no transaction then.

    Raises:
        UnavailableError: the image is still being made.
    """
    made = derivatives.path_passing(_key(page, "whole"))
    view = derivatives.path(_key(page, str(VIEW_WIDTH)))
    if made is None and view is not None and width <= ENLARGED * VIEW_WIDTH:
        return Picture(view.read_bytes(), is_whole=False)
    return Picture(whole(page, seconds), is_whole=True)


def have_made(pages: Iterable[Pixels]) -> bool:
    """Have the whole images made that are not there; tell whether all of them are."""
    missing = [one for one in pages if derivatives.path_passing(_key(one, "whole")) is None]
    for page in missing:
        _have_it_made(page)
    return not missing


def _awaited(page: Pixels, seconds: float) -> bool:
    """Wait until the whole image of a page is there, unless as many wait already as may."""
    if seconds <= 0 or not _WAITING.acquire(blocking=False):
        return False
    try:
        end_reading()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if derivatives.path_passing(_key(page, "whole")) is not None:
                return True
            time.sleep(LOOK_SECONDS)
        return False
    finally:
        _WAITING.release()


def _have_it_made(page: Pixels) -> None:
    # Asked before the lock: a viewer that waits asks for each of its tiles every few seconds.
    if _state(page) in UNDER_WAY:
        return
    with transaction():
        ledger.enqueue(RENDER, page, Lane.DESK, priority=ledger.IMAGE)
        # Only one that is over is begun anew: to interrupt one in work would never let it end.
        if _state(page) not in UNDER_WAY:
            ledger.requeue(RENDER, page)


def _state(page: Pixels) -> str | None:
    return db.session.scalar(select(Job.state).where(Job.kind == RENDER, Job.subject == page))


def _keep_view(page: Pixels, view: Image.Image) -> None:
    derivatives.put(_key(page, str(VIEW_WIDTH)), _jpeg(view, VIEW_QUALITY))
    derivatives.put(_key(page, str(THUMBNAIL)), _jpeg(_narrowed(view, THUMBNAIL), VIEW_QUALITY))


def _kept(page: Pixels, width: int) -> Path | None:
    key = _key(page, str(width))
    return derivatives.path(key) or derivatives.path_passing(key)


def _narrowed(source: Image.Image, width: int) -> Image.Image:
    if source.width <= width:
        return source
    height = max(1, round(source.height * width / source.width))
    return source.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _jpeg(source: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    # Only the pixels: a copy of the source would bring its comment and profile along.
    pixels = Image.new(source.mode, source.size)
    pixels.paste(source)
    pixels.save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()


def _key(page: Pixels, name: str) -> str:
    return f"page/{page}/{name}.jpg"
