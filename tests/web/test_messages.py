"""Messages at the site: what a person chooses, and what administrators see of the outbox."""

from __future__ import annotations

from portal.accounts import choices
from portal.accounts.actors import Actor
from portal.accounts.choices import Choice
from tests.web.conftest import Browsers

PLACE = "/en/tai-khoan/thu"


def test_what_is_chosen_stands_in_the_form_again(browse: Browsers, people: dict[str, Actor]) -> None:
    browser = browse("citizen")
    assert PLACE in browser.get("/en/tai-khoan").text
    page = browser.get(PLACE).text
    assert page.count("checked") >= 4
    assert "short message" not in page, "there is no gateway"
    assert browser.send(PLACE, copies="y", endings="y", calendar="y", locale="en").status_code == 302
    assert people["citizen"].id is not None
    chosen = choices.of(people["citizen"].id)
    assert (chosen[Choice.REMINDERS], chosen[Choice.COPIES], chosen[Choice.SMS]) == (False, True, False)
    assert 'value="en" checked' in browser.get(PLACE).text


def test_administrators_see_the_outbox_and_every_mail(browse: Browsers) -> None:
    browser = browse("administrator")
    assert "/en/thiet-lap/thu" in browser.get("/en/thiet-lap").text
    page = browser.get("/en/thiet-lap/thu").text
    assert "wait" in page
    assert "/en/thiet-lap/thu/request_granted" in page
    mail = browser.get("/en/thiet-lap/thu/request_granted").text
    assert 'lang="vi"' in mail
    assert "Kính gửi" in mail
    assert "Dear" in mail
    assert browser.get("/en/thiet-lap/thu/khong_co").status_code == 404
