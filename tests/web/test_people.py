"""Accounts at the site: registering, forgetting, inviting, leaving, asking again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from wtforms import Form, PasswordField

from portal.accounts import invitations, proofs, signing
from portal.accounts.actors import Actor
from portal.accounts.models import Proof, ProofKind
from portal.core.db import db, end_reading, transaction
from tests.conftest import PASSWORD
from tests.web import steps_by_hand
from tests.web.archive import PURPOSE, Archive
from tests.web.conftest import Browsers

NEW = "một mật khẩu khác, đủ dài"


def link(kind: ProofKind) -> str:
    end_reading()
    rows = db.session.query(Proof).filter_by(kind=kind.value).all()
    return proofs.secret_of(rows[-1])


def test_a_citizen_registers_and_is_in(browse: Browsers) -> None:
    browser = browse("anonymous")
    answer = browser.send("/dang-ky", name="Lê Thị Mới", email="moi@example.vn")
    assert answer.headers["Location"] == "/xem-thu"
    address = f"/dang-ky/{link(ProofKind.REGISTRATION)}"
    assert browser.get(address).status_code == 200, "opening uses nothing up"
    answer = browser.send(address, password="ngắn")
    assert answer.status_code == 400
    assert "12" in answer.text
    assert browser.send(address, password=PASSWORD).status_code == 302
    assert "Lê Thị Mới" in browser.get("/").text
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/dang-ky", "/quen-mat-khau"])
def test_a_known_and_an_unknown_address_look_alike(browse: Browsers, address: str) -> None:
    seen = []
    for email in ("citizen@example.vn", "khong-ai@example.vn"):
        browser = browse("anonymous")
        answer = browser.send(address, name="Lê Thị Mới", email=email)
        page = re.sub(r' nonce="[\w-]{22}"', "", browser.get("/xem-thu").text)
        seen.append((answer.status_code, answer.headers["Location"], page))
    assert seen[0] == seen[1]


def test_nothing_typed_is_lost_and_the_error_leads_to_its_field(browse: Browsers) -> None:
    answer = browse("anonymous").send("/dang-ky", name="Lê Thị Mới", email="khong-phai")
    assert answer.status_code == 400
    assert 'href="#email"' in answer.text
    assert 'value="Lê Thị Mới"' in answer.text
    assert 'value="khong-phai"' in answer.text


def test_too_many_askings_are_told_on_the_form(browse: Browsers) -> None:
    browser = browse("anonymous")
    for _ in range(proofs.ASKINGS_PER_ADDRESS):
        assert browser.send("/quen-mat-khau", email="a@example.vn").status_code == 302
    answer = browser.send("/quen-mat-khau", email="a@example.vn")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert 'value="a@example.vn"' in answer.text


def test_no_mail_is_claimed_where_none_goes_out(browse: Browsers) -> None:
    assert "chưa gửi thư điện tử" in browse("anonymous").get("/xem-thu").text
    page = browse("administrator").get("/nguoi-dung").text
    assert "SMTP_HOST" in page


def test_a_reset_ends_the_sessions_of_before(browse: Browsers) -> None:
    before, browser = browse("citizen"), browse("anonymous")
    browser.send("/quen-mat-khau", email="citizen@example.vn")
    answer = browser.send(f"/dat-lai-mat-khau/{link(ProofKind.RESET)}", password=NEW)
    assert answer.headers["Location"] == "/dang-nhap"
    assert before.get("/yeu-cau").status_code == 302
    with transaction():
        assert signing.by_password("citizen@example.vn", NEW, "here")


def test_changing_the_password_keeps_this_session_and_ends_the_others(browse: Browsers) -> None:
    here, there = browse("citizen"), browse("citizen")
    wrong = here.send("/tai-khoan/mat-khau", present="sai", password=NEW)
    assert wrong.status_code == 400
    assert "present-error" in wrong.text
    assert here.send("/tai-khoan/mat-khau", present=PASSWORD, password=NEW).status_code == 302
    assert here.get("/tai-khoan").status_code == 200
    assert there.get("/tai-khoan").status_code == 302


def test_guessing_the_present_password_is_slowed_down(browse: Browsers) -> None:
    browser = browse("citizen")
    for _ in range(signing.TRIES_PER_ACCOUNT):
        browser.send("/tai-khoan/mat-khau", present="sai", password=NEW)
    answer = browser.send("/tai-khoan/mat-khau", present=PASSWORD, password=NEW)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")


def test_fields_say_what_they_are_for(browse: Browsers) -> None:
    page = browse("citizen").get("/tai-khoan/mat-khau").text
    for word in ("username", "current-password", "new-password"):
        assert f'autocomplete="{word}"' in page
    assert "govuk-password-input" in page
    assert "onpaste" not in page


def test_own_data_is_shown_and_corrected(browse: Browsers) -> None:
    browser = browse("citizen")
    assert "citizen@example.vn" in browser.get("/tai-khoan").text
    assert browser.send("/tai-khoan", name="Trần Thị Đúng", locale="en").status_code == 302
    assert "Trần Thị Đúng" in browser.get("/tai-khoan").text
    assert browser.send("/tai-khoan", name="", locale="en").status_code == 400


def test_an_administrator_invites_and_the_invited_comes_in(browse: Browsers) -> None:
    administrator, guest = browse("administrator"), browse("anonymous")
    taken = administrator.send("/nguoi-dung/moi", email="citizen@example.vn", name="A", role="operator")
    assert taken.status_code == 400
    answer = administrator.send("/nguoi-dung/moi", email="moi@example.vn", name="Mới", role="operator")
    assert answer.status_code == 302
    assert "moi@example.vn" in administrator.get("/nguoi-dung").text
    address = f"/loi-moi/{link(ProofKind.INVITATION)}"
    assert "moi@example.vn" in guest.get(address).text
    assert guest.send(address, password=PASSWORD).status_code == 302
    assert guest.get("/tiep-nhan").status_code == 200


def test_an_invitation_is_renewed_and_withdrawn(people: dict[str, Actor], browse: Browsers) -> None:
    browser, guest = browse("administrator"), browse("anonymous")
    browser.send("/nguoi-dung/moi", email="moi@example.vn", name="Mới", role="operator")
    old = link(ProofKind.INVITATION)
    for act in ("gui-lai", "rut"):
        (one,) = invitations.pending(people["administrator"])
        end_reading()
        assert browser.send(f"/nguoi-dung/loi-moi/{one.id}/{act}").status_code == 302
        assert guest.get(f"/loi-moi/{old}").status_code == 404
    assert invitations.pending(people["administrator"]) == []


def test_an_account_is_disabled_opened_and_given_a_role(people: dict[str, Actor], browse: Browsers) -> None:
    browser, citizen = browse("administrator"), browse("citizen")
    address = f"/nguoi-dung/{people['citizen'].id}"
    assert browser.send(f"{address}/khoa").status_code == 302
    assert citizen.get("/yeu-cau").status_code == 302
    assert "Mở lại tài khoản" in browser.get(address).text
    assert browser.send(f"{address}/mo-lai").status_code == 302
    assert browser.send(f"{address}/vai-tro", role="operator").status_code == 302
    assert browser.send(f"{address}/vai-tro", role="king").status_code == 400
    own = f"/nguoi-dung/{people['administrator'].id}"
    assert browser.send(f"{own}/khoa").status_code == 400
    assert browser.send(f"{own}/vai-tro", role="citizen").status_code == 400


def test_open_work_is_shown_and_handed_over(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    browser = browse("administrator")
    address = f"/nguoi-dung/{people['operator'].id}"
    assert "1 lô quét chưa xong" in browser.get(address).text
    assert browser.send(f"{address}/ban-giao", heir="").status_code == 400
    assert browser.send(f"{address}/ban-giao", heir=people["approver"].id).status_code == 400
    assert browser.send(f"{address}/ban-giao", heir=people["archivist"].id).status_code == 302
    assert "chưa xong" not in browser.get(address).text


def test_people_are_searched_from_the_list(browse: Browsers) -> None:
    page = browse("administrator").get("/nguoi-dung?q=nguoi+citizen").text
    assert "citizen@example.vn" in page
    assert "approver@example.vn" not in page
    assert "Không có ai khớp" in browse("administrator").get("/nguoi-dung?q=zzz").text


def test_a_request_is_withdrawn_and_asked_again(archive: Archive, browse: Browsers) -> None:
    browser = browse("citizen")
    address = f"/yeu-cau/{archive.requests['conditional']}"
    assert "Rút yêu cầu" in browser.get(address).text
    assert browser.send(f"{address}/rut").status_code == 302
    page = browser.get(address).text
    assert "Đã rút" in page
    assert "Rút yêu cầu" not in page
    again = re.search(r'action="(/yeu-cau/lai/\w+)"', page)
    assert again is not None
    answer = browser.send(again.group(1))
    assert answer.headers["Location"] == "/yeu-cau/moi/cam-ket", "it came in before undertakings were kept"
    steps_by_hand.answer(browser, PURPOSE)
    steps_by_hand.accept(browser)
    answer = browser.send("/yeu-cau/moi/kiem-tra", **steps_by_hand.seen(browser))
    assert "Chờ quyết định" in browser.get(answer.headers["Location"].removesuffix("/phieu")).text


def test_the_purpose_can_be_changed_before_asking_again(archive: Archive, browse: Browsers) -> None:
    document, item = archive.documents["expired"], archive.items["expired"]
    address = f"/yeu-cau/moi?document={document}&again={item}"
    for role, is_shown in (("citizen", True), ("other", False)):
        browser = browse(role)
        assert f'name="again" value="{item}"' in browser.get(address).text
        browser.send("/yeu-cau/moi", document=document, again=item)
        assert ("hoamuoi" in browser.get("/yeu-cau/moi/muc-dich").text) == is_shown


def test_notices_show_what_ends_when(browse: Browsers) -> None:
    page = browse("citizen").get("/thong-bao").text
    assert "còn 30 ngày" in page
    assert "Những gì bạn được đọc" not in browse("other").get("/thong-bao").text


def password_fields(kind: type[Form] = Form) -> Iterator[str]:
    """Yield the names of the password fields of all forms of the portal."""
    for name in dir(kind):
        made = getattr(getattr(kind, name), "field_class", None)
        if isinstance(made, type) and issubclass(made, PasswordField):
            yield name
    for below in kind.__subclasses__():
        yield from password_fields(below)


def test_no_password_stands_on_the_page_of_an_expired_form(browse: Browsers) -> None:
    names = set(password_fields())
    assert {"password", "present"} <= names
    answer = browse("citizen").post(
        "/tai-khoan/mat-khau",
        data={**dict.fromkeys(names, PASSWORD), "kept": "hoamuoi", "csrf_token": "old"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert "hoamuoi" in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("citizen", "/yeu-cau/moi?document={document}&again=%00"),
        ("administrator", "/nguoi-dung?after=%00"),
        ("operator", "/tiep-nhan/tien-do?batch=%00"),
    ],
)
def test_what_is_no_id_is_never_asked_of_the_database(
    archive: Archive, browse: Browsers, role: str, address: str
) -> None:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, _statement: str, values: object, *_rest: object) -> None:
        sent.append(repr(values))

    browser = browse(role)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        answer = browser.get(address.format(document=archive.documents["conditional"]))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code in (200, 404)
    assert sent
    assert not [values for values in sent if "\\x00" in values]
