"""Appeals at the site: offered beside the refusal, sent, taken up by somebody uninvolved, answered."""

from __future__ import annotations

import re

import pytest

from portal.access import decisions, requests
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.core.db import transaction
from tests.conftest import PASSWORD
from tests.web.archive import PURPOSE, Archive
from tests.web.conftest import Browsers

WORDS = "Gia đình tôi là chủ sử dụng thửa đất này"
ANSWER = "Theo giấy tờ kèm theo, người khiếu nại là chủ sử dụng"


@pytest.fixture
def refused(archive: Archive, people: dict[str, Actor]) -> tuple[str, str]:
    """Ids of a request of the other citizen and of its one document, which was refused."""
    with transaction():
        accounts.create(PORTAL, "judge@example.vn", Role.APPROVER, name="Người xét", password=PASSWORD)
        asked = requests.submit(people["other"], [archive.documents["conditional"]], PURPOSE)
        decisions.refuse(people["approver"], asked.items[0].id, "Còn trong thời hạn đóng")
    return asked.id, asked.items[0].id


def test_a_reader_appeals_and_somebody_uninvolved_decides(refused: tuple[str, str], browse: Browsers) -> None:
    request_id, item_id = refused
    reader, judge = browse("other"), browse("judge")
    shown = reader.get(f"/en/yeu-cau/{request_id}").text
    assert "If you think a refusal is wrong, you can appeal." in shown
    form = f"/en/yeu-cau/{request_id}/khieu-nai"
    assert f'href="{form}"' in shown
    assert f'value="{item_id}" checked' in reader.get(form).text
    sent = reader.send(form, items=item_id, text=WORDS)
    assert sent.status_code == 302
    place = sent.headers["Location"]
    assert "KN-2" in reader.get(place).text
    assert "Take the appeal back" in reader.get(place).text
    assert place in judge.get("/en/khieu-nai").text
    assert "Appeals" in judge.get("/en/xu-ly").text
    assert browse("approver").send(f"{place}/nhan").status_code == 403
    assert judge.send(f"{place}/nhan").status_code == 302
    assert judge.send(f"{place}/quyet-dinh", **{f"verdict-{item_id}": "overturn", "answer": ANSWER}).location
    shown = reader.get(f"/en/yeu-cau/{request_id}").text
    assert "Decided anew" in shown
    assert "The archive decides anew, with a new clock." in shown
    assert ANSWER in reader.get(place).text
    assert "Người xét" not in shown + reader.get(place).text
    assert "No appeal is open." not in judge.get("/en/khieu-nai").text, "the archive's own sample waits"


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(refused: tuple[str, str], browse: Browsers) -> None:
    request_id, item_id = refused
    reader, judge = browse("other"), browse("judge")
    form = f"/en/yeu-cau/{request_id}/khieu-nai"
    assert "Choose at least one document." in reader.send(form, text=WORDS).text
    wrong = reader.send(form, items=item_id, text="ngắn")
    assert (wrong.status_code, 'href="#text"' in wrong.text) == (400, True)
    place = reader.send(form, items=item_id, text=WORDS).headers["Location"]
    again = reader.send(form, items=item_id, text=WORDS)
    assert (again.status_code, "You cannot appeal against this" in again.text) == (400, True)
    assert WORDS in again.text
    judge.send(f"{place}/nhan")
    wrong = judge.send(f"{place}/quyet-dinh", answer=ANSWER)
    assert (wrong.status_code, ANSWER in wrong.text) == (400, True)
    assert "Say of each document" in wrong.text
    wrong = judge.send(f"{place}/gia-han", days="99", reason="Phải hỏi cơ quan ban hành")
    assert (wrong.status_code, "at most 10 more working days" in wrong.text) == (400, True)
    assert judge.send(f"{place}/gia-han", days="2", reason="Phải hỏi cơ quan ban hành").status_code == 302


def test_a_reader_takes_the_appeal_back_and_can_send_it_anew(
    refused: tuple[str, str], browse: Browsers
) -> None:
    request_id, item_id = refused
    reader = browse("other")
    form = f"/en/yeu-cau/{request_id}/khieu-nai"
    place = reader.send(form, items=item_id, text=WORDS).headers["Location"]
    assert reader.send(f"{place}/rut").status_code == 302
    assert "Taken back" in reader.get(place).text
    numbers = re.findall(
        r"KN-\d{4}-\d{6}", reader.get(reader.send(form, items=item_id, text=WORDS).location or "").text
    )
    assert numbers
