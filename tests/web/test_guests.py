"""A guest at the site: asks, confirms by mail, gets a code once, follows by it, and reads no page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access import appeals, decisions, following, rulebook
from portal.access.guest_rows import GuestVisit
from portal.access.models import Request
from portal.access.proposals import Proposal
from portal.access.states import Act
from portal.access.terms import Outcome, TermKind
from portal.accounts import proofs
from portal.accounts.actors import Actor
from portal.accounts.models import Proof
from portal.core import clock
from portal.core.db import db, end_reading, transaction
from tests.web.archive import PURPOSE, Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers

CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")
GIVEN = {"name": "Lê Thị Khách", "email": "khach@vidu.vn", "purpose": PURPOSE}


def _given(**others: str) -> dict[str, str]:
    """What is filled in: the first kind and form of the rulebook, and the undertaking accepted."""
    held = rulebook.undertaking()
    assert held is not None
    chosen = {
        "purpose_kind": rulebook.terms(TermKind.PURPOSE)[0].id,
        "use_form": rulebook.terms(TermKind.USE_FORM)[0].id,
        "term": held.id,
        "accepted": "y",
    }
    end_reading()
    return {**GIVEN, **chosen, **others}


def _asked(browser: Browser, document: str) -> tuple[str, str]:
    """Ask and confirm; return number and code as they stand on the receipt."""
    sent = browser.send("/en/yeu-cau/khach", document=document, **_given())
    assert sent.headers["Location"] == "/en/xem-thu"
    end_reading()
    newest = select(Proof).where(Proof.kind == "guest", Proof.used_at.is_(None))
    row = db.session.scalars(newest).one()
    link = f"/en/yeu-cau/khach/{proofs.secret_of(row)}"
    shown = browser.get(link).text
    for said in (PURPOSE, "Form of use", "Kind of purpose", "Accepted"):
        assert said in shown
    receipt = browser.send(link)
    assert receipt.status_code == 200
    assert receipt.headers["Cache-Control"] == "private, no-store"
    assert "cookie" not in str(receipt.headers).lower() or not CODE.search(str(receipt.headers))
    code, number = CODE.search(receipt.text), re.search(r"YC-\d{4}-\d{6}", receipt.text)
    assert code is not None
    assert number is not None
    assert browser.send(link).status_code == 404, "the link is used up"
    return number[0], code[0]


def _opened(browser: Browser, number: str, code: str) -> None:
    assert browser.send("/en/theo-doi", number=number, code=code).headers["Location"] == "/en/theo-doi/ma"
    end_reading()
    visit = db.session.scalars(select(GuestVisit).order_by(GuestVisit.expires_at.desc())).first()
    assert visit is not None
    answer = browser.send("/en/theo-doi/ma", digits=following._digits(visit.id))
    assert answer.headers["Location"] == "/en/theo-doi/yeu-cau"


def test_a_guest_asks_follows_writes_and_withdraws(archive: Archive, browse: Browsers) -> None:
    browser = browse("anonymous")
    document = archive.documents["conditional"]
    assert f"/yeu-cau/khach?document={document}" in browser.get(f"/r/{document}").text
    number, code = _asked(browser, document)
    later = browse("anonymous")
    assert later.get("/en/theo-doi/yeu-cau").headers["Location"] == "/en/theo-doi"
    _opened(later, number, code)
    page = later.get("/en/theo-doi/yeu-cau").text
    assert number in page
    assert "What comes next" in page
    assert code not in page
    later.send("/en/theo-doi/yeu-cau/thu", text="Tôi cần trang bản đồ")
    page = later.get("/en/theo-doi/yeu-cau").text
    assert "Tôi cần trang bản đồ" in page
    later.send("/en/theo-doi/yeu-cau/rut")
    assert "You withdrew what was not decided." in later.get("/en/theo-doi/yeu-cau").text
    later.send("/en/theo-doi/thoat")
    assert later.get("/en/theo-doi/yeu-cau").status_code == 302


def test_the_staff_see_that_there_is_no_account(archive: Archive, browse: Browsers) -> None:
    number, _code = _asked(browse("anonymous"), archive.documents["conditional"])
    end_reading()
    row = db.session.scalars(select(Request).where(Request.number == number)).one()
    assert "Asked without an account" in browse("archivist").get(f"/en/xu-ly/{row.id}").text


def test_what_is_open_closes_after_half_an_hour(archive: Archive, browse: Browsers) -> None:
    browser = browse("anonymous")
    _opened(browser, *_asked(browser, archive.documents["conditional"]))
    now = clock.now()
    with clock.held_at(now + following.STAYS / 2):
        assert browser.get("/en/theo-doi/yeu-cau").status_code == 200
    with clock.held_at(now + following.STAYS * 1.1):
        assert browser.get("/en/theo-doi/yeu-cau").status_code == 302
        assert browser.send("/en/theo-doi/yeu-cau/thu", text="Còn đó không?").status_code == 302


def test_leave_of_a_guest_opens_no_page_before_there_is_an_account(
    archive: Archive, browse: Browsers, people: dict[str, Actor]
) -> None:
    browser = browse("anonymous")
    number, code = _asked(browser, archive.documents["conditional"])
    end_reading()
    row = db.session.scalars(select(Request).where(Request.number == number)).one()
    with transaction():
        granted = decisions.grant(people["approver"], row.items[0].id, "Đủ điều kiện")
    assert granted.grant is not None
    _opened(browser, number, code)
    assert "account holders only" in browser.get("/en/theo-doi/yeu-cau").text
    page = archive.pages["conditional"]
    for address in (f"/p/{page}", f"/p/{page}/text", f"/p/{page}/iiif/info.json", f"/p/{page}/480.jpg"):
        assert browser.get(address).status_code == 404, address
    assert browser.get(f"/ban-sao/{granted.grant.id}.pdf").status_code == 302
    assert browser.get(f"/yeu-cau/{row.id}").status_code == 302


def test_right_and_wrong_get_the_same_answer(archive: Archive, browse: Browsers) -> None:
    number, code = _asked(browse("anonymous"), archive.documents["conditional"])
    told = set()
    for typed in ((number, code), (number, "0000-0000-0000-0000"), ("YC-2026-999999", code)):
        browser = browse("anonymous")
        answer = browser.send("/en/theo-doi", number=typed[0], code=typed[1])
        wrong = browser.send("/en/theo-doi/ma", digits="12x456")
        page = re.sub(r'(nonce="|csrf_token" value=")[^"]+', "", wrong.text)
        told.add((answer.status_code, answer.headers["Location"], wrong.status_code, page))
    assert len(told) == 1
    assert next(iter(told))[2] == 400


def test_tries_are_counted_also_where_they_fail(app: Flask, archive: Archive, browse: Browsers) -> None:
    number, code = _asked(browse("anonymous"), archive.documents["conditional"])
    browser = browse("anonymous")
    browser.send("/en/theo-doi", number=number, code=code)
    for _ in range(following.MOST_DIGIT_TRIES):
        assert browser.send("/en/theo-doi/ma", digits="12x456").status_code == 400
    end_reading()
    visit = db.session.scalars(select(GuestVisit)).one()
    answer = browser.send("/en/theo-doi/ma", digits=following._digits(visit.id))
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)


def test_nothing_typed_is_lost(archive: Archive, browse: Browsers) -> None:
    document = archive.documents["conditional"]
    given = _given(email="sai")
    answer = browse("anonymous").send("/en/yeu-cau/khach", document=document, **given)
    assert (answer.status_code, 'href="#email"' in answer.text) == (400, True)
    for typed in (GIVEN["name"], PURPOSE, document):
        assert typed in answer.text
    for chosen in ("purpose_kind", "use_form"):
        assert re.search(rf'value="{given[chosen]}" checked', answer.text), chosen


@pytest.mark.parametrize("field", ["purpose_kind", "use_form", "accepted"])
def test_what_is_left_out_is_asked_for(archive: Archive, browse: Browsers, field: str) -> None:
    given = _given()
    del given[field]
    answer = browse("anonymous").send("/en/yeu-cau/khach", document=archive.documents["conditional"], **given)
    assert answer.status_code == 400
    assert f'href="#{field}' in answer.text


def test_a_guest_appeals_against_a_refusal(
    archive: Archive, browse: Browsers, people: dict[str, Actor]
) -> None:
    browser = browse("anonymous")
    number, code = _asked(browser, archive.documents["conditional"])
    end_reading()
    row = db.session.scalars(select(Request).where(Request.number == number)).one()
    item, place = row.items[0].id, "/en/theo-doi/yeu-cau/khieu-nai"
    assert browser.get(place).headers["Location"] == "/en/theo-doi"
    _opened(browser, number, code)
    assert browser.get(place).status_code == 404
    with transaction():
        rule = rulebook.reason_of(Outcome.REFUSE, "purpose_insufficient")
        rule.can_appeal = True
        review_on = clock.today() + timedelta(days=90)
        decisions.decide(
            people["approver"],
            item,
            Proposal(Act.REFUSE, "Chưa đủ điều kiện", term_id=rule.id, review_on=review_on),
        )
    followed = browser.get("/en/theo-doi/yeu-cau").text
    assert rule.name_en in followed
    assert rule.text_en in followed
    assert f"{review_on:%d/%m/%Y}" in followed
    assert place in browser.get("/en/theo-doi/yeu-cau").text
    assert item in browser.get(place).text
    words = "Gia đình tôi là chủ sử dụng thửa đất này"
    wrong = browser.send(place, text=words)
    assert (wrong.status_code, words in wrong.text) == (400, True)
    assert browser.send(place, items=item, text=words).status_code == 302
    page = browser.get("/en/theo-doi/yeu-cau").text
    appealed = re.search(r"khieu-nai/(\w+)/rut", page)
    assert appealed is not None
    assert words in page
    assert browser.send(f"{place}/{archive.appeal}/rut").status_code == 404
    assert browser.send(f"{place}/{appealed[1]}/rut").status_code == 302
    assert f"{appealed[1]}/rut" not in browser.get("/en/theo-doi/yeu-cau").text


def test_one_visit_opens_one_request(archive: Archive, browse: Browsers, people: dict[str, Actor]) -> None:
    browser = browse("anonymous")
    opened = _asked(browser, archive.documents["conditional"])
    other, _code = _asked(browse("anonymous"), archive.documents["revoked"])
    end_reading()
    row = db.session.scalars(select(Request).where(Request.number == other)).one()
    item = row.items[0].id
    with transaction():
        decisions.refuse(people["approver"], item, "Chưa đủ điều kiện")
        appeal = appeals.submit(following.actor_of(row.id), row.id, [item], "Xin xem lại lần nữa")
    _opened(browser, *opened)
    assert browser.send(f"/en/theo-doi/yeu-cau/khieu-nai/{appeal.id}/rut").status_code == 404
    assert appeal.number not in browser.get("/en/theo-doi/yeu-cau").text
