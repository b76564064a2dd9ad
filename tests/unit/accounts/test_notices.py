"""Notices on site, and the mails that follow them."""

from __future__ import annotations

import dataclasses
import email
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select, update

from config import Settings
from portal.accounts import notices
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.models import Person
from portal.core import clock, house
from portal.core.db import db, transaction
from portal.core.errors import NotAllowedError
from portal.core.paging import Paging
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Claim
from portal.jobs.models import Job, Lane
from portal.mail.models import Message


def tell(person: Actor) -> str:
    """Tell a person something and return the id of the message."""
    assert person.id is not None
    with transaction():
        notices.tell(
            person.id, "request_received", "/yeu-cau/0123456789", number="YC-2026-000001", due="07/12/2026"
        )
    return (
        db.session.scalars(
            select(Message.id).where(Message.person_id == person.id).order_by(Message.created_at.desc())
        ).first()
        or ""
    )


def send(message_id: str) -> None:
    """Send as the worker does."""
    apply = notices.send(Claim("job0000000", notices.MAIL_JOB, message_id, {}, Lane.DESK, "worker", 1, 0, 0))
    with transaction():
        apply()


def files(settings: Settings) -> list[Path]:
    return sorted(settings.mail_folder.glob("*"))


def test_telling_orders_one_mail_in_the_same_transaction(people: dict[str, Actor]) -> None:
    message_id = tell(people["citizen"])
    jobs = db.session.scalars(select(Job).where(Job.kind == notices.MAIL_JOB)).all()
    assert [job.subject for job in jobs] == [message_id]


def test_what_was_rolled_back_was_never_told(people: dict[str, Actor]) -> None:
    person_id = people["citizen"].id
    assert person_id is not None
    with pytest.raises(RuntimeError), transaction():
        notices.tell(person_id, "request_received", number="YC-2026-000001", due="07/12/2026")
        raise RuntimeError
    assert notices.of(people["citizen"], Paging()).total == 0
    assert db.session.scalars(select(Job).where(Job.kind == notices.MAIL_JOB)).all() == []


def test_the_mail_reaches_the_person_as_a_file(people: dict[str, Actor], settings: Settings) -> None:
    message_id = tell(people["citizen"])
    send(message_id)
    (file,) = files(settings)
    mail = email.message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"].addresses[0].addr_spec == "citizen@example.vn"
    assert "YC-2026-000001" in mail["Subject"]
    assert db.session.get_one(Message, message_id).sent_at is not None


def test_a_worker_that_died_before_it_could_mark_makes_no_second_file(
    people: dict[str, Actor], settings: Settings
) -> None:
    message_id = tell(people["citizen"])
    notices.send(Claim("job0000000", notices.MAIL_JOB, message_id, {}, Lane.DESK, "worker", 1, 0, 0))
    assert db.session.get_one(Message, message_id).sent_at is None
    send(message_id)
    assert len(files(settings)) == 1


def test_a_sent_mail_is_not_sent_again(people: dict[str, Actor], settings: Settings) -> None:
    message_id = tell(people["citizen"])
    send(message_id)
    files(settings)[0].unlink()
    send(message_id)
    assert files(settings) == []


def test_a_closed_account_gets_no_mail(people: dict[str, Actor], settings: Settings) -> None:
    message_id = tell(people["citizen"])
    with transaction():
        db.session.execute(
            update(Person).where(Person.id == people["citizen"].id).values(disabled_at=clock.now())
        )
    send(message_id)
    assert files(settings) == []
    assert db.session.get_one(Message, message_id).sent_at is None


def test_a_mail_server_that_is_away_puts_the_job_off_and_counts_no_failure(
    people: dict[str, Actor], settings: Settings
) -> None:
    house.configure(dataclasses.replace(settings, smtp_host="127.0.0.1", smtp_port=1))
    message_id = tell(people["citizen"])
    with pytest.raises(NotReadyError) as caught:
        send(message_id)
    assert caught.value.code == "mail_not_taken"
    assert db.session.get_one(Message, message_id).sent_at is None


def test_people_see_their_own_notices_and_nobody_elses(people: dict[str, Actor]) -> None:
    tell(people["citizen"])
    assert notices.of(people["citizen"], Paging()).total == 1
    assert notices.of(people["other"], Paging()).total == 0
    assert notices.of(people["administrator"], Paging()).total == 0
    with pytest.raises(NotAllowedError):
        notices.of(ANONYMOUS, Paging())
    assert notices.unread_count(ANONYMOUS) == 0


def test_marking_as_seen_touches_only_the_own_notices(people: dict[str, Actor]) -> None:
    tell(people["citizen"])
    tell(people["citizen"])
    tell(people["other"])
    assert notices.unread_count(people["citizen"]) == 2
    with transaction():
        notices.mark_read(people["citizen"])
    assert notices.unread_count(people["citizen"]) == 0
    assert notices.unread_count(people["other"]) == 1


def test_notices_come_latest_first_and_page_by_page(people: dict[str, Actor]) -> None:
    for day in (1, 2, 3):
        with clock.held_at(clock.read_instant(f"2026-11-0{day}T10:00")):
            tell(people["citizen"])
    days = [
        [notice.created_at.day for notice in notices.of(people["citizen"], Paging(page, 2)).rows]
        for page in (1, 2)
    ]
    assert days == [[3, 2], [1]]
