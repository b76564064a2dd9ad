"""The settings page: what the administrator writes is what readers see, and nothing in it runs."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from portal.accounts.actors import Actor
from portal.blueprints.settings import uploads
from portal.core import nameplate
from portal.core.db import end_reading
from portal.storage import originals
from portal.web import errors, identity
from tests.web.browser import Browser
from tests.web.conftest import Browsers

SCRIPT = "<script>alert(1)</script>"


def _save(browser: Browser, slug: str, **fields: object) -> int:
    return browser.send(f"/thiet-lap/{slug}", act="save", **fields).status_code


def _png(size: tuple[int, int] = (300, 300)) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, (180, 20, 20)).save(out, "PNG")
    out.seek(0)
    return out


def test_a_change_holds_at_once_for_everybody_in_both_languages(browse: Browsers) -> None:
    administrator, reader = browse("administrator"), browse("anonymous")
    assert _save(administrator, "ten-tinh", value="Tỉnh Sơn Hà", value_en="Sơn Hà Province") == 302
    assert _save(administrator, "gio-mo-cua", value="7:30–11:30") == 302
    assert "Tỉnh Sơn Hà" in reader.get("/").text
    assert "Sơn Hà Province" in reader.get("/en/").text
    assert "7:30–11:30" in reader.get("/lien-he").text


def test_a_notice_stands_on_the_home_page_until_it_is_emptied(browse: Browsers) -> None:
    administrator, reader = browse("administrator"), browse("anonymous")
    text = "## Nghỉ lễ\n\nPhòng đọc đóng cửa **hết tuần**, xem [liên hệ](/lien-he)."
    assert _save(administrator, "thong-bao", value=text, value_en="Closed, see [contact](/lien-he).") == 302
    page = reader.get("/").text
    assert "<h3>Nghỉ lễ</h3>" in page
    assert "<strong>hết tuần</strong>" in page
    assert 'href="/en/lien-he">contact' in reader.get("/en/").text
    assert _save(administrator, "thong-bao", value="", value_en="", seen="1") == 302
    assert "Nghỉ lễ" not in reader.get("/").text


@pytest.mark.parametrize(
    ("slug", "address", "own"),
    [
        ("lien-he", "/lien-he", "Bạn có thể hỏi"),
        ("quyen-rieng-tu", "/quyen-rieng-tu", "cookie"),
        ("kha-nang-tiep-can", "/kha-nang-tiep-can", "WCAG"),
        ("tiep-can-co-dieu-kien", "/tai-lieu-tiep-can-co-dieu-kien", "33/2024/QH15"),
    ],
)
def test_a_text_takes_the_place_of_the_one_that_comes_with_the_portal(
    browse: Browsers, slug: str, address: str, own: str
) -> None:
    administrator, reader = browse("administrator"), browse("anonymous")
    assert own in reader.get(address).text
    assert _save(administrator, slug, value="Lời của chúng tôi", value_en="Words of ours") == 302
    page = reader.get(address).text
    assert "Lời của chúng tôi" in page
    assert own not in page


def test_nothing_that_is_written_runs(browse: Browsers) -> None:
    administrator, reader = browse("administrator"), browse("anonymous")
    text = f"{SCRIPT} <b>đậm</b> [bấm](javascript:alert(1)) ![ảnh](https://example.vn/a.png)"
    assert _save(administrator, "thong-bao", value=text, value_en=text) == 302
    page = reader.get("/").text
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    assert "&lt;b&gt;" in page
    assert 'href="javascript' not in page
    assert '<img src="https' not in page


def test_a_preview_shows_the_text_and_saves_nothing(browse: Browsers) -> None:
    administrator = browse("administrator")
    answer = administrator.send(
        "/thiet-lap/thong-bao", act="preview", value="**Nghỉ lễ**", value_en="Closed", seen="0"
    )
    assert answer.status_code == 200
    assert "<strong>Nghỉ lễ</strong>" in answer.text
    assert "**Nghỉ lễ**</textarea>" in answer.text, "what was typed stays"
    assert "Nghỉ lễ" not in browse("anonymous").get("/").text


def test_what_is_refused_stays_in_its_field(browse: Browsers) -> None:
    answer = browse("administrator").send("/thiet-lap/thu-dien-tu", act="save", value="luu tru")
    assert answer.status_code == 400
    assert 'value="luu tru"' in answer.text
    assert "địa chỉ thư điện tử" in answer.text


def test_who_comes_second_is_told_and_loses_nothing(browse: Browsers) -> None:
    administrator = browse("administrator")
    assert _save(administrator, "gio-mo-cua", value="7:30", seen="0") == 302
    answer = administrator.send("/thiet-lap/gio-mo-cua", act="save", value="8:00", seen="0")
    assert answer.status_code == 400
    assert 'value="8:00"' in answer.text


def test_an_old_version_is_brought_back_by_its_button(browse: Browsers) -> None:
    administrator = browse("administrator")
    _save(administrator, "gio-mo-cua", value="7:30", seen="0")
    _save(administrator, "gio-mo-cua", value="8:00", seen="1")
    page = administrator.get("/thiet-lap/gio-mo-cua").text
    assert "Người administrator" in page
    assert 'action="/thiet-lap/gio-mo-cua/khoi-phuc"' in page
    answer = administrator.send("/thiet-lap/gio-mo-cua/khoi-phuc", version="1", seen="2")
    assert answer.status_code == 302
    assert "7:30" in browse("anonymous").get("/lien-he").text


def test_an_emblem_is_taken_written_anew_shown_and_removed(browse: Browsers) -> None:
    administrator, reader = browse("administrator"), browse("anonymous")
    assert reader.get("/bieu-trung").status_code == 404
    answer = administrator.send("/thiet-lap/bieu-trung", act="save", seen="0", picture=(_png(), "a.png"))
    assert answer.status_code == 302, answer.text
    assert 'src="/bieu-trung"' in reader.get("/").text
    shown = reader.get("/bieu-trung")
    assert shown.mimetype == "image/png"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    with Image.open(io.BytesIO(shown.data)) as picture:
        assert picture.size == (256, 256)
    end_reading()
    assert shown.data == originals.path(nameplate.read("vi").emblem).read_bytes()
    assert administrator.send("/thiet-lap/bieu-trung", act="remove", seen="1").status_code == 302
    assert reader.get("/bieu-trung").status_code == 404


def _scan() -> bytes:
    """Return a TIFF, which can be shown, but which browsers and scanners alike make huge."""
    out = io.BytesIO()
    Image.new("RGB", (60, 60)).save(out, "TIFF")
    return out.getvalue()


@pytest.mark.parametrize(
    "sent",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\nbroken",
        b"%PDF-1.7",
        _scan(),
        b"",
        b"\x89PNG\r\n\x1a\n" + bytes(300_000),
    ],
    ids=["svg", "broken", "pdf", "tiff", "empty", "large"],
)
def test_what_is_no_small_picture_is_no_emblem(
    browse: Browsers, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 200_000)
    answer = browse("administrator").send(
        "/thiet-lap/bieu-trung", act="save", seen="0", picture=(io.BytesIO(sent), "a.png")
    )
    assert answer.status_code == 400
    assert "PNG hoặc JPEG" in answer.text
    assert browse("anonymous").get("/bieu-trung").status_code == 404


def test_a_page_of_an_error_asks_the_database_for_nothing(
    people: dict[str, Actor], browse: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(locale: str) -> object:
        raise RuntimeError("no database")

    monkeypatch.setattr(identity.nameplate, "read", gone)
    browser = browse("anonymous")
    browser.application.testing = False
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "Tỉnh Mẫu" in answer.text
    assert errors.identity is identity
