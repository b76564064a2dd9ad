"""All documents of a request on one screen: pages beside purpose and history, nothing half-saved."""

from __future__ import annotations

from portal.access import requests
from portal.accounts.actors import Actor
from portal.core.db import db, transaction
from tests.web.archive import PURPOSE, Archive
from tests.web.conftest import Browsers

STATES = ("conditional", "expired", "revoked")


def ask(people: dict[str, Actor], archive: Archive) -> requests.RequestView:
    with transaction():
        return requests.submit(people["other"], [archive.documents[state] for state in STATES], PURPOSE)


def test_the_screen_shows_pages_purpose_and_history(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    request = ask(people, archive)
    shown = browse("approver").get(f"/en/duyet/{request.id}").text
    assert PURPOSE in shown
    assert "This is the first request of this person." in shown
    for state in STATES:
        assert f"/en/p/{archive.pages[state]}/anh" in shown or archive.pages[state] in shown
    # Somebody else got this record before, and lost it again.
    assert "không còn đúng" not in shown
    assert "Người citizen" in shown


def test_one_form_decides_all_and_says_what_became_of_each(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    request = ask(people, archive)
    first, second, third = (item.id for item in request.items)
    browser = browse("approver")
    answer = browser.send(
        f"/en/duyet/{request.id}",
        **{
            "reason": "Đủ điều kiện",
            f"{first}-act": "grant",
            f"{second}-act": "refuse",
            f"{second}-reason": "Đã cấp bản khác",
            f"{third}-act": "",
        },
    )
    assert answer.status_code == 302
    shown = browser.get(f"/en/duyet/{request.id}").text
    assert "1 document granted. 1 document refused. The requester is told." in shown
    now = requests.show(people["approver"], request.id)
    assert [item.standing for item in now.items] == ["granted", "refused", "submitted"]
    assert [item.reason for item in now.items] == ["Đủ điều kiện", "Đã cấp bản khác", ""]


def test_a_fault_in_one_row_saves_none_and_keeps_what_was_typed(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    request = ask(people, archive)
    first, second, _third = (item.id for item in request.items)
    answer = browse("approver").send(
        f"/en/duyet/{request.id}",
        **{
            f"{first}-act": "grant",
            f"{first}-reason": "Lý do gõ dở",
            f"{second}-act": "grant",
            f"{second}-reason": "",
        },
    )
    assert answer.status_code == 400
    assert "Nothing was decided yet." in answer.text
    assert "Lý do gõ dở" in answer.text
    assert f'href="#{second}-reason"' in answer.text
    db.session.expire_all()
    now = requests.show(people["approver"], request.id)
    assert {item.standing for item in now.items} == {"submitted"}


def test_a_date_that_cannot_be_read_decides_nothing(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    request = ask(people, archive)
    first = request.items[0].id
    answer = browse("approver").send(
        f"/en/duyet/{request.id}",
        **{f"{first}-act": "grant", f"{first}-reason": "Đủ điều kiện", f"{first}-until": "31/02/2027"},
    )
    assert answer.status_code == 400
    assert "31/02/2027" in answer.text
    assert requests.show(people["approver"], request.id).items[0].standing == "submitted"


def test_whoever_set_the_level_is_told_at_the_row(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    with transaction():
        request = requests.submit(people["approver"], [archive.documents["conditional"]], PURPOSE)
    (item,) = request.items
    answer = browse("approver").send(
        f"/en/duyet/{request.id}", **{f"{item.id}-act": "grant", f"{item.id}-reason": "Đủ điều kiện"}
    )
    assert answer.status_code == 400
    assert "You cannot decide on your own request." in answer.text
    assert f'href="#item-{item.id}"' in answer.text
