"""The tree: made, renamed, moved; paths and protections go along."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.catalogue import agencies, documents, moving, tree
from portal.catalogue.models import DEEPEST, Node
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.core.paging import Paging
from portal.rights import policy
from portal.rights.levels import Level
from portal.rights.models import Closure, Protection


@pytest.fixture
def archivist(people: dict[str, Actor]) -> Actor:
    return people["archivist"]


def fonds(actor: Actor, code: str = "P1") -> Node:
    return tree.create_fonds(actor, code=code, name=f"Phông {code}")


def test_only_arrangers_make_files(people: dict[str, Actor], archivist: Actor) -> None:
    with transaction():
        root = fonds(archivist)
    for key in ("citizen", "operator", "approver"):
        with pytest.raises(NotAllowedError), transaction():
            tree.create_file(people[key], root.id, code="1", name="Hồ sơ")


def test_a_code_names_one_fonds(archivist: Actor) -> None:
    with transaction():
        fonds(archivist)
    with pytest.raises(ConflictError), transaction():
        fonds(archivist)


def test_children_come_in_the_order_they_were_placed(archivist: Actor) -> None:
    with transaction():
        root = fonds(archivist)
        made = [tree.create_file(archivist, root.id, code=str(n), name=f"Hồ sơ {n}").id for n in range(25)]
    first = tree.children(ANONYMOUS, root.id, Paging(1, 20))
    second = tree.children(ANONYMOUS, root.id, Paging(2, 20))
    assert [row.id for row in [*first.rows, *second.rows]] == made
    assert (first.total, first.has_next, second.has_next) == (25, True, False)


def test_places_go_by_fonds_in_vietnamese_order(archivist: Actor) -> None:
    with transaction():
        for code in ("Đ1", "E1", "D1", "Ă1", "A1"):
            tree.create_file(archivist, fonds(archivist, code).id, code="1", name=f"Hồ sơ {code}")
    titles = [node.title for node in tree.places(archivist)]
    expected = [(f"Phông {code}", f"Hồ sơ {code}") for code in ("A1", "Ă1", "D1", "Đ1", "E1")]
    assert titles == [title for pair in expected for title in pair]


def test_moving_carries_paths_levels_fonds_and_protections(archivist: Actor) -> None:
    with transaction():
        here, there = fonds(archivist, "A"), fonds(archivist, "B")
        file = tree.create_file(archivist, here.id, code="1", name="Hồ sơ")
        inner = tree.create_file(archivist, file.id, code="2", name="Hồ sơ trong")
        target = tree.create_file(archivist, there.id, code="3", name="Nơi đến")
        document = tree.add_document(archivist, inner.id)
        documents.set_level(archivist, there.id, Level.WITHHELD, "thử")
    with transaction():
        moving.move(archivist, file.id, target.id)
    moved = tree.by_id(document.id)
    assert moved.path == f"/{there.id}/{target.id}/{file.id}/{inner.id}/{document.id}/"
    assert (moved.level, moved.fonds_id) == (4, there.id)
    rows = dict(db.session.execute(select(Node.id, Node.path)).all())
    assert dict(db.session.execute(select(Protection.node_id, Protection.path)).all()) == rows
    assert policy.effective_level(document.id) is Level.WITHHELD


def test_a_moved_node_stays_out_of_search_until_indexed(archivist: Actor) -> None:
    with transaction():
        root = fonds(archivist)
        one = tree.create_file(archivist, root.id, code="1", name="Một")
        two = tree.create_file(archivist, root.id, code="2", name="Hai")
    with transaction():
        moving.move(archivist, one.id, two.id)
    assert db.session.get(Closure, one.id) is not None


def test_nothing_moves_into_itself_or_too_deep(archivist: Actor) -> None:
    with transaction():
        root = fonds(archivist)
        outer = tree.create_file(archivist, root.id, code="1", name="Ngoài")
        inner = tree.create_file(archivist, outer.id, code="2", name="Trong")
    with pytest.raises(InvalidError), transaction():
        moving.move(archivist, outer.id, inner.id)
    parent = root.id
    with pytest.raises(InvalidError) as error, transaction():
        for depth in range(DEEPEST):
            parent = tree.create_file(archivist, parent, code=str(depth), name="Sâu").id
    assert error.value.code == "too_deep"


def test_a_change_of_what_somebody_else_changed_is_refused(archivist: Actor) -> None:
    with transaction():
        root = fonds(archivist)
        seen = root.version
        tree.change(archivist, root.id, code="P1", name="Tên mới", date_from=None, date_to=None, version=seen)
    with pytest.raises(ConflictError), transaction():
        tree.change(
            archivist, root.id, code="P1", name="Tên khác", date_from=None, date_to=None, version=seen
        )
    assert tree.by_id(root.id).title == "Tên mới"


def test_a_fonds_is_measured_and_each_measure_written_down(archivist: Actor) -> None:
    with transaction():
        root = fonds(archivist)
        for extent in (12_500, 12_500, 13_000, None):
            tree.measure(archivist, root.id, extent)
    lines = [one.details for one in trail.of("fonds", root.id) if one.action == "tree.measure"]
    assert [(line["before"], line["millimetres"]) for line in lines] == [
        (None, 12_500),
        (12_500, 13_000),
        (13_000, None),
    ]
    assert tree.by_id(root.id).extent_mm is None


@pytest.mark.parametrize("extent", [0, -1, 100_000_001])
def test_what_is_no_length_is_no_extent(archivist: Actor, extent: int) -> None:
    with transaction():
        root = fonds(archivist)
    with pytest.raises(InvalidError) as error, transaction():
        tree.measure(archivist, root.id, extent)
    assert error.value.code == "bad_extent"


def test_only_a_fonds_is_measured_and_only_by_arrangers(people: dict[str, Actor], archivist: Actor) -> None:
    with transaction():
        root = fonds(archivist)
        file = tree.create_file(archivist, root.id, code="1", name="Hồ sơ")
    with pytest.raises(InvalidError), transaction():
        tree.measure(archivist, file.id, 1_000)
    for key in ("citizen", "operator", "approver"):
        with pytest.raises(NotAllowedError), transaction():
            tree.measure(people[key], root.id, 1_000)


def test_a_period_cannot_end_before_it_begins(archivist: Actor) -> None:
    with pytest.raises(InvalidError), transaction():
        agencies.create(
            archivist, code="S", name="Sở", valid_from=date(2025, 7, 1), valid_to=date(2025, 6, 30)
        )


def test_an_agency_is_renamed_and_dated(archivist: Actor) -> None:
    with transaction():
        row = agencies.create(archivist, code="SNV", name="Sở Nội vụ tỉnh Kon Tum")
    with transaction():
        agencies.change(
            archivist,
            row.id,
            code="SNV",
            name="Sở Nội vụ",
            valid_from=date(1991, 10, 1),
            valid_to=date(2025, 6, 30),
            version=row.version,
        )
    assert [(one.name, one.valid_to) for one in agencies.listing()] == [("Sở Nội vụ", date(2025, 6, 30))]


def test_an_agency_that_ended_has_a_successor_and_never_itself(archivist: Actor) -> None:
    with transaction():
        ids = [agencies.create(archivist, code=code, name=code).id for code in ("A", "B", "C")]
        agencies.name_successor(archivist, ids[0], ids[1])
        agencies.name_successor(archivist, ids[1], ids[2])
    assert [agencies.by_id(one).successor_id for one in ids] == [ids[1], ids[2], None]
    for successor in ids:
        with pytest.raises(InvalidError), transaction():
            agencies.name_successor(archivist, ids[2], successor)
    with pytest.raises(NotAllowedError), transaction():
        agencies.name_successor(ANONYMOUS, ids[2], ids[0])


def test_each_step_leaves_a_line_in_the_trail(archivist: Actor) -> None:
    with transaction():
        root = fonds(archivist)
        one = tree.create_file(archivist, root.id, code="1", name="Một")
        two = tree.create_file(archivist, root.id, code="2", name="Hai")
        moving.move(archivist, one.id, two.id)
    assert [line.action for line in trail.of("file", one.id)] == ["tree.add", "tree.move"]


def test_staff_files_of_batches_are_not_public(people: dict[str, Actor], archivist: Actor) -> None:
    with transaction():
        root = fonds(archivist)
        tree.open_holding(people["operator"], root.id, "Lô bí mật tên")
    assert tree.children(ANONYMOUS, root.id, Paging()).total == 0
    assert tree.children(people["operator"], root.id, Paging()).total == 1
