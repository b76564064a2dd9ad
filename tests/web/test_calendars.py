"""The pages of the working calendar: publish a year, look before, see how a date is counted."""

from __future__ import annotations

import html
from datetime import date

from portal.core import workdays
from portal.core.db import end_reading
from tests.web.browser import Browser
from tests.web.conftest import Browsers

BASIS = "Thông báo 1/TB-BNV"
YEAR = "/thiet-lap/lich/2027"


def _lines(browser: Browser) -> str:
    typed = browser.get(YEAR).text.split("<textarea")[1].split(">", 1)[1]
    return html.unescape(typed.split("</textarea>")[0]).strip() + "\n"


def _send(browser: Browser, days: str, act: str = "publish", seen: str = "1", basis: str = BASIS) -> object:
    return browser.send(YEAR, act=act, days=days, legal_basis=basis, seen=seen)


def test_a_year_is_published_and_dates_follow_at_once(browse: Browsers) -> None:
    administrator = browse("administrator")
    days = _lines(administrator) + "15/03/2027; đóng cửa; Kiểm kê kho\n"
    assert _send(administrator, days).status_code == 302
    end_reading()
    assert workdays.current().due(date(2027, 3, 12), 1) == date(2027, 3, 16)
    page = administrator.get("/thiet-lap/lich?nhan=12/03/2027&ngay=1").text
    assert "16/03/2027" in page
    assert "Kiểm kê kho" in page


def test_a_preview_shows_what_changes_and_publishes_nothing(browse: Browsers) -> None:
    administrator = browse("administrator")
    days = _lines(administrator).replace("03/09/2027", "01/09/2027")
    answer = _send(administrator, days, act="preview")
    assert answer.status_code == 200
    preview = answer.text.split('id="preview-heading"')[1].split("</section>")[0]
    assert "01/09/2027" in preview
    assert "03/09/2027" in preview
    assert "01/09/2027" in answer.text.split("<textarea")[1]
    end_reading()
    assert workdays.current().is_worked(date(2027, 9, 1))


def test_a_line_that_cannot_be_is_named_and_nothing_is_lost(browse: Browsers) -> None:
    administrator = browse("administrator")
    answer = _send(administrator, "15/03/2027; đóng cửa; Kiểm kê kho\n32/03/2027; nghỉ lễ; Gì đó")
    assert answer.status_code == 400
    assert "Dòng 2" in answer.text
    assert "Kiểm kê kho" in answer.text
    answer = administrator.send("/en" + YEAR, act="publish", days="x", legal_basis=BASIS, seen="1")
    assert "Line 1" in answer.text


def test_who_comes_second_is_told(browse: Browsers) -> None:
    administrator = browse("administrator")
    days = _lines(administrator)
    assert _send(administrator, days).status_code == 302
    answer = _send(administrator, days + "15/03/2027; đóng cửa; Kiểm kê kho", seen="1")
    assert answer.status_code == 400
    assert "Kiểm kê kho" in answer.text


def test_a_year_without_a_calendar_begins_with_what_is_computed(browse: Browsers) -> None:
    page = browse("administrator").get("/en/thiet-lap/lich/2028").text
    assert "No calendar is published" in page
    assert "26/01/2028; holiday" in page


def test_what_is_computed_can_be_filled_in_again(browse: Browsers) -> None:
    administrator = browse("administrator")
    assert _send(administrator, "15/03/2027; đóng cửa; Kiểm kê kho").status_code == 302
    assert "Giao thừa" not in _lines(administrator)
    assert "Giao thừa" in administrator.get(f"{YEAR}?tinh-lai=1").text.split("<textarea")[1]


def test_a_date_over_tet_is_counted_day_by_day(browse: Browsers) -> None:
    page = browse("administrator").get("/en/thiet-lap/lich?nhan=13/02/2026&ngay=2").text
    assert "To be answered by 24/02/2026" in page
    assert "Lunar New Year, first day" in page
    assert "provisional" not in page
    page = browse("administrator").get("/en/thiet-lap/lich?nhan=31/12/2026&ngay=1").text
    assert "provisional" in page


def test_what_cannot_be_counted_is_said(browse: Browsers) -> None:
    administrator = browse("administrator")
    for asked in ("nhan=30/02/2026&ngay=1", "nhan=01/02/2026&ngay=0", "nhan=01/02/2026&ngay=61", "ngay=x"):
        answer = administrator.get(f"/en/thiet-lap/lich?{asked}")
        assert answer.status_code == 200
        assert "Write a day as dd/mm/yyyy" in answer.text
