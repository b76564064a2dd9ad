"""Rules that grant at once at the site: proposed, approved by another, and told to readers in advance."""

from __future__ import annotations

import re
from datetime import timedelta

from markupsafe import escape
from werkzeug.test import TestResponse

from portal.access import auto_rules
from portal.access.auto_rules import Wanted
from portal.accounts import delegations, identity
from portal.accounts.actors import Actor, Form
from portal.accounts.delegations import Giving
from portal.accounts.roles import Permission
from portal.catalogue import documents, tree
from portal.core import clock
from portal.core.db import transaction
from portal.rights.levels import Level
from tests.web import steps_by_hand as steps
from tests.web.archive import Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers

RULES = "/quy-dinh/tu-dong"


def _day(days: int = 0) -> str:
    return f"{clock.today() + timedelta(days=days):%d/%m/%Y}"


def _propose(browser: Browser, node_id: str, **changes: str) -> TestResponse:
    fields = {
        "name_vi": "Hồ sơ lòng hồ",
        "name_en": "Files of the reservoir",
        "place": node_id,
        "grant_days": "20",
        "valid_from": _day(),
        "valid_to": _day(100),
        "legal_basis": "Quyết định 5/QĐ-SNV",
    }
    return browser.send(f"{RULES}/moi", **(fields | changes))


def _in_force(people: dict[str, Actor], archive: Archive, **other: object) -> str:
    today = clock.today()
    wanted = Wanted(
        place=archive.documents["conditional"],
        name_vi="Hồ sơ lòng hồ",
        name_en="Files of the reservoir",
        legal_basis="Quyết định 5/QĐ-SNV",
        days=20,
        valid_from=today,
        valid_to=today,
        **other,  # type: ignore[arg-type]
    )
    with transaction():
        rule_id = auto_rules.propose(people["archivist"], wanted).id
        return auto_rules.approve(people["approver"], rule_id).id


def _confirm(people: dict[str, Actor]) -> None:
    """Confirm the second citizen, who gave a number of a card."""
    officer, reader = people["archivist"], people["other"].id or ""
    with transaction():
        identity.confirm(officer, reader, identity.look(officer, reader).seen)


def test_a_rule_is_proposed_by_one_and_approved_by_another(archive: Archive, browse: Browsers) -> None:
    approver, archivist = browse("approver"), browse("archivist")
    sent = _propose(approver, archive.fonds)
    assert sent.status_code == 302, sent.text
    place = sent.headers["Location"]
    own = approver.get(place).text
    assert "Bạn đã đề xuất quy tắc này" in own
    assert "Duyệt quy tắc" not in own
    assert approver.send(f"{place}/duyet").status_code == 403
    assert archivist.send(f"{place}/duyet").status_code == 403
    assert _propose(archivist, archive.fonds).status_code == 302
    desk = approver.get("/ban-lam-viec").text
    assert "Hồ sơ lòng hồ" in desk
    assert "Quy tắc chờ duyệt" in desk
    waiting = re.findall(rf"{RULES}/(\w{{10}})", approver.get(RULES).text)
    other = next(one for one in waiting if one not in place)
    assert "Duyệt quy tắc" in approver.get(f"{RULES}/{other}").text
    assert approver.send(f"{RULES}/{other}/duyet").status_code == 302
    assert "Quy tắc đã được duyệt" in approver.get(f"{RULES}/{other}").text
    assert approver.send(f"{RULES}/{other}/het", reason="").status_code == 400
    assert approver.send(f"{RULES}/{other}/het", reason="Hết căn cứ").status_code == 302
    assert "Hết căn cứ" in archivist.get(f"/en{RULES}/{other}").text


def test_a_place_that_is_withheld_is_not_named_to_a_delegate(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    rule_id, document_id = _in_force(people, archive), archive.documents["conditional"]
    today, giver, delegate = clock.today(), people["approver"], people["operator"].id or ""
    lent = frozenset({Permission.HANDLE})
    with transaction():
        delegations.give(giver, Giving(giver.id or "", delegate, lent, Form.TUQ, today, today, "GUQ 1", ""))
    title = str(escape(tree.by_id(document_id).title))
    for is_withheld in (False, True):
        if is_withheld:
            with transaction():
                documents.set_level(people["archivist"], document_id, Level.WITHHELD, "có khiếu nại")
        for address in (f"/en{RULES}?xem=holds", f"/en{RULES}/{rule_id}"):
            page = browse("operator").get(address)
            assert page.status_code == 200
            assert (title in page.text, "No longer public" in page.text) == (not is_withheld, is_withheld)


def test_what_is_wrong_with_a_rule_is_said_at_its_field(archive: Archive, browse: Browsers) -> None:
    archivist = browse("archivist")
    for field, wrong in (
        ("place", "khong-co"),
        ("grant_days", "9999"),
        ("valid_to", "31/12/2099"),
        ("last_year", "x"),
        ("legal_basis", ""),
    ):
        answer = _propose(archivist, archive.fonds, **{field: wrong})
        assert answer.status_code == 400
        assert f'id="{field}-error"' in answer.text, field
        assert "Files of the reservoir" in answer.text, "nothing typed is lost"


def test_a_reader_knows_before_and_after_that_a_rule_grants(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    _in_force(people, archive)
    document, reader = archive.documents["conditional"], browse("other")
    reader.send("/gio/them", document=document)
    assert "với bạn đọc đã được xác nhận danh tính" in reader.get("/gio").text
    _confirm(people)
    for address, told in (
        ("/gio", "Được chấp thuận ngay khi bạn gửi yêu cầu, theo quy tắc “Hồ sơ lòng hồ”"),
        ("/en/gio", "It is granted at once when you send the request, by the rule “Files of the reservoir”"),
    ):
        assert told in reader.get(address).text
    reader.send(steps.ASK, document=[document])
    steps.answer(reader, "Tìm lại đất của ông bà")
    steps.accept(reader)
    assert "Được chấp thuận ngay" in reader.get(f"{steps.ASK}/kiem-tra").text
    sent = reader.send(f"{steps.ASK}/kiem-tra", **steps.seen(reader))
    request_id = sent.headers["Location"].split("/")[2]
    assert (
        "được chấp thuận ngay theo quy tắc “Hồ sơ lòng hồ”" in reader.get(f"/yeu-cau/{request_id}/phieu").text
    )
    shown = reader.get(f"/en/yeu-cau/{request_id}").text
    for told in ("Granted by rule", "Files of the reservoir", "Access was granted at once, by a rule."):
        assert told in shown
    page = archive.pages["conditional"]
    assert reader.get(f"/p/{page}").status_code == 200
    decided = re.search(rf"/duyet/{request_id}/\w{{10}}", browse("approver").get("/duyet/da-chap-thuan").text)
    assert decided
    for address in (decided[0], f"/duyet/{request_id}"):
        assert "Chấp thuận theo quy tắc" in browse("approver").get(address).text


def test_a_reader_learns_for_which_form_of_use_a_rule_is(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    _in_force(people, archive, use_forms=["copy"])
    _confirm(people)
    document, reader = archive.documents["conditional"], browse("other")
    reader.send("/gio/them", document=document)
    assert "nếu bạn chọn hình thức sử dụng" in reader.get("/gio").text
    request_id = steps.ask(reader, document, purpose="Tìm lại đất của ông bà")
    assert "Chấp thuận theo quy tắc" not in reader.get(f"/yeu-cau/{request_id}").text
