"""One's own data at the site: seen, corrected, confirmed, and nothing of a stranger's told."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from config import Settings
from portal.accounts import details
from portal.app import create_app
from portal.web import guards, papers
from tests.conftest import PASSWORD
from tests.web.archive import Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers

PROFILE = "/tai-khoan/ho-so"
GIVEN = {
    "id_number": "079 123 456 789",
    "phone": "0912 345 678",
    "workplace": "Trường Lê Quý Đôn",
    "priority": "",
}


def test_what_is_given_stands_in_the_form_again_and_nobody_keeps_the_page(browse: Browsers) -> None:
    browser = browse("citizen")
    assert browser.send(PROFILE, **GIVEN).headers["Location"] == PROFILE
    answer = browser.get(PROFILE)
    for kept in ("079123456789", "0912345678", "Trường Lê Quý Đôn"):
        assert f'value="{kept}"' in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "079123456789" not in browse("other").get(PROFILE).text


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [("id_number", "12345", "thẻ căn cước"), ("phone", "không có", "0912 345 678")],
)
def test_nothing_typed_is_lost_and_the_error_leads_to_its_field(
    browse: Browsers, field: str, wrong: str, words: str
) -> None:
    answer = browse("citizen").send(PROFILE, **{**GIVEN, field: wrong})
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert f'value="{wrong}"' in answer.text
    assert words in answer.text
    assert 'value="Trường Lê Quý Đôn"' in answer.text


def test_who_hits_upon_numbers_of_others_has_to_wait(browse: Browsers) -> None:
    browse("citizen").send(PROFILE, **GIVEN)
    browser = browse("other")
    for _ in range(details.TAKEN_MOST):
        answer = browser.send(PROFILE, id_number=GIVEN["id_number"])
        assert (answer.status_code, "tài khoản khác" in answer.text) == (400, True)
    answer = browser.send(PROFILE, id_number=GIVEN["id_number"])
    assert (answer.status_code, "tài khoản khác" in answer.text) == (429, False)
    assert "Retry-After" in answer.headers


def test_a_lost_key_is_said_in_words_and_the_page_goes_on(
    browse: Browsers, home: Path, environment: dict[str, str]
) -> None:
    browse("citizen").send(PROFILE, **GIVEN)
    (home / "data_key").unlink()
    app = create_app(Settings.from_environment(environment))
    app.test_client_class = Browser
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.sign_in("citizen@example.vn")
    answer = browser.get(PROFILE)
    assert answer.status_code == 200
    assert "khóa niêm phong đã mất" in answer.text
    assert browser.send(PROFILE, **GIVEN).status_code == 302
    assert "khóa niêm phong đã mất" not in browser.get(PROFILE).text


def _card(form: str = "JPEG") -> io.BytesIO:
    """Return a picture as telephones make them, with a place in its metadata."""
    image = Image.new("RGB", (1200, 800), "white")
    exif = Image.Exif()
    exif[0x010E] = "chụp ở nhà 10.7769N"
    out = io.BytesIO()
    image.save(out, form, **({"exif": exif} if form == "JPEG" else {}))
    out.seek(0)
    return out


def _sent(browser: Browser, content: io.BytesIO, name: str) -> TestResponse:
    fields = {"csrf_token": browser.token(), "evidence": (content, name)}
    return browser.post(f"{PROFILE}/giay-to", data=fields, content_type="multipart/form-data")


@pytest.mark.parametrize(("form", "name"), [("JPEG", "the.jpg"), ("PNG", "the.png"), ("PDF", "the.pdf")])
def test_a_picture_of_a_card_is_sealed_shown_and_taken_back(
    browse: Browsers, settings: Settings, form: str, name: str
) -> None:
    browser, before = browse("citizen"), set(settings.evidence_folder.iterdir())
    originals = sorted(settings.uploads_folder.rglob("*"))
    assert _sent(browser, _card(form), name).headers["Location"] == PROFILE
    (path,) = set(settings.evidence_folder.iterdir()) - before
    assert b"\xff\xd8\xff" not in path.read_bytes()[:64]
    assert sorted(settings.uploads_folder.rglob("*")) == originals, "nothing of it is among originals"
    address = f"{PROFILE}/giay-to/{path.name[:10]}/1.jpg"
    answer = browser.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert b"10.7769N" not in answer.data
    assert f"{address}" in browser.get(PROFILE).text
    assert browse("archivist").get(f"/xac-minh/giay-to/{path.name[:10]}/1.jpg").data == answer.data
    assert browser.send(f"{PROFILE}/giay-to/{path.name[:10]}/rut").status_code == 302
    assert not path.exists()
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [(b"MZ no picture", "the.jpg", "PDF, TIFF, JPEG"), (b"", "the.jpg", "trống"), (b"x", "", "tệp")],
)
def test_what_is_no_picture_is_refused_at_its_field_and_nothing_typed_is_lost(
    browse: Browsers, settings: Settings, content: bytes, name: str, words: str
) -> None:
    browser, before = browse("citizen"), set(settings.evidence_folder.iterdir())
    browser.send(PROFILE, **GIVEN)
    answer = _sent(browser, io.BytesIO(content), name)
    assert answer.status_code == 400
    assert 'href="#evidence"' in answer.text
    assert words in answer.text
    assert 'value="079123456789"' in answer.text, "the other form of the page keeps what stands in it"
    assert set(settings.evidence_folder.iterdir()) == before


def test_a_pdf_of_many_pages_is_refused(browse: Browsers) -> None:
    pages = [Image.new("L", (100, 100)) for _ in range(5)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    out.seek(0)
    answer = _sent(browse("citizen"), out, "dai.pdf")
    assert (answer.status_code, "4 trang" in answer.text) == (400, True)


def test_cards_may_be_larger_than_other_forms_but_only_for_who_is_signed_in(browse: Browsers) -> None:
    much = b"\xff\xd8\xff" + b"x" * guards.SMALL_FORM_BYTES
    assert _much(browse("citizen"), much).status_code == 400, "it was looked at"
    assert _much(browse("anonymous"), much).status_code == 401
    answer = _much(browse("citizen"), b"x" * papers.MOST_BYTES)
    assert (answer.status_code, "10 MB" in answer.text) == (413, True)


def _much(browser: Browser, content: bytes) -> TestResponse:
    """Send a file as plain bytes: the test client would keep a form of this size in a file of its own."""
    head = 'form-data; name="evidence"; filename="the.jpg"'
    token = f'--edge\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{browser.token()}\r\n'
    body = token.encode() + f"--edge\r\nContent-Disposition: {head}\r\n\r\n".encode() + content
    kind = "multipart/form-data; boundary=edge"
    return browser.post(f"{PROFILE}/giay-to", data=body + b"\r\n--edge--\r\n", content_type=kind)


def test_an_officer_confirms_and_the_person_sees_it(browse: Browsers, archive: Archive) -> None:
    officer, address = browse("archivist"), f"/xac-minh/{archive.numbered}"
    assert f'href="{address}"' in officer.get("/xac-minh").text
    page = officer.get(address).text
    assert "001099123456" in page
    seen = re.search(r'name="seen"[^>]* value="([^"]+)"', page)
    assert seen is not None
    assert officer.send(f"{address}/xac-nhan", seen=seen[1]).status_code == 302
    assert "Đã xác nhận" in browse("other").get(PROFILE).text
    assert "001099123456" not in officer.get("/xac-minh").text
    again = officer.send(f"{address}/xac-nhan", seen=seen[1])
    assert again.status_code == 400


def test_what_is_sent_back_needs_a_reason_and_the_person_reads_it(browse: Browsers, archive: Archive) -> None:
    officer, address = browse("approver"), f"/xac-minh/{archive.numbered}"
    seen = re.search(r'name="seen"[^>]* value="([^"]+)"', officer.get(address).text)
    assert seen is not None
    answer = officer.send(f"{address}/tra-lai", seen=seen[1], reason="mờ")
    assert (answer.status_code, 'href="#reason"' in answer.text) == (400, True)
    assert officer.send(f"{address}/tra-lai", seen=seen[1], reason="Ảnh mờ, chụp lại").status_code == 302
    assert "Ảnh mờ, chụp lại" in browse("other").get(PROFILE).text


def test_all_that_is_kept_can_be_downloaded(browse: Browsers) -> None:
    browser = browse("citizen")
    browser.send(PROFILE, **GIVEN)
    answer = browser.get("/tai-khoan/xuat.json")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/json", "private, no-store")
    assert "attachment" in answer.headers["Content-Disposition"]
    held = answer.get_json()
    assert held["identity"]["id_number"] == "079123456789"
    assert held["requests"]
    assert "/tai-khoan/xuat.json" in browser.get("/tai-khoan").text


def test_who_has_themselves_erased_is_out_and_stays_out(browse: Browsers, archive: Archive) -> None:
    browser = browse("other")
    assert browser.send("/tai-khoan/xoa", present="sai", sure="y").status_code == 400
    answer = browser.send("/tai-khoan/xoa", present=PASSWORD)
    assert (answer.status_code, 'href="#sure"' in answer.text) == (400, True)
    assert browser.send("/tai-khoan/xoa", present=PASSWORD, sure="y").headers["Location"] == "/"
    assert "Dữ liệu của bạn đã được xóa" in browser.get("/").text
    assert browser.get("/tai-khoan").status_code == 302
    answer = browser.send("/dang-nhap", email="other@example.vn", password=PASSWORD)
    assert "không đúng" in answer.text
    listed = browse("administrator").get(f"/nguoi-dung/{archive.numbered}").text
    assert f"Người yêu cầu {archive.numbered}" in listed
    assert "Đã xóa ngày" in listed
    assert "mo-lai" not in listed


def test_why_it_cannot_be_erased_is_said_before_anything_is_typed(browse: Browsers) -> None:
    for role, words in (("citizen", "chưa giải quyết xong"), ("archivist", "quản trị viên đóng")):
        page = browse(role).get("/tai-khoan/xoa").text
        assert words in page
        assert 'name="sure"' not in page
