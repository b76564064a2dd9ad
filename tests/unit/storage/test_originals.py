"""Originals: durable before anything names them, once each, byte for byte."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import InvalidError, NotFoundError, UnavailableError
from portal.storage import collector, derivatives, originals
from portal.storage.folder import FolderStore
from portal.storage.models import Blob

CONTENT = "Quyết định số 27 ".encode() * 5000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "originals")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The order in which the store forces files and folders to disk and renames."""
    seen: list[str] = []
    fsync, replace = os.fsync, os.replace

    def watched_fsync(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        seen.append(f"fsync {kind} {os.readlink(f'/proc/self/fd/{handle}')}")
        fsync(handle)

    def watched_replace(source: Path, target: Path) -> None:
        seen.append(f"rename {target}")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    return seen


def stage(store: FolderStore, content: bytes = CONTENT, most: int | None = None) -> originals.Staged:
    return store.stage(io.BytesIO(content), most)


def test_the_bytes_come_back_as_they_went_in(store: FolderStore) -> None:
    staged = stage(store)
    assert (staged.sha256, staged.size) == (DIGEST, len(CONTENT))
    assert store.path(DIGEST).read_bytes() == CONTENT


def test_the_file_is_synced_before_its_rename_and_its_folder_after(
    store: FolderStore, calls: list[str]
) -> None:
    stage(store)
    place = store.path(DIGEST)
    renamed = calls.index(f"rename {place}")
    synced = next(number for number, call in enumerate(calls) if call.startswith("fsync file"))
    assert synced < renamed
    assert calls[-1] == f"fsync folder {place.parent}"
    assert renamed < len(calls) - 1


def test_each_new_folder_is_named_durably_by_the_one_above(store: FolderStore, calls: list[str]) -> None:
    stage(store)
    place = store.path(DIGEST)
    renamed = calls.index(f"rename {place}")
    for above in (place.parent.parent, place.parent.parent.parent):
        assert f"fsync folder {above}" in calls[:renamed]


def test_the_same_bytes_are_kept_once_and_their_folder_is_synced_again(
    store: FolderStore, calls: list[str]
) -> None:
    stage(store)
    inode = store.path(DIGEST).stat().st_ino
    calls.clear()
    assert stage(store).sha256 == DIGEST
    assert store.path(DIGEST).stat().st_ino == inode
    assert calls[-1] == f"fsync folder {store.path(DIGEST).parent}"
    assert list(store.path(DIGEST).parents[2].glob("incoming/*")) == []


def test_a_kept_file_of_wrong_size_is_replaced(store: FolderStore) -> None:
    stage(store)
    store.path(DIGEST).write_bytes(b"cut")
    stage(store)
    assert store.path(DIGEST).read_bytes() == CONTENT


def test_nobody_else_on_the_machine_can_read_originals(store: FolderStore) -> None:
    stage(store)
    place = store.path(DIGEST)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    for above in (place.parent, place.parent.parent, place.parent.parent.parent):
        assert stat.S_IMODE(above.stat().st_mode) == 0o700


def test_a_stream_that_is_too_long_leaves_nothing(store: FolderStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidError) as caught:
        stage(store, b"x" * 100, most=99)
    assert caught.value.code == "too_large"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_below_the_reserve_nothing_is_taken(tmp_path: Path) -> None:
    full = FolderStore(tmp_path / "originals", reserve_bytes=1 << 62)
    with pytest.raises(UnavailableError) as caught:
        stage(full)
    assert caught.value.code == "disk_full"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_disk_that_fills_up_while_writing_says_so_and_leaves_nothing(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(UnavailableError):
        stage(store)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, DIGEST + "\n", "0" * 64])
def test_only_digests_of_kept_bytes_have_a_path(store: FolderStore, name: str) -> None:
    with pytest.raises(NotFoundError):
        store.path(name)


def test_verify_sees_a_flipped_bit(app: Flask) -> None:
    originals.stage(io.BytesIO(CONTENT))
    assert originals.verify(DIGEST)
    path = originals.path(DIGEST)
    path.write_bytes(bytes([CONTENT[0] ^ 1]) + CONTENT[1:])
    assert not originals.verify(DIGEST)
    path.unlink()
    assert not originals.verify(DIGEST)


def test_recording_twice_makes_one_row(app: Flask) -> None:
    staged = originals.stage(io.BytesIO(CONTENT))
    for _ in range(2):
        with transaction():
            originals.record(staged)
    assert db.session.query(Blob).count() == 1


def test_bytes_that_have_gone_cannot_be_recorded(app: Flask) -> None:
    staged = originals.stage(io.BytesIO(CONTENT))
    originals.path(DIGEST).unlink()
    with pytest.raises(UnavailableError), transaction():
        originals.record(staged)
    assert db.session.get(Blob, DIGEST) is None


def test_the_collector_takes_what_nobody_claimed_for_a_day_and_nothing_else(app: Flask) -> None:
    claimed = originals.stage(io.BytesIO(b"claimed"))
    with transaction():
        originals.record(claimed)
    orphan = originals.stage(io.BytesIO(b"orphan"))
    (originals.path(orphan.sha256).parents[2] / "incoming" / "staged-broken").write_bytes(b"half")
    assert collector.collect() == collector.Collected(blobs=0, broken_uploads=0)
    with clock.held_at(clock.now() + timedelta(hours=25)):
        assert collector.collect() == collector.Collected(blobs=1, broken_uploads=1)
    assert originals.path(claimed.sha256).read_bytes() == b"claimed"
    with pytest.raises(NotFoundError):
        originals.path(orphan.sha256)


def test_staging_old_bytes_again_keeps_the_collector_away(app: Flask) -> None:
    staged = originals.stage(io.BytesIO(CONTENT))
    long_ago = clock.now().timestamp() - 3 * 24 * 3600
    os.utime(originals.path(DIGEST), (long_ago, long_ago))
    originals.stage(io.BytesIO(CONTENT))
    assert collector.collect().blobs == 0
    with transaction():
        originals.record(staged)


def test_derivatives_are_found_by_key_and_removed_by_folder(app: Flask) -> None:
    derivatives.put("page/abc/full.jpg", b"one")
    derivatives.put("page/abc/200.jpg", b"two")
    kept = derivatives.path("page/abc/full.jpg")
    assert kept is not None
    assert kept.read_bytes() == b"one"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    derivatives.remove("page/abc")
    assert derivatives.path("page/abc/full.jpg") is None
    assert derivatives.path("page/abc/200.jpg") is None


@pytest.mark.parametrize("key", ["../x/y.jpg", "/etc/passwd", "page/../../x", "page", "page/a b/x.jpg"])
def test_no_key_leads_out_of_the_folder(app: Flask, key: str) -> None:
    with pytest.raises(ValueError, match="derivative"):
        derivatives.put(key, b"x")
