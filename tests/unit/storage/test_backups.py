"""A backup holds the database and every original, and a restore believes no byte unchecked."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from config import Settings
from portal.accounts.models import Person
from portal.core import house, schema
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError
from portal.storage import backups, dumps, originals
from portal.storage.models import Blob

PAPERS = [b"mot to trinh", b"hai quyet dinh" * 5000, b""]

OpenHome = Callable[[str], AbstractContextManager[Settings]]


@pytest.fixture
def open_home(tmp_path: Path) -> OpenHome:
    """Return a way to work in one of several homes, one after the other."""

    @contextmanager
    def opened(name: str) -> Iterator[Settings]:
        settings = Settings.from_environment({"PORTAL_HOME": str(tmp_path / name), "DISK_RESERVE_MB": "0"})
        house.configure(settings)
        schema.upgrade(settings.database_url, settings.home)
        app = Flask("backups", root_path=str(tmp_path))
        app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
        db.init_app(app)
        with app.app_context():
            yield settings
            db.session.remove()
            db.engine.dispose()

    return opened


@pytest.fixture
def backup(open_home: OpenHome, tmp_path: Path) -> Path:
    """Return a backup of a home with one person and a few originals."""
    target = tmp_path / "backup.tar"
    with open_home("before") as settings:
        with transaction():
            db.session.add(Person(id="0000000001", email="lan@example.org", name="Lan", role="citizen"))
            for paper in PAPERS:
                originals.record(originals.stage(io.BytesIO(paper)))
        backups.write(target, settings.database_url)
    return target


def test_a_restored_home_holds_every_row_and_every_byte(backup: Path, open_home: OpenHome) -> None:
    with open_home("after") as settings:
        summary = backups.restore(backup, settings.database_url)
        assert summary.originals == len(PAPERS)
        assert summary.damaged == []
        assert db.session.scalars(select(Person.email)).all() == ["lan@example.org"]
        digests = db.session.scalars(select(Blob.sha256)).all()
        assert sorted(originals.path(digest).read_bytes() for digest in digests) == sorted(PAPERS)


def test_the_backup_that_a_home_was_filled_from_can_be_noted(backup: Path, open_home: OpenHome) -> None:
    with open_home("after") as settings:
        backups.restore(backup, settings.database_url)
        assert backups.listed() == []
        for _ in range(2):
            with transaction():
                row = backups.note(backup)
        assert [(one.name, one.originals, one.size) for one in backups.listed()] == [
            ("backup.tar", len(PAPERS), backup.stat().st_size)
        ]
        with transaction():
            backups.destroyed(row.id)
            backups.note(backup)
        assert [one.id for one in backups.listed()] == [row.id]


def test_what_is_no_backup_is_not_noted(open_home: OpenHome, tmp_path: Path) -> None:
    text, other = tmp_path / "a.txt", tmp_path / "a.tar"
    text.write_text("a")
    with tarfile.open(other, "w") as archive:
        archive.add(text, "a.txt")
    with open_home("after"):
        for path in (text, other):
            with pytest.raises(InvalidError, match="backup_damaged"), transaction():
                backups.note(path)
        assert backups.listed() == []


def test_ordinary_tools_can_check_a_backup(backup: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    subprocess.run(["tar", "-xf", backup, "-C", folder], check=True)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True)


def test_a_backup_is_for_its_owner_only(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_backup_holds_no_secret_and_nothing_that_can_be_made_again(backup: Path) -> None:
    with tarfile.open(backup) as archive:
        names = archive.getnames()
    assert names[:2] == ["about.json", "database"]
    assert names[-1] == "SHA256SUMS"
    assert all(name.startswith("originals/") for name in names[2:-1])


def test_one_flipped_bit_anywhere_is_refused_and_nothing_is_restored(
    backup: Path, open_home: OpenHome
) -> None:
    good = backup.read_bytes()
    with tarfile.open(backup) as archive:
        members = archive.getmembers()
    with open_home("after") as settings:
        for member in members:
            for place in {member.offset, member.offset_data, member.offset_data + member.size - 1}:
                bad = bytearray(good)
                bad[place] ^= 0x01
                backup.write_bytes(bad)
                with pytest.raises(InvalidError, match="backup_damaged"):
                    backups.restore(backup, settings.database_url)
        assert dumps.is_unused(settings.database_url)
        assert not list(settings.uploads_folder.rglob("*"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.99])
def test_a_cut_off_backup_is_refused(backup: Path, open_home: OpenHome, share: float) -> None:
    with tarfile.open(backup) as archive:
        end = archive.getmembers()[-1].offset_data
    backup.write_bytes(backup.read_bytes()[: int(end * share)])
    with open_home("after") as settings, pytest.raises(InvalidError, match="backup_damaged"):
        backups.restore(backup, settings.database_url)


def test_a_home_that_somebody_worked_in_is_never_overwritten(backup: Path, open_home: OpenHome) -> None:
    with open_home("before") as settings:
        with pytest.raises(ConflictError, match="backup_home_in_use"):
            backups.restore(backup, settings.database_url)
        with pytest.raises(ConflictError, match="backup_exists"):
            backups.write(backup, settings.database_url)


def test_an_original_lost_before_the_backup_is_told_by_name(open_home: OpenHome, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"
    with open_home("before") as settings:
        with transaction():
            staged = originals.stage(io.BytesIO(b"soon altered"))
            originals.record(staged)
        originals.path(staged.sha256).write_bytes(b"soon Altered")
        assert backups.write(target, settings.database_url).damaged == [staged.sha256]
    with open_home("after") as settings:
        assert backups.restore(target, settings.database_url).damaged == [staged.sha256]


def test_a_backup_of_a_newer_portal_is_refused(backup: Path, open_home: OpenHome) -> None:
    about = json.loads(_member(backup, "about.json"))
    newer = backups.About(**{**about, "revision": "9999"})
    with open_home("after") as settings, pytest.raises(InvalidError, match="backup_too_new"):
        backups._require_fit(newer, settings.database_url)


def _member(backup: Path, name: str) -> bytes:
    with tarfile.open(backup) as archive:
        content = archive.extractfile(name)
        assert content is not None
        return content.read()
