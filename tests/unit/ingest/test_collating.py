"""Fronts and backs of a scanner that takes one side at a time come together when a person confirms it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.audit import trail
from portal.catalogue import documents, pages, tree, upkeep
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.ingest import collating, rearranging, setting_aside
from portal.ingest.collating import Collation, Passes
from portal.ingest.models import Batch, Scan
from portal.ingest.set_aside_rows import Why
from portal.rights import protections
from tests.unit.ingest.test_splitting import BLANK, FULL, PAGE, SEP, Desk, catch_up, desk, found, one_by_one

__all__ = ["desk"]


def proposed(desk: Desk, passes: Passes) -> Collation:
    return collating.proposal(desk.operator, desk.id, passes)


def sheets(desk: Desk, passes: Passes) -> list[tuple[str, str]]:
    return [(one.front.leaf.id, one.back.leaf.id) for one in proposed(desk, passes).sheets]


def collate(desk: Desk, passes: Passes) -> rearranging.Done:
    seen = proposed(desk, passes).seen
    with transaction():
        done = rearranging.collate(desk.operator, desk.id, passes, seen)
    catch_up()
    return done


def test_backs_in_the_order_of_the_fronts_or_the_last_one_first(desk: Desk) -> None:
    one, two, three, back_3, back_2, back_1 = one_by_one(desk, [PAGE] * 6)
    turned = [(one, back_1), (two, back_2), (three, back_3)]
    assert sheets(desk, collating.usual(6)) == turned
    straight = [(one, back_3), (two, back_2), (three, back_1)]
    assert sheets(desk, Passes(1, 4, 6, is_reversed=False)) == straight


def test_where_backs_were_scanned_first_sheets_stand_in_the_order_of_the_fronts(desk: Desk) -> None:
    back_3, back_2, back_1, one, two, three = one_by_one(desk, [PAGE] * 6)
    passes = Passes(1, 4, 6, backs_first=True)
    assert sheets(desk, passes) == [(one, back_1), (two, back_2), (three, back_3)]
    collate(desk, passes)
    assert desk.proposed() == [[one, back_1], [two, back_2], [three, back_3]]


def test_every_back_stands_in_the_document_of_its_front(desk: Desk) -> None:
    ids = one_by_one(desk, [PAGE] * 6)
    fronts = [pages.by_id(one).document_id for one in ids[:3]]
    done = collate(desk, collating.usual(6))
    assert done == rearranging.Done(documents=3, set_aside=0, emptied=3)
    assert [[page.id for page in pages.of_document(one)] for one in fronts] == [
        [ids[0], ids[5]],
        [ids[1], ids[4]],
        [ids[2], ids[3]],
    ]
    scan = db.session.scalars(select(Scan).where(Scan.id == pages.by_id(ids[3]).scan_id)).one()
    assert scan.document_id == fronts[2]
    assert trail.of("batch", desk.id)[-1].action == "batch.collate"


def test_two_files_of_many_pages_become_one(desk: Desk) -> None:
    fronts, backs = desk.file("mat-truoc.pdf", *[PAGE] * 3), desk.file("sau.pdf", *[PAGE] * 3)
    collate(desk, Passes(1, 4, 6, is_reversed=False))
    together = [page for pair in zip(fronts, backs, strict=True) for page in pair]
    assert desk.documents() == [together]
    assert [page.number for page in pages.of_document(pages.by_id(fronts[0]).document_id)] == [*range(1, 7)]


def test_both_passes_may_lie_in_one_file_behind_a_batch_sheet(desk: Desk) -> None:
    ids = desk.file("a.tif", *[PAGE] * 6)
    collate(desk, Passes(2, 4, 5))
    assert desk.documents() == [[ids[0], ids[1], ids[4], ids[2], ids[3], ids[5]]]


def test_pile_after_pile_of_a_batch(desk: Desk) -> None:
    a, b, back_b, back_a, c, back_c = one_by_one(desk, [PAGE] * 6)
    collate(desk, Passes(1, 3, 4))
    # The first pile counts four pages as before, sheet by sheet now.
    collate(desk, Passes(5, 6, 6))
    assert desk.proposed() == [[a, back_a], [b, back_b], [c, back_c]]


def test_then_separators_part_it_and_their_empty_backs_go_with_them(desk: Desk) -> None:
    fronts = desk.file("1.pdf", SEP, PAGE, PAGE, SEP, PAGE)
    backs = desk.file("2.pdf", PAGE, BLANK, PAGE, PAGE, BLANK)
    collate(desk, collating.usual(10))
    assert desk.aside() == {
        fronts[0]: Why.SEPARATOR,
        backs[4]: Why.BLANK,
        fronts[3]: Why.SEPARATOR,
        backs[1]: Why.BLANK,
    }
    first, second = [fronts[1], backs[3], fronts[2], backs[2]], [fronts[4], backs[0]]
    assert desk.proposed() == [first, second]
    desk.confirm()
    assert desk.documents() == sorted([first, second])


def test_step_by_step_it_is_undone(desk: Desk) -> None:
    one_by_one(desk, [SEP, PAGE, PAGE, PAGE, PAGE, BLANK])
    before, standing = desk.whole(), desk.documents()
    pointed = {scan.id: scan.document_id for scan in db.session.scalars(select(Scan))}
    collate(desk, collating.usual(6))
    between = desk.whole()
    desk.confirm()
    desk.undo()
    assert desk.whole() == between != before
    desk.undo()
    assert desk.whole() == before
    assert desk.documents() == standing
    assert {scan.id: scan.document_id for scan in db.session.scalars(select(Scan))} == pointed
    with pytest.raises(NotFoundError):
        desk.undo()


def test_the_search_follows(desk: Desk, operator: Actor) -> None:
    ids = one_by_one(desk, [PAGE] * 4)
    emptied = pages.by_id(ids[3]).document_id
    catch_up()
    collate(desk, collating.usual(4))
    assert found(operator, ids[3]) == [pages.by_id(ids[0]).document_id] != [emptied]
    assert protections.is_removed(emptied)
    assert not upkeep.take().is_told


@pytest.mark.parametrize(
    ("passes", "code"),
    [
        (Passes(0, 3, 4), "bad_passes"),
        (Passes(3, 3, 4), "bad_passes"),
        (Passes(1, 3, 2), "bad_passes"),
        (Passes(1, 3, 5), "bad_passes"),
        (Passes(1, 2, 4), "passes_differ"),
        (Passes(1, 3, 3), "passes_differ"),
    ],
)
def test_passes_that_cannot_be_are_refused_at_the_field(desk: Desk, passes: Passes, code: str) -> None:
    one_by_one(desk, [PAGE] * 4)
    with pytest.raises(InvalidError) as refused:
        proposed(desk, passes)
    assert refused.value.code == code
    assert set(refused.value.fields) <= {"first", "second", "last"}
    assert refused.value.fields


def test_over_a_document_that_somebody_described_no_passes_reach(
    desk: Desk, people: dict[str, Actor]
) -> None:
    ids = one_by_one(desk, [PAGE] * 5)
    document = pages.by_id(ids[2]).document_id
    with transaction():
        documents.describe(people["archivist"], document, FULL, tree.by_id(document).version)
    with pytest.raises(InvalidError, match="passes_parted"):
        proposed(desk, collating.usual(4))
    assert sheets(desk, Passes(3, 4, 4)) == [(ids[3], ids[4])]


def test_nothing_moves_otherwise_than_seen_nor_before_all_is_read(desk: Desk, operator: Actor) -> None:
    ids = one_by_one(desk, [PAGE] * 4)
    seen = proposed(desk, collating.usual(4)).seen
    with pytest.raises(ConflictError, match="changed_meanwhile"), transaction():
        rearranging.collate(operator, desk.id, Passes(1, 3, 4, is_reversed=False), seen)
    with transaction():
        pages.wait_again(ids[0])
    with pytest.raises(ConflictError, match="batch_not_read"), transaction():
        rearranging.collate(operator, desk.id, collating.usual(4), seen)
    assert len(desk.documents()) == 4


def test_sent_twice_it_is_done_once(desk: Desk, operator: Actor) -> None:
    one_by_one(desk, [PAGE] * 4)
    seen = proposed(desk, collating.usual(4)).seen
    with transaction():
        rearranging.collate(operator, desk.id, collating.usual(4), seen)
    stands = desk.whole()
    with pytest.raises(ConflictError, match="changed_meanwhile"), transaction():
        rearranging.collate(operator, desk.id, collating.usual(4), seen)
    assert desk.whole() == stands


def test_it_is_of_one_batch_and_for_those_who_take_in(
    desk: Desk, people: dict[str, Actor], operator: Actor, open_batch: Callable[[str], str]
) -> None:
    other = Desk(operator, open_batch("P1"))
    theirs = one_by_one(other, [PAGE] * 2)
    mine = one_by_one(desk, [PAGE] * 2)
    stands = [one for one in other.whole() if one[0] in theirs]
    collate(desk, collating.usual(2))
    assert desk.proposed() == [mine]
    assert [one for one in other.whole() if one[0] in theirs] == stands
    for person in ("approver", "citizen"):
        with pytest.raises(NotAllowedError):
            collating.proposal(people[person], desk.id, collating.usual(2))
    with transaction():
        db.session.get_one(Batch, other.id).closed_at = clock.now()
    with pytest.raises(ConflictError, match="batch_closed"):
        collate(other, collating.usual(2))


def test_what_somebody_worked_with_is_not_undone(desk: Desk, operator: Actor) -> None:
    ids = one_by_one(desk, [PAGE] * 4)
    collate(desk, collating.usual(4))
    with transaction():
        setting_aside.set_aside(operator, ids[3], Why.REJECTED)
    with pytest.raises(ConflictError, match="rearrangement_built_on"):
        desk.undo()
