"""A request between reader and staff, on their pages: taken up, asked about, answered, put off."""

from __future__ import annotations

import pytest

from portal.access import requests
from portal.access.models import RequestStatus
from portal.accounts.actors import Actor
from portal.core.db import db, transaction
from tests.web.archive import PURPOSE, Archive
from tests.web.conftest import Browsers

QUESTION = "Bạn cần trang nào, bản đồ hay văn bản?"
NOTE = "Hồ sơ này có tên người thứ ba"


@pytest.fixture
def asked(archive: Archive, people: dict[str, Actor]) -> str:
    """The id of a request of the other citizen that nobody has looked at."""
    with transaction():
        return requests.submit(people["other"], [archive.documents["conditional"]], PURPOSE).id


def test_reader_and_staff_write_to_each_other(asked: str, browse: Browsers) -> None:
    staff, reader = browse("archivist"), browse("other")
    place = f"/en/xu-ly/{asked}"
    assert "Take it up" in staff.get(place).text
    staff.send(f"{place}/nhan")
    staff.send(place, work="note", text=NOTE)
    staff.send(place, work="ask_reader", text=QUESTION)
    shown = reader.get(f"/en/yeu-cau/{asked}").text
    assert QUESTION in shown
    assert NOTE not in shown
    assert "Người archivist" not in shown
    assert "The clock has stood still since" in shown
    assert "Change the purpose" in shown
    answer = reader.send(f"/en/yeu-cau/{asked}/thu", text="Chỉ cần bản đồ")
    assert answer.location is not None
    shown = staff.get(place).text
    assert "Chỉ cần bản đồ" in shown
    assert NOTE in shown
    assert "Being worked on" in shown
    assert "The answer is due by" in shown
    assert "How this day was counted" in shown


def test_what_is_wrong_is_said_and_what_was_typed_stays(
    asked: str, people: dict[str, Actor], browse: Browsers
) -> None:
    staff = browse("approver")
    place = f"/en/xu-ly/{asked}"
    wrong = staff.send(place, text=QUESTION)
    assert wrong.status_code == 400
    assert QUESTION in wrong.text
    wrong = staff.send(place, work="extend", text="Phải phục chế trước", days="99")
    assert wrong.status_code == 400
    assert "at most 7 more working days" in wrong.text
    assert "Phải phục chế trước" in wrong.text
    assert requests.show(people["approver"], asked).status is RequestStatus.RECEIVED
    wrong = browse("other").send(f"/en/yeu-cau/{asked}/thu", text="?")
    assert wrong.status_code == 400
    assert "Write at least 2 characters." in wrong.text


@pytest.mark.parametrize("work", ["extend", "transfer", "reopen"])
def test_what_only_an_approver_does_is_not_offered_to_others_nor_done_for_them(
    asked: str, people: dict[str, Actor], browse: Browsers, work: str
) -> None:
    staff = browse("archivist")
    place = f"/en/xu-ly/{asked}"
    assert f'value="{work}"' not in staff.get(place).text
    answer = staff.send(place, work=work, text="Chuyển đi nơi khác", days="1")
    assert answer.status_code in (400, 403, 409)
    assert requests.show(people["archivist"], asked).status is RequestStatus.RECEIVED


def test_a_reader_of_the_staff_handles_no_request_of_their_own(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    with transaction():
        own = requests.submit(people["archivist"], [archive.documents["conditional"]], PURPOSE).id
    staff = browse("archivist")
    assert "Take it up" not in staff.get(f"/en/xu-ly/{own}").text
    assert staff.send(f"/en/xu-ly/{own}/nhan").status_code == 403
    assert staff.send(f"/en/xu-ly/{own}", work="ask_reader", text=QUESTION).status_code == 403
    assert requests.show(people["archivist"], own).status is RequestStatus.RECEIVED


def test_queues_say_how_much_waits(asked: str, browse: Browsers) -> None:
    staff = browse("archivist")
    page = staff.get("/en/xu-ly").text
    assert page.count('class="mg-case"') >= 2
    staff.send(f"/en/xu-ly/{asked}/nhan")
    mine = staff.get("/en/xu-ly?hang=mine").text
    assert mine.count('class="mg-case"') == 1
    assert asked in mine
    assert "Nothing stands in this queue." in staff.get("/en/xu-ly?hang=overdue").text
    assert staff.get("/en/xu-ly?hang=khong-co").status_code == 200


def test_a_request_is_given_to_a_colleague(asked: str, people: dict[str, Actor], browse: Browsers) -> None:
    staff = browse("archivist")
    staff.send(f"/en/xu-ly/{asked}/giao", person=people["approver"].id or "")
    assert requests.show(people["archivist"], asked).assigned_name == "Người approver"
    staff.send(f"/en/xu-ly/{asked}/giao", person="")
    db.session.rollback()
    assert requests.show(people["archivist"], asked).assigned_name == ""
    wrong = staff.send(f"/en/xu-ly/{asked}/giao", person=people["operator"].id or "")
    assert wrong.status_code == 404
