"""Documents: closed when they come in, opened by a person with that right, closed at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.catalogue import documents, pages, records, tree, worklists
from portal.catalogue.documents import Description
from portal.catalogue.models import Node, PageText
from portal.catalogue.readings import Reading
from portal.catalogue.search_rows import OutboxEntry
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.rights import policy, protections
from portal.rights.levels import Level
from portal.rights.models import Closure
from portal.rights.reads import Use
from portal.storage.models import Blob

FULL = Description(
    subject="Phê duyệt kế hoạch chỉnh lý",
    number="93/QĐ-UBND",
    issued_on=date(2020, 1, 31),
    issuer="UBND tỉnh",
    type_code="quyet-dinh",
    level=Level.OPEN,
)


@pytest.fixture
def archivist(people: dict[str, Actor]) -> Actor:
    return people["archivist"]


@pytest.fixture
def scanned(people: dict[str, Actor], archivist: Actor) -> Node:
    """A document of one page, just taken in."""
    with transaction() as session:
        root = tree.create_fonds(archivist, code="P1", name="Phông một")
        holding = tree.open_holding(people["operator"], root.id, "Lô 1")
        node = documents.add_scanned(people["operator"], holding.id, "scan_001.pdf")
        session.add(Blob(sha256="0" * 64, size=1))
        session.flush()
        pages.add(node.id, "0" * 64, 1)
    return node


def reading(text_read: str) -> Reading:
    return Reading("ocr", "stub", text_read, [(text_read, 1, 2, 3, 4, 90.0)], 100, 200, 300, 5)


def test_what_is_taken_in_is_conditional_and_unpublished(scanned: Node) -> None:
    assert policy.effective_level(scanned.id) is Level.CONDITIONAL
    assert protections.of(scanned.id).published_at is None
    with pytest.raises(NotFoundError):
        records.show(ANONYMOUS, scanned.id)


def test_an_undescribed_document_has_no_public_title(archivist: Actor, scanned: Node) -> None:
    with transaction():
        documents.publish(archivist, scanned.id)
    view = records.show(ANONYMOUS, scanned.id)
    assert (view.title, view.is_described, view.notes, list(view.pages)) == ("", False, None, [])
    assert [crumb.code for crumb in view.crumbs] == ["P1"]
    notes = records.show(archivist, scanned.id).notes
    assert notes is not None
    assert notes.working_title == "scan_001.pdf"


def test_describing_and_publishing_opens_it(archivist: Actor, scanned: Node) -> None:
    with transaction():
        documents.describe(archivist, scanned.id, FULL, scanned.version)
        documents.publish(archivist, scanned.id)
    view = records.show(ANONYMOUS, scanned.id)
    assert (view.title, view.number, view.type_name) == (FULL.subject, FULL.number, "Quyết định")
    assert len(view.pages) == 1
    actions = [line.action for line in trail.of("document", scanned.id)]
    assert actions == ["tree.add", "document.describe", "access.set_level", "document.publish"]


def test_only_describers_describe_and_only_setters_open(people: dict[str, Actor], scanned: Node) -> None:
    for key in ("citizen", "operator", "approver"):
        with pytest.raises(NotAllowedError), transaction():
            documents.describe(people[key], scanned.id, FULL, scanned.version)
        with pytest.raises(NotAllowedError), transaction():
            documents.set_level(people[key], scanned.id, Level.OPEN)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Description(subject=" "), "subject"),
        (Description(subject="x", level=Level.CONDITIONAL, reason=" "), "reason"),
        (Description(subject="x", level=Level.OPEN, issued_on=date(1799, 1, 1)), "issued_on"),
        (Description(subject="x", level=Level.OPEN, issued_on=date(2999, 1, 1)), "issued_on"),
        (Description(subject="x", level=Level.OPEN, type_code="khong-co"), "type_code"),
        (Description(subject="x" * 1001, level=Level.OPEN), "subject"),
    ],
)
def test_a_wrong_field_is_named(archivist: Actor, scanned: Node, wrong: Description, field: str) -> None:
    with pytest.raises(InvalidError) as error, transaction():
        documents.describe(archivist, scanned.id, wrong, scanned.version)
    assert field in error.value.fields
    assert not tree.by_id(scanned.id).is_described


def test_two_describers_do_not_overwrite_each_other(archivist: Actor, scanned: Node) -> None:
    seen = scanned.version
    with transaction():
        documents.describe(archivist, scanned.id, FULL, seen)
    with pytest.raises(ConflictError), transaction():
        documents.describe(archivist, scanned.id, FULL, seen)


def test_closing_holds_at_once_and_opening_needs_no_closure(archivist: Actor, scanned: Node) -> None:
    with transaction():
        documents.set_level(archivist, scanned.id, Level.OPEN)
        documents.publish(archivist, scanned.id)
    assert records.show(ANONYMOUS, scanned.id)
    assert db.session.get(Closure, scanned.id) is None
    with transaction():
        documents.set_level(archivist, scanned.id, Level.WITHHELD, "thử")
    with pytest.raises(NotFoundError):
        records.show(ANONYMOUS, scanned.id)
    assert db.session.get(Closure, scanned.id) is not None


def test_a_closed_fonds_closes_what_is_in_it(archivist: Actor, scanned: Node) -> None:
    with transaction():
        documents.set_level(archivist, scanned.id, Level.OPEN)
        documents.publish(archivist, scanned.id)
        documents.set_level(archivist, scanned.fonds_id, Level.WITHHELD, "thử")
    for node_id in (scanned.id, scanned.fonds_id):
        with pytest.raises(NotFoundError):
            records.show(ANONYMOUS, node_id)


def test_a_page_of_a_closed_document_is_nowhere(archivist: Actor, scanned: Node) -> None:
    page = pages.of_document(scanned.id)[0]
    with transaction():
        pages.keep(page.id, reading("chữ"))
        documents.publish(archivist, scanned.id)
    with pytest.raises(NotFoundError):
        pages.seen(ANONYMOUS, page.id, Use.PAGE)
    assert pages.seen(archivist, page.id, Use.PAGE).text == "chữ"


def test_a_page_has_one_current_text_and_keeps_the_older_one(archivist: Actor, scanned: Node) -> None:
    page = pages.of_document(scanned.id)[0]
    for words in ("một", "hai"):
        with transaction():
            pages.keep(page.id, reading(words))
    rows = db.session.execute(select(PageText.version, PageText.is_current).order_by(PageText.version))
    assert rows.all() == [(1, False), (2, True)]
    view = pages.seen(archivist, page.id, Use.PAGE)
    assert (view.text, list(view.words), view.confidence) == ("hai", [("hai", 1, 2, 3, 4, 90.0)], 90.0)


def test_a_page_tells_language_quality_and_how_many_words_are_unsure(archivist: Actor, scanned: Node) -> None:
    page = pages.of_document(scanned.id)[0]
    doubted = [("Số:", 1, 2, 3, 4, 96.0), ("4†", 5, 2, 3, 4, 50.0)]
    with transaction():
        pages.keep(page.id, replace(reading("Số: 4†"), words=doubted, language="vie", quality="fair"))
    view = pages.seen(archivist, page.id, Use.PAGE)
    assert (view.language, view.quality, view.unsure_words) == ("vie", "fair", 1)


def test_every_change_asks_for_a_look_by_the_indexer(archivist: Actor, scanned: Node) -> None:
    def entries() -> int:
        return len(db.session.scalars(select(OutboxEntry.seq)).all())

    page_id = pages.of_document(scanned.id)[0].id
    acts = [
        lambda: pages.keep(page_id, reading("chữ")),
        lambda: documents.describe(archivist, scanned.id, FULL, tree.by_id(scanned.id).version),
        lambda: documents.publish(archivist, scanned.id),
        lambda: documents.set_level(archivist, scanned.id, Level.WITHHELD, "thử"),
        lambda: documents.unpublish(archivist, scanned.id),
    ]
    for act in acts:
        before = entries()
        with transaction():
            act()
        assert entries() > before


def test_paper_can_be_entered_without_a_scan(archivist: Actor, scanned: Node) -> None:
    with transaction():
        node = documents.add_on_paper(archivist, scanned.fonds_id, FULL)
        documents.publish(archivist, node.id)
    view = records.show(ANONYMOUS, node.id)
    assert view.on_paper_only
    assert not view.pages


def test_the_queue_shows_scans_that_nobody_described(archivist: Actor, scanned: Node) -> None:
    assert [row.id for row in worklists.undescribed(archivist, Paging()).rows] == [scanned.id]
    with transaction():
        documents.describe(archivist, scanned.id, FULL, scanned.version)
    assert worklists.undescribed(archivist, Paging()).total == 0


def test_the_trail_can_be_neither_changed_nor_cut(archivist: Actor, scanned: Node) -> None:
    for act in ("UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events"):
        with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
            session.execute(text(act))
    assert trail.of("document", scanned.id)
