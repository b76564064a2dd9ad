"""Browsing: the numbers hold only what the asker may know of, lists are paged and in Vietnamese order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import event, text

from portal.accounts.actors import ANONYMOUS, Actor
from portal.catalogue import agencies, browsing, documents, tree
from portal.catalogue.documents import Description
from portal.core.db import db, transaction
from portal.core.errors import NotFoundError
from portal.core.paging import Paging
from portal.rights import policy
from portal.rights.levels import Level

NEW = Paging(1, browsing.PER_PAGE)


class Shelf:
    """A fonds with one file, and papers put into it as an archivist would."""

    def __init__(self, archivist: Actor) -> None:
        self.archivist = archivist
        with transaction():
            self.agency = agencies.create(archivist, code="UB", name="Ủy ban nhân dân tỉnh").id
            self.fonds = tree.create_fonds(archivist, code="P1", name="Phông một", agency_id=self.agency).id
            self.file = tree.create_file(archivist, self.fonds, code="1", name="Hồ sơ một").id

    def put(
        self,
        subject: str,
        level: Level = Level.OPEN,
        *,
        issued_on: date | None = None,
        is_published: bool = True,
        parent: str = "",
    ) -> str:
        reason = "" if level is Level.OPEN else "vì thử"
        description = Description(subject=subject, issued_on=issued_on, level=level, reason=reason)
        with transaction():
            node = documents.add_on_paper(self.archivist, parent or self.file, description)
            if is_published:
                documents.publish(self.archivist, node.id)
            return node.id


@pytest.fixture
def shelf(people: dict[str, Actor]) -> Shelf:
    return Shelf(people["archivist"])


@pytest.fixture
def in_all_states(shelf: Shelf) -> Shelf:
    """Six documents of 1975: two that everybody may know of, four that only staff may."""
    day = date(1975, 4, 30)
    shelf.put("Công khai", issued_on=day)
    shelf.put("Theo yêu cầu", Level.CONDITIONAL, issued_on=day)
    shelf.put("Không công khai", Level.WITHHELD, issued_on=day)
    shelf.put("Chưa công bố", issued_on=day, is_published=False)
    shelf.put("Chưa công bố, không công khai", Level.WITHHELD, issued_on=day, is_published=False)
    with transaction():
        closed = tree.create_file(shelf.archivist, shelf.fonds, code="2", name="Hồ sơ kín").id
    shelf.put("Trong hồ sơ kín", issued_on=day, parent=closed)
    with transaction():
        documents.set_level(shelf.archivist, closed, Level.WITHHELD, "vì thử")
    return shelf


def seen_by(actor: Actor, shelf: Shelf) -> list[int]:
    """Return every number of documents that browsing gives the actor: fonds, file, agency, decade, year."""
    (fonds,) = browsing.fonds(actor, NEW).rows
    (by_agency,) = browsing.of_agency(actor, shelf.agency).fonds
    counts = [
        fonds.documents,
        browsing.documents_below(actor, shelf.fonds),
        by_agency.documents,
        *(span.documents for span in browsing.decades(actor)),
        *(span.documents for span in browsing.years(actor, 1970, 1979)),
    ]
    numbers = [count.number for count in counts if count is not None]
    return [*numbers, browsing.of_year(actor, 1975, NEW).total]


@pytest.mark.parametrize(
    ("who", "known"),
    [("anonymous", 2), ("citizen", 2), ("operator", 3), ("archivist", 6), ("approver", 6)],
)
def test_every_number_holds_only_what_the_asker_may_know_of(
    in_all_states: Shelf, people: dict[str, Actor], who: str, known: int
) -> None:
    actor = ANONYMOUS if who == "anonymous" else people[who]
    assert seen_by(actor, in_all_states) == [known] * 6


def test_a_closed_file_is_neither_listed_nor_counted(in_all_states: Shelf, people: dict[str, Actor]) -> None:
    (listed,) = browsing.inside(ANONYMOUS, in_all_states.fonds, NEW).rows
    assert listed.node.title == "Hồ sơ một"
    closed = next(
        branch.node.id
        for branch in browsing.inside(people["archivist"], in_all_states.fonds, NEW).rows
        if branch.node.title == "Hồ sơ kín"
    )
    for ask in (browsing.documents_below, lambda actor, one: browsing.inside(actor, one, NEW)):
        with pytest.raises(NotFoundError):
            ask(ANONYMOUS, closed)


def test_closing_takes_out_of_every_number_at_once(shelf: Shelf) -> None:
    kept = shelf.put("Giữ lại", issued_on=date(1975, 4, 30))
    closed = shelf.put("Đóng lại", issued_on=date(1975, 5, 1))
    assert seen_by(ANONYMOUS, shelf) == [2] * 6
    with transaction():
        documents.set_level(shelf.archivist, closed, Level.WITHHELD, "có khiếu nại")
    assert seen_by(ANONYMOUS, shelf) == [1] * 6
    with transaction():
        documents.unpublish(shelf.archivist, kept)
    assert browsing.decades(ANONYMOUS) == []


def test_a_count_stops_and_says_so(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "MOST_COUNTED", 3)
    for number in range(3):
        shelf.put(f"Văn bản {number}")
    assert browsing.documents_below(ANONYMOUS, shelf.fonds) == browsing.Count(3)
    shelf.put("Văn bản nữa")
    assert browsing.documents_below(ANONYMOUS, shelf.fonds) == browsing.Count(3, is_more=True)


def test_counting_walks_only_over_what_is_published(shelf: Shelf) -> None:
    """A backlog of a hundred thousand unpublished scans must cost a reader nothing."""
    path = tree.by_id(shelf.fonds).path
    query = policy.describable_below(ANONYMOUS, path)
    literal = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = " ".join(str(row) for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {literal}")))
    assert "ix_protections_published_path" in plan


def test_large_places_come_in_pages(shelf: Shelf) -> None:
    made = [shelf.put(f"Văn bản {number}") for number in range(browsing.PER_PAGE + 2)]
    first = browsing.inside(ANONYMOUS, shelf.file, NEW)
    second = browsing.inside(ANONYMOUS, shelf.file, Paging(2, browsing.PER_PAGE))
    assert [branch.node.id for branch in [*first.rows, *second.rows]] == made
    assert (first.total, first.has_next, second.has_next) == (len(made), True, False)


def test_only_what_is_open_is_read(shelf: Shelf) -> None:
    paper = shelf.put("Văn bản")
    (closed,) = browsing.fonds(ANONYMOUS, NEW).rows
    assert closed.inside is None
    (root,) = browsing.fonds(ANONYMOUS, NEW, {shelf.fonds}).rows
    assert root.inside is not None
    (file,) = root.inside.rows
    assert (file.node.id, file.inside) == (shelf.file, None)
    (root,) = browsing.fonds(ANONYMOUS, NEW, {shelf.fonds, shelf.file}).rows
    assert root.inside is not None
    assert root.inside.rows[0].inside is not None
    assert [branch.node.id for branch in root.inside.rows[0].inside.rows] == [paper]


def _agencies_of(archivist: Actor, names: list[str]) -> list[str]:
    with transaction():
        for number, name in enumerate(names):
            agencies.create(archivist, code=f"C{number}", name=name)
    return [agency.name for agency in agencies.listing()]


def _year_of(archivist: Actor, names: list[str]) -> list[str]:
    shelf = Shelf(archivist)
    for name in names:
        shelf.put(name, issued_on=date(1975, 4, 30))
    return [node.title for node in browsing.of_year(ANONYMOUS, 1975, NEW).rows]


def _undated_of(archivist: Actor, names: list[str]) -> list[str]:
    shelf = Shelf(archivist)
    for name in names:
        shelf.put(name)
    return [node.title for node in browsing.undated(ANONYMOUS, NEW).rows]


IN_ORDER = [
    "Ban Dân vận",
    "Ban Đảng",
    "Ma",
    "Mà",
    "Mả",
    "Mã",
    "Má",
    "Mạ",
    "Sở Du lịch",
    "Sở Đất đai",
    "Ủy ban",
]
"""D before Đ, tones level huyền hỏi ngã sắc nặng, Ư after U."""


@pytest.mark.parametrize("listed", [_agencies_of, _year_of, _undated_of])
def test_lists_stand_in_vietnamese_order(
    people: dict[str, Actor], listed: Callable[[Actor, list[str]], list[str]]
) -> None:
    assert listed(people["archivist"], IN_ORDER[::-1]) == IN_ORDER


def test_fonds_go_by_the_value_of_their_code_then_by_name(people: dict[str, Actor]) -> None:
    with transaction():
        for code, name in (("P10", "Phông Ă"), ("P9-2", "Phông D"), ("P9-1", "Phông Đ")):
            tree.create_fonds(people["archivist"], code=code, name=name)
    assert [branch.node.code for branch in browsing.fonds(ANONYMOUS, NEW).rows] == ["P9-1", "P9-2", "P10"]


def test_decades_and_years_name_only_what_holds_something(shelf: Shelf) -> None:
    for day in (
        date(1899, 12, 31),
        date(1900, 1, 1),
        date(1975, 4, 30),
        date(1979, 12, 31),
        date(1975, 1, 1),
    ):
        shelf.put("Văn bản", issued_on=day)
    shelf.put("Không rõ ngày")
    spans = [(span.first, span.last, span.documents.number) for span in browsing.decades(ANONYMOUS)]
    assert spans == [(1890, 1899, 1), (1900, 1909, 1), (1970, 1979, 3)]
    years = [(span.first, span.documents.number) for span in browsing.years(ANONYMOUS, 1970, 1979)]
    assert years == [(1975, 2), (1979, 1)]
    assert [node.issued_on for node in browsing.of_year(ANONYMOUS, 1975, NEW).rows] == [
        date(1975, 1, 1),
        date(1975, 4, 30),
    ]
    assert browsing.undated(ANONYMOUS, NEW).total == 1


def test_an_agency_knows_who_was_before_and_after(people: dict[str, Actor]) -> None:
    archivist = people["archivist"]
    with transaction():
        later = agencies.create(archivist, code="SNV", name="Sở Nội vụ").id
        middle = agencies.create(archivist, code="BTC", name="Ban Tổ chức").id
        first = agencies.create(archivist, code="TC", name="Phòng Tổ chức").id
        agencies.name_successor(archivist, middle, later)
        agencies.name_successor(archivist, first, middle)
        tree.create_fonds(archivist, code="P1", name="Phông Phòng Tổ chức", agency_id=first)
        tree.create_fonds(archivist, code="P2", name="Phông Ban Tổ chức", agency_id=middle)
        tree.create_fonds(archivist, code="P3", name="Phông Sở Nội vụ", agency_id=later)
    shown = browsing.of_agency(ANONYMOUS, middle)
    assert shown.successor is not None
    assert (shown.successor.id, [one.id for one in shown.predecessors]) == (later, [first])
    assert [branch.node.code for branch in shown.fonds] == ["P2"]
    assert browsing.fonds_by_agency(ANONYMOUS) == {first: 1, middle: 1, later: 1}


def test_a_fonds_whose_existence_is_not_public_counts_for_no_agency(shelf: Shelf) -> None:
    assert browsing.fonds_by_agency(ANONYMOUS) == {shelf.agency: 1}
    with transaction():
        documents.set_level(shelf.archivist, shelf.fonds, Level.WITHHELD, "vì thử")
    assert browsing.fonds_by_agency(ANONYMOUS) == {}


def test_an_agency_of_which_nothing_is_public_is_not_known_to_exist(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    with transaction():
        other = agencies.create(shelf.archivist, code="BM", name="Ban Mật vụ").id
        hidden = tree.create_fonds(shelf.archivist, code="P9", name="Phông kín", agency_id=other).id
        agencies.name_successor(shelf.archivist, other, shelf.agency)
        documents.set_level(shelf.archivist, hidden, Level.WITHHELD, "vì thử")
    for actor in (ANONYMOUS, people["citizen"]):
        assert [row.agency.id for row in browsing.all_agencies(actor)] == [shelf.agency]
        assert browsing.of_agency(actor, shelf.agency).predecessors == []
        with pytest.raises(NotFoundError):
            browsing.of_agency(actor, other)
    assert len(browsing.all_agencies(people["archivist"])) == 2
    assert browsing.of_agency(people["archivist"], other).successor is not None
    with transaction():
        documents.set_level(shelf.archivist, hidden, Level.OPEN)
    assert [one.id for one in browsing.of_agency(ANONYMOUS, shelf.agency).predecessors] == [other]
    with transaction():
        documents.set_level(shelf.archivist, shelf.fonds, Level.WITHHELD, "vì thử")
    assert browsing.of_agency(ANONYMOUS, other).successor is None


def test_a_page_of_the_tree_asks_as_often_however_much_it_shows(shelf: Shelf) -> None:
    """Each place that is opened costs a handful of queries; the places inside it cost none."""

    def queries(opened: set[str]) -> int:
        asked: list[str] = []

        def note(*arguments: object) -> None:
            asked.append(str(arguments[2]))

        db.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            browsing.fonds(ANONYMOUS, NEW, opened)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    shelf.put("Văn bản")
    closed, one_file = queries(set()), queries({shelf.fonds})
    with transaction():
        for number in range(2, 20):
            tree.create_fonds(shelf.archivist, code=f"P{number}", name=f"Phông {number}")
            tree.create_file(shelf.archivist, shelf.fonds, code=str(number), name=f"Hồ sơ {number}")
    assert queries(set()) == closed
    assert queries({shelf.fonds}) == one_file
    assert one_file - closed <= 8
