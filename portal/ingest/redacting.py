"""Make one page of a redacted version: the picture anew without what is hidden, read anew, and proved.

Nothing of the old text or file goes in. The picture is drawn from pixels with every box filled, the
text is what the engine reads on it, and then it is looked whether a hidden word can still be found,
by another look at the very picture that people see, too. Before it stands `access.redactions`, which
orders it; after it `catalogue.redacted` shows the page, once a second person has confirmed the version.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from portal.catalogue import hiding, images, redacted, seeking
from portal.catalogue.images import Pixels
from portal.catalogue.readings import Reading, Word
from portal.catalogue.redacted import Order, Proved
from portal.catalogue.seeking import Made
from portal.core.errors import NotFoundError
from portal.ingest.errors import UnusablePageError
from portal.ingest.reading import UNUSABLE, require_there, source, space_awaited
from portal.ingest.sandbox import keeper
from portal.jobs.handlers import Apply, Claim
from portal.rights import protections
from portal.storage import originals

NOTHING: Word = ("", 0, 0, 0, 0, 0.0)
"""Stands between words that are hidden in different places."""


def redact(claim: Claim) -> Apply:
    """Make the page that is the subject of the claim; what is returned keeps it with its proof.

    Raises:
        NotReadyError: the engine cannot run or the disk is full; the page waits.
    """
    row_id = claim.subject
    order = redacted.order(row_id)
    if order is None or _is_held_back(row_id):
        return _nothing
    try:
        proved = _made(Pixels(row_id), order)
    except UNUSABLE as error:
        code = error.code
        return lambda: redacted.fail(row_id, code)
    return lambda: _keep(row_id, proved)


def given_up(row_id: str, code: str) -> None:
    """Note that making a page failed for good."""
    redacted.fail(row_id, code)


def _keep(row_id: str, proved: Proved) -> None:
    """Keep a page with its proof, unless its document was held back meanwhile."""
    if _is_held_back(row_id):
        images.forget(Pixels(row_id))
        return
    redacted.keep(row_id, proved)


def _is_held_back(row_id: str) -> bool:
    try:
        return protections.is_held_back(redacted.document_of(Pixels(row_id)))
    except NotFoundError:
        # Its boxes were changed meanwhile, so it is ordered anew under another id.
        return False


def _made(pixels: Pixels, order: Order) -> Proved:
    path, frame = source(Pixels(order.page_id))
    image = keeper.image(path, frame)
    cover = hiding.cover(image, order.words, order.boxes)
    covered = hiding.filled(image, cover.boxes)
    content = hiding.png(covered, order.dpi)
    with space_awaited():
        staged = originals.stage(io.BytesIO(content))
    view, seen = keeper.look(originals.path(staged.sha256), 0, is_released=True)
    reading = _read(hiding.png(hiding.filled(covered, cover.boxes, hiding.PAPER), order.dpi))
    if (reading.width, reading.height) != image.size:
        # The boxes would stand for other places than they were drawn at.
        raise UnusablePageError("page_changed_size")
    with space_awaited():
        images.keep(pixels, view)
    require_there(pixels)
    made = Made(order.number, content, reading.text, reading.words, seen.words)
    findings = seeking.proof(order.words, cover, made)
    return Proved(staged, reading, _apart(order.words, cover.hidden), findings)


def _apart(words: Sequence[Word], hidden: Sequence[int]) -> list[Word]:
    """Return the hidden words, with a nothing between those that do not follow each other."""
    found: list[Word] = []
    for place, before in zip(hidden, [None, *hidden], strict=False):
        if before is not None and place != before + 1:
            found.append(NOTHING)
        found.append(words[place])
    return found


def _read(content: bytes) -> Reading:
    """Read the hidden picture with its black places white: the engine takes them for letters."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        file.write(content)
        file.flush()
        return keeper.look(Path(file.name), 0, is_released=True)[1]


def _nothing() -> None:
    """Leave everything as it is: the boxes were changed, and the page is ordered anew."""
