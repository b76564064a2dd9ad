"""An emblem on its way into the house: bytes first, opened behind walls, written anew; then its row."""

from __future__ import annotations

from werkzeug.datastructures import FileStorage

from config import MEBIBYTE
from portal.accounts.actors import Actor
from portal.core.db import transaction
from portal.core.errors import InvalidError
from portal.ingest import scans
from portal.ingest.media import MediaType
from portal.ingest.sandbox import keeper
from portal.site import emblems
from portal.storage import originals

MOST_BYTES = 1 * MEBIBYTE
KINDS = (MediaType.PNG, MediaType.JPEG)


def take(actor: Actor, file: FileStorage | None, seen: int) -> bool:
    """Make a sent picture the emblem; tell whether that changed anything.

    Raises:
        InvalidError: there is no file, or it is no picture that can be shown; `fields` names the field.
        ConflictError: somebody else changed the emblem in the meantime.
    """
    if file is None or not file.filename:
        raise InvalidError("no_files", fields={"picture": "no_files"})
    try:
        # Werkzeug's stream is a binary file. What is not recorded goes to the collector.
        staged = originals.stage(file.stream, MOST_BYTES)  # type: ignore[arg-type]
        if scans.sniff(staged) not in KINDS:
            raise _refused()
        picture = keeper.picture(originals.path(staged.sha256))
    except InvalidError:
        raise _refused() from None
    small = emblems.prepare(picture)
    with transaction():
        return emblems.change(actor, small, seen)


def _refused() -> InvalidError:
    return InvalidError("emblem_kind", fields={"picture": "emblem_kind"}, most_mb=MOST_BYTES // MEBIBYTE)
