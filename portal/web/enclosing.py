"""Files that come with a message: read, told by their bytes, and opened once behind walls.

Before it stand the forms of readers and staff, behind it `access.attachments`.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from flask import request
from werkzeug.datastructures import FileStorage

from portal.access import attachments
from portal.access.attachments import Enclosed
from portal.core import house
from portal.core.db import end_reading
from portal.core.errors import InvalidError
from portal.ingest import media
from portal.ingest.errors import UnusableFileError, UnusablePageError
from portal.ingest.sandbox import keeper
from portal.web import headers

MOST_FORM_BYTES = attachments.MOST_FILES * attachments.MOST_BYTES + 1024 * 1024
MOST_PAGES = 500
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory; the file in it has a random name
KINDS = ".pdf,.jpg,.jpeg,.png"


def read(field: str = "files") -> list[Enclosed]:
    """Return the files that were sent with the present form.

    Raises:
        InvalidError: they are too many or too large, of another kind, or cannot be opened.
    """
    sent = [file for file in request.files.getlist(field) if file.filename]
    if len(sent) > attachments.MOST_FILES:
        most = attachments.MOST_FILES
        raise InvalidError("too_many_files", fields={field: "too_many_files"}, most=most)
    end_reading()
    found = [_enclosed(file) for file in sent]
    attachments.check(found)
    for one in found:
        _look(one, field)
    return found


def handed_out(name: str, media_type: str, content: bytes) -> tuple[bytes, int, dict[str, str]]:
    """Return the answer that hands a file out: to be saved, not shown, and what is in it runs nowhere."""
    return (
        content,
        200,
        {
            "Content-Type": media_type,
            "Content-Disposition": headers.to_be_saved(name),
            "Content-Security-Policy": headers.SANDBOX,
        },
    )


def _enclosed(file: FileStorage) -> Enclosed:
    with closing(file):
        content = file.stream.read(attachments.MOST_BYTES + 1)
    try:
        media_type = media.sniff(content[: media.HEAD]).value
    except UnusableFileError:
        media_type = ""
    return Enclosed(file.filename or "", media_type, content)


def _look(one: Enclosed, field: str) -> None:
    """Open the file behind walls: what nobody can open is said now, not when it is needed."""
    folder = IN_MEMORY if IN_MEMORY.is_dir() else house.settings().run_folder
    with tempfile.NamedTemporaryFile(dir=folder, prefix="attachment-") as passing:
        passing.write(one.content)
        passing.flush()
        pictures = keeper.pictures(Path(passing.name), media.MediaType(one.media_type), MOST_PAGES)
        try:
            with closing(pictures):
                next(pictures)
        except (UnusableFileError, UnusablePageError, StopIteration):
            raise InvalidError("attachment_unreadable", fields={field: "attachment_unreadable"}) from None
