"""`flask ingest`: what it answers, and with which exit code."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from portal import cli, work
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import indexing
from portal.catalogue.models import Node
from portal.cli import ingest as command
from portal.core.db import db, end_reading
from portal.core.errors import UnavailableError
from portal.ingest.models import Batch, Scan
from portal.jobs import liveness, loop
from portal.jobs.models import Lane
from portal.rights.levels import Level
from portal.rights.models import Protection
from portal.storage import folder as store
from tests.fixtures import bombs, papers

Ingest = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for the files that are brought; the home of the test lies beside it."""
    path = tmp_path / "brought"
    path.mkdir()
    return path


@pytest.fixture
def ingest(app: Flask, people: dict[str, Actor]) -> Ingest:
    """Runs the command inside the test's own application."""
    cli.register(app)

    def run(*arguments: str | Path) -> Result:
        fonds = ("--fonds", "P1", "--new-fonds", "Phông thử")
        return app.test_cli_runner().invoke(args=["ingest", *map(str, arguments), *fonds, "--json"])

    return run


def files(result: Result) -> list[dict[str, object]]:
    answer: dict[str, list[dict[str, object]]] = json.loads(result.stdout)
    return answer["files"]


def test_what_is_known_of_the_paper_stands_with_the_batch(ingest: Ingest, folder: Path) -> None:
    (folder / "a.png").write_bytes(papers.png())
    about = ("--box", "12", "--folders", "3–5", "--sheets", "40", "--sides", "2", "--scanner", "máy 1")
    assert ingest(folder, *about).exit_code == 0
    row = db.session.scalars(select(Batch)).one()
    assert (row.box, row.folders, row.expected_sheets, row.sides, row.scanner) == (
        "12",
        "3–5",
        40,
        2,
        "máy 1",
    )
    for bad in (("--sides", "3"), ("--sheets", "viele"), ("--sheets", "0")):
        assert ingest(folder, *bad).exit_code not in (0, 3)
    assert len(db.session.scalars(select(Batch)).all()) == 1


def test_a_folder_is_taken_in_whole_and_in_order(ingest: Ingest, folder: Path) -> None:
    (folder / "b").mkdir()
    (folder / "b" / "2.png").write_bytes(papers.png(papers.picture(("Hai",))))
    (folder / "b" / "1.png").write_bytes(papers.png(papers.picture(("Một",))))
    (folder / "a.pdf").write_bytes(papers.written_pdf())
    result = ingest(folder)
    assert result.exit_code == 0
    assert [file["path"] for file in files(result)] == [
        str(folder / "a.pdf"),
        str(folder / "b" / "1.png"),
        str(folder / "b" / "2.png"),
    ]
    assert {file["status"] for file in files(result)} == {"waiting"}
    assert len({file["document"] for file in files(result)}) == 3


def test_each_file_has_all_that_the_interface_promises(ingest: Ingest, folder: Path) -> None:
    (folder / "a.png").write_bytes(papers.png())
    result = ingest(folder / "a.png")
    answer = json.loads(result.stdout)
    assert set(answer) == {"batch", "files"}
    assert set(answer["files"][0]) == {"path", "sha256", "status", "code", "message", "document", "pages"}
    assert db.session.get(Batch, answer["batch"]) is not None


def test_what_cannot_be_taken_in_is_refused_and_the_rest_comes(ingest: Ingest, folder: Path) -> None:
    (folder / "a.png").write_bytes(papers.png())
    (folder / "b.pdf").write_bytes(b"")
    (folder / "c.pdf").write_bytes(b"MZ not a pdf")
    (folder / "d.png").symlink_to(folder / "a.png")
    (folder / "e").symlink_to(folder)
    os.mkfifo(folder / "f.pdf")
    result = ingest(folder, folder / "missing.pdf")
    assert result.exit_code == 3
    assert [file["code"] for file in files(result)] == [
        None,
        "file_empty",
        "file_type",
        "file_is_link",
        "file_is_link",
        "file_unreadable",
        "path_missing",
    ]
    assert all(file["message"] for file in files(result)[1:])
    # What has bytes stands in the batch with its reason; what could not be opened has none.
    stored = db.session.execute(select(Scan.file_name, Scan.state, Scan.code).order_by(Scan.file_name)).all()
    assert [tuple(row) for row in stored] == [
        ("a.png", "received", ""),
        ("b.pdf", "refused", "file_empty"),
        ("c.pdf", "refused", "file_type"),
    ]


def test_the_same_file_twice_is_named_a_duplicate(ingest: Ingest, folder: Path) -> None:
    (folder / "a.png").write_bytes(papers.png())
    (folder / "b.png").write_bytes(papers.png())
    first, second = files(ingest(folder))
    assert (second["status"], second["document"]) == ("duplicate", first["document"])
    assert str(first["document"]) in str(second["message"])


def test_names_from_the_disk_are_kept_in_nfc(ingest: Ingest, folder: Path) -> None:
    name = unicodedata.normalize("NFD", "đề án đất đai.png")
    (folder / name).write_bytes(papers.png())
    document = files(ingest(folder))[0]["document"]
    assert db.session.get_one(Node, document).working_title == unicodedata.normalize("NFC", name)


def test_what_comes_in_is_closed_unless_a_person_opens_it(ingest: Ingest, folder: Path) -> None:
    (folder / "a.png").write_bytes(papers.png())
    protection = db.session.get_one(Protection, files(ingest(folder))[0]["document"])
    assert (protection.own_level, protection.published_at) == (Level.CONDITIONAL, None)


def test_an_archivist_can_open_what_comes_in(ingest: Ingest, folder: Path, people: dict[str, Actor]) -> None:
    (folder / "a.png").write_bytes(papers.png())
    document = files(ingest(folder, "--access", "open", "--as", "archivist@example.vn"))[0]["document"]
    protection = db.session.get_one(Protection, document)
    assert protection.own_level is Level.OPEN
    assert protection.published_at is not None
    assert protection.set_by == people[Role.ARCHIVIST].id
    actions = [line.action for line in trail.of("document", str(document))]
    assert actions == ["tree.add", "access.set_level", "document.publish"]


def test_to_open_is_nobodys_and_not_the_operators_right(ingest: Ingest, folder: Path) -> None:
    (folder / "a.png").write_bytes(papers.png())
    assert ingest(folder, "--access", "open").exit_code == 2
    refused = ingest(folder, "--access", "open", "--as", "operator@example.vn")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert db.session.query(Scan).count() == 0


def test_an_unknown_fonds_is_not_made_by_itself(app: Flask, people: dict[str, Actor], folder: Path) -> None:
    cli.register(app)
    result = app.test_cli_runner().invoke(args=["ingest", str(folder), "--fonds", "P9", "--json"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "P9" in result.stderr


def test_a_full_disk_fails_the_command_and_says_so(
    ingest: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(place: Path, reserve: int) -> None:
        raise UnavailableError("disk_full")

    monkeypatch.setattr(store, "require_space", no_space)
    (folder / "a.png").write_bytes(papers.png())
    result = ingest(folder)
    assert result.exit_code == 1
    assert [(file["status"], file["code"]) for file in files(result)] == [("failed", "disk_full")]


def test_waiting_ends_only_when_the_index_is_done_or_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    patience = command._Patience()
    assert not patience.is_over(5)
    assert not patience.is_over(5)
    assert not patience.is_lost
    monkeypatch.setattr(command, "INDEX_SECONDS", 0.0)
    assert patience.is_over(5)
    assert patience.is_lost
    assert patience.is_over(0)
    assert not patience.is_lost


def read_and_index(app: Flask, *, index: bool) -> Callable[[Callable[[], bool]], None]:
    """Return what stands in for a worker of our own: it reads here and now, and may leave out the index."""
    work.install()

    def work_until(done: Callable[[], bool]) -> None:
        while not done():
            end_reading()
            for lane in (Lane.DESK, Lane.READ):
                loop.turn(lane, "worker/1", app.app_context, True, 60.0)
            if index:
                indexing.drain()
            db.session.expire_all()

    return work_until


def test_files_that_are_read_but_cannot_be_found_in_time_fail_the_command(
    app: Flask, ingest: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "run_until", read_and_index(app, index=False))
    monkeypatch.setattr(command, "INDEX_SECONDS", 0.0)
    (folder / "a.pdf").write_bytes(papers.written_pdf())
    result = ingest(folder, "--wait")
    (file,) = files(result)
    assert result.exit_code == 1
    assert (file["status"], file["code"]) == ("waiting", "index_behind")
    assert file["pages"]
    assert "wait" in str(file["message"])


@pytest.mark.parametrize(
    ("left", "took", "pause"),
    [(0, 0.01, 0.3), (4, 0.01, 0.3), (20, 0.01, 1.0), (9000, 0.01, 2.0), (9000, 1.0, 5.0), (0, 60.0, 10.0)],
)
def test_with_much_to_wait_for_nobody_looks_all_the_time(left: int, took: float, pause: float) -> None:
    assert command._pause(left, took) == pytest.approx(pause)


def test_files_that_are_read_and_indexed_end_the_wait_well(
    app: Flask, ingest: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "run_until", read_and_index(app, index=True))
    (folder / "a.pdf").write_bytes(papers.written_pdf())
    result = ingest(folder, "--wait")
    assert (result.exit_code, files(result)[0]["status"], files(result)[0]["code"]) == (0, "read", None)


def test_a_zip_file_is_waited_for_with_all_that_is_in_it(
    app: Flask, ingest: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "run_until", read_and_index(app, index=True))
    (folder / "a.zip").write_bytes(bombs.zipped({"1.pdf": papers.written_pdf(), "2.doc": b"MZ"}))
    result = ingest(folder, "--wait")
    (file,) = files(result)
    assert (result.exit_code, file["status"], file["code"]) == (3, "read", "archive_unpacked")
    states = db.session.execute(select(Scan.file_name, Scan.state).order_by(Scan.file_name)).all()
    assert states == [("1.pdf", "split"), ("2.doc", "refused"), ("a.zip", "split")]


def test_a_zip_file_is_not_opened_to_the_public_unseen(
    ingest: Ingest, folder: Path, people: dict[str, Actor]
) -> None:
    (folder / "a.zip").write_bytes(bombs.zipped({"1.pdf": papers.written_pdf()}))
    result = ingest(folder, "--access", "open", "--as", "archivist@example.vn")
    assert (result.exit_code, files(result)[0]["code"]) == (3, "archive_stays_closed")
    assert db.session.query(Scan).count() == 0


def test_waiting_goes_on_alone_when_the_live_worker_stays_away(
    app: Flask, ingest: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([True, True])
    monkeypatch.setattr(liveness, "is_worker_alive", lambda: next(looks, False))
    monkeypatch.setattr(command, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(command, "GONE_SECONDS", 0.0)
    monkeypatch.setattr(work, "run_until", read_and_index(app, index=True))
    (folder / "a.pdf").write_bytes(papers.written_pdf())
    assert ingest(folder, "--wait").exit_code == 0


def test_odd_names_neither_break_the_answer_nor_the_terminal(
    app: Flask, ingest: Ingest, folder: Path
) -> None:
    names = ["hai\ndòng", "quay\u202egnp", "màu\x1b[2J", os.fsdecode(b"h\xffng")]
    for name in names:
        (folder / name).write_bytes(b"no page")
    result = ingest(folder)
    assert result.exit_code == 3
    assert {str(file["path"]) for file in files(result)} == {str(folder / name) for name in names}
    words = app.test_cli_runner().invoke(args=["ingest", str(folder), "--fonds", "P1"])
    assert words.exit_code == 3
    assert len(words.stdout.splitlines()) == 1 + len(names)
    for shown in ("hai\\ndòng", "quay\\u202egnp", "màu\\x1b[2J", "h\\udcffng"):
        assert shown in words.stdout
    assert not {"\u202e", "\x1b"} & set(words.stdout)
