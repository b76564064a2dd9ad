"""A request between reader and staff, on their pages: taken up, asked about, answered, put off."""

from __future__ import annotations

import io
import re

import pytest
from werkzeug.test import TestResponse

from portal.access import requests
from portal.access.models import RequestStatus
from portal.accounts.actors import Actor
from portal.core.db import db, transaction
from portal.web import headers
from tests.web.archive import PURPOSE, Archive, picture
from tests.web.browser import Browser
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
    wrong = staff.send(place, work="extend", text="Phải phục chế trước", days="2")
    assert wrong.status_code == 400
    assert "Choose why the answer is put off" in wrong.text
    assert 'id="term-error"' in wrong.text
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


def _with_file(browser: Browser, address: str, content: bytes, name: str, **fields: str) -> TestResponse:
    sent = {"csrf_token": browser.token(), "files": (io.BytesIO(content), name), **fields}
    return browser.post(address, data=sent, content_type="multipart/form-data")


def test_files_go_with_messages_and_are_handed_out_to_be_saved(asked: str, browse: Browsers) -> None:
    staff, reader = browse("archivist"), browse("other")
    content = picture(91, "letter")
    sent = _with_file(reader, f"/en/yeu-cau/{asked}/thu", content, "Giấy <b>.jpg", text="Gửi kèm")
    assert sent.status_code == 302
    link = re.search(rf'href="(/en/yeu-cau/{asked}/thu/\w{{10}})"', staff.get(f"/en/xu-ly/{asked}").text)
    assert link is not None
    for browser in (staff, reader):
        answer = browser.get(link[1])
        assert answer.data == content
        assert answer.headers["Content-Disposition"] == (
            "attachment; filename=\"Gi_y_b.jpg\"; filename*=UTF-8''Gi%E1%BA%A5y%20b.jpg"
        )
        assert answer.headers["Content-Security-Policy"] == headers.SANDBOX
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
    question = _with_file(
        staff, f"/en/xu-ly/{asked}", content, "mau.png", work="ask_reader", text="Điền vào mẫu này"
    )
    assert question.status_code == 302
    assert "mau.png.jpg" in reader.get(f"/en/yeu-cau/{asked}").text, "named by what it is"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ no page", "PDF, JPEG or PNG"),
        (b"\xff\xd8\xff broken", "cannot be opened"),
        (b"%PDF-1.7 broken", "cannot be opened"),
    ],
)
def test_files_that_cannot_be_used_are_refused_at_their_field(
    asked: str, browse: Browsers, content: bytes, words: str
) -> None:
    reader = browse("other")
    answer = _with_file(reader, f"/en/yeu-cau/{asked}/thu", content, "don.pdf", text="Chữ đã gõ")
    assert (answer.status_code, 'href="#files"' in answer.text) == (400, True)
    assert words in answer.text
    assert "Chữ đã gõ" in answer.text


def test_files_go_with_words_only(asked: str, browse: Browsers) -> None:
    place, content = f"/en/xu-ly/{asked}", picture(91, "letter")
    answer = _with_file(browse("approver"), place, content, "a.jpg", work="transfer", text="Kho khác giữ")
    assert (answer.status_code, "Files go with a message" in answer.text) == (400, True)


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
