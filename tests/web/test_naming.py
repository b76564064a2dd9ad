"""Other names: kept by staff, searched by everybody, told on the page of results."""

from __future__ import annotations

import io
from datetime import date

import pytest
from werkzeug.test import TestResponse

from portal.catalogue import alias_tables, aliases
from portal.core.db import end_reading
from tests.web.browser import Browser
from tests.web.conftest import Browsers


@pytest.mark.usefixtures("archive")
def test_staff_add_change_and_take_out_a_name(browse: Browsers) -> None:
    staff = browse("archivist")
    assert "Kon Tum" in staff.get("/ten-goi?q=kon+tum").get_data(as_text=True)
    form = {
        "kind": "place",
        "name": "Trà Vân cũ",
        "other": "Trà Vân Mới",
        "is_both_ways": "y",
        "valid_from": "01/07/2025",
        "legal_basis": "Nghị quyết",
    }
    assert staff.send("/ten-goi/moi", **form).status_code == 302
    (row,) = aliases.listing("tra van moi")
    assert (row.valid_from, row.is_both_ways) == (date(2025, 7, 1), True)
    changed = {**form, "other": "Xã Nước Biếc", "version": "1"}
    del changed["is_both_ways"]
    alias_id = row.id
    assert staff.send(f"/ten-goi/{alias_id}", **changed).status_code == 302
    end_reading()  # the test read before, and would go on seeing that
    assert aliases.rewritten("xã nước biếc") == ()
    assert aliases.rewritten("trà vân cũ") == ("Xã Nước Biếc",)
    assert staff.send(f"/ten-goi/{alias_id}/bo").status_code == 302
    assert staff.get(f"/ten-goi/{alias_id}").status_code == 404


@pytest.mark.usefixtures("archive")
def test_nothing_typed_is_lost_where_the_names_are_taken(browse: Browsers) -> None:
    form = {"kind": "place", "name": "Kon Tum", "other": "Quảng Ngãi", "note": "ghi chú dài"}
    answer = browse("archivist").send("/ten-goi/moi", **form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Hai tên này đã có trong danh sách." in page
    assert "ghi chú dài" in page


@pytest.mark.usefixtures("archive")
def test_the_page_says_what_was_searched_too_and_takes_it_back(browse: Browsers) -> None:
    reader = browse("anonymous")
    page = reader.get("/tim-kiem?q=UBND+Kon+Tum").get_data(as_text=True)
    assert "Cũng tìm:" in page
    assert "Ủy ban nhân dân Kon Tum" in page
    typed = reader.get("/tim-kiem?q=UBND+Kon+Tum&nguyen-van=1").get_data(as_text=True)
    assert "Ủy ban nhân dân Kon Tum" not in typed
    assert "Tìm cả tên gọi khác" in typed


@pytest.mark.usefixtures("archive")
def test_typed_years_are_offered_as_a_click(browse: Browsers) -> None:
    page = browse("anonymous").get("/tim-kiem?q=đất+từ+1990+đến+1995").get_data(as_text=True)
    assert "Chỉ các năm 1990–1995" in page
    assert "tu=1990&amp;den=1995" in page


HEADING = ",".join(alias_tables.HEADING)


def _sent(staff: Browser, text: str) -> TestResponse:
    return staff.send("/ten-goi/nhap", table=(io.BytesIO(text.encode("utf-8-sig")), "ten.csv"))


@pytest.mark.usefixtures("archive")
def test_a_table_is_looked_through_first_and_loaded_when_asked_again(browse: Browsers) -> None:
    staff = browse("archivist")
    text = f"{HEADING}\nđịa danh,xã Trà Vân,xã Nước Biếc,có,01/07/2025,,\nđịa danh,Kon Tum,Quảng Ngãi\n"
    seen = _sent(staff, text)
    page = seen.get_data(as_text=True)
    assert seen.status_code == 200
    assert "Có thể thêm 1 tên gọi." in page
    assert "xã Trà Vân → xã Nước Biếc" in page
    end_reading()
    assert aliases.rewritten("xã trà vân") == ()
    assert staff.send("/ten-goi/nhap", text=text).status_code == 302
    end_reading()
    assert aliases.rewritten("xã trà vân") == ("xã Nước Biếc",)
    (loaded,) = alias_tables.loads()
    assert f"/ten-goi/nhap/{loaded.id}/bo" in staff.get("/ten-goi/nhap").text
    assert staff.send(f"/ten-goi/nhap/{loaded.id}/bo").status_code == 302
    end_reading()
    assert aliases.rewritten("xã trà vân") == ()
    assert staff.send(f"/ten-goi/nhap/{loaded.id}/bo").status_code == 404


@pytest.mark.usefixtures("archive")
def test_all_that_is_wrong_with_a_table_is_told(browse: Browsers) -> None:
    staff = browse("archivist")
    answer = _sent(staff, f"{HEADING}\nhuyện,,xã B\nđịa danh,<b>xã</b> C,xã D,ừ\n")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "3 ô bị sai." in page
    assert "Dòng 3" in page
    assert "Hãy ghi có hoặc không." in page
    assert "Thêm những tên này" not in page
    for text, words in (("", "Tệp này trống"), ("a,b\n", "Dòng đầu phải ghi tên các cột")):
        refused = _sent(staff, text)
        assert refused.status_code == 400
        assert words in refused.get_data(as_text=True)
    assert "Tệp này trống" in staff.send("/ten-goi/nhap").get_data(as_text=True)


@pytest.mark.usefixtures("archive")
def test_all_names_are_handed_out_as_a_table(browse: Browsers) -> None:
    table = browse("archivist").get("/ten-goi/bang.csv").get_data(as_text=True)
    assert table.startswith(f"\ufeff{HEADING}")
    assert "địa danh,Kon Tum,Quảng Ngãi,có,01/07/2025," in table
