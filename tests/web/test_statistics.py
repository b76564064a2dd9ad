"""How the search is used: counted behind the answer, seen by staff alone."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.catalogue.usage.models import SearchCount, SearchMiss
from portal.core import clock
from portal.core.db import db, end_reading
from tests.web.browser import Browser
from tests.web.conftest import Browsers

PAGE = "/thong-ke/tim-kiem"


def _ask(browser: Browser, address: str) -> str:
    """Ask as a browser does that takes the whole answer, then closes."""
    answer = browser.get(address)
    page = answer.get_data(as_text=True)
    answer.close()
    end_reading()
    return page


@pytest.mark.usefixtures("archive")
def test_staff_see_what_readers_did_not_find_and_make_a_name_of_it(browse: Browsers) -> None:
    reader, staff = browse("anonymous"), browse("archivist")
    assert "Chưa có ai tìm trong kỳ này." in staff.get(PAGE).text
    for _ in range(5):
        _ask(reader, "/tim-kiem?q=Xqvănkhố+Zwkhoang")
    _ask(reader, "/api/v1/search?q=đất")
    _ask(reader, "/tim-kiem.csv?q=đất")
    _ask(reader, "/tim-kiem.rss?q=đất")
    page = staff.get(PAGE).text
    assert "xqvankho zwkhoang" in page
    assert "/ten-goi/moi?ten=xqvankho+zwkhoang" in page
    assert 'value="xqvankho zwkhoang"' in staff.get("/ten-goi/moi?ten=xqvankho+zwkhoang").text
    counted = staff.get(f"{PAGE}.csv").get_data(as_text=True).splitlines()
    assert counted[0].startswith("\ufeffNgày,Lượt tìm,Không tìm thấy,")
    assert counted[1].startswith(f"{clock.today().isoformat()},8,8,")
    assert "xqvankho zwkhoang,5,1," in staff.get("/thong-ke/tim-khong-thay.csv").get_data(as_text=True)


@pytest.mark.usefixtures("archive")
def test_what_staff_type_is_counted_and_never_kept(browse: Browsers) -> None:
    staff = browse("administrator")
    for _ in range(6):
        _ask(staff, "/tim-kiem?q=tenbimatcuabe")
    assert "tenbimatcuabe" not in staff.get(PAGE).text
    assert db.session.scalar(select(func.sum(SearchCount.times))) == 6
    assert db.session.scalars(select(SearchMiss)).all() == []


@pytest.mark.usefixtures("archive")
def test_one_search_counts_once(browse: Browsers) -> None:
    """The next page of a list, the way to a result and an empty field are no searches."""
    reader = browse("anonymous")
    for address in ("/tim-kiem?q=đất", "/tim-kiem?q=đất&page=2", "/tim-kiem", "/tim-kiem/ket-qua?q=đất&n=1"):
        _ask(reader, address)
    assert db.session.scalar(select(func.sum(SearchCount.times))) == 1


@pytest.mark.usefixtures("archive")
def test_a_search_that_cannot_be_counted_is_answered_all_the_same(
    browse: Browsers, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = sqlite3.connect(home / "portal.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    page = _ask(browse("anonymous"), "/tim-kiem?q=tukhongdem")
    other.execute("ROLLBACK")
    other.close()
    assert "tukhongdem" in page
    assert "a search was not counted" in caplog.text
    assert "tukhongdem" not in caplog.text
    assert db.session.scalars(select(SearchCount)).all() == []


@pytest.mark.usefixtures("archive")
def test_writing_beside_leaves_the_connection_as_safe_as_it_was(app: Flask, browse: Browsers) -> None:
    _ask(browse("anonymous"), "/tim-kiem?q=đất")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 20_000


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("key", "heading"),
    [
        ("12-thang", "12 tháng qua"),
        ("2026-02", "01/02/2026–28/02/2026"),
        ("2025", "01/01/2025–31/12/2025"),
        ("9999-12", "Tháng 12/9999"),
        ("0000-01", "30 ngày qua"),
        ("2026-13", "30 ngày qua"),
        ("…", "30 ngày qua"),
    ],
)
def test_a_period_is_read_from_the_address(browse: Browsers, key: str, heading: str) -> None:
    assert heading in browse("archivist").get(PAGE, query_string={"ky": key}).text


@pytest.mark.usefixtures("archive")
def test_months_lead_to_their_days(browse: Browsers) -> None:
    _ask(browse("anonymous"), "/tim-kiem?q=đất")
    today = clock.today()
    staff = browse("archivist")
    assert f"ky={today:%Y-%m}" in staff.get(f"{PAGE}?ky=12-thang").text
    page = staff.get(f"{PAGE}?ky={today:%Y-%m}").text
    assert f"{today:%d/%m/%Y}</th>" in page
    before = today.replace(day=1) - timedelta(days=1)
    assert "Chưa có ai tìm trong kỳ này." in staff.get(f"{PAGE}?ky={before:%Y-%m}").text
