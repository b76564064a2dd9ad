"""Which mails a person wants: what must go goes, the rest as they chose, and short messages on wish."""

from __future__ import annotations

import dataclasses
from email import message_from_bytes
from email.policy import default

import pytest

from config import Settings, UnsafeSettingError
from portal import owndata, work
from portal.accounts import choices, details, notices, outbox
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.choices import Choice
from portal.accounts.details import Details
from portal.core import house
from portal.core.db import end_reading, transaction
from portal.core.errors import NotAllowedError, NotFoundError
from portal.core.messages import MESSAGES
from portal.core.paging import Paging
from portal.jobs import leases, loop
from portal.jobs.models import Lane

PHONE = "0912345678"
VALUES = {
    **{"number": "YC-2026-000001", "position": 1, "reason": "Lý do kín"},
    **dict.fromkeys(("until", "due", "text", "request", "answer"), "x"),
}


def _work() -> None:
    work.install()
    end_reading()
    while claim := leases.claim("worker/1", Lane.DESK):
        loop.perform(claim)


def _id(actor: Actor) -> str:
    assert actor.id is not None
    return actor.id


def _choose(actor: Actor, **wanted: bool) -> None:
    with transaction():
        choices.choose(actor, {Choice(kind): is_on for kind, is_on in wanted.items()})


def _tell(actor: Actor, *templates: str) -> None:
    with transaction():
        for template in templates:
            notices.tell(_id(actor), template, "/yeu-cau/0123456789", **VALUES)
    _work()


@pytest.mark.parametrize(("template", "choice"), choices.MAILS.items())
def test_a_mail_that_need_not_go_goes_unless_it_was_switched_off(
    people: dict[str, Actor], settings: Settings, template: str, choice: Choice
) -> None:
    citizen = people["citizen"]
    _tell(citizen, template)
    assert len(list(settings.mail_folder.glob("*.eml"))) == 1
    _choose(citizen, **{choice.value: False})
    _tell(citizen, template)
    assert len(list(settings.mail_folder.glob("*.eml"))) == 1
    assert notices.of(citizen, Paging()).total == 2, "it stands on the site all the same"
    _choose(citizen, **{choice.value: True})
    _tell(citizen, template)
    assert len(list(settings.mail_folder.glob("*.eml"))) == 2


def test_what_days_run_from_goes_whatever_was_chosen(people: dict[str, Actor], settings: Settings) -> None:
    _choose(people["citizen"], **{choice.value: False for choice in Choice})
    always = ("request_received", "request_question", "request_granted", "request_refused", "grant_revoked")
    _tell(people["citizen"], *always)
    assert len(list(settings.mail_folder.glob("*.eml"))) == len(always)


def test_a_mail_says_where_to_choose(people: dict[str, Actor], settings: Settings) -> None:
    _tell(people["citizen"], "request_received")
    (path,) = settings.mail_folder.glob("*.eml")
    body = message_from_bytes(path.read_bytes(), policy=default).get_body()
    assert body is not None
    assert "/tai-khoan/thu" in body.get_content()


def test_nobody_chooses_for_nobody(app: object) -> None:
    with pytest.raises(NotAllowedError):
        choices.choose(ANONYMOUS, {Choice.SMS: True})


def test_choices_are_of_templates_that_are_there() -> None:
    assert {*choices.MAILS, *choices.SHORT} <= {code for code in MESSAGES if f"{code}_body" in MESSAGES}
    assert choices.SHORT.isdisjoint(choices.MAILS)


@pytest.fixture
def by_file(settings: Settings, people: dict[str, Actor]) -> Settings:
    """A portal that lays short messages down as files."""
    house.configure(dataclasses.replace(settings, sms="file"))
    with transaction():
        details.write(people["citizen"], Details(phone=PHONE))
    return settings


def test_a_short_message_goes_to_who_wants_it_and_names_nothing_but_the_number(
    people: dict[str, Actor], by_file: Settings
) -> None:
    _tell(people["citizen"], "request_granted")
    assert not by_file.sms_folder.exists(), "off by default"
    _choose(people["citizen"], sms=True)
    _tell(people["citizen"], "request_refused", "request_received", "grant_ends_soon")
    (path,) = by_file.sms_folder.iterdir()
    phone, _, text = path.read_text(encoding="utf-8").partition("\n\n")
    assert phone == PHONE
    assert "YC-2026-000001" in text
    assert "Lý do kín" not in text
    assert "Người" not in text
    assert len(text) <= 160


def test_without_a_number_or_a_gateway_nothing_goes(people: dict[str, Actor], settings: Settings) -> None:
    _choose(people["citizen"], sms=True)
    _tell(people["citizen"], "request_refused")
    house.configure(dataclasses.replace(settings, sms="file"))
    _tell(people["citizen"], "request_refused")
    assert not settings.sms_folder.exists()


@pytest.mark.parametrize("changed", [{"SMS": "ai do"}, {"SMS": "file", "HOST": "0.0.0.0"}])
def test_unsafe_ways_for_short_messages_stop_the_start(
    environment: dict[str, str], changed: dict[str, str]
) -> None:
    with pytest.raises(UnsafeSettingError):
        Settings.from_environment(environment | changed)


def test_every_mail_can_be_looked_at_in_both_languages(people: dict[str, Actor]) -> None:
    administrator = people["administrator"]
    codes = outbox.templates(administrator)
    assert {"request_granted", "appeal_upheld", "guest_proof", "invitation"} <= set(codes)
    for code in codes:
        vietnamese, english = outbox.preview(administrator, code)
        assert (vietnamese.locale, english.locale) == ("vi", "en")
        assert vietnamese.subject != english.subject
        assert "%(" not in vietnamese.text + english.text
    for actor in (people["citizen"], people["approver"]):
        with pytest.raises(NotAllowedError):
            outbox.preview(actor, codes[0])
    with pytest.raises(NotFoundError):
        outbox.preview(administrator, "khong_co")


def test_the_outbox_says_how_much_waits(people: dict[str, Actor]) -> None:
    with transaction():
        notices.tell(_id(people["citizen"]), "request_received", "", **VALUES)
    assert outbox.counts(people["administrator"]) == outbox.Outbox(1, 0, goes_out=False)
    _work()
    assert outbox.counts(people["administrator"]).waiting == 0


def test_what_was_chosen_goes_with_the_person(people: dict[str, Actor]) -> None:

    _choose(people["citizen"], sms=True, copies=False)
    with transaction():
        held = owndata.gather(people["citizen"])
    assert held["notice_choices"] == {
        "reminders": True, "copies": False, "endings": True, "calendar": True, "reviews": True,
        "sms": True,
    }  # fmt: skip
    with transaction():
        choices.forget(_id(people["citizen"]))
    assert choices.of(_id(people["citizen"])) == dict(choices.DEFAULTS)
