"""A second person looks at scans: drawn by lot, one person a page, accepted, rejected, and gone back on."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import pages, worklists
from portal.catalogue.models import Page, PageState
from portal.catalogue.readings import Reading
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import (
    batches,
    check_lists,
    check_states,
    checking,
    counting,
    ordering,
    sampling,
    scans,
    setting_aside,
    withdrawing,
)
from portal.ingest.check_rows import CheckReason, CheckSample, CheckState, PageCheck
from portal.ingest.check_states import TRANSITIONS, CheckAct
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.set_aside_rows import SetAside, Why
from portal.rights import protections
from portal.storage import originals


@dataclass
class Pile:
    """A batch of the operator's, one page a file, and the second person."""

    operator: Actor
    second: Actor
    third: Actor
    id: str

    def bring(self, number: int, *, by: Actor | None = None, name: str = "tờ {}.png") -> list[str]:
        """Bring files of one page each, read at once; return the ids of the pages."""
        start = len(self.pages())
        return [self._one(by or self.operator, start + place, name) for place in range(1, number + 1)]

    def _one(self, by: Actor, place: int, name: str) -> str:
        staged = originals.stage(io.BytesIO(b"%PDF-1.4 " + f"{self.id} {place}".encode()))
        with transaction():
            received = scans.receive(by, self.id, name.format(place), staged, scans.sniff(staged))
            assert received.document_id is not None
            (page,) = pages.add(received.document_id, staged.sha256, 1, received.scan_id)
            pages.keep(page.id, reading(f"tờ {place}"))
            db.session.get_one(Scan, received.scan_id).state = ScanState.SPLIT.value
        return page.id

    def pages(self) -> list[str]:
        return list(db.session.scalars(select(Page.id).where(sampling.inside(self.id))))

    def look_at_all(self) -> None:
        with transaction():
            sampling.raise_share(self.second, self.id, 100, "xem hết")

    def take(self, actor: Actor | None = None) -> str | None:
        with transaction():
            return checking.take_next(actor or self.second, self.id)

    def next(self, actor: Actor | None = None) -> str:
        found = self.take(actor)
        assert found is not None
        return found

    def accept(self, check_id: str, actor: Actor | None = None) -> None:
        with transaction():
            checking.accept(actor or self.second, check_id)

    def reject(self, check_id: str, actor: Actor | None = None, *, rescan: bool = True) -> None:
        with transaction():
            checking.reject(actor or self.second, check_id, reason(), "mờ", rescan=rescan)

    def accept_all(self) -> int:
        number = 0
        while (check_id := self.take()) is not None:
            self.accept(check_id)
            number += 1
        return number

    @property
    def count(self) -> counting.Count:
        return counting.of(self.operator, self.id)


def reading(text: str) -> Reading:
    return Reading("ocr", "test", text, [(text, 10, 10, 80, 20, 95.0)], 600, 800, 300, 5)


def reason(code: str = "unreadable") -> str:
    return next(row.id for row in checking.reasons() if row.code == code)


def check(check_id: str) -> PageCheck:
    return db.session.get_one(PageCheck, check_id)


@pytest.fixture
def pile(people: dict[str, Actor], open_batch: Callable[[str], str]) -> Pile:
    return Pile(people[Role.OPERATOR], people[Role.ARCHIVIST], people[Role.ADMINISTRATOR], open_batch("P1"))


def test_the_table_of_states_is_walked(pile: Pile) -> None:
    pile.bring(1)
    row = check(pile.next())
    for state, act in product(CheckState, CheckAct):
        row.state = state.value
        if (state, act) in TRANSITIONS:
            assert check_states.may(row, act)
            assert check_states.advance(row, act) is TRANSITIONS[state, act]
            assert row.state == TRANSITIONS[state, act]
        else:
            assert not check_states.may(row, act)
            with pytest.raises(ConflictError):
                check_states.advance(row, act)
            assert row.state == state
    db.session.rollback()


def test_nobody_judges_what_they_brought(pile: Pile, people: dict[str, Actor]) -> None:
    pile.bring(2)
    with pytest.raises(NotAllowedError, match="own_batch"):
        pile.take(pile.operator)
    check_id = pile.next()
    for act in (lambda: pile.accept(check_id, pile.operator), lambda: pile.reject(check_id, pile.operator)):
        with pytest.raises(NotAllowedError, match="own_batch"):
            act()
    with pytest.raises(NotAllowedError, match="own_batch"), transaction():
        sampling.raise_share(pile.operator, pile.id, 100, "xem hết")
    assert check(check_id).state == CheckState.WAITING
    for role in (Role.APPROVER, Role.CITIZEN):
        with pytest.raises(NotAllowedError):
            pile.take(people[role])


def test_whoever_brought_one_file_judges_no_page_of_the_batch(pile: Pile) -> None:
    pile.bring(2)
    pile.bring(1, by=pile.second)
    with pytest.raises(NotAllowedError, match="own_batch"):
        pile.take(pile.second)
    assert pile.take(pile.third) is not None


def test_handing_a_batch_over_frees_nobody_from_the_second_look(pile: Pile) -> None:
    pile.bring(1)
    with transaction():
        db.session.get_one(Batch, pile.id).operator_id = pile.third.id
    for one in (pile.operator, pile.third):
        with pytest.raises(NotAllowedError, match="own_batch"):
            pile.take(one)
    assert pile.take(pile.second) is not None


def test_a_share_is_drawn_by_the_seed_and_stays_drawn(pile: Pile) -> None:
    pile.bring(30)
    pile.next()
    sample = db.session.get_one(CheckSample, pile.id)
    assert sample.percent == 10
    assert drawn(pile.id) == sorted(pile.pages(), key=lambda one: sampling.rank(sample.seed, one))[:3]
    before, seed = set(drawn(pile.id)), sample.seed
    pile.bring(15)
    while (one := pile.take()) is not None:
        pile.accept(one)
    assert before < set(drawn(pile.id))
    assert len(drawn(pile.id)) == 5
    pile.look_at_all()
    assert db.session.get_one(CheckSample, pile.id).seed == seed
    assert set(drawn(pile.id)) == set(pile.pages())


def drawn(batch_id: str) -> list[str]:
    sample = db.session.get_one(CheckSample, batch_id)
    found = db.session.scalars(select(PageCheck.page_id).where(PageCheck.batch_id == batch_id))
    return sorted(found, key=lambda one: sampling.rank(sample.seed, one))


def test_the_seed_stands_in_the_trail(pile: Pile) -> None:
    pile.bring(3)
    pile.next()
    (line,) = [one for one in trail.of("batch", pile.id) if one.action == "check.draw"]
    assert line.details["seed"] == db.session.get_one(CheckSample, pile.id).seed
    assert (line.details["pages"], line.details["drawn"]) == (3, 1)


@pytest.mark.parametrize("share", [None, 5, 10, 101])
def test_the_share_only_rises(pile: Pile, share: int | None) -> None:
    pile.bring(1)
    with pytest.raises(InvalidError, match="share_not_more"), transaction():
        sampling.raise_share(pile.second, pile.id, share, "vì nghi ngờ")
    with pytest.raises(InvalidError, match="missing"), transaction():
        sampling.raise_share(pile.second, pile.id, 50, " ")


def test_a_page_that_cannot_be_read_is_always_drawn(pile: Pile) -> None:
    ids = pile.bring(12)
    pile.next()
    undrawn = next(one for one in ids if one not in drawn(pile.id))
    with transaction():
        pages.fail(undrawn, "page_damaged")
    assert pile.count.to_check == 3
    pile.accept_all()
    assert undrawn in drawn(pile.id)
    assert pile.count.is_done


def test_pages_come_in_the_order_of_their_files(pile: Pile) -> None:
    pile.bring(12, name="to-{}.png")
    pile.look_at_all()
    seen = []
    while (one := pile.take()) is not None:
        seen.append(db.session.get_one(Page, check(one).page_id).scan_id)
        pile.accept(one)
    names = [db.session.get_one(Scan, one).file_name for one in seen]
    assert names == [f"to-{place}.png" for place in range(1, 13)]


@pytest.mark.parametrize(
    ("less", "more"), [("to-2.tif", "to-10.tif"), ("a", "a1"), ("Tờ 9 mặt 2", "tờ 10 mặt 1"), ("1.a", "a.1")]
)
def test_names_are_ordered_as_people_count(less: str, more: str) -> None:
    assert ordering.natural(less) < ordering.natural(more)


def test_a_page_is_given_to_one_person_at_a_time(pile: Pile) -> None:
    pile.bring(3)
    pile.look_at_all()
    mine, theirs = pile.next(), pile.next(pile.third)
    assert mine != theirs
    assert pile.next() == mine
    with pytest.raises(ConflictError, match="check_taken"):
        pile.accept(theirs)
    assert checking.look(pile.second, theirs).is_taken
    with clock.held_at(clock.now() + checking.CLAIM + timedelta(seconds=1)):
        assert pile.next() == mine
        pile.accept(mine)
        assert pile.next() == theirs
        pile.accept(theirs)
    with pytest.raises(ConflictError, match="check_stands_elsewhere"):
        pile.accept(theirs, pile.third)
    assert check(theirs).checked_by == pile.second.id


def test_every_page_is_looked_at_once_by_two_people_in_turn(pile: Pile) -> None:
    pile.bring(9)
    pile.look_at_all()
    found: Counter[str] = Counter()
    for turn in range(9):
        who = (pile.second, pile.third)[turn % 2]
        one = pile.next(who)
        found[check(one).page_id] += 1
        pile.accept(one, who)
    assert set(found) == set(pile.pages())
    assert set(found.values()) == {1}
    assert pile.take() is None


def test_a_rejection_needs_a_reason_that_holds_today(pile: Pile) -> None:
    pile.bring(1)
    one = pile.next()
    with pytest.raises(InvalidError, match="reason_needed"), transaction():
        checking.reject(pile.second, one, "", rescan=True)
    ended = reason()
    with transaction():
        db.session.get_one(CheckReason, ended).valid_to = clock.today() - timedelta(days=1)
    with pytest.raises(InvalidError, match="reason_needed"), transaction():
        checking.reject(pile.second, one, ended, rescan=True)
    assert check(one).state == CheckState.WAITING


def test_a_page_rejected_for_good_is_set_aside(pile: Pile) -> None:
    page_id, *_ = pile.bring(1)
    document_id = pages.by_id(page_id).document_id
    one = pile.next()
    pile.reject(one, rescan=False)
    assert db.session.get_one(SetAside, page_id).reason == Why.REJECTED
    assert (pile.count.rejected, pile.count.accepted, pile.count.came) == (1, 0, 1)
    assert pile.take() is None
    with transaction():
        checking.revise(pile.second, one)
    assert db.session.get(SetAside, page_id) is None
    assert pages.by_id(page_id).document_id == document_id
    assert pile.next() == one


def test_a_document_without_pages_waits_for_no_description(pile: Pile) -> None:
    pile.bring(1)
    assert worklists.undescribed(pile.second, Paging()).total == 1
    one = pile.next()
    pile.reject(one, rescan=False)
    assert worklists.undescribed(pile.second, Paging()).total == 0
    with transaction():
        checking.revise(pile.second, one)
    assert worklists.undescribed(pile.second, Paging()).total == 1


def test_a_page_of_a_published_document_stays_in_it(pile: Pile) -> None:
    page_id, *_ = pile.bring(1)
    one = pile.next()
    with transaction():
        protections.publish(pages.by_id(page_id).document_id)
    with pytest.raises(ConflictError, match="pages_published"):
        pile.reject(one, rescan=False)
    assert check(one).state == CheckState.WAITING


def test_only_who_decided_goes_back_on_it(pile: Pile) -> None:
    pile.bring(2)
    pile.look_at_all()
    first = pile.next()
    pile.accept(first)
    with pytest.raises(NotAllowedError, match="check_of_another"), transaction():
        checking.revise(pile.third, first)
    second = pile.next()
    assert checking.look(pile.second, second).previous_id == first
    with transaction():
        checking.revise(pile.second, first)
    row = check(first)
    assert (row.state, row.checked_by, row.checked_at) == (CheckState.WAITING, None, None)
    assert pile.next() == first


def test_a_page_in_work_is_not_judged(pile: Pile) -> None:
    page_id, *_ = pile.bring(1)
    one = pile.next()
    with transaction():
        pages.wait_again(page_id)
    with pytest.raises(ConflictError, match="page_in_work"):
        pile.accept(one)
    assert pile.take() is None
    assert pile.count.unread == 1


def test_separators_are_looked_at_by_nobody(pile: Pile) -> None:
    ids = pile.bring(3)
    pile.look_at_all()
    with transaction():
        setting_aside.set_aside(pile.operator, ids[1], Why.SEPARATOR)
    assert pile.count.came == 2
    assert pile.accept_all() == 2
    assert pile.count.is_done


def test_a_withdrawn_batch_is_looked_at_by_nobody_and_comes_back_as_it_was(pile: Pile) -> None:
    pile.bring(2)
    pile.look_at_all()
    pile.accept(pile.next())
    one = pile.next()
    with transaction():
        withdrawing.withdraw(pile.operator, pile.id, "nhầm phông")
    for act in (pile.take, lambda: pile.accept(one)):
        with pytest.raises((ConflictError, NotFoundError)):
            act()
    assert check_lists.at_work(pile.second, Paging()).total == 0
    with transaction():
        withdrawing.restore(pile.operator, pile.id)
    pile.accept(one)
    assert pile.count.looked_at == 2


def test_the_lists_say_what_waits_for_whom(pile: Pile) -> None:
    pile.bring(2)
    (row,) = check_lists.at_work(pile.second, Paging()).rows
    assert (row.is_begun, row.waiting, row.is_mine) == (False, 0, True)
    pile.look_at_all()
    pile.reject(pile.next())
    (row,) = check_lists.at_work(pile.operator, Paging()).rows
    assert (row.is_begun, row.waiting, row.to_rescan, row.is_mine) == (True, 1, 1, False)
    assert check_lists.to_look_at(pile.second, Paging()).total == 1
    assert check_lists.to_look_at(pile.operator, Paging()).total == 0


def test_a_batch_of_a_command_can_be_looked_at_by_everybody(pile: Pile) -> None:
    with transaction():
        row = db.session.get_one(Batch, pile.id)
        batch = batches.open_batch(pile.operator, row.fonds_id, "Lô khác", declared=True)
        batch.operator_id = None
        other = Pile(pile.operator, pile.second, pile.third, batch.id)
    page_id, *_ = other.bring(1)
    with transaction():
        db.session.get_one(Scan, pages.by_id(page_id).scan_id).brought_by = None
    assert other.take(pile.operator) is not None


def test_another_operator_is_a_second_person(pile: Pile) -> None:
    pile.bring(1)
    with transaction():
        colleague = accounts.create(PORTAL, "quet2@example.vn", Role.OPERATOR, name="Quét Hai").actor
    assert pile.take(colleague) is not None
    assert pages.by_id(check(pile.next(colleague)).page_id).state == PageState.READ
