"""Files of a form on their way into the house: bytes first, durable; rows afterwards, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import FileStorage

from portal.core.errors import InvalidError
from portal.ingest.by_form import Arrival
from portal.storage import originals


def stage(files: Iterable[FileStorage]) -> list[Arrival]:
    """Keep the bytes of the files.

    Raises:
        InvalidError: there is no file at all.
    """
    arrivals = [
        # Werkzeug's stream is a binary file.
        Arrival(file.filename or "", originals.stage(file.stream))  # type: ignore[arg-type]
        for file in files
    ]
    if not arrivals:
        raise InvalidError("no_files", fields={"files": "no_files"})
    return arrivals
