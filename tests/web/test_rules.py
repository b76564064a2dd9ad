"""The pages of the rulebook: list, add, end, and change how long a service takes."""

from __future__ import annotations

from datetime import timedelta

from portal.access import rulebook
from portal.access.terms import TermKind
from portal.core import clock, dated
from portal.core.db import end_reading
from portal.web import rule_labels
from tests.web.browser import Browser
from tests.web.conftest import Browsers

BASIS = "Quyết định 1/QĐ-SNV"


def _day(days: int = 0) -> str:
    return f"{clock.today() + timedelta(days):%d/%m/%Y}"


def _new(browser: Browser, address: str = "/quy-dinh/moi?loai=extension", **changes: str) -> object:
    fields = {
        "code": "flood",
        "name_vi": "Lũ lụt",
        "name_en": "Flood",
        "valid_from": _day(),
        "legal_basis": BASIS,
    }
    return browser.send(address, **(fields | changes))


def _codes(kind: TermKind) -> set[str]:
    end_reading()
    return {one.code for one in rulebook.terms(kind)}


def test_a_term_is_added_and_listed_in_both_languages(browse: Browsers) -> None:
    administrator = browse("administrator")
    assert _new(administrator).status_code == 302
    assert "flood" in _codes(TermKind.EXTENSION)
    assert "Lũ lụt" in administrator.get("/quy-dinh").text
    assert "Flood" in administrator.get("/en/quy-dinh").text


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(browse: Browsers) -> None:
    administrator = browse("administrator")
    answer = _new(administrator, code="Lũ")
    assert answer.status_code == 400
    assert "Lũ lụt" in answer.text
    assert 'id="code-error"' in answer.text
    answer = _new(administrator, valid_from="01/01/2020")
    assert 'id="valid_from-error"' in answer.text
    assert "flood" not in _codes(TermKind.EXTENSION)


def test_reasons_alone_say_what_they_are_given_for(browse: Browsers) -> None:
    administrator = browse("administrator")
    assert 'name="outcome"' in administrator.get("/quy-dinh/moi?loai=reason").text
    assert 'name="outcome"' not in administrator.get("/quy-dinh/moi?loai=purpose").text
    address = "/quy-dinh/moi?loai=reason"
    assert _new(administrator, address, outcome="refuse", can_appeal="y").status_code == 302
    end_reading()
    (row,) = [one for one in rulebook.terms(TermKind.REASON) if one.code == "flood"]
    assert (row.outcome, row.can_appeal, row.needs_review_on) == ("refuse", True, False)


def test_a_new_wording_begins_with_the_present_one(browse: Browsers) -> None:
    administrator = browse("administrator")
    address = "/quy-dinh/moi?tu=term000001"
    page = administrator.get(address).text
    assert 'value="private_life"' in page
    answer = _new(administrator, address, code="private_life", outcome="refuse", valid_from=_day(30))
    assert answer.status_code == 302
    end_reading()
    page = administrator.get("/quy-dinh/term000001").text
    assert "Lũ lụt" in page
    assert _day(29) in page


def test_a_term_ends_and_can_still_be_seen(browse: Browsers) -> None:
    administrator = browse("administrator")
    (row,) = [one for one in rulebook.terms(TermKind.EXTENSION) if one.code == "scanning"]
    term_id, name = row.id, row.name_vi
    assert administrator.send(f"/quy-dinh/{term_id}", last_day="01/01/2020").status_code == 400
    assert administrator.send(f"/quy-dinh/{term_id}", last_day=_day()).status_code == 302
    with clock.held_at(clock.now() + timedelta(days=1)):
        assert "scanning" not in _codes(TermKind.EXTENSION)
        assert name not in administrator.get("/quy-dinh").text
        assert name in administrator.get("/quy-dinh?da-het=1").text
        page = administrator.get(f"/quy-dinh/{term_id}").text
        assert name in page
        assert 'name="last_day"' not in page


def test_a_service_takes_other_days_from_a_day_on(browse: Browsers) -> None:
    administrator = browse("administrator")
    fields = {
        "name_vi": "Có điều kiện",
        "name_en": "Conditional",
        "working_days": "5",
        "extension_days_most": "0",
        "pause_days_most": "10",
        "valid_from": _day(1),
        "legal_basis": BASIS,
    }
    address = "/quy-dinh/dich-vu?ma=conditional"
    for wrong in ("", "x", "-1", "1.5", "0", "999"):
        answer = administrator.send(address, **(fields | {"working_days": wrong}))
        assert answer.status_code == 400
        assert 'id="working_days-error"' in answer.text
    assert administrator.send(address, **fields).status_code == 302
    end_reading()
    assert rulebook.service("conditional").working_days == 7
    assert rulebook.service("conditional", clock.today() + timedelta(days=1)).working_days == 5
    assert administrator.get("/quy-dinh/dich-vu?ma=khong-co").status_code == 404


def test_a_period_changes_from_a_day_on(browse: Browsers) -> None:
    administrator = browse("administrator")
    address = "/quy-dinh/han-muc?ma=grant_days"
    for wrong in ("", "x", "0", "366", "123456"):
        answer = administrator.send(address, value=wrong, valid_from=_day(1), legal_basis=BASIS)
        assert answer.status_code == 400
        assert 'id="value-error"' in answer.text
    assert administrator.send(address, value="60", valid_from=_day(1), legal_basis=BASIS).status_code == 302
    end_reading()
    assert dated.value(dated.GRANT_DAYS, clock.today()) == "30"
    assert dated.value(dated.GRANT_DAYS, clock.today() + timedelta(days=1)) == "60"
    assert administrator.get("/quy-dinh/han-muc?ma=khong-co").status_code == 404


def test_every_period_that_comes_with_the_portal_has_a_name(browse: Browsers) -> None:
    page = browse("administrator").get("/quy-dinh").text
    assert page.count("/quy-dinh/han-muc?ma=") >= len(rule_labels.PERIODS)
    for key in rule_labels.PERIODS:
        assert f"/quy-dinh/han-muc?ma={key}" in page
