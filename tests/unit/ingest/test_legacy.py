"""Older lists with their files: every error of every row is told, a load is whole, and can be taken back."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import cli
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.catalogue import documents, tree
from portal.catalogue.models import Kind, Node
from portal.catalogue.search_rows import OutboxEntry
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.core.partial import Exactness
from portal.ingest import (
    batches,
    legacy,
    legacy_checks,
    legacy_columns,
    legacy_dates,
    legacy_tables,
    legacy_undoing,
    places,
    scans,
    withdrawing,
)
from portal.ingest.legacy_checks import Plan
from portal.ingest.legacy_columns import Column
from portal.ingest.legacy_rows import LegacyFile, LegacyLoad, LegacyRow
from portal.ingest.legacy_states import TRANSITIONS, LoadAct, LoadState, next_state
from portal.ingest.models import Batch, Scan
from portal.jobs.models import Job
from portal.rights import protections
from portal.rights.levels import Level
from portal.rights.models import Closure, Protection
from portal.storage import originals
from tests.fixtures import lists, papers

HEADING = (
    "STT",
    "Hồ sơ số",
    "Tiêu đề hồ sơ",
    "Số, ký hiệu",
    "Ngày tháng",
    "Tác giả",
    "Trích yếu nội dung",
    "Tờ số",
    "Tên tệp",
    "Ghi chú",
)
ROWS = (
    ("1", "015", "hồ sơ về giao đất", "27/qđ-ub", "05/03/1978", "ủy ban", "giao đất xây", "1", "a/1.pdf", ""),
    ("2", "015", "", "28/qđ-ub", "3/1978", "ủy ban", "giao đất làm đường", "2-3", "a/2.pdf", "mờ"),
    ("3", "016", "hồ sơ về thủy lợi", "", "1979", "", "sổ ghi mực nước", "4", "b/3.pdf", ""),
)
ABOVE = (("mục lục văn bản",), ())


def number_of(kind: object) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0  # type: ignore[arg-type]


@pytest.fixture
def archivist(people: dict[str, Actor]) -> Actor:
    return people[Role.ARCHIVIST]


@pytest.fixture
def fonds_id(archivist: Actor) -> str:
    with transaction():
        return tree.create_fonds(archivist, code="P1", name="Phông thử").id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the three files that `ROWS` name."""
    path = tmp_path / "bàn giao"
    for name in ("a/1.pdf", "a/2.pdf", "b/3.pdf"):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(papers.written_pdf(((f"Tờ {name}",),)))
    return path


def written(folder: Path, rows: Sequence[Sequence[str]] = (HEADING, *ROWS)) -> Path:
    path = folder.parent / "danh sách.csv"
    path.write_text(lists.text(rows), encoding="utf-8")
    return path


def planned(actor: Actor, fonds_id: str, folder: Path, path: Path) -> Plan:
    try:
        return legacy_checks.check(actor, fonds_id, folder, legacy_tables.read(path))
    finally:
        end_reading()


def loaded(actor: Actor, fonds_id: str, folder: Path, path: Path) -> legacy.LoadView:
    return legacy.load(actor, fonds_id, path, planned(actor, fonds_id, folder, path), declared=True)


ENCODED = {
    "utf-8": lists.text((*ABOVE, HEADING, *ROWS)).encode(),
    "utf-8 with its mark": lists.text((*ABOVE, HEADING, *ROWS)).encode("utf-8-sig"),
    "semicolons": lists.text((*ABOVE, HEADING, *ROWS), ";").encode(),
    "tabs in utf-16": lists.text((*ABOVE, HEADING, *ROWS), "\t").encode("utf-16"),
    "nfd": unicodedata.normalize("NFD", lists.text((*ABOVE, HEADING, *ROWS))).encode(),
    "windows-1258": lists.cp1258(lists.text((*ABOVE, HEADING, *ROWS))),
    "tcvn3": lists.tcvn3(lists.text((*ABOVE, HEADING, *ROWS))),
    "xlsx": lists.xlsx((*ABOVE, HEADING, *ROWS)),
    "xlsx in an old font": lists.xlsx(
        [[lists.tcvn3(cell).decode("cp1252") for cell in row] for row in (*ABOVE, HEADING, *ROWS)]
    ),
}


@pytest.mark.parametrize("content", ENCODED.values(), ids=ENCODED)
def test_each_encoding_of_a_list_gives_the_same_rows(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    read = legacy_tables.read(path)
    columns = [column for heading in HEADING if (column := legacy_columns.known(heading))]
    assert list(read.headings.values()) == list(HEADING)
    assert [line.number for line in read.lines] == [4, 5, 6]
    assert [tuple(line.cells.get(column, "") for column in columns) for line in read.lines] == list(ROWS)


def test_headings_are_known_with_and_without_marks_and_the_numbering_below_is_none() -> None:
    assert legacy_columns.known("TRÍCH YẾU NỘI DUNG (văn bản)") is Column.SUBJECT
    assert legacy_columns.known("Trich yeu") is Column.SUBJECT
    assert legacy_columns.known("Ngày tháng bắt đầu–kết thúc") is Column.DATE
    assert legacy_columns.known("Thời hạn bảo quản") is Column.RETENTION
    assert legacy_columns.known("Màu bìa") is None
    assert legacy_columns.is_numbering(["(1)", "(2)", "(3)"])
    assert not legacy_columns.is_numbering(["1", "015", "Hồ sơ"])


def test_a_list_without_a_heading_or_without_what_is_needed_is_refused(
    archivist: Actor, fonds_id: str, folder: Path
) -> None:
    with pytest.raises(InvalidError, match="list_without_heading"):
        legacy_tables.read(written(folder, (("a", "b"), ("c", "d"))))
    with pytest.raises(InvalidError, match="list_lacks_columns"):
        planned(archivist, fonds_id, folder, written(folder, (("STT", "Trích yếu", "Ghi chú"),)))


@pytest.mark.parametrize(
    ("text", "first", "exactness"),
    [
        ("5/3/1978", date(1978, 3, 5), Exactness.DAY),
        ("05-03-1978", date(1978, 3, 5), Exactness.DAY),
        ("05.03.1978", date(1978, 3, 5), Exactness.DAY),
        ("1978-03-05", date(1978, 3, 5), Exactness.DAY),
        ("3/1978", date(1978, 3, 1), Exactness.MONTH),
        ("1978", date(1978, 1, 1), Exactness.YEAR),
    ],
)
def test_dates_are_read_as_lists_write_them(text: str, first: date, exactness: Exactness) -> None:
    found = legacy_dates.one(text)
    assert found is not None
    assert (found.first, found.exactness) == (first, exactness)


def test_spans_of_dates_are_read_and_unknown_ones_are_none() -> None:
    assert legacy_dates.span("05/01/1985 - 30/12/1986") == (date(1985, 1, 5), date(1986, 12, 30))
    assert legacy_dates.span("1985-1987") == (date(1985, 1, 1), date(1987, 12, 31))
    assert legacy_dates.span("3/1985 – 4/1985") == (date(1985, 3, 1), date(1985, 4, 30))
    assert legacy_dates.span("KXĐ") == (None, None)
    wrong = {"5/3/78": "row_bad_date", "30/2/1978": "row_bad_date", "1987-1985": "row_dates_reversed"}
    for text, code in wrong.items():
        with pytest.raises(InvalidError, match=code):
            legacy_dates.span(text)


def test_every_error_of_every_row_is_told_and_nothing_is_written(
    archivist: Actor, fonds_id: str, folder: Path
) -> None:
    (folder / "x.doc").write_bytes(b"MZ")
    (folder / "l.pdf").symlink_to(folder / "a/1.pdf")
    blank = ("", "", "", "", "", "", "", "", "", "")
    path = written(
        folder,
        (
            (*HEADING, "Loại văn bản"),
            (*ROWS[0], ""),
            ("2", "015", "tên khác", "", "31/02/1978", "", "", "", "a/2.pdf", "", "Giấy"),
            ("3", "017", "", "9" * 81, "1/1/2999", "", "nội dung", "", "a/1.pdf", "", ""),
            ("4", "", "", "", "", "", "nội dung", "", "../1.pdf", "", ""),
            ("5", "", "", "", "", "", "nội dung", "", "không có.pdf", "", ""),
            ("6", "", "", "", "", "", "nội dung", "", "x.doc", "", ""),
            ("7", "", "", "", "", "", "nội dung", "", "l.pdf", "", ""),
            ("8", "", "", "", "", "", "nội dung", "", "", "", ""),
            ("9", "", "", "", "", "", "nội dung", "", ".", "", ""),
            (*blank, ""),
        ),
    )
    plan = planned(archivist, fonds_id, folder, path)
    assert {(fault.line, fault.column.name, fault.code) for fault in plan.faults} == {
        (3, "FILE_TITLE", "row_titles_differ"),
        (3, "DATE", "row_bad_date"),
        (3, "SUBJECT", "row_needs_subject"),
        (3, "TYPE", "row_unknown_type"),
        (4, "FILE_TITLE", "row_needs_file_title"),
        (4, "NUMBER", "row_too_long"),
        (4, "DATE", "row_date_outside"),
        (4, "PATH", "row_file_twice"),
        (5, "PATH", "row_path_outside"),
        (6, "PATH", "row_file_missing"),
        (7, "PATH", "file_type"),
        (8, "PATH", "file_is_link"),
        (9, "PATH", "row_needs_file"),
        (10, "PATH", "row_path_outside"),
    }
    assert plan.unnamed == ["b/3.pdf"]
    assert number_of(Batch) == number_of(LegacyLoad) == 0
    with pytest.raises(InvalidError, match="list_wrong"):
        legacy.load(archivist, fonds_id, path, plan, declared=True)


def test_a_load_makes_files_and_described_documents_and_decides_no_level(
    archivist: Actor, fonds_id: str, folder: Path
) -> None:
    done = loaded(archivist, fonds_id, folder, written(folder))
    assert (done.state, done.files, done.known) == (LoadState.DONE, 3, 0)
    files = {row.code: row for row in db.session.scalars(select(Node).where(Node.kind == Kind.FILE.value))}
    assert {code: row.title for code, row in files.items()} == {
        "015": "hồ sơ về giao đất",
        "016": "hồ sơ về thủy lợi",
    }
    made = db.session.scalars(select(Node).where(Node.kind == Kind.DOCUMENT.value)).all()
    by_title, by_node = {node.title: node for node in made}, {node.id: node for node in made}
    assert len(made) == 3
    road = by_title["giao đất làm đường"]
    assert (road.number, road.issuer, str(road.issued)) == ("28/qđ-ub", "ủy ban", "03/1978")
    assert road.parent_id == files["015"].id
    assert by_title["sổ ghi mực nước"].parent_id == files["016"].id
    assert {node.described_by for node in by_title.values()} == {archivist.id}
    for node in by_title.values():
        protection = db.session.get_one(Protection, node.id)
        assert (protection.own_level, protection.set_by, protection.published_at) == (
            Level.CONDITIONAL,
            None,
            None,
        )
    # Others are found first, searches leave nothing out for it, and pages that somebody waits for come first.
    notes = select(OutboxEntry.is_bulk).where(OutboxEntry.target.in_([*by_node]))
    assert set(db.session.scalars(notes)) == {True}
    assert number_of(Closure) == 0
    split = db.session.scalars(select(Job).where(Job.kind == scans.SPLIT)).all()
    assert {job.payload["priority"] for job in split} == {places.PATIENT}
    # What has no field of its own is kept as the list says it.
    row = db.session.scalars(select(LegacyRow).where(LegacyRow.document_id == road.id)).one()
    assert (row.cells["Số tờ"], row.cells["Ghi chú"]) == ("2-3", "mờ")


def test_a_list_of_files_takes_all_in_the_folder_of_each_and_leaves_it_undescribed(
    archivist: Actor, fonds_id: str, folder: Path
) -> None:
    heading = ("Hộp số", "Hồ sơ số", "Tiêu đề", "Ngày tháng", "THBQ", "Số tờ", "Ghi chú")
    rows = (
        heading,
        ("1", "a", "Hồ sơ A", "1978-1979", "Vĩnh viễn", "12", ""),
        ("1", "b", "Hồ sơ B", "", "20 năm", "3", ""),
    )
    loaded(archivist, fonds_id, folder, written(folder, rows))
    named = db.session.scalars(select(Node).where(Node.code == "a", Node.kind == Kind.FILE.value)).one()
    assert (named.date_from, named.date_to) == (date(1978, 1, 1), date(1979, 12, 31))
    inside = db.session.scalars(select(Node).where(Node.parent_id == named.id)).all()
    assert sorted(node.working_title for node in inside) == ["1.pdf", "2.pdf"]
    assert not any(node.is_described for node in inside)


def test_names_on_disk_may_differ_in_case_and_form(archivist: Actor, fonds_id: str, folder: Path) -> None:
    (folder / unicodedata.normalize("NFD", "Tờ Trình.PDF")).write_bytes(papers.written_pdf((("Bốn",),)))
    rows = (HEADING, *ROWS, ("4", "", "", "", "", "", "tờ trình", "", "tờ trình.pdf", ""))
    plan = planned(archivist, fonds_id, folder, written(folder, rows))
    assert (list(plan.faults), list(plan.unnamed), len(plan.items)) == ([], [], 4)


def test_a_killed_load_goes_on_and_a_done_one_is_not_repeated(
    archivist: Actor, fonds_id: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(folder)
    plan = planned(archivist, fonds_id, folder, path)
    monkeypatch.setattr(legacy, "AT_ONCE", 1)
    real, calls = legacy._staged, 0

    def dies(item: legacy_checks.Item) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return real(item)

    monkeypatch.setattr(legacy, "_staged", dies)
    with pytest.raises(KeyboardInterrupt):
        legacy.load(archivist, fonds_id, path, plan, declared=True)
    assert number_of(LegacyRow) == 2
    done = legacy.load(archivist, fonds_id, path, planned(archivist, fonds_id, folder, path), declared=True)
    assert (done.state, done.files, calls) == (LoadState.DONE, 3, 4)
    assert (number_of(Batch), number_of(Scan), number_of(LegacyFile)) == (1, 3, 2)
    with pytest.raises(ConflictError, match="list_is_loaded"):
        legacy.load(archivist, fonds_id, path, plan, declared=True)


def test_only_who_takes_in_describes_and_arranges_loads_and_only_declared(
    people: dict[str, Actor], archivist: Actor, fonds_id: str, folder: Path
) -> None:
    path = written(folder)
    plan = planned(archivist, fonds_id, folder, path)
    for role in (Role.OPERATOR, Role.APPROVER, Role.CITIZEN):
        with pytest.raises(NotAllowedError):
            legacy.load(people[role], fonds_id, path, plan, declared=True)
    with pytest.raises(InvalidError, match="declare_no_secret"):
        legacy.load(archivist, fonds_id, path, plan, declared=False)
    assert number_of(Batch) == 0


def test_a_load_is_taken_back_whole(archivist: Actor, fonds_id: str, folder: Path) -> None:
    path = written(folder)
    done = loaded(archivist, fonds_id, folder, path)
    undone = legacy_undoing.undo(archivist, done.id, "Nhầm danh sách")
    assert undone.state is LoadState.UNDONE
    batch = db.session.get_one(Batch, done.batch_id)
    assert batch.withdrawn_at is not None
    removed = db.session.scalars(
        select(Protection.removed_at)
        .join(Node, Node.id == Protection.node_id)
        .where(Node.kind.in_((Kind.FILE.value, Kind.DOCUMENT.value)))
    ).all()
    assert len(removed) == 5
    assert all(removed)
    documents_left = db.session.scalars(select(Node).where(Node.kind == Kind.DOCUMENT.value)).all()
    assert {(node.title, node.parent_id, node.is_described) for node in documents_left} == {
        ("", batch.holding_id, False)
    }
    with pytest.raises(ConflictError, match="load_is_over"):
        legacy_undoing.undo(archivist, done.id, "Nhầm danh sách")
    # The same list can come again.
    again = loaded(archivist, fonds_id, folder, path)
    assert (again.state, again.known) == (LoadState.DONE, 0)
    assert again.id != done.id


@pytest.mark.parametrize("act", ["described", "published", "level"])
def test_what_somebody_worked_with_keeps_the_load(
    archivist: Actor, fonds_id: str, folder: Path, act: str
) -> None:
    done = loaded(archivist, fonds_id, folder, written(folder))
    node = db.session.scalars(select(Node).where(Node.title == "sổ ghi mực nước")).one()
    with transaction():
        if act == "described":
            said = documents.Description("sổ ghi mực nước sông", level=Level.OPEN)
            documents.describe(archivist, node.id, said, node.version)
        elif act == "published":
            documents.publish(archivist, node.id)
        else:
            documents.set_level(archivist, node.id, Level.WITHHELD, "Có dữ liệu cá nhân")
    with pytest.raises(ConflictError, match="load_built_on") as refused:
        legacy_undoing.undo(archivist, done.id, "Nhầm danh sách")
    assert refused.value.values["lines"] == "4"
    assert legacy.show(archivist, done.id).state is LoadState.DONE


def test_what_another_batch_relies_on_keeps_the_load_as_it_is(
    archivist: Actor, fonds_id: str, folder: Path
) -> None:
    done = loaded(archivist, fonds_id, folder, written(folder))
    loaded(archivist, fonds_id, folder, written(folder, (HEADING, *ROWS[:2])))
    with pytest.raises(ConflictError, match="batch_shared"):
        legacy_undoing.undo(archivist, done.id, "Nhầm danh sách")
    assert legacy.show(archivist, done.id).state is LoadState.DONE
    assert all(node.is_described for node in db.session.scalars(select(Node).where(Node.kind == "document")))


def test_a_batch_that_was_withdrawn_keeps_no_load_and_comes_back_after_it(
    archivist: Actor, fonds_id: str, folder: Path
) -> None:
    first = loaded(archivist, fonds_id, folder, written(folder))
    second = loaded(archivist, fonds_id, folder, written(folder, (HEADING, *ROWS[:2])))
    legacy_undoing.undo(archivist, second.id, "Nhầm danh sách")
    legacy_undoing.undo(archivist, first.id, "Nhầm danh sách")
    assert legacy.show(archivist, first.id).state is LoadState.UNDONE
    with pytest.raises(ConflictError, match="batch_repeats_withdrawn"), transaction():
        withdrawing.restore(archivist, second.batch_id)
    for batch_id in (first.batch_id, second.batch_id):
        with transaction():
            withdrawing.restore(archivist, batch_id)
    kept = db.session.scalars(
        select(Scan.document_id).where(Scan.batch_id == second.batch_id, Scan.document_id.is_not(None))
    ).all()
    assert kept
    assert not any(protections.is_removed(document_id) for document_id in kept if document_id)


def test_what_was_here_before_is_left_alone(
    archivist: Actor, people: dict[str, Actor], fonds_id: str, folder: Path
) -> None:
    with transaction():
        earlier = batches.open_batch(people[Role.OPERATOR], fonds_id, "Lô trước", declared=True).id
    with (folder / "a/1.pdf").open("rb") as file:
        staged = originals.stage(file)
    with transaction():
        before = scans.take_in(people[Role.OPERATOR], earlier, "1.pdf", staged).document_id
    done = loaded(archivist, fonds_id, folder, written(folder))
    assert (done.files, done.known) == (3, 1)
    assert before is not None
    assert not tree.by_id(before).is_described


def test_every_step_of_a_load_is_in_the_table() -> None:
    for state in LoadState:
        for act in LoadAct:
            if (state, act) in TRANSITIONS:
                assert next_state(state, act) == TRANSITIONS[state, act]
            else:
                with pytest.raises(ConflictError, match="load_is_over"):
                    next_state(state, act)


def test_the_command_reports_loads_and_undoes(
    app: Flask, archivist: Actor, fonds_id: str, folder: Path, tmp_path: Path
) -> None:
    cli.register(app)
    runner = app.test_cli_runner()
    wrong = written(folder, (HEADING, ("1", "", "", "", "5/3/78", "", "=nội dung", "", "a/1.pdf", "")))
    report = tmp_path / "lỗi.csv"
    asked = ["load-legacy", str(folder), str(wrong), "--fonds", "P1"]
    result = runner.invoke(args=[*asked, "--report", str(report), "--json"])
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    (fault,) = told["errors"]
    assert (fault["row"], fault["column"], fault["code"]) == (2, "Ngày tháng", "row_bad_date")
    assert told["columns"]["Trích yếu"] == "Trích yếu nội dung"
    with report.open(encoding="utf-8-sig", newline="") as file:
        heading, line = csv.reader(file)
    assert heading == ["Dòng", "Cột", "Đã ghi", "Cần sửa"]
    assert line[:3] == ["2", "Ngày tháng", "5/3/78"]
    assert runner.invoke(args=[*asked, "--load"]).exit_code == 2
    right = written(folder)
    asked = ["load-legacy", str(folder), str(right), "--fonds", "P1", "--json"]
    assert runner.invoke(args=asked).exit_code == 0
    assert number_of(Batch) == 0
    result = runner.invoke(args=[*asked, "--load", "--as", "archivist@example.vn"])
    assert result.exit_code == 0
    done = json.loads(result.stdout)
    assert (done["state"], done["files"]) == ("done", 3)
    back = ["undo-legacy", done["load"], "--reason", "Nhầm", "--as", "archivist@example.vn", "--json"]
    assert json.loads(runner.invoke(args=back).stdout)["state"] == "undone"
