"""Files of a form on their way into the house: bytes first, durable; rows afterwards, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage

from portal.accounts.actors import Actor
from portal.core.errors import InvalidError
from portal.ingest import scans
from portal.storage import originals
from portal.storage.originals import Staged


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file whose bytes are durable."""

    name: str
    staged: Staged


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


def receive(actor: Actor, batch_id: str, arrivals: Iterable[Arrival]) -> int:
    """Write the rows of all files; return how many were refused. Those stand in the batch with the reason."""
    received = [scans.take_in(actor, batch_id, one.name, one.staged) for one in arrivals]
    return sum(one.is_refused for one in received)
