"""Files of a form on their way into the house: bytes first, durable; rows afterwards, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from werkzeug.datastructures import FileStorage

from portal.accounts.actors import Actor
from portal.core.errors import InvalidError
from portal.ingest import scans
from portal.ingest.errors import UnusableFileError
from portal.ingest.media import MediaType
from portal.storage import originals
from portal.storage.originals import Staged


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file whose bytes are durable and whose kind is known."""

    name: str
    staged: Staged
    media_type: MediaType


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken in, and the message that says why."""

    name: str
    code: str
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Tray:
    """What came with one form."""

    arrivals: list[Arrival] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def stage(files: Iterable[FileStorage]) -> Tray:
    """Keep the bytes of the files and tell what kind they are.

    Raises:
        InvalidError: there is no file at all.
    """
    tray = Tray()
    for file in files:
        name = scans.clean_name(file.filename or "")
        staged = originals.stage(file.stream)  # type: ignore[arg-type]  # Werkzeug's stream is a binary file
        try:
            tray.arrivals.append(Arrival(name, staged, scans.sniff(staged)))
        except UnusableFileError as error:
            tray.refused.append(Refused(name, error.code, error.values))
    if not tray.arrivals and not tray.refused:
        raise InvalidError("no_files", fields={"files": "no_files"})
    return tray


def receive(actor: Actor, batch_id: str, tray: Tray) -> None:
    """Write the rows of all files that can be taken in."""
    for one in tray.arrivals:
        scans.receive(actor, batch_id, one.name, one.staged, one.media_type)
