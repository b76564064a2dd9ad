"""Other names: kept by staff, searched by everybody, told on the page of results."""

from __future__ import annotations

from datetime import date

import pytest

from portal.catalogue import aliases
from portal.core.db import end_reading
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
