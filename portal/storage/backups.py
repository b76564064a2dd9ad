"""One file that holds what cannot be made again: the database and the originals.

A plain tar with, in this order, `about.json`, `database`, `originals/<sha256>` … and
`SHA256SUMS`, so that ordinary tools can check it without the portal. Not in it: the index
and the images (made anew), the key of the sessions (people sign in again) and the logs.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from portal.core import clock, house, schema
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.storage import dumps, folder, originals
from portal.storage.models import BackupCopy

FORMAT = 1
ABOUT = "about.json"
DATABASE = "database"
ORIGINALS = "originals/"
SUMS = "SHA256SUMS"

_MEMBER = re.compile(rf"{ABOUT}|{DATABASE}|{SUMS}|{ORIGINALS}[0-9a-f]{{64}}")


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says of itself."""

    format: int
    made_at: str
    database: str
    revision: str | None
    damaged: list[str] = field(default_factory=list)
    """Digests of originals that were lost or altered already when the backup was made."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written or put back. Sizes in bytes."""

    originals: int
    size: int
    damaged: list[str]


def write(target: Path, url: str) -> Summary:
    """Write the database and all originals it names into a new file, mode 0600, durable on return.

    Raises:
        ConflictError: the file is there already.
        UnavailableError: the database could not be copied.
    """
    if target.exists():
        raise ConflictError("backup_exists")
    begun = clock.now()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as workshop:
        dump, archive = Path(workshop) / "dump", Path(workshop) / "archive"
        # The originals are listed after the dump: none is taken away but by a purge, so the list covers it.
        dumps.dump(url, dump)
        digests = originals.kept()
        sound = [digest for digest in digests if originals.verify(digest)]
        damaged = sorted(set(digests) - set(sound))
        about = About(FORMAT, begun.isoformat(), dumps.kind(url), schema.current(url), damaged)
        _write_archive(archive, about, dump, sound)
        archive.rename(target)
    folder.sync_folder(target.parent)
    end_reading()
    with transaction():
        note(target)
    return Summary(len(sound), target.stat().st_size, damaged)


def restore(source: Path, url: str) -> Summary:
    """Check every digest of the backup, then fill an unused database and store from it.

    The database comes last, so that a restore that was cut off can be repeated.

    Raises:
        ConflictError: somebody has worked in this home already.
        InvalidError: the backup is damaged, or of another database or a newer portal.
    """
    if not dumps.is_unused(url):
        raise ConflictError("backup_home_in_use")
    about = check(source)
    _require_fit(about, url)
    count = 0
    with _opened(source) as archive, tempfile.TemporaryDirectory(dir=house.settings().home) as workshop:
        dump = Path(workshop) / "dump"
        for member in archive:
            if member.name == DATABASE:
                with dump.open("wb") as file:
                    shutil.copyfileobj(_content(archive, member), file)
            elif member.name.startswith(ORIGINALS):
                originals.stage(_content(archive, member))
                count += 1
        dumps.load(dump, url)
    return Summary(count, source.stat().st_size, about.damaged)


def check(source: Path) -> About:
    """Read the backup once from end to end and compare every digest.

    Raises:
        InvalidError: a byte is not as it was written, or the end is missing.
    """
    found: dict[str, str] = {}
    kept: dict[str, bytes] = {}
    with _opened(source) as archive:
        for member in archive:
            if not member.isfile() or not _MEMBER.fullmatch(member.name) or member.name in found:
                raise InvalidError("backup_damaged")
            if member.name in (ABOUT, SUMS):
                kept[member.name] = _content(archive, member).read()
            found[member.name] = hashlib.file_digest(_content(archive, member), "sha256").hexdigest()
    found.pop(SUMS, None)
    expected = "".join(_line(digest, name) for name, digest in found.items()).encode("ascii")
    misnamed = any(name not in (ABOUT, DATABASE, ORIGINALS + found[name]) for name in found)
    if kept.get(SUMS) != expected or misnamed or not {ABOUT, DATABASE} <= set(found):
        raise InvalidError("backup_damaged")
    return _read_about(kept[ABOUT])


def note(source: Path) -> BackupCopy:
    """Write down that there is a backup: only then is it known what it still holds of what is purged.

    Twice is once, and one that was said to be destroyed is there after all. Its digests are not compared, for
    what is damaged holds things, too.

    Raises:
        InvalidError: it is no backup, or of a newer portal.
    """
    with _opened(source) as archive:
        members = iter(archive)
        first = next(members, None)
        if first is None or first.name != ABOUT:
            raise InvalidError("backup_damaged")
        made_at = datetime.fromisoformat(_read_about(_content(archive, first).read()).made_at)
        number = sum(member.name.startswith(ORIGINALS) for member in members)
    row = db.session.scalar(select(BackupCopy).where(BackupCopy.made_at == made_at))
    if row is None:
        row = BackupCopy(name=source.name[-200:], made_at=made_at)
        db.session.add(row)
    row.originals, row.size, row.gone_at = number, source.stat().st_size, None
    db.session.flush()
    return row


def listed() -> Sequence[BackupCopy]:
    """Return the backups that were written and not said to be destroyed, the newest first."""
    rows = select(BackupCopy).where(BackupCopy.gone_at.is_(None))
    return db.session.scalars(rows.order_by(BackupCopy.made_at.desc(), BackupCopy.id)).all()


def holding(since: datetime, until: datetime) -> Sequence[BackupCopy]:
    """Return those of them that hold what was here from one instant until another."""
    return [one for one in listed() if since <= one.made_at < until]


def destroyed(backup_id: str) -> BackupCopy:
    """Note that every copy of a backup was destroyed; said twice it was destroyed the first time.

    Raises:
        NotFoundError: there is no such row.
    """
    row = db.session.get(BackupCopy, backup_id)
    if row is None:
        raise NotFoundError("not_found")
    row.gone_at = row.gone_at or clock.now()
    db.session.flush()
    return row


def _read_about(content: bytes) -> About:
    values = json.loads(content)
    if values.get("format") != FORMAT:
        raise InvalidError("backup_too_new")
    return About(**values)


def _require_fit(about: About, url: str) -> None:
    if about.database != dumps.kind(url):
        raise InvalidError("backup_other_database", kind=about.database)
    if about.revision not in schema.revisions():
        raise InvalidError("backup_too_new")


def _write_archive(target: Path, about: About, dump: Path, digests: list[str]) -> None:
    """Write the members one by one; the sums come last and thereby prove that nothing is missing."""
    with target.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
            first = json.dumps(asdict(about), indent=1).encode()
            sums = [_add_bytes(archive, ABOUT, first)]
            with dump.open("rb") as content:
                sums.append(_line(hashlib.file_digest(content, "sha256").hexdigest(), DATABASE))
            _add_file(archive, DATABASE, dump)
            for digest in digests:
                end_reading()
                if originals.is_purged(digest):
                    continue
                _add_file(archive, ORIGINALS + digest, originals.path(digest))
                sums.append(_line(digest, ORIGINALS + digest))
            _add_bytes(archive, SUMS, "".join(sums).encode("ascii"))
        file.flush()
        os.fsync(file.fileno())


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> str:
    """Add a small member; return its line of SHA256SUMS."""
    archive.addfile(_entry(name, len(content)), io.BytesIO(content))
    return _line(hashlib.sha256(content).hexdigest(), name)


def _add_file(archive: tarfile.TarFile, name: str, path: Path) -> None:
    with path.open("rb") as content:
        archive.addfile(_entry(name, path.stat().st_size), content)


def _line(digest: str, name: str) -> str:
    return f"{digest}  {name}\n"


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, "r:") as archive:
            yield archive
    except (tarfile.TarError, EOFError) as error:
        raise InvalidError("backup_damaged") from error


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> io.BufferedReader:
    content = archive.extractfile(member)
    if not isinstance(content, io.BufferedReader):
        raise InvalidError("backup_damaged")
    return content
