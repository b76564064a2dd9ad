"""Records put aside: as many as fit, of what everybody may know, and gone with their person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.access import askable, basket, decisions, drafts, requests
from portal.access.askable import Askable
from portal.access.proposals import Proposal
from portal.access.states import Act
from portal.accounts.actors import ANONYMOUS, Actor
from portal.catalogue import documents, tree
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, NotAllowedError, NotFoundError
from portal.rights.grants import Terms
from portal.rights.levels import Level
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf


def _add(actor: Actor, *node_ids: str) -> int:
    with transaction():
        return basket.add(actor, node_ids)


def test_a_basket_keeps_its_order_and_holds_each_record_once(shelf: Shelf, people: dict[str, Actor]) -> None:
    first, second = shelf.document(), shelf.document(Level.OPEN)
    _add(people["citizen"], second)
    assert _add(people["citizen"], first, second) == basket.MOST - 2
    assert basket.of(people["citizen"]) == [second, first]
    assert basket.of(people["other"]) == []
    with transaction():
        basket.remove(people["citizen"], [second, "0000000000"])
    assert basket.of(people["citizen"]) == [first]


@pytest.mark.parametrize("actor", ["citizen", "archivist"])
def test_what_is_not_public_is_not_put_in_whoever_asks(
    shelf: Shelf, people: dict[str, Actor], actor: str
) -> None:
    for hidden in (shelf.document(Level.WITHHELD), shelf.document(published=False), "0000000000"):
        with pytest.raises(NotFoundError):
            _add(people[actor], hidden)
    assert basket.of(people[actor]) == []


def test_a_full_basket_takes_nothing_more_and_says_so(
    shelf: Shelf, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basket, "MOST", 2)
    first, second, third = shelf.document(), shelf.document(), shelf.document()
    assert _add(people["citizen"], first) == 1
    with pytest.raises(ConflictError) as caught:
        _add(people["citizen"], second, third)
    assert (caught.value.code, caught.value.values["most"]) == ("basket_full", 2)
    assert basket.of(people["citizen"]) == [first]
    with transaction():
        assert basket.merge(people["citizen"], [first, second, third]) == 1
    assert basket.of(people["citizen"]) == [first, second]


def test_nobody_has_a_basket_of_rows_without_signing_in(shelf: Shelf) -> None:
    with pytest.raises(NotAllowedError):
        basket.of(ANONYMOUS)
    with pytest.raises(NotAllowedError):
        _add(ANONYMOUS, shelf.document())


def test_each_record_says_what_asking_for_it_would_come_to(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    closed = shelf.document(title="Kín")
    expected = {
        shelf.document(Level.OPEN): Askable.OPEN,
        shelf.document(): Askable.CONDITIONAL,
        shelf.on_paper(): Askable.ON_PAPER,
        shelf.on_paper(Level.OPEN): Askable.ON_PAPER,
        shelf.document(page_count=0): Askable.NOT_YET,
        (asked := shelf.document()): Askable.ASKED,
        (granted := shelf.document()): Askable.GRANTED,
        (partly := shelf.document()): Askable.CONDITIONAL,
        closed: Askable.GONE,
        "0000000000": Askable.GONE,
        (file := tree.by_id(shelf.on_paper()).parent_id or ""): Askable.HOLDS_OTHERS,
    }
    waiting = desk.ask(asked)
    desk.grant(granted)
    part = desk.ask(partly)
    with transaction():
        decisions.grant(people["approver"], part.id, REASON, terms=Terms(pages=(1, 1)))
        documents.set_level(people["archivist"], closed, Level.WITHHELD, "có khiếu nại")
    found = askable.of(people["citizen"], list(expected))
    assert {one.node_id: one.askable for one in found} == expected
    by_id = {one.node_id: one for one in found}
    assert by_id[closed].title == "", "what is gone has no title any more"
    assert by_id[granted].until is not None
    assert by_id[asked].request_id == requests.show(people["citizen"], by_id[asked].request_id).id
    assert waiting.document_id == asked
    assert by_id[file].title == "Hồ sơ giấy"
    strangers = {one.node_id: one.askable for one in askable.of(ANONYMOUS, [asked, granted])}
    assert strangers == {asked: Askable.CONDITIONAL, granted: Askable.CONDITIONAL}
    staff = askable.of(people["archivist"], [closed])
    assert staff[0].askable is Askable.GONE, "staff ask for nothing else than others do"


def test_how_many_records_there_are_costs_no_more_queries(shelf: Shelf, people: dict[str, Actor]) -> None:
    wanted = [shelf.document() for _ in range(6)]

    def cost(ids: list[str]) -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(db.engine, "before_cursor_execute", note)
        askable.of(people["citizen"], ids)
        event.remove(db.engine, "before_cursor_execute", note)
        return count

    askable.of(people["citizen"], wanted)
    assert cost(wanted) == cost(wanted[:1]) <= 11


def test_a_refusal_says_when_it_is_looked_at_again_to_whom_it_was_given(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    document, day = shelf.document(), clock.today() + timedelta(days=400)
    with transaction():
        item = requests.submit(people["citizen"], [document], PURPOSE).items[0]
        draft = drafts.offer(people["archivist"], item.id, Proposal(Act.REFUSE, REASON, review_on=day))
    with transaction():
        documents.set_level(people["administrator"], document, Level.CONDITIONAL, "như cũ")
    with transaction():
        decisions.sign(people["approver"], item.id, draft.id)
    (own,) = askable.of(people["citizen"], [document])
    (strange,) = askable.of(people["other"], [document])
    assert (own.askable, own.review_on, strange.review_on) == (Askable.CONDITIONAL, day, None)
