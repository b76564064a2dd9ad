"""A decision drafted on one page and signed on another."""

from __future__ import annotations

import re

import pytest

from portal.access import requests
from portal.access.results import ItemView
from portal.accounts.actors import Actor
from portal.core.db import db, transaction
from tests.web.archive import PURPOSE, Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers

REASON = "Mục đích nghiên cứu rõ ràng"


@pytest.fixture
def asked(archive: Archive, people: dict[str, Actor]) -> tuple[str, str]:
    """The ids of a request of the other citizen and of its one item."""
    with transaction():
        view = requests.submit(people["other"], [archive.documents["conditional"]], PURPOSE)
    return view.id, view.items[0].id


def item_of(people: dict[str, Actor], request_id: str) -> ItemView:
    db.session.rollback()
    return requests.show(people["approver"], request_id).items[0]


def draft_on(browser: Browser, address: str) -> str:
    found = re.search(r'name="draft" value="(\w{10})"', browser.get(address).text)
    assert found is not None
    return found.group(1)


def test_an_archivist_drafts_and_an_approver_signs(
    asked: tuple[str, str], people: dict[str, Actor], browse: Browsers
) -> None:
    request_id, item_id = asked
    staff, head, reader = browse("archivist"), browse("approver"), browse("other")
    place = f"/en/xu-ly/{request_id}/{item_id}"
    assert "Draft the decision" in staff.get(f"/en/xu-ly/{request_id}").text
    answer = staff.send(place, act="grant", reason=REASON, pages="1", note="Đã xem từng trang", term="")
    assert answer.status_code == 302
    assert item_of(people, request_id).standing == "proposed"
    told = reader.get(f"/en/yeu-cau/{request_id}").text
    assert "Waiting for a decision" in told
    assert "Drafted" not in told
    signing = f"/en/duyet/{request_id}/{item_id}"
    shown = head.get(signing).text
    assert "Đã xem từng trang" in shown
    assert "Người archivist" in shown
    assert head.send(f"{signing}/ky", draft=draft_on(head, signing)).status_code == 302
    decided = item_of(people, request_id)
    assert (decided.standing, decided.reason) == ("granted", REASON)
    assert decided.grant is not None
    assert decided.grant.pages == (1, 1)


def test_a_draft_goes_back_with_a_reason_and_comes_again(
    asked: tuple[str, str], people: dict[str, Actor], browse: Browsers
) -> None:
    request_id, item_id = asked
    staff, head = browse("archivist"), browse("approver")
    place, signing = f"/en/xu-ly/{request_id}/{item_id}", f"/en/duyet/{request_id}/{item_id}"
    staff.send(place, act="refuse", reason="Có dữ liệu riêng tư", term="")
    draft = draft_on(head, signing)
    wrong = head.send(f"{signing}/tra-lai", draft=draft, reason="")
    assert wrong.status_code == 400
    assert head.send(f"{signing}/tra-lai", draft=draft, reason="Nêu rõ căn cứ").status_code == 302
    shown = staff.get(place).text
    assert "Nêu rõ căn cứ" in shown
    assert "Hand in for signature" in shown
    # What was seen before is gone: it is not signed by mistake.
    assert head.send(f"{signing}/ky", draft=draft).status_code == 409
    assert item_of(people, request_id).standing == "submitted"
    staff.send(place, act="refuse", reason="Có dữ liệu riêng tư", term="")
    assert staff.send(f"{place}/thu-hoi", draft=draft_on(staff, place)).status_code == 302
    assert item_of(people, request_id).standing == "submitted"


def test_what_is_wrong_in_a_draft_is_said_and_what_was_typed_stays(
    asked: tuple[str, str], people: dict[str, Actor], browse: Browsers
) -> None:
    request_id, item_id = asked
    staff = browse("archivist")
    place = f"/en/xu-ly/{request_id}/{item_id}"
    for sent, said in (
        ({"reason": REASON, "term": ""}, "Fill in this field."),
        ({"act": "grant", "reason": REASON, "pages": "7-9", "term": ""}, "Name pages that the document has"),
        ({"act": "grant", "reason": REASON, "pages": "đầu", "term": ""}, "Name pages that the document has"),
        ({"act": "grant", "reason": REASON, "until": "hôm nào", "term": ""}, "dd/mm/yyyy"),
        ({"act": "refuse", "reason": REASON, "term": "0000000000"}, REASON),
    ):
        wrong = staff.send(place, **sent)
        assert wrong.status_code in (400, 404), sent
        assert said in wrong.text or wrong.status_code == 404, sent
    assert item_of(people, request_id).standing == "submitted"


def test_a_decider_is_told_to_sign_where_a_draft_waits(
    asked: tuple[str, str], people: dict[str, Actor], browse: Browsers
) -> None:
    request_id, item_id = asked
    browse("archivist").send(f"/en/xu-ly/{request_id}/{item_id}", act="grant", reason=REASON, term="")
    head = browse("approver")
    shown = head.get(f"/en/duyet/{request_id}").text
    assert f"{item_id}-act" not in shown
    assert "Drafted, to be signed" in shown
    assert "To sign" in head.get("/en/xu-ly").text
    refused = head.send(f"/en/duyet/{request_id}/{item_id}", act="grant", reason=REASON)
    assert refused.status_code in (400, 409)
    assert item_of(people, request_id).standing == "proposed"
