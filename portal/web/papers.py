"""A picture of a card or paper on its way into the house: opened behind walls and sealed; no file is kept."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path

from werkzeug.datastructures import FileStorage

from config import MEBIBYTE
from portal.accounts import evidence
from portal.accounts.actors import Actor
from portal.core import house
from portal.core.db import end_reading, transaction
from portal.core.errors import InvalidError
from portal.ingest import media
from portal.ingest.sandbox import keeper

MOST_BYTES = 10 * MEBIBYTE
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory; the file in it has a random name


def take(actor: Actor, file: FileStorage | None) -> None:
    """Seal what a sent file shows as evidence of who the actor is.

    Raises:
        InvalidError: there is no file, or it cannot be shown; `fields` names the field.
        ConflictError: as many are there as may be.
        UnavailableError: the disk is short of space.
    """
    if file is None or not file.filename:
        raise InvalidError("no_files", fields={"evidence": "no_files"})
    end_reading()
    # In memory where that can be had: what is on its way lies open.
    folder = IN_MEMORY if IN_MEMORY.is_dir() else house.settings().run_folder
    try:
        with closing(file), tempfile.NamedTemporaryFile(dir=folder, prefix="evidence-") as passing:
            shutil.copyfileobj(file.stream, passing)
            passing.flush()
            path = Path(passing.name)
            pictures = keeper.pictures(path, media.of_file(path), evidence.MOST_PAGES)
            pages = evidence.prepare(pictures)
    except InvalidError as error:
        error.fields = {"evidence": error.code}
        raise
    with transaction():
        evidence.add(actor, pages)
