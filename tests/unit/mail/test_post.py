"""What a mail says, to whom, in which language."""

from __future__ import annotations

import pytest

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.core.db import transaction
from portal.core.errors import NotFoundError
from portal.core.messages import MESSAGES
from portal.mail import post
from portal.mail.models import Message
from portal.mail.post import Recipient


def written(people: dict[str, Actor], **values: object) -> Message:
    person_id = people["citizen"].id
    assert person_id is not None
    return post.write(
        person_id, "request_refused", "/yeu-cau/0123456789", number="YC-2026-000001", position=2, **values
    )


def test_a_mail_is_composed_in_the_language_of_its_reader(people: dict[str, Actor]) -> None:
    with transaction():
        message = written(people, reason="Chưa rõ mục đích")
        english = post.compose(message, Recipient("a@example.vn", "Lê Thị Ánh", "en")).mail
        vietnamese = post.compose(message, Recipient("a@example.vn", "Lê Thị Ánh", "vi")).mail
    assert english["Subject"] == "Request YC-2026-000001: document 2 has been refused"
    assert vietnamese["Subject"] == "Yêu cầu YC-2026-000001: tài liệu thứ 2 bị từ chối"
    for mail, greeting, address in (
        (english, "Dear Lê Thị Ánh,", "/en/yeu-cau/0123456789\n"),
        (vietnamese, "Kính gửi Lê Thị Ánh,", ":0/yeu-cau/0123456789\n"),
    ):
        text = mail.get_content().replace("\r\n", "\n")
        assert text.startswith(greeting)
        assert "Chưa rõ mục đích" in text
        assert address in text


def test_a_mail_goes_from_the_archive_to_its_reader_under_the_id_of_its_message(
    people: dict[str, Actor],
) -> None:
    with transaction():
        message = written(people, reason="Vì sao")
        letter = post.compose(message, Recipient("anh@example.vn", "Lê Thị Ánh", "vi"))
    assert letter.mail["To"].addresses[0].addr_spec == "anh@example.vn"
    assert letter.mail["From"].addresses[0].display_name == "Lưu trữ Tỉnh Mẫu"
    assert letter.mail["Message-ID"] == f"<{message.id}@127.0.0.1>"
    assert letter.message_id == message.id


def test_line_ends_in_a_name_make_no_new_header(people: dict[str, Actor]) -> None:
    with transaction():
        message = written(people, reason="Vì sao")
        mail = post.compose(message, Recipient("a@example.vn", "A\r\nBcc: b@example.vn", "vi")).mail
    assert mail["Bcc"] is None
    assert mail["To"].addresses[0].display_name == "A Bcc: b@example.vn"


def test_per_cent_signs_in_values_stay_as_they_are(people: dict[str, Actor]) -> None:
    with transaction():
        message = written(people, reason="Chỉ 50% số trang, %(name)s")
        text = post.compose(message, Recipient("a@example.vn", "A", "vi")).mail.get_content()
    assert "Chỉ 50% số trang, %(name)s" in text


@pytest.mark.parametrize(
    "template",
    [
        "request_received",
        "request_question",
        "request_message",
        "request_answered",
        "request_extended",
        "request_due_moved",
        "request_transferred",
        "request_reopened",
        "request_lapses_soon",
        "request_lapsed",
        "request_granted",
        "request_refused",
        "grant_revoked",
        "grant_ended",
        "guest_digits",
        "appeal_received",
        "appeal_extended",
        "appeal_due_moved",
        "appeal_upheld",
        "appeal_overturned",
        "appeal_partly",
        "refusal_stands",
        "record_opened",
        "copy_ready",
        "copy_failed",
        "copy_stuck",
        "record_purged",
    ],
)
def test_every_notice_has_a_line_and_a_text(template: str) -> None:
    values = {
        "number": "YC-2026-000001",
        "position": 1,
        "reason": "r",
        "text": "t",
        "answer": "a",
        "digits": "123456",
        "request": "YC-2026-000001",
        "until": "22/11/2026 17:05",
        "before": "22/11/2026",
        "due": "27/11/2026",
    }
    for code in (template, f"{template}_body"):
        assert "YC-2026-000001" in MESSAGES[code] % values


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_mail_about_a_state_secret_names_nothing(people: dict[str, Actor], locale: str) -> None:
    with transaction():
        message = post.write(people[Role.APPROVER].id or "", "secret_held", "/bi-mat-nha-nuoc")
        mail = post.compose(message, Recipient("a@example.vn", "A", locale)).mail
    assert message.values == {}
    assert "/bi-mat-nha-nuoc" in mail.get_content()


def test_a_message_is_marked_sent_once(people: dict[str, Actor]) -> None:
    with transaction():
        message = written(people, reason="Vì sao")
        post.mark_sent(message.id)
        first = message.sent_at
        post.mark_sent(message.id)
        assert message.sent_at == first
    with pytest.raises(NotFoundError):
        post.by_id("0000000000")
