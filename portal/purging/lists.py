"""The list of purges beside the database, and the purges that a restore does again by it.

A backup of before a purge brings back what went. So each purge is also a line of `purged.jsonl` in the home,
by ids and digests, durable before the purge is done; whoever restores gives the newest such list.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal.core import clock, house
from portal.core.db import db
from portal.core.errors import InvalidError
from portal.purging import tombstones
from portal.purging.rows import Purge, PurgeKind, PurgeState
from portal.storage import folder

NAME = "purged.jsonl"


@dataclass(frozen=True, slots=True)
class Line:
    """One purge, as it can be done again: no word of what was purged stands in it."""

    purge: str
    kind: str
    object: str
    basis: str
    reason: str
    proposed_by: str
    proposed_at: str
    confirmed_by: str
    confirmed_at: str
    gone: list[list[str | bool]] = field(default_factory=list)
    """Of each thing its id, kind, whether it was public, and the digest of its bytes."""
    is_secret: bool = False
    """Whether it was held back as a state secret; a list of before this was noted does not say so."""

    @property
    def decided_at(self) -> datetime:
        """When the second person confirmed it."""
        return datetime.fromisoformat(self.confirmed_at)


def path() -> Path:
    """Return where the list of this home lies."""
    return house.settings().home / NAME


def add(purge_id: str) -> None:
    """Add the line of a purge, durably; twice is once."""
    if any(one.purge == purge_id for one in read(path())):
        return
    row = db.session.get_one(Purge, purge_id)
    line = Line(
        row.id,
        row.kind,
        row.object_id,
        row.basis_id,
        row.reason,
        row.proposed_by,
        row.proposed_at.isoformat(),
        row.confirmed_by or "",
        (row.confirmed_at or clock.now()).isoformat(),
        [[one.object_id, one.kind, one.was_public, one.sha256] for one in tombstones.of(purge_id)],
        row.is_secret,
    )
    handle = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        if file.tell() and not _ends_well(path()):
            # A line that was cut off by a kill is ended, so that the next one stands by itself.
            file.write(b"\n")
        file.write(json.dumps(asdict(line), ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    folder.sync_folder(path().parent)


def read(source: Path) -> Iterator[Line]:
    """Yield the purges of a list, the oldest first; none where there is no such file.

    Raises:
        InvalidError: a line in the middle cannot be read.
    """
    try:
        texts = source.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    known: set[str] = set()
    for text in texts:
        line = _line(text)
        if line is None:
            continue
        if line.purge not in known:
            known.add(line.purge)
            yield line


def known(line: Line) -> Purge | None:
    """Return the row of a purge that this database knows of; None where its backup is older."""
    return db.session.get(Purge, line.purge)


def row_of(line: Line) -> Purge:
    """Return the row of a purge, confirmed and not done; made where the database does not know of it."""
    row = known(line)
    if row is None:
        begun = datetime.fromisoformat(line.proposed_at)
        row = Purge(
            id=line.purge,
            kind=PurgeKind(line.kind).value,
            object_id=line.object,
            basis_id=line.basis,
            reason=line.reason,
            proposed_by=line.proposed_by,
            proposed_at=begun,
            until=begun + timedelta(days=1),
        )
        db.session.add(row)
    row.is_secret = row.is_secret or line.is_secret
    row.state, row.done_at = PurgeState.CONFIRMED.value, None
    row.confirmed_by, row.confirmed_at = line.confirmed_by, line.decided_at
    db.session.flush()
    return row


def _line(text: str) -> Line | None:
    """Return what a line says; None of one that a kill cut off."""
    try:
        values: dict[str, Any] = json.loads(text)
    except ValueError:
        return None
    try:
        return Line(**values)
    except TypeError as error:
        raise InvalidError("purge_list_damaged") from error


def _ends_well(source: Path) -> bool:
    with source.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
