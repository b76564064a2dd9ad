"""One's own data at the site: seen, corrected, and nothing of a stranger's told."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings
from portal.accounts import details
from portal.app import create_app
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
