"""Originals leave the store by an entry and come back looked at; what is late is a query."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pikepdf
import pytest

from portal.accounts.actors import Actor
from portal.audit import trail
from portal.catalogue import tree
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import takeout_lists, takeout_minutes, takeouts
from portal.ingest.takeout_files import Checked
from portal.ingest.takeout_lists import Shown
from portal.ingest.takeout_rows import Takeout
from portal.ingest.takeout_states import TRANSITIONS, TakeoutAct, TakeoutState, next_state
from portal.ingest.takeouts import Leaving, Returning

Enter = Callable[..., str]


@pytest.fixture
def leaving(people: dict[str, Actor]) -> Leaving:
    with transaction():
        fonds = tree.create_fonds(people["archivist"], code="P1", name="Phông thử")
        return Leaving(
            fonds_id=fonds.id,
            store="Kho 2, giá 14",
            files="H12; 45\nH13 ; 7\n",
            handed_by="Trần Thị Giao",
            handed_to="Lê Văn Nhận",
            purpose="Số hóa đợt 3",
            due_on=clock.today() + timedelta(days=7),
            condition="Còn nguyên",
            box="Hộp 5",
        )


@pytest.fixture
def enter(people: dict[str, Actor], leaving: Leaving) -> Enter:
    def entered(**changes: object) -> str:
        with transaction():
            return takeouts.enter(people["operator"], replace(leaving, **changes)).id

    return entered


def whole() -> list[Checked]:
    return [Checked(1, 45, True), Checked(2, 7, True)]


def back(actor: Actor, takeout_id: str, files: list[Checked]) -> None:
    with transaction():
        takeouts.take_back(actor, takeout_id, Returning("Lê Văn Nhận", "Trần Thị Giao", "Còn nguyên", files))


def row(takeout_id: str) -> Takeout:
    db.session.expire_all()
    return db.session.get_one(Takeout, takeout_id)


@pytest.mark.parametrize(("state", "act"), list(product(TakeoutState, TakeoutAct)))
def test_an_entry_moves_by_its_table_alone(state: TakeoutState, act: TakeoutAct) -> None:
    target = TRANSITIONS.get((state, act))
    if target is None:
        with pytest.raises(ConflictError):
            next_state(state, act)
    else:
        assert next_state(state, act) == target.value


def test_what_leaves_is_entered_file_by_file(enter: Enter, people: dict[str, Actor]) -> None:
    one = row(enter())
    assert [(file.code, file.sheets) for file in one.files] == [("H12", 45), ("H13", 7)]
    assert (one.number, one.sheets, one.state) == (1, 52, "out")
    assert row(enter()).number == 2
    (line,) = trail.of("takeout", one.id)
    assert "Giao" not in str(line.details)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2020, 1, 1)}, "due_on"),
        ({"files": ""}, "files"),
        ({"files": "H12"}, "files"),
        ({"files": "H12; nhiều"}, "files"),
        ({"files": "H12; 0"}, "files"),
        ({"store": " "}, "store"),
        ({"condition": ""}, "condition"),
        ({"handed_to": "trần thị giao"}, "handed_to"),
    ],
)
def test_nothing_leaves_without_all_that_is_asked(
    enter: Enter, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        enter(**changes)
    assert field in refused.value.fields


def test_who_does_not_take_in_keeps_no_register(people: dict[str, Actor], leaving: Leaving) -> None:
    with pytest.raises(NotAllowedError), transaction():
        takeouts.enter(people["citizen"], leaving)


def test_an_entry_is_of_a_fonds_and_of_nothing_in_it(
    enter: Enter, people: dict[str, Actor], leaving: Leaving
) -> None:
    with transaction():
        inside = tree.create_file(people["archivist"], leaving.fonds_id, code="01", name="Hồ sơ").id
    with pytest.raises(NotFoundError):
        enter(fonds_id=inside)
    assert takeout_lists.counts(people["operator"])[Shown.OUT] == 0


def test_all_that_came_back_whole_and_in_order_closes_the_entry(
    enter: Enter, people: dict[str, Actor]
) -> None:
    one = enter()
    back(people["operator"], one, whole())
    assert row(one).state == "back"
    assert all(file.is_whole for file in row(one).files)
    with pytest.raises(ConflictError):
        back(people["operator"], one, whole())


@pytest.mark.parametrize(
    "wrong",
    [
        Checked(2, 6, True, "mất tờ 3"),
        Checked(2, 7, False, "tờ 4 trước tờ 3"),
        Checked(2, 7, True, "rách tờ 1"),
    ],
    ids=["missing", "out of order", "damaged"],
)
def test_what_is_wrong_keeps_it_open_until_it_is_settled(
    enter: Enter, people: dict[str, Actor], wrong: Checked
) -> None:
    one = enter()
    back(people["operator"], one, [Checked(1, 45, True), wrong])
    assert row(one).state == "incomplete"
    assert takeout_lists.counts(people["operator"])[Shown.INCOMPLETE] == 1
    with pytest.raises(InvalidError), transaction():
        takeouts.settle(people["archivist"], one, "  ")
    with transaction():
        takeouts.settle(people["archivist"], one, "Đã xếp lại, lập biên bản số 4")
    assert row(one).state == "settled"


@pytest.mark.parametrize(
    "files",
    [[Checked(1, 45, True)], [Checked(1, 45, True), Checked(2, None, True)]],
    ids=["not there", "not counted"],
)
def test_every_file_has_to_be_looked_at(enter: Enter, people: dict[str, Actor], files: list[Checked]) -> None:
    one = enter()
    with pytest.raises(InvalidError) as refused:
        back(people["operator"], one, files)
    assert refused.value.fields == {"sheets_2": "takeout_not_checked"}
    assert row(one).state == "out"


def test_a_difference_has_to_be_said(enter: Enter, people: dict[str, Actor]) -> None:
    one = enter()
    with pytest.raises(InvalidError) as refused:
        back(people["operator"], one, [Checked(1, 45, True), Checked(2, 6, True)])
    assert refused.value.fields == {"note_2": "takeout_say_what"}


def test_what_is_late_is_asked_of_the_clock(enter: Enter, people: dict[str, Actor]) -> None:
    one, actor = enter(), people["operator"]
    assert takeout_lists.listing(actor, Shown.OVERDUE, Paging()).total == 0
    with clock.held_at(clock.now() + timedelta(days=8)):
        assert [late.id for late in takeout_lists.listing(actor, Shown.OVERDUE, Paging()).rows] == [one]
        assert row(one).is_overdue
        back(actor, one, whole())
        assert takeout_lists.listing(actor, Shown.OVERDUE, Paging()).total == 0


def test_a_mistake_is_struck_and_stays(enter: Enter, people: dict[str, Actor]) -> None:
    one = enter()
    with transaction():
        takeouts.strike(people["operator"], one, "Ghi nhầm hộp")
    assert row(one).state == "struck"
    assert takeout_lists.listing(people["operator"], Shown.CLOSED, Paging()).total == 1


def test_a_batch_names_the_entry_of_its_fonds(
    enter: Enter, people: dict[str, Actor], open_batch: Callable[[str], str]
) -> None:
    actor, one = people["operator"], enter()
    mine, other = open_batch("P1"), open_batch("P2")
    with transaction():
        takeouts.tie(actor, mine, one)
    assert [batch.id for batch in takeouts.batches_of(actor, one)] == [mine]
    with pytest.raises(InvalidError), transaction():
        takeouts.tie(actor, other, one)
    with pytest.raises(NotFoundError), transaction():
        takeouts.tie(actor, mine, "0000000000")
    with transaction():
        takeouts.tie(actor, mine, "")
    assert takeouts.batches_of(actor, one) == []


def test_minutes_are_drawn_for_both_ways(enter: Enter, people: dict[str, Actor]) -> None:
    one, actor = enter(), people["operator"]
    out = takeout_minutes.draw(actor, one, is_back=False)
    assert out == takeout_minutes.draw(actor, one, is_back=False)
    back(actor, one, whole())
    returned = takeout_minutes.draw(actor, one, is_back=True)
    assert returned != out
    for pdf in (out, returned):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert len(document.pages) == 1


def test_minutes_of_many_files_run_over_pages(enter: Enter, people: dict[str, Actor]) -> None:
    one = enter(files="\n".join(f"Hồ sơ số {number}; 12" for number in range(100)))
    with pikepdf.open(io.BytesIO(takeout_minutes.draw(people["operator"], one, is_back=False))) as pdf:
        assert len(pdf.pages) > 1
