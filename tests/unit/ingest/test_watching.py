"""A watched folder: what has stopped growing is taken in once, what is refused says why, nothing is lost."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from config import PROJECT, Settings
from portal import cli
from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.accounts.roles import Role
from portal.catalogue import tree
from portal.cli import signals
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, FullError, InvalidError
from portal.ingest import asides, hot_folder, watching
from portal.ingest.hot_folder import HotFolder
from portal.ingest.manifests import Manifest
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.watching import Done, Orders
from portal.storage import originals
from tests.fixtures import papers


class Hand:
    """A clock that is moved by hand, and a watcher that goes by it."""

    def __init__(self, actor: Actor, root: Path, orders: Orders) -> None:
        self.actor, self.orders = actor, orders
        self.seconds = 0.0
        self.folder = HotFolder(root, 10.0, lambda: self.seconds)

    def turn(self, seconds: float = 0.0) -> list[Done]:
        self.seconds += seconds
        return list(watching.turn(self.actor, self.folder, self.orders))

    def settle(self) -> list[Done]:
        return self.turn() + self.turn(10.0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "may-quet"
    path.mkdir()
    return path


@pytest.fixture
def fonds_id(app: Flask, people: dict[str, Actor]) -> str:
    with transaction():
        return tree.create_fonds(people[Role.ARCHIVIST], code="P1", name="Phông thử").id


@pytest.fixture
def hand(operator: Actor, root: Path, fonds_id: str) -> Hand:
    return Hand(operator, root, Orders(fonds_id))


def rows() -> list[Scan]:
    return list(db.session.scalars(select(Scan).order_by(Scan.created_at, Scan.id)))


def put(root: Path, name: str, content: bytes) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def manifest(root: Path) -> list[dict[str, object]]:
    (path,) = (root / hot_folder.CLAIMED).glob("manifest-*.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_file_is_taken_in_when_it_has_stopped_growing(hand: Hand, root: Path) -> None:
    content = papers.png()
    path = put(root, "tờ 1.png", content[:100])
    assert hand.turn() == []
    path.write_bytes(content)
    assert hand.turn(10.0) == []
    assert hand.turn(9.0) == []
    (done,) = hand.turn(1.0)
    assert (done.place, done.state) == ("tờ 1.png", ScanState.RECEIVED)
    assert done.sha256 == hashlib.sha256(content).hexdigest()
    (scan,) = rows()
    assert (scan.id, scan.file_name) == (done.scan_id, "tờ 1.png")
    assert originals.path(done.sha256).read_bytes() == content
    assert (root / "done" / "tờ 1.png").read_bytes() == content
    assert not path.exists()
    assert manifest(root) == [
        {
            "name": "tờ 1.png",
            "size": len(content),
            "sha256": done.sha256,
            "batch": scan.batch_id,
            "scan": scan.id,
            "state": "received",
            "at": manifest(root)[0]["at"],
        }
    ]
    assert hand.turn(60.0) == []


def test_a_subfolder_is_a_batch_and_the_rest_one_a_day(hand: Hand, root: Path) -> None:
    put(root, "hộp 12/1.png", papers.png(papers.picture(("Một",))))
    put(root, "hộp 12/hồ sơ 3/2.png", papers.png(papers.picture(("Hai",))))
    put(root, "3.png", papers.png(papers.picture(("Ba",))))
    assert len(hand.settle()) == 3
    put(root, "hộp 12/4.png", papers.png(papers.picture(("Bốn",))))
    assert len(hand.settle()) == 1
    names = dict(
        db.session.execute(select(Scan.file_name, Batch.name).join(Batch, Batch.id == Scan.batch_id)).all()
    )
    assert {names["1.png"], names["2.png"], names["4.png"]} == {"hộp 12"}
    assert names["3.png"].startswith("may-quet ")
    assert len(set(db.session.scalars(select(Batch.id)))) == 2
    assert all(db.session.scalars(select(Batch.declared_no_secret_at)))


def test_what_is_refused_lies_aside_with_the_reason_in_vietnamese(hand: Hand, root: Path) -> None:
    put(root, "b/chữ.doc", b"MZ no page")
    (done,) = hand.settle()
    assert (done.state, done.code) == (ScanState.REFUSED, "file_type")
    assert (root / "refused/b/chữ.doc").read_bytes() == b"MZ no page"
    why = (root / "refused/b/chữ.doc.txt").read_text(encoding="utf-8-sig")
    assert "b/chữ.doc" in why
    assert "PDF" in why
    assert "không" in why
    # It has bytes, so it stands in its batch, too.
    assert [(row.state, row.code) for row in rows()] == [("refused", "file_type")]


def test_links_devices_and_second_names_are_refused_untouched(hand: Hand, root: Path, tmp_path: Path) -> None:
    outside = put(tmp_path, "ngoài.png", papers.png())
    (root / "a.png").symlink_to(outside)
    (root / "b").symlink_to(tmp_path)
    os.link(outside, root / "c.png")
    os.mkfifo(root / "d.png")
    codes = {done.place: done.code for done in hand.settle()}
    assert codes == {
        "a.png": "file_is_link",
        "b": "file_is_link",
        "c.png": "file_has_other_names",
        "d.png": "file_unreadable",
    }
    assert rows() == []
    assert outside.read_bytes() == papers.png()
    assert (root / "refused" / "a.png").is_symlink()
    assert {path.name for path in (root / "refused").glob("*.txt")} == {
        "a.png.txt",
        "b.txt",
        "c.png.txt",
        "d.png.txt",
    }


def test_what_is_still_written_after_the_claim_waits(hand: Hand, root: Path) -> None:
    path = put(root, "1.png", papers.png())
    hand.turn()
    real = originals.stage

    def written_meanwhile(stream: object, most: int | None = None) -> object:
        staged = real(stream, most)  # type: ignore[arg-type]
        (claimed,) = (root / hot_folder.CLAIMED).glob("*/1.png")
        with claimed.open("ab") as file:
            file.write(b"more")
        return staged

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(originals, "stage", written_meanwhile)
        assert hand.turn(10.0) == []
    assert rows() == []
    assert not path.exists()
    (done,) = hand.settle()
    assert done.sha256 == hashlib.sha256(papers.png() + b"more").hexdigest()


def test_a_claim_that_was_left_is_taken_up_and_makes_one_file(
    hand: Hand, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root, "1.png", papers.png())
    with monkeypatch.context() as patch:
        patch.setattr(HotFolder, "put_away", lambda *_, **__: None)
        (first,) = hand.settle()
    (again,) = hand.settle()
    assert again.scan_id == first.scan_id
    assert len(rows()) == 1
    assert len(manifest(root)) == 1
    assert hand.turn() == []
    assert [path.name for path in (root / "done").iterdir()] == ["1.png"]


def test_the_same_claim_stays_one_file_though_its_batch_was_closed(
    hand: Hand, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root, "h/1.png", papers.png())
    with monkeypatch.context() as patch:
        patch.setattr(HotFolder, "put_away", lambda *_, **__: None)
        hand.settle()
    with transaction():
        batch = db.session.scalars(select(Batch)).one()
        batch.closed_at = batch.created_at
    hand.settle()
    assert len(rows()) == 1
    put(root, "h/2.png", papers.png(papers.picture(("Hai",))))
    hand.settle()
    assert len(set(db.session.scalars(select(Batch.id)))) == 2


def test_two_watchers_of_one_folder_do_no_harm(hand: Hand, root: Path, fonds_id: str) -> None:
    other = Hand(hand.actor, root, hand.orders)
    for number in range(6):
        put(root, f"{number}.png", papers.png(papers.picture((str(number),))))
    hand.turn()
    other.turn()
    hand.seconds = other.seconds = 10.0
    ours, theirs = hand.folder.ready(), other.folder.ready()
    assert len(ours) == len(theirs) == 6
    claims = [(watcher.folder.claim(path)) for path in ours for watcher in (hand, other)]
    assert sum(claim is not None for claim in claims) == 6
    assert len(hand.settle()) == 6
    assert other.turn() == []
    assert len(rows()) == 6
    with hand.folder.alone(), pytest.raises(ConflictError, match="folder_watched"), other.folder.alone():
        pass


def test_a_full_disk_leaves_the_claim_for_later(
    hand: Hand, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root, "1.png", papers.png())
    hand.turn()

    def full(*_: object) -> None:
        raise FullError("disk_full")

    with monkeypatch.context() as patch:
        patch.setattr(originals, "stage", full)
        with pytest.raises(FullError):
            hand.turn(10.0)
    (done,) = hand.settle()
    assert done.state is ScanState.RECEIVED


def test_what_was_taken_in_can_be_removed_and_names_do_not_collide(
    operator: Actor, root: Path, fonds_id: str
) -> None:
    kept = Hand(operator, root, Orders(fonds_id))
    for word in ("Một", "Hai"):
        put(root, "1.png", papers.png(papers.picture((word,))))
        assert len(kept.settle()) == 1
    assert len(list((root / "done").iterdir())) == 2
    removing = Hand(operator, root, Orders(fonds_id, is_kept=False))
    put(root, "2.png", papers.png(papers.picture(("Ba",))))
    assert len(removing.settle()) == 1
    assert len(list((root / "done").iterdir())) == 2
    assert not any(path.is_dir() for path in (root / hot_folder.CLAIMED).iterdir())


def test_what_systems_and_programs_leave_is_passed_over(hand: Hand, root: Path) -> None:
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "~$x.pdf", "1.png.part", "2.tmp"):
        put(root, name, b"x")
    assert hand.settle() == []
    assert len(list(root.glob("*"))) == 6


@pytest.mark.parametrize(
    ("made", "code"),
    [("missing", "path_missing"), ("link", "folder_is_link"), ("code", "folder_holds_code")],
)
def test_folders_that_are_none_or_hold_code_are_refused(
    app: Flask, tmp_path: Path, made: str, code: str
) -> None:
    path = tmp_path / made
    if made == "link":
        path.symlink_to(tmp_path)
    if made == "code":
        path.mkdir()
        (path / "app.py").write_text("")
    with pytest.raises(InvalidError, match=code):
        hot_folder.require_fit(path)


def test_the_portals_own_folders_are_refused(app: Flask, settings: Settings) -> None:
    inside = settings.home / "uploads"
    inside.mkdir(exist_ok=True)
    for path in (settings.home, inside, settings.home.parent, PROJECT, PROJECT / "portal"):
        with pytest.raises(InvalidError, match="folder_is_ours"):
            hot_folder.require_fit(path)
    for path in (Path("/etc"), Path("/usr/share")):
        with pytest.raises(InvalidError, match="folder_is_systems"):
            hot_folder.require_fit(path)


def test_the_command_takes_in_what_is_whole_and_ends(
    app: Flask, people: dict[str, Actor], root: Path, fonds_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "told_to_stop", threading.Event)
    cli.register(app)
    put(root, "h/1.png", papers.png())
    put(root, "h/2.doc", b"MZ")
    asked = ["watch-folder", str(root), "--fonds", "P1", "--once", "--stable", "0", "--json"]
    undeclared = app.test_cli_runner().invoke(args=asked)
    assert undeclared.exit_code == 2
    assert rows() == []
    result = app.test_cli_runner().invoke(args=[*asked, "--declare-no-secret", "--as", "operator@example.vn"])
    assert result.exit_code == 3
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["path"], one["status"], one["code"]) for one in told] == [
        ("h/1.png", "received", None),
        ("h/2.doc", "refused", "file_type"),
    ]
    assert {row.brought_by for row in rows()} == {people[Role.OPERATOR].id}


@pytest.mark.parametrize("name", hot_folder.OURS)
def test_a_link_in_place_of_a_folder_of_ours_stops_the_watcher(
    hand: Hand, root: Path, tmp_path: Path, name: str
) -> None:
    outside = tmp_path / "ngoài"
    outside.mkdir()
    put(root, "1.png", papers.png())
    (root / name).symlink_to(outside)
    for _ in range(2):
        with pytest.raises(InvalidError, match="folder_has_link"):
            hand.turn(10.0)
    with pytest.raises(InvalidError, match="folder_has_link"), hand.folder.alone():
        pass
    assert ((root / "1.png").exists(), list(outside.iterdir()), rows()) == (True, [], [])


@pytest.mark.parametrize("name", ["20261127-aaaaaaaaaa", "lock", "manifest-2026-11.jsonl"])
def test_a_link_among_the_claims_stops_the_watcher(hand: Hand, root: Path, tmp_path: Path, name: str) -> None:
    outside = put(tmp_path, "ngoài/của người khác.png", papers.png())
    hand.folder.claims.mkdir()
    (hand.folder.claims / name).symlink_to(outside.parent)
    with pytest.raises(InvalidError, match="folder_has_link"):
        hand.settle()
    assert (outside.exists(), rows()) == (True, [])


def test_a_link_that_comes_between_the_look_and_the_writing_leads_nowhere(root: Path, tmp_path: Path) -> None:
    outside = put(tmp_path, "ngoài/của người khác", b"theirs")
    file = put(root, ".claimed/x/1.doc", b"MZ")
    (root / "refused").symlink_to(outside.parent)
    with pytest.raises(NotADirectoryError):
        asides.move(file, "x", root, hot_folder.REFUSED / "1.doc", "vì")
    month = clock.today().replace(day=1)
    (root / f".claimed/manifest-{month:%Y-%m}.jsonl").symlink_to(outside)
    with pytest.raises(OSError, match="symbolic links"):
        Manifest(root / ".claimed").note(month, {"name": "1.doc"})
    assert file.read_bytes() == b"MZ"
    assert [path.read_bytes() for path in outside.parent.iterdir()] == [b"theirs"]


def test_what_others_planted_among_the_refused_is_neither_followed_nor_overwritten(
    hand: Hand, root: Path, tmp_path: Path
) -> None:
    outside = put(tmp_path, "ngoài/của người khác", b"theirs")
    (root / "refused").mkdir()
    (root / "refused/a.doc.txt").symlink_to(outside)
    put(root, "refused/b.doc.txt", b"refused before")
    (root / "refused/c").symlink_to(outside.parent)
    for name in ("a.doc", "b.doc", "c/d.doc"):
        put(root, name, b"MZ " + name.encode())
    assert len(hand.settle()) == 3
    assert [path.read_bytes() for path in outside.parent.iterdir()] == [b"theirs"]
    assert (root / "refused/b.doc.txt").read_bytes() == b"refused before"
    found = {path.read_bytes(): path for path in (root / "refused").rglob("*.doc")}
    assert set(found) == {b"MZ a.doc", b"MZ b.doc", b"MZ c/d.doc"}
    for content, path in found.items():
        note = path.with_name(path.name + ".txt").read_text(encoding="utf-8-sig")
        assert note.startswith(content[3:].decode())


def test_a_file_that_lies_in_place_of_a_folder_stops_nothing(hand: Hand, root: Path) -> None:
    put(root, "done/h", b"a file that was called so")
    put(root, "h/1.png", papers.png())
    assert len(hand.settle()) == 1
    assert [path.name for path in (root / "done").rglob("*.png")] == ["1.png"]


def test_the_command_ends_when_whose_act_it_is_may_take_in_no_more(
    app: Flask, people: dict[str, Actor], root: Path, fonds_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "told_to_stop", threading.Event)
    cli.register(app)
    put(root, "1.png", papers.png())
    real = HotFolder.ready

    def demoted(folder: HotFolder) -> list[Path]:
        found = real(folder)
        with transaction():
            db.session.get_one(Person, people[Role.OPERATOR].id).role = Role.CITIZEN.value
        return found

    monkeypatch.setattr(HotFolder, "ready", demoted)
    asked = ["watch-folder", str(root), "--fonds", "P1", "--once", "--stable", "0", "--declare-no-secret"]
    result = app.test_cli_runner().invoke(args=[*asked, "--as", "operator@example.vn"])
    assert result.exit_code == 1
    assert "not_permitted" in result.stderr
    assert ((root / "1.png").exists(), rows()) == (True, [])


def test_names_as_long_as_file_systems_allow_do_not_stop_it(hand: Hand, root: Path) -> None:
    put(root, "x" * 251 + ".doc", b"MZ")
    put(root, "y" * 251 + ".png", papers.png())
    assert len(hand.settle()) == 2
    (note,) = (root / "refused").glob("*.txt")
    assert "xxx" in note.read_text(encoding="utf-8-sig")
    (done,) = (root / "done").iterdir()
    assert done.read_bytes() == papers.png()
