"""A batch with separators becomes documents when a person confirms it, and goes back when that is undone."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import event, select

from portal.accounts.actors import Actor
from portal.audit import trail
from portal.catalogue import documents, finding, indexing, outbox, pages, tree, upkeep
from portal.catalogue.documents import Description
from portal.catalogue.models import Kind, Node, Page
from portal.catalogue.readings import Reading
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import (
    ordering,
    rearranged_states,
    rearranging,
    scans,
    setting_aside,
    sheet_codes,
    splitting,
    undoing,
    withdrawing,
)
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.rearranged_states import TRANSITIONS, Act, RearrangedState
from portal.ingest.rearranging_rows import Mark, Rearrangement
from portal.ingest.set_aside_rows import Why
from portal.rights import protections
from portal.rights.levels import Level
from portal.storage import originals

SEP = sheet_codes.of_separator(1)
FULL = Description(subject="Về việc thử", level=Level.CONDITIONAL, reason="theo luật")
PAGE, BLANK = "", "blank"


class Desk:
    """One batch, filled page by page as a scanner would."""

    def __init__(self, operator: Actor, batch_id: str) -> None:
        self.operator, self.id = operator, batch_id
        self._made = 0

    def file(self, name: str, *said: str) -> list[str]:
        """Bring a file whose pages say a code, are blank, or hold text; return their ids."""
        self._made += 1
        staged = originals.stage(io.BytesIO(b"%PDF-1.4 " + self.id.encode() + str(self._made).encode()))
        with transaction():
            received = scans.receive(self.operator, self.id, name, staged, scans.sniff(staged))
            assert received.document_id is not None
            rows = pages.add(received.document_id, staged.sha256, len(said), received.scan_id)
            for row, code in zip(rows, said, strict=True):
                found = [code] if code.startswith("MG1:") else []
                source = "blank" if code == BLANK else "ocr"
                text = "" if code == BLANK else f"trang {row.id}"
                words = [] if code == BLANK else [(text, 1, 1, 9, 9, 95.0)]
                pages.keep(row.id, Reading(source, "t", text, words, 600, 800, 300, 5, codes=found))
            db.session.get_one(Scan, received.scan_id).state = ScanState.SPLIT.value
        return [row.id for row in rows]

    def sides(self, number: int) -> None:
        with transaction():
            db.session.get_one(Batch, self.id).sides = number

    def mark(self, page_id: str, said: Mark | None) -> None:
        with transaction():
            splitting.mark(self.operator, self.id, page_id, said)

    def proposed(self) -> list[list[str]]:
        """The pages of the future documents, by id."""
        groups: dict[int, list[str]] = {}
        for one in splitting.proposal(self.operator, self.id).pages:
            if one.why is None:
                groups.setdefault(one.group, []).append(one.leaf.id)
        return list(groups.values())

    def aside(self) -> dict[str, Why]:
        rows = splitting.proposal(self.operator, self.id).pages
        return {one.leaf.id: one.why for one in rows if one.why is not None}

    def confirm(self) -> rearranging.Done:
        seen = splitting.proposal(self.operator, self.id).seen
        with transaction():
            done = rearranging.split(self.operator, self.id, seen)
        catch_up()
        return done

    def undo(self) -> None:
        with transaction():
            undoing.undo(self.operator, self.id)
        catch_up()

    def documents(self) -> list[list[str]]:
        """The pages of the documents that stand in the batch, by first name."""
        holding = db.session.get_one(Batch, self.id).holding_id
        found = [
            [page.id for page in pages.of_document(node.id)]
            for node in db.session.scalars(select(Node).where(Node.parent_id == holding))
            if node.kind == Kind.DOCUMENT and not protections.is_removed(node.id)
        ]
        return sorted(found)

    def whole(self) -> list[tuple[str, str, int]]:
        rows = db.session.scalars(select(Page).order_by(Page.id))
        return [(page.id, page.document_id, page.number) for page in rows]


def catch_up() -> None:
    while outbox.pending():
        indexing.drain()


def found(actor: Actor, page_id: str) -> list[str]:
    rows = finding.search(actor, page_id, Paging(1, 20)).rows
    return [one.document_id for one in rows if one.page_id == page_id]


@pytest.fixture
def desk(operator: Actor, open_batch: Callable[[str], str]) -> Desk:
    return Desk(operator, open_batch("P1"))


def one_by_one(desk: Desk, said: Sequence[str]) -> list[str]:
    """Bring one file a page, 1.tif, 2.tif …, not in that order."""
    made = {place: desk.file(f"{place}.tif", code)[0] for place, code in reversed(list(enumerate(said, 1)))}
    return [made[place] for place in sorted(made)]


def test_names_are_sorted_as_people_count() -> None:
    names = ["trang10.tif", "Trang9.tif", "trang 1.tif", "trang2.tif", "a.tif", "12.tif", "2b.tif", "2a.tif"]
    assert sorted(names, key=ordering.natural) == [
        "2a.tif",
        "2b.tif",
        "12.tif",
        "a.tif",
        "trang2.tif",
        "Trang9.tif",
        "trang10.tif",
        "trang 1.tif",
    ]


def test_separators_part_a_batch_of_single_pages(desk: Desk) -> None:
    own = sheet_codes.of_batch(desk.id)
    ids = one_by_one(desk, [own, SEP, PAGE, PAGE, SEP, PAGE, PAGE, PAGE, PAGE, PAGE, PAGE, PAGE])
    assert desk.proposed() == [ids[2:4], ids[5:]]
    assert desk.aside() == {ids[0]: Why.BATCH_SHEET, ids[1]: Why.SEPARATOR, ids[4]: Why.SEPARATOR}


def test_two_separators_in_a_row_and_one_at_the_end_make_no_empty_document(desk: Desk) -> None:
    ids = one_by_one(desk, [SEP, SEP, PAGE, SEP, SEP, PAGE, SEP])
    assert desk.proposed() == [[ids[2]], [ids[5]]]
    assert desk.confirm() == rearranging.Done(documents=2, set_aside=5, emptied=5)


def test_a_file_of_many_pages_is_split_the_same_way(desk: Desk) -> None:
    ids = desk.file("a.tif", SEP, PAGE, PAGE, SEP, PAGE, SEP, PAGE, PAGE)
    desk.confirm()
    assert desk.documents() == sorted([ids[1:3], [ids[4]], ids[6:]])
    scan = db.session.scalars(select(Scan)).one()
    assert scan.document_id == pages.by_id(ids[1]).document_id


def test_the_empty_back_of_a_separator_goes_with_it_where_both_sides_are_scanned(desk: Desk) -> None:
    ids = one_by_one(desk, [SEP, BLANK, PAGE, BLANK, SEP, BLANK, PAGE, PAGE])
    assert ids[1] not in desk.aside()
    desk.sides(2)
    assert desk.aside() == {
        ids[0]: Why.SEPARATOR,
        ids[1]: Why.BLANK,
        ids[4]: Why.SEPARATOR,
        ids[5]: Why.BLANK,
    }
    assert desk.proposed() == [ids[2:4], ids[6:]]


def test_the_sheet_of_another_batch_is_told_and_parts_nothing(
    desk: Desk, operator: Actor, open_batch: Callable[[str], str]
) -> None:
    other = sheet_codes.of_batch(open_batch("P1"))
    ids = one_by_one(desk, [SEP, PAGE, other, PAGE])
    proposal = splitting.proposal(operator, desk.id)
    assert desk.proposed() == [ids[1:]]
    assert [one.leaf.id for one in proposal.pages if one.foreign_sheet] == [ids[2]]


def test_without_separators_every_file_stays_a_document(desk: Desk, operator: Actor) -> None:
    one, two = desk.file("1.tif", PAGE, PAGE), desk.file("2.tif", PAGE)
    assert desk.proposed() == [one, two]
    assert not splitting.proposal(operator, desk.id).changes
    with pytest.raises(ConflictError, match="nothing_to_split"):
        desk.confirm()


def test_a_person_moves_borders_and_sets_pages_aside(desk: Desk) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE, SEP, PAGE, PAGE])
    desk.mark(ids[2], Mark.BEGIN)
    desk.mark(ids[4], Mark.JOIN)
    assert desk.proposed() == [[ids[1]], [ids[2], *ids[4:]]]
    desk.mark(ids[5], Mark.ASIDE)
    desk.mark(ids[2], None)
    assert desk.proposed() == [[ids[1], ids[2], ids[4]]]
    desk.mark(ids[3], Mark.JOIN)
    assert desk.proposed() == [[ids[1], ids[2], ids[3], ids[4]]]
    desk.confirm()
    assert desk.documents() == [[ids[1], ids[2], ids[3], ids[4]]]


def test_marks_are_of_one_batch_and_of_pages_that_can_still_be_placed(
    desk: Desk, people: dict[str, Actor], operator: Actor, open_batch: Callable[[str], str]
) -> None:
    other = Desk(operator, open_batch("P1")).file("x.tif", PAGE)
    for page in (other[0], "0000000000"):
        with pytest.raises(NotFoundError), transaction():
            splitting.mark(operator, desk.id, page, Mark.BEGIN)
    (mine,) = desk.file("1.tif", PAGE)
    with pytest.raises(NotAllowedError), transaction():
        splitting.mark(people["approver"], desk.id, mine, Mark.BEGIN)


def test_pages_stand_in_the_document_of_the_first_and_count_from_one(desk: Desk) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE, SEP, PAGE])
    first = pages.by_id(ids[1]).document_id
    emptied = pages.by_id(ids[2]).document_id
    desk.confirm()
    assert [(p.number, p.id) for p in pages.of_document(first)] == [(1, ids[1]), (2, ids[2])]
    assert protections.is_removed(emptied)
    assert [line.action for line in trail.of("document", emptied)][-1] == "document.emptied"
    scan = db.session.scalar(select(Scan).where(Scan.id == pages.by_id(ids[2]).scan_id))
    assert scan is not None
    assert scan.document_id == first
    assert tree.by_id(pages.by_id(ids[0]).document_id).kind == Kind.RESERVE


def test_the_search_follows(desk: Desk, operator: Actor) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE])
    catch_up()
    desk.confirm()
    first = pages.by_id(ids[1]).document_id
    assert found(operator, ids[2]) == [first]
    assert found(operator, ids[0]) == []
    assert not upkeep.take().is_told
    desk.undo()
    assert found(operator, ids[2]) == [pages.by_id(ids[2]).document_id] != [first]
    assert not upkeep.take().is_told


def test_undone_everything_stands_where_it_stood(desk: Desk) -> None:
    one_by_one(desk, [SEP, PAGE, PAGE, SEP, PAGE])
    desk.file("9.tif", SEP, PAGE, SEP, PAGE, PAGE)
    before, standing = desk.whole(), desk.documents()
    pointed = {scan.id: scan.document_id for scan in db.session.scalars(select(Scan))}
    desk.confirm()
    assert desk.whole() != before
    desk.undo()
    assert desk.whole() == before
    assert desk.documents() == standing
    assert {scan.id: scan.document_id for scan in db.session.scalars(select(Scan))} == pointed
    assert setting_aside.of_batch(desk.id) == []
    with pytest.raises(NotFoundError):
        desk.undo()
    desk.confirm()


def test_to_undo_more_pages_asks_the_database_no_more_often(
    operator: Actor, open_batch: Callable[[str], str]
) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    numbers = []
    for pages_each in (2, 12):
        desk = Desk(operator, open_batch("P1"))
        desk.file("a.tif", SEP, *[PAGE] * pages_each)
        desk.confirm()
        asked.clear()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            with transaction():
                undoing.undo(operator, desk.id)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] > 0


@pytest.mark.parametrize("act", ["describe", "set_level", "set_aside"])
def test_what_somebody_worked_with_is_not_undone(
    desk: Desk, people: dict[str, Actor], operator: Actor, act: str
) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE])
    desk.confirm()
    document, archivist = pages.by_id(ids[1]).document_id, people["archivist"]
    with transaction():
        if act == "describe":
            documents.describe(archivist, document, FULL, tree.by_id(document).version)
        elif act == "set_level":
            documents.set_level(archivist, document, Level.CONDITIONAL, "theo luật")
        else:
            setting_aside.set_aside(operator, ids[2], Why.REJECTED)
    with pytest.raises(ConflictError, match="rearrangement_built_on"):
        desk.undo()


def test_what_somebody_described_stays_out_and_is_a_border(desk: Desk, people: dict[str, Actor]) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE, PAGE])
    document = pages.by_id(ids[2]).document_id
    with transaction():
        documents.describe(people["archivist"], document, FULL, tree.by_id(document).version)
    assert desk.proposed() == [[ids[1]], [ids[3]]]


def test_what_was_split_once_is_not_joined_when_more_files_come(desk: Desk) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE, SEP, PAGE])
    desk.confirm()
    more = desk.file("7.tif", SEP, PAGE, PAGE)
    assert desk.proposed() == [more[1:]]
    desk.confirm()
    assert desk.documents() == sorted([ids[1:3], [ids[4]], more[1:]])


def test_nothing_is_split_before_all_is_read_nor_otherwise_than_seen(desk: Desk, operator: Actor) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE])
    seen = splitting.proposal(operator, desk.id).seen
    desk.mark(ids[2], Mark.BEGIN)
    with pytest.raises(ConflictError, match="changed_meanwhile"), transaction():
        rearranging.split(operator, desk.id, seen)
    with transaction():
        pages.wait_again(ids[2])
    with pytest.raises(ConflictError, match="batch_not_read"):
        desk.confirm()


def test_withdrawn_and_brought_back_a_split_batch_is_as_it_was(desk: Desk, operator: Actor) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE])
    desk.confirm()
    standing = desk.documents()
    with transaction():
        withdrawing.withdraw(operator, desk.id, "Gửi nhầm phông")
    assert desk.documents() == []
    with transaction():
        withdrawing.restore(operator, desk.id)
    assert desk.documents() == standing == [ids[1:]]
    with transaction():
        withdrawing.withdraw(operator, desk.id, "Lần nữa")


def test_a_repeated_file_points_to_where_its_page_went(desk: Desk, operator: Actor) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE])
    scan = db.session.scalars(select(Scan).where(Scan.id == pages.by_id(ids[2]).scan_id)).one()
    staged = originals.stage(io.BytesIO(originals.path(scan.blob_sha256).read_bytes()))
    desk.confirm()
    with transaction():
        again = scans.receive(operator, desk.id, "again.pdf", staged, "application/pdf")
    assert again.state is ScanState.DUPLICATE
    assert again.document_id == pages.by_id(ids[1]).document_id


def test_the_table_of_states_is_walked() -> None:
    row = Rearrangement(batch_id="0", work="split", made_by="0")
    assert rearranged_states.of(row) is RearrangedState.STANDING
    assert set(TRANSITIONS) == {(RearrangedState.STANDING, Act.UNDO)}
    assert rearranged_states.advance(row, Act.UNDO) is RearrangedState.UNDONE
    from portal.core import clock

    row.undone_at = clock.now()
    assert rearranged_states.of(row) is RearrangedState.UNDONE
    with pytest.raises(ConflictError, match="rearrangement_undone"):
        rearranged_states.advance(row, Act.UNDO)
