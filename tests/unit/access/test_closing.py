"""Closure periods: counted from the end of what is known, shown before they are set, kept as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select

from portal.access import askable, exposures, opened, period_making, rulebook
from portal.access.exposure_rows import Exposure
from portal.access.exposures import Report
from portal.access.period_making import Years
from portal.access.terms import TermKind
from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.catalogue import closing, documents, records, tree
from portal.catalogue.documents import Description
from portal.catalogue.models import Node
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.core.partial import PartialDate
from portal.rights import opening, periods, policy, protections
from portal.rights.levels import Level
from portal.rights.models import Closure
from portal.rights.period_rows import CountedFrom
from tests.unit.access.conftest import Shelf, run

NOON = datetime(2026, 11, 26, 5, tzinfo=UTC)
TODAY = date(2026, 11, 26)

YEARS = Years(
    code="staff_files",
    name_vi="Hồ sơ cán bộ",
    name_en="Staff files",
    years=50,
    counted_from=CountedFrom.DOCUMENT,
    by_year=False,
    valid_from=TODAY,
    legal_basis="Quy định của đơn vị",
)


@pytest.fixture(autouse=True)
def day() -> object:
    with clock.held_at(NOON):
        yield


def made(administrator: Actor, **changes: object) -> str:
    with transaction():
        return period_making.add(administrator, replace(YEARS, **changes)).id


def dated(shelf: Shelf, written: str, document_id: str = "") -> str:
    """Give a document a date as it is written; return its id."""
    node_id = document_id or shelf.document()
    with transaction():
        node = tree.by_id(node_id)
        given = Description(
            node.title or "Sổ địa bạ",
            issued_on=PartialDate.read(written) if written else None,
            reason="Có dữ liệu riêng tư",
        )
        documents.describe(shelf.people["archivist"], node_id, given, node.version)
    return node_id


def closed(shelf: Shelf, document_id: str, period_id: str) -> date:
    """Close a document by a period, as somebody does who saw the day; return the day."""
    archivist = shelf.people["archivist"]
    found = closing.count(archivist, document_id, period_id)
    with transaction():
        closing.close_until(archivist, document_id, period_id, found.day)
    return found.day


@pytest.mark.parametrize(
    ("written", "years", "by_year", "expected"),
    [
        ("05/03/1978", 50, False, date(2028, 3, 6)),
        ("31/12/1978", 50, False, date(2029, 1, 1)),
        ("03/1978", 50, False, date(2028, 4, 1)),
        ("02/1980", 50, False, date(2030, 3, 1)),
        ("1978", 50, False, date(2029, 1, 1)),
        ("29/02/1980", 50, False, date(2030, 3, 1)),
        ("29/02/1980", 52, False, date(2032, 3, 1)),
        ("28/02/1980", 52, False, date(2032, 2, 29)),
        ("05/03/1978", 50, True, date(2029, 1, 1)),
        ("1978", 50, True, date(2029, 1, 1)),
    ],
)
def test_the_day_is_counted_from_the_last_one_that_the_date_can_be(
    shelf: Shelf, people: dict[str, Actor], written: str, years: int, by_year: bool, expected: date
) -> None:
    period_id = made(people["administrator"], years=years, by_year=by_year)
    found = closing.count(people["archivist"], dated(shelf, written), period_id)
    assert found.day == expected


def test_a_span_counts_from_its_last_day(shelf: Shelf, people: dict[str, Actor]) -> None:
    paper = shelf.on_paper()
    file_id = db.session.get_one(Node, paper).parent_id or ""
    span(people["archivist"], file_id, date(1960, 5, 1), date(1990, 6, 30))
    period_id = made(people["administrator"], counted_from=CountedFrom.FILE_END)
    assert closing.count(people["archivist"], paper, period_id).day == date(2040, 7, 1)
    by_own_date = made(people["administrator"], code="by_own_date")
    assert closing.count(people["archivist"], file_id, by_own_date).day == date(2040, 7, 1), "the file's own"


def span(actor: Actor, file_id: str, first: date | None, last: date | None) -> None:
    with transaction():
        file = tree.by_id(file_id)
        tree.change(
            actor,
            file_id,
            code=file.code,
            name=file.title,
            date_from=first,
            date_to=last,
            version=file.version,
        )


def test_what_was_taken_in_counts_from_its_day_in_viet_nam(shelf: Shelf, people: dict[str, Actor]) -> None:
    with clock.held_at(datetime(2026, 3, 4, 23, 30, tzinfo=UTC)):
        document_id = shelf.document()
    period_id = made(people["administrator"], counted_from=CountedFrom.TAKEN_IN, years=1)
    assert closing.count(people["archivist"], document_id, period_id).day == date(2027, 3, 6)


def test_without_a_date_it_is_said_what_to_do(shelf: Shelf, people: dict[str, Actor]) -> None:
    archivist, document_id = people["archivist"], shelf.document()
    with pytest.raises(InvalidError, match="period_needs_document"):
        closing.count(archivist, document_id, made(people["administrator"]))
    by_file = made(people["administrator"], code="by_file", counted_from=CountedFrom.FILE_END)
    with pytest.raises(InvalidError, match="period_needs_file_end"):
        closing.count(archivist, document_id, by_file)
    old = dated(shelf, "1900")
    with pytest.raises(InvalidError, match="period_is_over"):
        closing.count(archivist, old, made(people["administrator"], code="short", years=1))
    with pytest.raises(InvalidError, match="missing"):
        closing.count(archivist, old, "0000000000")
    with pytest.raises(NotAllowedError):
        closing.count(people["approver"], old, by_file)


def test_it_opens_with_the_first_instant_after_the_period(shelf: Shelf, people: dict[str, Actor]) -> None:
    period_id = made(people["administrator"])
    document_id = dated(shelf, "29/02/1980")
    assert closed(shelf, document_id, period_id) == date(2030, 3, 1)
    last = datetime(2030, 2, 28, 23, 59, 59, tzinfo=clock.LOCAL)
    first = datetime(2030, 3, 1, 0, 0, 0, tzinfo=clock.LOCAL)
    with clock.held_at(last):
        assert not policy.sight(ANONYMOUS, document_id).sees_content
    with clock.held_at(first):
        assert policy.sight(ANONYMOUS, document_id).is_public
        run(opened.follow)
        row = protections.of(document_id)
        assert (row.own_level, row.opens_on, row.period_id) == (Level.OPEN, None, None)


def test_day_basis_and_period_are_kept_and_readers_see_them(shelf: Shelf, people: dict[str, Actor]) -> None:
    period_id = made(people["administrator"])
    document_id = dated(shelf, "1980")
    closed(shelf, document_id, period_id)
    row = protections.of(document_id)
    assert (row.opens_on, row.opens_basis) == (date(2031, 1, 1), "Quy định của đơn vị")
    assert (row.period_id, row.counted_on) == (period_id, date(1980, 12, 31))
    for lapse in (
        records.show(ANONYMOUS, document_id).lapse,
        askable.of(people["citizen"], [document_id])[0].lapse,
    ):
        assert lapse is not None
        assert (lapse.day, lapse.basis) == (date(2031, 1, 1), "Quy định của đơn vị")
        assert lapse.period is not None
        assert lapse.period.name_vi == "Hồ sơ cán bộ"
    line = trail.of("document", document_id)[-1]
    assert line.action == "access.set_opening"
    assert line.details == {
        "before": None,
        "after": "2031-01-01",
        "period": period_id,
        "counted_on": "1980-12-31",
    }


def test_a_day_that_nobody_saw_is_not_set(shelf: Shelf, people: dict[str, Actor]) -> None:
    period_id = made(people["administrator"])
    document_id = dated(shelf, "1980")
    seen = closing.count(people["archivist"], document_id, period_id).day
    dated(shelf, "1981", document_id)
    for day in (seen, None):
        with pytest.raises(ConflictError, match="period_day_moved"), transaction():
            closing.close_until(people["archivist"], document_id, period_id, day)
    assert opening.of(document_id) == (None, "")


def test_a_date_that_is_corrected_moves_nothing_and_is_told(shelf: Shelf, people: dict[str, Actor]) -> None:
    period_id = made(people["administrator"])
    document_id = dated(shelf, "1980")
    day = closed(shelf, document_id, period_id)
    assert noted(people["archivist"], document_id) is None
    dated(shelf, "31/12/1980", document_id)
    assert noted(people["archivist"], document_id) is None, "the same last day"
    dated(shelf, "1985", document_id)
    assert opening.of(document_id)[0] == day
    found = noted(people["archivist"], document_id)
    assert found is not None
    assert (found.day, found.on) == (day, date(1980, 12, 31))
    assert (found.now_on, found.follows) == (date(1985, 12, 31), date(2036, 1, 1))
    dated(shelf, "", document_id)
    found = noted(people["archivist"], document_id)
    assert found is not None
    assert (found.now_on, found.follows) == (None, None)
    assert records.show(ANONYMOUS, document_id).notes is None


def noted(actor: Actor, document_id: str) -> closing.Overtaken | None:
    notes = records.show(actor, document_id).notes
    assert notes is not None
    return notes.overtaken


def test_a_file_that_is_dated_anew_is_told_at_each_record_in_it(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    paper = shelf.on_paper()
    file_id = db.session.get_one(Node, paper).parent_id or ""
    span(people["archivist"], file_id, None, date(1990, 6, 30))
    period_id = made(people["administrator"], counted_from=CountedFrom.FILE_END)
    closed(shelf, paper, period_id)
    span(people["archivist"], file_id, None, date(1991, 6, 30))
    found = noted(people["archivist"], paper)
    assert found is not None
    assert found.follows == date(2041, 7, 1)


def test_what_is_dated_after_the_end_of_its_file_counts_from_its_own_day(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    paper = shelf.on_paper()
    file_id = db.session.get_one(Node, paper).parent_id or ""
    span(people["archivist"], file_id, None, date(1990, 6, 30))
    period_id = made(people["administrator"], counted_from=CountedFrom.FILE_END)
    for written, day in (("1960", date(2040, 7, 1)), ("05/2001", date(2051, 6, 1))):
        assert closing.count(people["archivist"], dated(shelf, written, paper), period_id).day == day


@pytest.mark.parametrize(
    ("year", "follows"), [(9948, date(9999, 1, 1)), (9949, None), (9950, None), (9999, None)]
)
def test_a_year_from_which_nothing_can_be_counted_is_told(
    shelf: Shelf, people: dict[str, Actor], year: int, follows: date | None
) -> None:
    paper = shelf.on_paper()
    file_id = db.session.get_one(Node, paper).parent_id or ""
    span(people["archivist"], file_id, None, date(1990, 6, 30))
    closed(shelf, paper, made(people["administrator"], counted_from=CountedFrom.FILE_END))
    span(people["archivist"], file_id, None, date(year, 12, 31))
    found = noted(people["archivist"], paper)
    assert found is not None
    assert (found.now_on, found.follows) == (date(year, 12, 31), follows)


def test_what_had_lapsed_is_kept_out_of_search_as_soon_as_it_is_closed_anew(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    document_id = dated(shelf, "1980")
    day = closed(shelf, document_id, made(people["administrator"]))
    db.session.execute(delete(Closure))
    db.session.commit()
    with clock.held_at(datetime(day.year, day.month, day.day, tzinfo=clock.LOCAL)):
        with transaction():
            documents.set_level(people["archivist"], document_id, Level.CONDITIONAL, "Có khiếu nại")
        assert db.session.scalars(select(Closure.node_id)).all() == [document_id]
    line = trail.of("document", document_id)[-1]
    assert (line.details["before"], line.details["after"]) == ("open", "conditional")


def test_a_period_that_was_replaced_keeps_what_was_counted_by_it(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    first = made(people["administrator"])
    document_id = dated(shelf, "1980")
    closed(shelf, document_id, first)
    second = made(people["administrator"], years=60, valid_from=date(2026, 12, 1))
    assert [one.id for one in periods.holding() if one.code == YEARS.code] == [first]
    with clock.held_at(datetime(2026, 12, 1, 5, tzinfo=UTC)):
        assert [one.id for one in periods.holding() if one.code == YEARS.code] == [second]
        assert noted(people["archivist"], document_id) is None
        assert records.show(ANONYMOUS, document_id).opens_on == date(2031, 1, 1)
        with pytest.raises(InvalidError, match="missing"):
            closing.count(people["archivist"], document_id, first)
        assert closed(shelf, document_id, second) == date(2041, 1, 1)
    assert [one.valid_to for one in period_making.history(people["administrator"], first)] == [
        None,
        date(2026, 11, 30),
    ]


def test_a_day_can_still_be_typed_and_takes_the_period_away(shelf: Shelf, people: dict[str, Actor]) -> None:
    period_id = made(people["administrator"])
    document_id = dated(shelf, "1980")
    closed(shelf, document_id, period_id)
    with transaction():
        documents.set_opening(people["archivist"], document_id, date(2031, 5, 1), "Thoả thuận")
    row = protections.of(document_id)
    assert (row.opens_on, row.period_id, row.counted_on) == (date(2031, 5, 1), None, None)
    closed(shelf, document_id, period_id)
    with transaction():
        documents.set_level(people["archivist"], document_id, Level.WITHHELD, "Có khiếu nại")
    assert protections.of(document_id).period_id is None


def test_periods_are_added_and_ended_by_those_who_look_after_the_rules(people: dict[str, Actor]) -> None:
    for actor in (people["archivist"], people["approver"], people["citizen"], ANONYMOUS):
        with pytest.raises(NotAllowedError), transaction():
            period_making.add(actor, YEARS)
        with pytest.raises(NotAllowedError), transaction():
            period_making.end(actor, "per0000001", TODAY)
        with pytest.raises(NotAllowedError):
            period_making.listing(actor, with_ended=True)
    for wrong in ({"years": 0}, {"years": 151}, {"code": "Sai mã"}, {"name_en": " "}, {"legal_basis": ""}):
        with pytest.raises(InvalidError), transaction():
            period_making.add(people["administrator"], replace(YEARS, **wrong))
    with pytest.raises(InvalidError, match="rule_day_passed"), transaction():
        period_making.add(people["administrator"], replace(YEARS, valid_from=date(2026, 11, 25)))
    period_id = made(people["administrator"])
    with pytest.raises(ConflictError), transaction():
        period_making.add(people["administrator"], YEARS)
    with transaction():
        period_making.end(people["administrator"], period_id, TODAY)
    assert YEARS.code in {one.code for one in periods.holding()}
    with clock.held_at(datetime(2026, 11, 27, 5, tzinfo=UTC)):
        assert YEARS.code not in {one.code for one in periods.holding()}


def test_the_first_periods_name_their_law_and_that_they_are_to_be_confirmed(
    people: dict[str, Actor],
) -> None:
    first = period_making.listing(people["administrator"], with_ended=True)
    assert [(one.code, one.years) for one in first] == [("marked_secret", 40), ("marked_top_secret", 60)]
    for one in first:
        assert one.by_year, "the law says: from the year in which the work ended"
        assert one.counted_from == CountedFrom.FILE_END
        assert "Điều 30" in one.legal_basis
        assert "cần đơn vị xác nhận" in one.legal_basis


def test_what_was_hidden_for_a_report_gets_its_period_back(shelf: Shelf, people: dict[str, Actor]) -> None:
    period_id = made(people["administrator"])
    document_id = dated(shelf, "1980")
    closed(shelf, document_id, period_id)
    told = Report("Dòng thứ ba có số thẻ", rulebook.terms(TermKind.TAKEDOWN)[0].id)
    with transaction():
        exposures.report(ANONYMOUS, document_id, told, "192.0.2.1")
    report_id = db.session.scalars(select(Exposure.id)).one()
    with transaction():
        exposures.hide(people["archivist"], report_id)
    assert protections.of(document_id).period_id is None
    with transaction():
        exposures.open_again(people["approver"], report_id)
    row = protections.of(document_id)
    assert (row.opens_on, row.period_id, row.counted_on) == (date(2031, 1, 1), period_id, date(1980, 12, 31))
