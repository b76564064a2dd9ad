"""My desk: each role sees what waits for it, oldest first, with counts, and where to begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from portal.access import appeal_views, exposure_views, requests
from portal.accounts.actors import Actor
from portal.catalogue import documents, pages
from portal.catalogue.models import PageText
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.paging import Paging
from portal.ingest import contents
from portal.jobs import ledger
from portal.rights.levels import Level
from tests.conftest import PASSWORD
from tests.web.archive import Archive
from tests.web.conftest import Browsers

WAYS = {
    "operator": ("failed", "rescan", "check", "reading", "takeouts"),
    "archivist": (
        "confirm",
        "failed",
        "rescan",
        "check",
        "reading",
        "describe",
        "publish",
        "read",
        "reports",
        "takeouts",
    ),
    "approver": ("confirm", "decide", "appeals", "reports", "rules", "purges"),
    "administrator": (
        *("failed", "rescan", "check", "reading", "describe", "publish", "read", "takeouts", "purges"),
    ),
}


@pytest.mark.parametrize("role", WAYS)
def test_each_role_has_the_cards_of_its_work(archive: Archive, browse: Browsers, role: str) -> None:
    shown = browse(role).get("/ban-lam-viec").text
    assert [
        key
        for key in (
            *("confirm", "failed", "rescan", "check", "reading", "describe", "publish", "read", "decide"),
            *("appeals", "reports", "rules", "takeouts", "purges"),
        )
        if f'id="card-{key}"' in shown
    ] == list(WAYS[role])
    assert ("mg-signs" in shown) == (role == "administrator")


@pytest.mark.parametrize(
    ("email", "first"), [("archivist@example.vn", "/ban-lam-viec"), ("citizen@example.vn", "/yeu-cau")]
)
def test_whoever_signs_in_lands_on_their_desk(
    archive: Archive, browse: Browsers, email: str, first: str
) -> None:
    browser = browse("anonymous")
    browser.send("/dang-nhap", email=email, password=PASSWORD)
    assert browser.get("/ban-lam-viec").headers.get("Location", "/ban-lam-viec") == first
    answer = browser.send("/dang-nhap", email=email, password=PASSWORD)
    assert answer.headers["Location"] == "/ban-lam-viec"


def test_a_card_counts_and_says_how_long_the_oldest_waits(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    (waiting,) = requests.waiting(people["approver"], Paging()).rows
    with transaction() as session:
        session.execute(
            text("UPDATE requests SET submitted_at = :then WHERE id = :id"),
            {"then": (clock.now() - timedelta(days=3)).strftime("%Y-%m-%d %H:%M:%S.%f"), "id": waiting.id},
        )
    shown = browse("approver").get("/en/ban-lam-viec").text
    assert "The oldest has waited for 3 days." in shown
    assert waiting.number in shown
    assert '<span class="mg-card__count">1</span>' in shown


def test_appeals_and_reports_that_wait_are_on_the_desk(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    approver = people["approver"]
    (appeal,) = appeal_views.waiting(approver, Paging()).rows
    reports = exposure_views.waiting(approver, Paging())
    assert reports.total
    shown = browse("approver").get("/en/ban-lam-viec").text
    assert f'href="/en/khieu-nai/{appeal.id}"' in shown
    assert f"The answer is due by {appeal.due_on:%d/%m/%Y}." in shown
    for view in reports.rows[:5]:
        assert f'href="/en/xu-ly/bao-cao/{view.row.id}"' in shown
    assert appeal.number not in browse("archivist").get("/en/ban-lam-viec").text
    with clock.held_at(clock.now() + timedelta(days=60)):
        late = browse("approver").get("/en/ban-lam-viec").text
    assert f"The answer was due on {appeal.due_on:%d/%m/%Y}." in late


def test_cards_with_work_stand_above_the_empty_ones(archive: Archive, browse: Browsers) -> None:
    shown = browse("archivist").get("/ban-lam-viec").text
    # One document waits for a description; nothing failed and nothing is unpublished.
    assert shown.index('id="card-describe"') < shown.index('id="card-failed"')
    assert shown.index('id="card-describe"') < shown.index('id="card-publish"')


def test_an_empty_card_says_what_to_do(archive: Archive, browse: Browsers) -> None:
    with transaction() as session:
        session.execute(text("UPDATE scans SET state = 'split' WHERE state = 'received'"))
    shown = browse("operator").get("/en/ban-lam-viec").text
    assert "All scans are read. Take in the next batch." in shown
    assert 'href="/en/tiep-nhan"' in shown


def test_the_archivist_sees_what_is_described_and_not_published(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    with transaction():
        documents.unpublish(people["archivist"], archive.documents["open"])
    browser = browse("archivist")
    for address in ("/en/ban-lam-viec", "/en/mo-ta/chua-cong-bo"):
        assert f"/en/mo-ta/{archive.documents['open']}" in browser.get(address).text
    # What waits for a description is on the other list.
    assert f"/en/mo-ta/{archive.documents['unpublished']}" not in browser.get("/en/mo-ta/chua-cong-bo").text
    assert f"/en/mo-ta/{archive.documents['unpublished']}" in browser.get("/en/mo-ta").text


def test_the_worst_read_pages_come_least_sure_first(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    with transaction() as session:
        for state, confidence in (("open", 41.0), ("conditional", 12.0), ("unpublished", 30.0)):
            row = session.query(PageText).filter_by(page_id=archive.pages[state]).one()
            row.quality, row.confidence = "poor", confidence
    shown = browse("archivist").get("/en/mo-ta/doc-kem").text
    places = [
        shown.index(f"/en/p/{archive.pages[state]}") for state in ("conditional", "unpublished", "open")
    ]
    assert places == sorted(places)
    assert f"/en/p/{archive.pages['granted']}" not in shown


def test_lists_of_work_use_the_indexes_of_what_waits(archive: Archive) -> None:
    def plan(query: str) -> str:
        return " ".join(str(row) for row in db.session.execute(text("EXPLAIN QUERY PLAN " + query)).all())

    assert "ix_nodes_undescribed" in plan(
        "SELECT id FROM nodes WHERE described_at IS NULL AND kind = 'document' ORDER BY created_at, id"
    )
    assert "ix_page_texts_quality" in plan(
        "SELECT id FROM page_texts WHERE is_current AND quality = 'poor' ORDER BY confidence"
    )
    assert "ix_protections_unpublished" in plan("SELECT node_id FROM protections WHERE published_at IS NULL")


def test_a_batch_of_a_withheld_place_is_on_no_desk_of_those_who_may_not_know(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    with transaction():
        pages.wait_again(archive.pages["open"])
    assert "Hộp 12" in browse("operator").get("/ban-lam-viec").text
    with transaction():
        documents.set_level(people["archivist"], archive.fonds, Level.WITHHELD, "vì thử")
    assert "Hộp 12" not in browse("operator").get("/ban-lam-viec").text
    assert "Hộp 12" in browse("archivist").get("/ban-lam-viec").text


def test_a_failure_that_cannot_be_tried_again_is_no_work(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    with transaction():
        pages.fail(archive.pages["open"], "page_damaged")
    browser = browse("operator")
    assert contents.overview(people["operator"], archive.batch).retryable == 0
    assert "/thu-lai" not in browser.get(f"/tiep-nhan/{archive.batch}").text
    with transaction():
        pages.fail(archive.pages["open"], "page_too_slow")
    assert "/thu-lai" in browser.get(f"/tiep-nhan/{archive.batch}").text
    assert '<span class="mg-card__count">1</span>' in browser.get("/ban-lam-viec").text


def test_the_strip_says_what_is_ill_and_what_to_do(archive: Archive, browse: Browsers) -> None:
    shown = browse("administrator").get("/en/ban-lam-viec").text
    assert "No worker runs. Start it on the server: make run." in shown
    assert "mg-signs__one--ill" in shown


@pytest.mark.parametrize("kind", ["mail.send", "accounts.letter"])
def test_a_job_that_was_given_up_is_on_the_strip(archive: Archive, browse: Browsers, kind: str) -> None:
    with transaction() as session:
        ledger.enqueue(kind, "0000000000")
        session.execute(text("UPDATE jobs SET state = 'dead' WHERE subject = '0000000000'"))
    shown = browse("administrator").get("/en/ban-lam-viec").text
    assert "1 job was given up." in shown
    assert "1 mail was not sent." in shown


def test_an_administrator_is_told_which_year_to_confirm(archive: Archive, browse: Browsers) -> None:
    with clock.held_at(datetime(2026, 11, 26, tzinfo=UTC)):
        card = browse("administrator").get("/ban-lam-viec").text.split('id="card-calendar"')[1]
        assert 'href="/thiet-lap/lich/2027"' in card.split("</section>")[0]
    with clock.held_at(datetime(2026, 9, 1, tzinfo=UTC)):
        card = browse("administrator").get("/ban-lam-viec").text.split('id="card-calendar"')[1]
        assert "/thiet-lap/lich/2027" not in card.split("</section>")[0]
    assert 'id="card-calendar"' not in browse("archivist").get("/ban-lam-viec").text
