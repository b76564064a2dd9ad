"""Pages that were set aside: seen by those who take in or describe, found and published by nobody."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Role
from portal.catalogue import (
    browsing,
    documents,
    findable,
    finding,
    indexing,
    moving,
    outbox,
    pages,
    rebuilding,
    records,
    tree,
    upkeep,
    worklists,
)
from portal.catalogue.documents import Description
from portal.catalogue.models import Kind, Node
from portal.catalogue.readings import Reading
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import contents, scans, setting_aside, withdrawing
from portal.ingest.models import Scan, ScanState
from portal.ingest.set_aside_rows import SetAside, Why
from portal.rights import grants, policy, protections
from portal.rights.grants import Terms
from portal.rights.levels import Level
from portal.rights.reads import Use
from portal.storage import originals

WORD = "todenriengle"
FULL = Description(subject="Về việc thử", level=Level.CONDITIONAL, reason="theo luật")
SEES = (Role.OPERATOR, Role.ARCHIVIST, Role.ADMINISTRATOR)


@pytest.fixture
def batch_id(open_batch: Callable[[str], str]) -> str:
    return open_batch("P1")


@pytest.fixture
def leaves(operator: Actor, batch_id: str) -> list[str]:
    """The ids of the three pages of the one document of the batch, read and indexed."""
    return bring(operator, batch_id)


def bring(operator: Actor, batch_id: str, count: int = 3, content: bytes = b"%PDF-1.4 one") -> list[str]:
    staged = originals.stage(io.BytesIO(content))
    with transaction():
        received = scans.receive(operator, batch_id, "x.pdf", staged, scans.sniff(staged))
        assert received.document_id is not None
        made = pages.add(received.document_id, staged.sha256, count, received.scan_id)
        for number, page in enumerate(made, start=1):
            words = [(WORD, 10, 10, 80, 20, 40.0)]
            text = f"Có chữ {WORD} trang {number}"
            pages.keep(page.id, Reading("ocr", "test", text, words, 600, 800, 300, 5, "vie", "poor"))
        db.session.get_one(Scan, received.scan_id).state = ScanState.SPLIT.value
    catch_up()
    return [page.id for page in made]


def catch_up() -> None:
    while outbox.pending():
        indexing.drain()


def put_away(actor: Actor, page_id: str, why: Why = Why.REJECTED) -> str:
    """Set a page aside; return the id of the reserve."""
    with transaction():
        setting_aside.set_aside(actor, page_id, why)
    catch_up()
    return pages.by_id(page_id).document_id


def order(document_id: str) -> list[tuple[int, str]]:
    return [(page.number, page.id) for page in pages.of_document(document_id)]


def found(actor: Actor) -> list[str | None]:
    """The pages of all answers to the word that all pages say."""
    rows = finding.search(actor, WORD, Paging(1, 20)).rows
    return [page for one in rows for page in (one.page_id, *(other.id for other in one.others))]


def test_the_pages_that_stay_count_on_without_a_gap(operator: Actor, leaves: list[str]) -> None:
    document = pages.by_id(leaves[0]).document_id
    reserve = put_away(operator, leaves[1])
    assert order(document) == [(1, leaves[0]), (2, leaves[2])]
    assert order(reserve) == [(1, leaves[1])]
    assert tree.by_id(reserve).kind == Kind.RESERVE


def test_a_second_page_goes_into_the_same_reserve(operator: Actor, leaves: list[str]) -> None:
    reserve = put_away(operator, leaves[0])
    assert put_away(operator, leaves[2]) == reserve
    assert order(reserve) == [(1, leaves[0]), (2, leaves[2])]


def test_why_where_from_and_by_whom_is_kept(operator: Actor, batch_id: str, leaves: list[str]) -> None:
    document = pages.by_id(leaves[1]).document_id
    put_away(operator, leaves[1], Why.SEPARATOR)
    (row,) = setting_aside.of_batch(batch_id)
    assert (row.page_id, row.reason, row.document_id, row.number, row.set_by) == (
        leaves[1],
        "separator",
        document,
        2,
        operator.id,
    )


def test_brought_back_it_stands_where_it_stood(operator: Actor, leaves: list[str]) -> None:
    document, before = pages.by_id(leaves[0]).document_id, order(pages.by_id(leaves[0]).document_id)
    put_away(operator, leaves[1])
    with transaction():
        setting_aside.bring_back(operator, leaves[1])
    catch_up()
    assert order(document) == before
    assert set(found(operator)) >= set(leaves[:1])
    assert db.session.scalar(select(SetAside)) is None
    with pytest.raises(NotFoundError), transaction():
        setting_aside.bring_back(operator, leaves[1])


def test_only_those_who_take_in_or_describe_see_it(
    people: dict[str, Actor], operator: Actor, leaves: list[str]
) -> None:
    reserve = put_away(operator, leaves[1])
    for role, actor in (*people.items(), ("anonymous", ANONYMOUS)):
        if role in SEES:
            assert pages.opened(actor, leaves[1], Use.PAGE).page.id == leaves[1]
            assert [one.id for one in records.show(actor, reserve).pages] == [leaves[1]]
            continue
        for asked in (Use.PAGE, Use.IMAGE, Use.THUMBNAIL, Use.TEXT):
            with pytest.raises(NotFoundError):
                pages.opened(actor, leaves[1], asked)
        with pytest.raises(NotFoundError):
            records.show(actor, reserve)
        seen = db.session.scalars(
            select(Node.id).where(policy.describable(actor, Node.id.expression), Node.id == reserve)
        ).all()
        assert seen == []


def test_nobody_finds_it_not_even_before_the_index_knows(
    people: dict[str, Actor], operator: Actor, leaves: list[str]
) -> None:
    assert set(found(people["archivist"])) >= {leaves[0]}
    with transaction():
        for page in leaves:
            setting_aside.set_aside(operator, page, Why.REJECTED)
    for actor in (*people.values(), ANONYMOUS):
        assert not set(found(actor)) & set(leaves)
    catch_up()
    for actor in (*people.values(), ANONYMOUS):
        assert not set(found(actor)) & set(leaves)


def test_a_rebuilt_index_does_not_hold_it(operator: Actor, leaves: list[str]) -> None:
    put_away(operator, leaves[1])
    assert not upkeep.take().is_told
    rebuilding.rebuild(fresh=True)
    catch_up()
    assert leaves[1] not in found(operator)
    assert findable.places([f"p:{leaves[1]}"]) == {}
    assert set(findable.places([f"p:{leaves[0]}"])) == {f"p:{leaves[0]}"}
    assert not upkeep.take().is_told


def test_it_waits_in_no_worklist(people: dict[str, Actor], operator: Actor, leaves: list[str]) -> None:
    archivist = people["archivist"]
    reserve = put_away(operator, leaves[1])
    assert leaves[1] not in [one.page_id for one in worklists.worst_read(archivist, Paging(1, 20)).rows]
    assert worklists.worst_read(archivist, Paging(1, 20)).total == 2
    assert reserve not in [one.id for one in worklists.undescribed(archivist, Paging(1, 20)).rows]
    assert worklists.after(archivist, pages.by_id(leaves[0]).document_id) is None


def test_a_reserve_is_never_published_described_or_moved(
    people: dict[str, Actor], operator: Actor, leaves: list[str]
) -> None:
    archivist, reserve = people["archivist"], put_away(operator, leaves[1])
    with pytest.raises(ConflictError, match="reserve_stays"), transaction():
        documents.publish(archivist, reserve)
    with pytest.raises(NotFoundError), transaction():
        documents.describe(archivist, reserve, FULL, tree.by_id(reserve).version)
    with pytest.raises((InvalidError, NotFoundError)), transaction():
        moving.move(archivist, reserve, tree.by_id(reserve).fonds_id)
    with pytest.raises(InvalidError), transaction():
        tree.add_document(archivist, reserve)
    assert protections.of(reserve).published_at is None


def test_the_database_itself_refuses_a_published_reserve(operator: Actor, leaves: list[str]) -> None:
    reserve = put_away(operator, leaves[1])
    with pytest.raises(IntegrityError), transaction():
        protections.of(reserve).published_at = clock.now()
        db.session.flush()


def test_it_is_no_document_of_the_batch(
    people: dict[str, Actor], operator: Actor, batch_id: str, leaves: list[str]
) -> None:
    reserve = put_away(operator, leaves[1])
    holding = tree.by_id(reserve).parent_id
    assert holding is not None
    inside = browsing.inside(people["archivist"], holding, Paging(1, 20))
    assert {branch.node.kind: branch.documents for branch in inside.rows} == {
        "document": None,
        "reserve": None,
    }
    assert browsing.documents_below(people["archivist"], holding).number == 1
    assert sum(contents.overview(operator, batch_id).pages.values()) == len(leaves)


def test_a_failed_page_that_was_set_aside_is_not_tried_again(
    operator: Actor, batch_id: str, leaves: list[str]
) -> None:
    with transaction():
        pages.fail(leaves[1], "page_too_slow")
    assert contents.overview(operator, batch_id).retryable == 1
    put_away(operator, leaves[1])
    assert contents.overview(operator, batch_id).retryable == 0


def test_withdrawing_a_batch_takes_its_reserve_along(
    operator: Actor, batch_id: str, leaves: list[str]
) -> None:
    put_away(operator, leaves[1])
    with transaction():
        withdrawing.withdraw(operator, batch_id, "Gửi nhầm phông")
    with pytest.raises(NotFoundError):
        pages.opened(operator, leaves[1], Use.PAGE)
    with transaction():
        withdrawing.restore(operator, batch_id)
    assert pages.opened(operator, leaves[1], Use.PAGE).page.id == leaves[1]


def test_no_page_leaves_a_document_that_is_published_or_relied_on(
    people: dict[str, Actor], operator: Actor, leaves: list[str]
) -> None:
    archivist, document = people["archivist"], pages.by_id(leaves[0]).document_id
    with transaction():
        documents.describe(archivist, document, FULL, tree.by_id(document).version)
        documents.publish(archivist, document)
    with pytest.raises(ConflictError, match="pages_published"), transaction():
        setting_aside.set_aside(operator, leaves[0], Why.REJECTED)
    with transaction():
        give(people, document)
        documents.unpublish(archivist, document)
    with pytest.raises(ConflictError, match="pages_relied_on"), transaction():
        setting_aside.set_aside(operator, leaves[0], Why.REJECTED)


def test_no_page_of_a_withheld_document_goes_where_operators_see_it(
    people: dict[str, Actor], leaves: list[str]
) -> None:
    archivist, document = people["archivist"], pages.by_id(leaves[0]).document_id
    with transaction():
        documents.set_level(archivist, document, Level.WITHHELD, "theo luật")
    for act in (
        lambda: setting_aside.set_aside(archivist, leaves[0], Why.REJECTED),
        lambda: setting_aside.replace(archivist, leaves[0], leaves[1]),
    ):
        with pytest.raises(ConflictError, match="pages_withheld"), transaction():
            act()


def test_a_page_that_was_scanned_again_takes_the_number_of_the_old_one(
    people: dict[str, Actor], operator: Actor, batch_id: str, leaves: list[str]
) -> None:
    archivist, document = people["archivist"], pages.by_id(leaves[0]).document_id
    (again,) = bring(operator, batch_id, 1, b"%PDF-1.4 again")
    with transaction():
        documents.describe(archivist, document, FULL, tree.by_id(document).version)
        documents.publish(archivist, document)
        setting_aside.replace(operator, leaves[1], again)
    catch_up()
    assert order(document) == [(1, leaves[0]), (2, again), (3, leaves[2])]
    assert tree.by_id(pages.by_id(leaves[1]).document_id).kind == Kind.RESERVE
    row = db.session.get_one(SetAside, leaves[1])
    assert (row.reason, row.replaced_by) == ("replaced", again)


def test_a_later_page_of_the_same_document_can_replace_one(operator: Actor, leaves: list[str]) -> None:
    document = pages.by_id(leaves[0]).document_id
    with transaction():
        setting_aside.replace(operator, leaves[0], leaves[2])
    assert order(document) == [(1, leaves[2]), (2, leaves[1])]


def test_a_page_of_another_batch_replaces_nothing(
    operator: Actor, leaves: list[str], open_batch: Callable[[str], str]
) -> None:
    (other,) = bring(operator, open_batch("P1"), 1, b"%PDF-1.4 other")
    with pytest.raises(ConflictError, match="page_of_other_batch"), transaction():
        setting_aside.replace(operator, leaves[0], other)


def test_who_does_not_take_in_sets_nothing_aside(people: dict[str, Actor], leaves: list[str]) -> None:
    for role in ("citizen", "approver"):
        with pytest.raises(NotAllowedError), transaction():
            setting_aside.set_aside(people[role], leaves[0], Why.REJECTED)


def give(people: dict[str, Actor], document_id: str) -> None:
    approver, citizen = people["approver"].id, people["citizen"].id
    assert approver is not None
    assert citizen is not None
    grants.give(
        given_by=approver,
        person_id=citizen,
        node_id=document_id,
        until=clock.now() + timedelta(days=1),
        mark="x",
        terms=Terms(),
    )
