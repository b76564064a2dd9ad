"""A batch closes when what is expected is what came, or the difference is explained; reject rates."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from portal.audit import trail
from portal.catalogue import pages
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.core.paging import Paging
from portal.ingest import batch_states, checking, completing, reject_rates, scans, uploads, withdrawing
from portal.ingest.batch_states import BatchState
from portal.ingest.check_rows import BatchClosing
from portal.ingest.models import Batch
from portal.ingest.reject_rates import Span
from portal.storage import originals
from tests.unit.ingest.test_checking import Pile, pile, reading

__all__ = ["pile"]


def expect(pile: Pile, sheets: int | None, sides: int = 1) -> None:
    with transaction():
        row = db.session.get_one(Batch, pile.id)
        row.expected_sheets, row.sides = sheets, sides


def close(pile: Pile, explanation: str = "") -> None:
    with transaction():
        completing.close(pile.operator, pile.id, explanation)


def state(pile: Pile) -> BatchState:
    return batch_states.of(db.session.get_one(Batch, pile.id))


def test_a_batch_that_is_whole_closes_without_words(pile: Pile) -> None:
    pile.bring(4)
    expect(pile, 2, sides=2)
    pile.accept_all()
    assert (pile.count.looked_at, pile.count.by_sample) == (1, 3)
    close(pile)
    assert state(pile) is BatchState.CLOSED
    (row,) = completing.closings(pile.operator, pile.id)
    assert (row.expected, row.accepted, row.rejected, row.explanation) == (4, 4, 0, "")


def test_it_says_exactly_what_is_missing(pile: Pile) -> None:
    pile.bring(5)
    expect(pile, 6)
    pile.look_at_all()
    pile.reject(pile.next(), rescan=False)
    pile.accept_all()
    count = pile.count
    assert (count.expected, count.accepted, count.rejected, count.missing) == (6, 4, 1, 1)
    assert (count.waiting, count.surplus, count.is_done, count.is_whole) == (0, 0, True, False)


@pytest.mark.parametrize("sheets", [3, 1, None])
def test_a_difference_is_explained_in_writing(pile: Pile, sheets: int | None) -> None:
    pile.bring(2)
    expect(pile, sheets)
    pile.accept_all()
    with pytest.raises(InvalidError, match="difference_unexplained"):
        close(pile, "  ")
    assert state(pile) is BatchState.OPEN
    close(pile, "Tờ 3 đã mục, không quét được")
    (row,) = completing.closings(pile.operator, pile.id)
    assert row.explanation == "Tờ 3 đã mục, không quét được"
    (line,) = [one for one in trail.of("batch", pile.id) if one.action == "batch.close"]
    kept = [line.details[name] for name in ("expected", "accepted", "explained")]
    assert kept == [sheets, 2, True]


def test_the_table_itself_asks_for_an_explanation(pile: Pile) -> None:
    for expected in (3, None):
        with pytest.raises(IntegrityError), transaction():
            db.session.add(
                BatchClosing(
                    batch_id=pile.id,
                    closed_by=pile.operator.id,
                    expected=expected,
                    accepted=2,
                    rejected=0,
                    explanation="",
                )
            )
            db.session.flush()


def test_nothing_closes_while_something_waits_whatever_is_explained(pile: Pile) -> None:
    ids = pile.bring(2)
    expect(pile, 2)
    waits = pytest.raises(ConflictError, match="batch_waits")
    with waits:
        close(pile, "cần đóng gấp")
    one = pile.next()
    pile.reject(one)
    with waits:
        close(pile, "cần đóng gấp")
    with transaction():
        checking.revise(pile.second, one)
    pile.accept(one)
    with transaction():
        pages.wait_again(ids[0])
    with waits:
        close(pile, "cần đóng gấp")
    with transaction():
        pages.keep(ids[0], reading("xong"))
    staged = originals.stage(io.BytesIO(b"%PDF-1.4 not counted yet"))
    with transaction():
        scans.receive(pile.operator, pile.id, "x.pdf", staged, scans.sniff(staged))
    with waits:
        close(pile, "cần đóng gấp")
    assert state(pile) is BatchState.OPEN


def test_pages_that_come_after_the_look_are_drawn_before_it_closes(pile: Pile) -> None:
    pile.bring(10)
    pile.accept_all()
    assert pile.count.is_done
    pile.bring(10)
    assert (pile.count.to_check, pile.count.is_done) == (1, False)
    assert pile.accept_all() == 1
    assert pile.count.is_done


def test_a_closed_batch_takes_nothing_and_is_judged_by_nobody(pile: Pile) -> None:
    pile.bring(1)
    expect(pile, 1)
    one = pile.next()
    pile.accept(one)
    close(pile)
    closed = pytest.raises(ConflictError, match="batch_closed")
    with closed:
        pile.bring(1)
    with closed:
        pile.take()
    with closed, transaction():
        checking.revise(pile.second, one)
    with closed, transaction():
        uploads.begin(pile.operator, pile.id, "x.tif", 10)
    with closed, transaction():
        withdrawing.withdraw(pile.operator, pile.id, "nhầm phông")
    with closed:
        close(pile)


def test_somebody_else_opens_it_again_with_a_reason(pile: Pile) -> None:
    pile.bring(1)
    expect(pile, 1)
    pile.accept_all()
    with pytest.raises(ConflictError, match="batch_not_closed"), transaction():
        completing.reopen(pile.second, pile.id, "thiếu tờ")
    close(pile)
    with pytest.raises(NotAllowedError, match="own_closing"), transaction():
        completing.reopen(pile.operator, pile.id, "thiếu tờ")
    with pytest.raises(InvalidError, match="missing"), transaction():
        completing.reopen(pile.second, pile.id, "")
    with transaction():
        completing.reopen(pile.second, pile.id, "thiếu tờ")
    assert state(pile) is BatchState.OPEN
    (row,) = completing.closings(pile.operator, pile.id)
    assert (row.reopened_by, row.reopen_reason) == (pile.second.id, "thiếu tờ")
    pile.bring(1)
    pile.accept_all()
    close(pile, "thêm một tờ")
    assert [one.reopened_at is None for one in completing.closings(pile.operator, pile.id)] == [True, False]


def test_rates_count_every_look_by_person_and_by_batch(pile: Pile) -> None:
    manager = pile.third
    pile.bring(4)
    pile.look_at_all()
    pile.reject(pile.next())
    pile.reject(pile.next(), rescan=False)
    pile.accept_all()
    month = Span.until_today(30)
    (person,) = reject_rates.by_operator(manager, month, Paging()).rows
    assert (person.id, person.looks, person.rejected, person.share) == (pile.operator.id, 4, 2, 50.0)
    (batch,) = reject_rates.by_batch(manager, month, Paging()).rows
    assert (batch.id, batch.looks, batch.rejected) == (pile.id, 4, 2)
    ((bad, number),) = reject_rates.by_reason(manager, month)
    assert (bad.code, number) == ("unreadable", 2)
    with clock.held_at(clock.now() + timedelta(days=31)):
        later = Span.until_today(30)
        assert reject_rates.by_operator(manager, later, Paging()).total == 0
        assert reject_rates.by_batch(manager, later, Paging()).total == 0
    for one in (pile.operator, pile.second):
        for count in (reject_rates.by_operator, reject_rates.by_batch):
            with pytest.raises(NotAllowedError):
                count(one, month, Paging())
