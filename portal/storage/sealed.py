"""Folders of small sealed files that must really go one day: outside of originals, in no backup.

Bytes of rows would stay in freed pages of the database and in every backup; originals are
never deleted. Here a file is gone when it is removed, and unreadable without the key before.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from portal.core import house, sealing
from portal.core.errors import NotFoundError
from portal.storage.folder import make_folder, require_space, sync_folder

_NAME = re.compile(r"[0-9a-z]{10}-[0-9]{1,3}")


class Room(StrEnum):
    """What the files of a folder are; each folder is swept by whoever knows its names."""

    EVIDENCE = "evidence"
    """Pictures of cards (`accounts.evidence`)."""
    ATTACHMENTS = "attachments"
    """What readers and staff send with messages (`access.attachments`)."""


def put(name: str, plain: bytes, room: Room = Room.EVIDENCE) -> None:
    """Seal the bytes under the name, durable on return, mode 0600.

    Raises:
        UnavailableError: the disk is short of space.
    """
    place = _place(name, room)
    make_folder(place.parent)
    require_space(place.parent, house.settings().disk_reserve_bytes)
    draft = place.with_name(f".{name}.{os.getpid()}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(sealing.seal(plain, _context(name, room)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(place.parent)


def read(name: str, key_id: str, room: Room = Room.EVIDENCE) -> bytes:
    """Return what was sealed under the name.

    Raises:
        NotFoundError: it is gone.
        UnsealableError: its key is not here.
    """
    try:
        sealed = _place(name, room).read_bytes()
    except FileNotFoundError:
        raise NotFoundError("not_found") from None
    return sealing.unseal(sealed, key_id, _context(name, room))


def remove(names: Collection[str], room: Room = Room.EVIDENCE) -> None:
    """Remove the files of the names, durably; what is gone already is no fault."""
    places = [_place(name, room) for name in names]
    for place in places:
        place.unlink(missing_ok=True)
    for folder in {place.parent for place in places if place.parent.is_dir()}:
        sync_folder(folder)


def sweep(kept: Collection[str], older_than: float, room: Room = Room.EVIDENCE) -> int:
    """Remove every file whose name is not to be kept and that is older than the instant; tell how many."""
    folder, removed = _folder(room), 0
    if not folder.is_dir():
        return 0
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.name not in kept and path.stat().st_mtime < older_than:
                path.unlink()
                removed += 1
    if removed:
        sync_folder(folder)
    return removed


def _folder(room: Room) -> Path:
    settings = house.settings()
    return settings.attachments_folder if room is Room.ATTACHMENTS else settings.evidence_folder


def _place(name: str, room: Room) -> Path:
    if not _NAME.fullmatch(name):
        raise NotFoundError("not_found")
    return _folder(room) / name


def _context(name: str, room: Room) -> str:
    return f"{room}:{name}"
