"""The handlers of the jobs that turn a file into pages and a page into text.

Each does the slow part first, outside any transaction, and returns what is to be
written; the ledger runs that in the transaction that ends the job. After them the page
stands in the catalogue, and the search outbox names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.accounts.actors import PORTAL
from portal.audit import trail
from portal.catalogue import images, outbox, pages, redacted, tiles
from portal.catalogue.images import Pixels
from portal.catalogue.readings import Reading
from portal.core.db import db, end_reading
from portal.core.errors import NotFoundError, UnavailableError
from portal.ingest import flagging, malware, places, secret_holds, signed
from portal.ingest.errors import UnusableFileError, UnusablePageError
from portal.ingest.media import MediaType
from portal.ingest.models import Scan, ScanState
from portal.ingest.sandbox import keeper
from portal.ingest.scans import READ, READ_PRIORITY, SPLIT_PRIORITY
from portal.jobs import ledger, nearby
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Apply, Claim
from portal.jobs.models import Lane
from portal.rights import protections
from portal.storage import originals

AT_HAND = 4
"""Pages that whoever split a file reads next."""

UNUSABLE = (UnusableFileError, UnusablePageError, NotFoundError)
"""What a second try cannot change."""


def split(claim: Claim) -> Apply:
    """Count the pages of a file and have each of them read, or refuse the file.

    Raises:
        NotReadyError: the scanner for malware is away; nothing opens the file before.
    """
    scan = _scan(claim.subject)
    if scan.document_id is not None and protections.is_removed(scan.document_id):
        return _nothing
    sha256, media_type = scan.blob_sha256, MediaType(scan.media_type)
    end_reading()
    path = originals.path(sha256)
    try:
        _require_clean(path)
        frames = keeper.count(path, media_type)
    except UNUSABLE as error:
        refusal = error
        return lambda: _refuse(claim.subject, refusal.code, refusal.values)
    priority = int(str(claim.payload.get("priority", READ_PRIORITY)))
    is_signed = signed.is_signed(path, media_type)
    return lambda: _add_pages(claim.subject, frames, priority, is_signed=is_signed)


def read(claim: Claim) -> Apply:
    """Read one page: its image for people, its text and boxes; or note why it cannot be read.

    Raises:
        NotReadyError: the engine cannot run or the disk is full; the page waits.
        NotFoundError: there is no such page (any more).
    """
    page_id = claim.subject
    document_id = pages.by_id(page_id).document_id
    if protections.is_removed(document_id):
        return _nothing
    is_released = secret_holds.is_released(document_id)
    path, frame = source(Pixels(page_id))
    try:
        view, reading = keeper.look(path, frame, is_released=is_released)
    except UNUSABLE as error:
        code = error.code
        return lambda: _fail(page_id, document_id, code)
    if reading.secret and not is_released:
        return lambda: secret_holds.hold(page_id, reading.secret)
    with space_awaited():
        images.keep(Pixels(page_id), view)
    require_there(Pixels(page_id))
    return lambda: _keep(page_id, document_id, reading)


def render_again(claim: Claim) -> Apply:
    """Make the whole image of a page, also of a redacted version, because somebody asks for it.

    Raises:
        NotReadyError: the page was scanned again meanwhile, or the disk is full; it waits.
        NotFoundError: there is no such page (any more), or its document is held back.
    """
    pixels = Pixels(claim.subject)
    path, frame = source(pixels)
    document_id = redacted.document_of(pixels)
    if protections.is_held_back(document_id):
        raise NotFoundError("not_found")
    end_reading()
    image = keeper.image(path, frame)
    with space_awaited():
        images.keep_whole(pixels, image)
        tiles.keep(pixels, image)
    require_there(pixels)
    if source(pixels) != (path, frame):
        # The page was scanned again meanwhile: what was made shows the old pixels.
        images.forget(pixels)
        raise NotReadyError("image_in_work")
    return lambda: _forget_if_held(pixels, document_id)


def split_given_up(scan_id: str, code: str) -> None:
    """Refuse a file whose splitting failed for good."""
    _refuse(scan_id, code, {})


def read_given_up(page_id: str, code: str) -> None:
    """Note that reading a page failed for good."""
    pages.fail(page_id, code)


def source(pixels: Pixels) -> tuple[Path, int]:
    """Return the file that images are made of, and which page of it; no read transaction stands open then.

    Raises:
        NotFoundError: there is no such page, or its picture is not made yet.
    """
    sha256, frame = redacted.source(pixels)
    end_reading()
    return originals.path(sha256), frame


def require_there(pixels: Pixels) -> None:
    """Make sure that the page of images that were just kept was not purged; of one that was, none stays.

    A purge removes images after the rows, and this asks for the row after the images: one sees the other.

    Raises:
        NotFoundError: it is not there any more.
    """
    end_reading()
    try:
        redacted.document_of(pixels)
    except NotFoundError:
        images.forget(pixels)
        raise


def _require_clean(path: Path) -> None:
    try:
        malware.require_clean(path)
    except UnavailableError as error:
        raise NotReadyError(error.code) from error


@contextmanager
def space_awaited() -> Iterator[None]:
    """Let work wait for disk space instead of counting it as the page's failure."""
    try:
        yield
    except UnavailableError as error:
        raise NotReadyError(error.code) from error


def _keep(page_id: str, document_id: str, reading: Reading) -> None:
    """Keep what was read, unless another page of the document had it held back meanwhile."""
    if protections.is_held_back(document_id):
        images.forget(Pixels(page_id))
        return
    pages.keep(page_id, reading)
    flagging.note_page(pages.by_id(page_id), reading)


def _fail(page_id: str, document_id: str, code: str) -> None:
    if not protections.is_held_back(document_id):
        pages.fail(page_id, code)


def _forget_if_held(pixels: Pixels, document_id: str) -> None:
    if protections.is_held_back(document_id):
        images.forget(pixels)


def _nothing() -> None:
    """End the job of what was withdrawn with its batch; bringing the batch back orders it anew."""


def _add_pages(scan_id: str, frames: int, priority: int, *, is_signed: bool) -> None:
    scan = _scan(scan_id)
    if scan.document_id is None:
        raise NotFoundError("not_found")
    if protections.is_removed(scan.document_id):
        # It was withdrawn or purged while its pages were counted.
        return
    if scan.state == ScanState.SPLIT:
        # Somebody had a job that was done repeated; its pages are there.
        return
    added = pages.add(scan.document_id, scan.blob_sha256, frames, scan.id)
    # Asked now: the batch may have been put first or last since the file was opened.
    priority = places.reading_of(scan.batch_id, priority)
    for page in added:
        ledger.enqueue(READ, page.id, Lane.READ, priority=priority, bundle=scan.batch_id)
    if priority == READ_PRIORITY:
        # The file is open in this child; the files behind it wait a few pages longer.
        nearby.suggest(READ, [page.id for page in added[:AT_HAND]], ahead_of=SPLIT_PRIORITY)
    if is_signed:
        ledger.enqueue(signed.JOB, scan.id, Lane.READ, priority=signed.PRIORITY, bundle=scan.batch_id)
    scan.state = ScanState.SPLIT.value
    trail.record(PORTAL, "scan.split", "scan", scan.id, pages=frames)


def _refuse(scan_id: str, code: str, values: dict[str, object]) -> None:
    scan = _scan(scan_id)
    scan.state, scan.code, scan.values = ScanState.REFUSED.value, code, dict(values)
    trail.record(PORTAL, "scan.refuse", "scan", scan.id, code=code)
    if scan.document_id is not None:
        _take_back(scan.document_id)


def _take_back(document_id: str) -> None:
    """Take a document without pages back from the public, if it was published as it came in."""
    if protections.unpublish(document_id):
        protections.close_in_search(document_id, outbox.note_tree(document_id))
        trail.record(PORTAL, "document.unpublish", "document", document_id)


def _scan(scan_id: str) -> Scan:
    scan = db.session.get(Scan, scan_id)
    if scan is None:
        raise NotFoundError("not_found")
    return scan
