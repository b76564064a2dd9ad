"""Asking and following without an account: held until proved, opened by code and digits, merged later."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import func, select

from config import Settings
from portal import work
from portal.access import (
    appeal_views,
    appeals,
    correspondence,
    decisions,
    following,
    guest_data,
    guests,
    requests,
    rulebook,
    rulemaking,
)
from portal.access.answers import Answers, Evidence
from portal.access.guest_rows import GuestCode, GuestVisit, HeldRequest
from portal.access.guests import Wish
from portal.access.models import Request, RequestMessage
from portal.access.terms import TermKind
from portal.accounts import guesthood, proofs, registration, resetting, signing
from portal.accounts import people as accounts
from portal.accounts.actors import Actor
from portal.accounts.models import Person, Proof
from portal.audit import trail
from portal.core import clock, dated, ids
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, TooManyError
from portal.core.paging import Paging
from portal.jobs import leases, loop
from portal.jobs.models import Job, Lane
from portal.rights import policy
from portal.rights.levels import Level
from portal.rights.models import Grant
from tests.conftest import PASSWORD
from tests.unit.access.conftest import PURPOSE, REASON, Shelf, run

WORDS = "Gia đình tôi là chủ sử dụng thửa đất này, xin xem lại"

EMAIL, NAME, ORIGIN = "khach@vidu.vn", "Lê Thị Khách", "203.0.113.7"


def _given(**others: str) -> Answers:
    """What a guest chooses: the first of each that the rulebook offers, and the undertaking as it is."""
    held = rulebook.undertaking()
    chosen = {
        "purpose_kind": _term(TermKind.PURPOSE, "research"),
        "use_form": _term(TermKind.USE_FORM, "copy"),
        "undertaking": held.id if held else "",
    }
    return Answers(**{**chosen, **others})


def _term(kind: TermKind, code: str) -> str:
    return next(term.id for term in rulebook.terms(kind) if term.code == code)


def _ask(*documents: str, email: str = EMAIL, origin: str = ORIGIN) -> str:
    """Ask as a guest; return the secret of the link."""
    with transaction():
        guests.ask(NAME, email, "vi", Wish(documents, PURPOSE, _given()), origin)
    latest = select(Proof).where(Proof.kind == "guest").order_by(Proof.created_at.desc())
    row = db.session.scalars(latest).first()
    assert row is not None
    return proofs.secret_of(row)


def _send(*documents: str, email: str = EMAIL) -> guests.Arrived:
    secret = _ask(*documents, email=email)
    with transaction():
        return guests.send(secret)


def _mails(settings: Settings) -> list[tuple[str, str, str]]:
    """Work everything off; return receiver, subject and text of each mail."""
    work.install()
    end_reading()
    while claim := leases.claim("worker/1", Lane.DESK):
        loop.perform(claim)
    end_reading()
    read = []
    for path in sorted(settings.mail_folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        body = mail.get_body()
        assert body is not None
        read.append((str(mail["To"]), str(mail["Subject"]), body.get_content()))
    return read


def _visit(number: str, code: str, origin: str = ORIGIN) -> str:
    with transaction():
        return following.ask(number, code, origin)


def _digits(settings: Settings) -> str:
    """Return the digits of the newest mail with some; they stand on a line of their own."""
    lines = [line.strip() for _to, _subject, text in _mails(settings) for line in text.splitlines()]
    return [line for line in lines if re.fullmatch(r"\d{6}", line)][-1]


def _enter(visit: str, digits: str) -> str | None:
    with transaction():
        return following.enter(visit, digits)


def test_nothing_is_asked_for_until_the_address_is_proved(shelf: Shelf, settings: Settings) -> None:
    secret = _ask(shelf.document())
    assert db.session.scalar(select(func.count()).select_from(Request)) == 0
    assert accounts.by_email(EMAIL) is None
    ((to, _subject, text),) = _mails(settings)
    assert EMAIL in to
    assert f"/yeu-cau/khach/{secret}" in text
    assert guests.looked_at(secret).purpose == PURPOSE
    assert guests.looked_at(secret).purpose == PURPOSE, "looking uses nothing up"
    with transaction():
        arrived = guests.send(secret)
    assert arrived.request.number.startswith("YC-")
    with pytest.raises(NotFoundError), transaction():
        guests.send(secret)


def test_what_is_not_proved_in_time_is_forgotten(shelf: Shelf) -> None:
    secret, start = _ask(shelf.document()), clock.now()
    held = db.session.scalars(select(HeldRequest)).one()
    assert held.expires_at == start + timedelta(hours=24) or held.expires_at > start
    with clock.held_at(held.expires_at):
        with pytest.raises(NotFoundError), transaction():
            guests.send(secret)
        run(guests.tidy)
    assert db.session.scalars(select(HeldRequest)).all() == []


def test_the_code_is_long_and_only_its_digest_is_kept(shelf: Shelf) -> None:
    arrived = _send(shelf.document())
    groups = arrived.code.split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert set("".join(groups).lower()) <= set(ids.ALPHABET)
    assert len(ids.ALPHABET) ** 16 >= 2**80
    row = db.session.scalars(select(GuestCode)).one()
    assert "".join(groups).lower() not in row.digest
    for line in trail.of("request", arrived.request.id):
        assert arrived.code not in str(line.details)


def test_number_code_and_digits_open_the_request(shelf: Shelf, settings: Settings) -> None:
    arrived = _send(shelf.document())
    typed = arrived.code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    visit = _visit(f" {arrived.request.number.lower()} ", typed)
    digits = _digits(settings)
    assert len(digits) == 6
    assert _enter(visit, f"{digits[:3]} {digits[3:]}") == arrived.request.id
    assert _enter(visit, digits) is None, "digits open once"
    guest = following.actor_of(arrived.request.id)
    assert requests.own(guest, arrived.request.id).purpose == PURPOSE


def test_what_is_wrong_looks_and_costs_like_what_is_right(shelf: Shelf, settings: Settings) -> None:
    arrived = _send(shelf.document())
    _mails(settings)
    before = len(_mails(settings))
    right = arrived.code
    tried = [
        (arrived.request.number, right),
        (arrived.request.number, "0000-0000-0000-0000"),
        ("YC-2026-999999", right),
        ("", ""),
    ]
    visits = [_visit(number, code, f"203.0.113.{place}") for place, (number, code) in enumerate(tried)]
    assert db.session.scalar(select(func.count()).select_from(GuestVisit)) == len(tried)
    jobs = db.session.scalar(select(func.count()).select_from(Job).where(Job.kind == following.JOB))
    assert jobs == len(tried)
    assert len(_mails(settings)) == before + 1
    for visit in visits[1:]:
        row = db.session.get_one(GuestVisit, visit)
        assert row.request_id is None
        assert _enter(visit, following._digits(visit)) is None, "not even the digits open it"


def test_digits_hold_ten_minutes_and_five_tries(shelf: Shelf, settings: Settings) -> None:
    arrived = _send(shelf.document())
    visit = _visit(arrived.request.number, arrived.code)
    digits = _digits(settings)
    with clock.held_at(db.session.get_one(GuestVisit, visit).expires_at):
        assert _enter(visit, digits) is None
    second = _visit(arrived.request.number, arrived.code)
    wrong = "000000" if following._digits(second) != "000000" else "111111"
    for _ in range(following.MOST_DIGIT_TRIES):
        assert _enter(second, wrong) is None
    with pytest.raises(TooManyError):
        _enter(second, following._digits(second))


@pytest.mark.parametrize("number", ["YC-2026-000001", "YC-2026-999999"])
def test_who_guesses_at_a_number_has_to_wait_whether_it_is_there_or_not(shelf: Shelf, number: str) -> None:
    _send(shelf.document())
    for place in range(following.TRIES_PER_NUMBER):
        _visit(number, "0000-0000-0000-0000", f"203.0.113.{place}")
    with pytest.raises(TooManyError):
        _visit(number, "0000-0000-0000-0000", "203.0.113.99")


def test_who_guesses_from_one_place_has_to_wait(shelf: Shelf) -> None:
    for number in range(following.TRIES_PER_ORIGIN):
        _visit(f"YC-2026-{number:06}", "0000-0000-0000-0000")
    with pytest.raises(TooManyError):
        _visit("YC-2026-900000", "0000-0000-0000-0000")


def test_an_address_cannot_be_flooded(shelf: Shelf) -> None:
    document = shelf.document()
    for place in range(proofs.ASKINGS_PER_ADDRESS):
        _ask(document, origin=f"203.0.113.{place}")
    with pytest.raises(TooManyError):
        _ask(document, origin="203.0.113.99")


@pytest.mark.parametrize("email", [EMAIL, "citizen@example.vn"])
def test_asking_tells_nobody_whether_an_address_has_an_account(
    shelf: Shelf, people: dict[str, Actor], settings: Settings, email: str
) -> None:
    _ask(shelf.document(), email=email)
    ((_to, subject, text),) = _mails(settings)
    assert subject == "Xác nhận yêu cầu của bạn"
    assert "/yeu-cau/khach/" in text


def test_an_account_gets_the_request_and_no_code(shelf: Shelf, people: dict[str, Actor]) -> None:
    arrived = _send(shelf.document(), email="citizen@example.vn")
    assert arrived.code == ""
    assert arrived.request.person_id == people["citizen"].id
    assert accounts.by_id(arrived.request.person_id).name == "Người citizen", "a stranger renames nobody"


def test_what_is_open_unknown_or_not_public_is_not_held(shelf: Shelf) -> None:
    for document, kind in (
        (shelf.document(Level.OPEN), InvalidError),
        (shelf.document(Level.WITHHELD), NotFoundError),
        (shelf.document(published=False), NotFoundError),
        ("0000000000", NotFoundError),
    ):
        with pytest.raises(kind), transaction():
            guests.ask(NAME, EMAIL, "vi", Wish([document], PURPOSE, _given()), ORIGIN)
    assert db.session.scalars(select(HeldRequest)).all() == []


def test_nobody_signs_in_as_a_guest(shelf: Shelf, settings: Settings) -> None:
    _send(shelf.document())
    with pytest.raises(NotAllowedError), transaction():
        signing.by_password(EMAIL, "", ORIGIN)
    with pytest.raises(NotFoundError), transaction():
        signing.make_link(EMAIL)
    before = len(_mails(settings))
    with transaction():
        resetting.ask(EMAIL, "vi", "203.0.113.50")
    (_to, _subject, text) = _mails(settings)[before]
    assert "/dat-lai-mat-khau/" not in text


def test_notices_lead_a_guest_to_where_they_can_follow(
    shelf: Shelf, people: dict[str, Actor], settings: Settings
) -> None:
    arrived = _send(shelf.document())
    with transaction():
        decisions.grant(people["approver"], arrived.request.items[0].id, REASON)
    text = next(text for _to, _subject, text in _mails(settings) if REASON in text)
    assert f"/theo-doi?so={arrived.request.number}" in text
    assert f"/yeu-cau/{arrived.request.id}" not in text
    assert "/dang-ky" in text


def test_who_registers_with_the_address_has_it_all_in_the_account(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    arrived = _send(document)
    with transaction():
        decisions.grant(people["approver"], arrived.request.items[0].id, REASON)
    with transaction():
        registration.ask(EMAIL, "Lê Thị Khách Quý", "en", "203.0.113.60")
    row = db.session.scalars(select(Proof).where(Proof.kind == "registration")).one()
    with transaction():
        person = registration.complete(proofs.secret_of(row), PASSWORD)
    assert (person.guest_since, person.name, person.locale) == (None, "Lê Thị Khách Quý", "en")
    assert [one.id for one in requests.mine(person.actor, Paging()).rows] == [arrived.request.id]
    assert policy.sight(person.actor, document).sees_content
    with transaction():
        assert signing.by_password(EMAIL, PASSWORD, ORIGIN).id == person.id
    with pytest.raises(NotFoundError):
        following.actor_of(arrived.request.id)


def test_an_account_never_becomes_a_guest(people: dict[str, Actor]) -> None:
    with transaction():
        person = guesthood.of("citizen@example.vn", "Tên Khác", "en")
    assert (person.guest_since, person.name) == (None, "Người citizen")
    with transaction():
        accounts.disable(people["administrator"], person.id)
    with pytest.raises(NotFoundError), transaction():
        guesthood.of("citizen@example.vn", "Tên Khác", "en")


def test_the_same_record_is_asked_for_once(shelf: Shelf) -> None:
    document = shelf.document()
    _send(document)
    secret = _ask(document)
    with pytest.raises(ConflictError), transaction():
        guests.send(secret)
    assert db.session.scalar(select(func.count()).select_from(Person).where(Person.email == EMAIL)) == 1


def test_a_guest_says_what_account_holders_say(shelf: Shelf) -> None:
    arrived, given = _send(shelf.document()), _given()
    row = db.session.get_one(Request, arrived.request.id)
    assert (row.purpose_kind_id, row.use_form_id) == (given.purpose_kind, given.use_form)
    assert row.undertaking_id == given.undertaking
    assert row.undertaken_at is not None


@pytest.mark.parametrize(
    ("left_out", "field"),
    [("purpose_kind", "purpose_kind"), ("use_form", "use_form"), ("undertaking", "accepted")],
)
def test_nothing_that_account_holders_are_asked_for_is_left_out(
    shelf: Shelf, left_out: str, field: str
) -> None:
    with pytest.raises(InvalidError) as refused, transaction():
        guests.ask(NAME, EMAIL, "vi", Wish([shelf.document()], PURPOSE, _given(**{left_out: ""})), ORIGIN)
    assert field in refused.value.fields
    assert db.session.scalars(select(HeldRequest)).all() == []


def test_a_guest_brings_the_papers_that_the_rules_ask_for(shelf: Shelf) -> None:
    with transaction():
        needing = next(term for term in rulebook.terms(TermKind.PURPOSE) if term.needs_evidence)
        wish = Wish([shelf.document()], PURPOSE, _given(purpose_kind=needing.id))
        guests.ask(NAME, EMAIL, "vi", wish, ORIGIN)
    (row,) = db.session.scalars(select(Proof).where(Proof.kind == "guest"))
    assert guests.looked_at(proofs.secret_of(row)).answers.evidence is Evidence.BROUGHT
    with transaction():
        sent = guests.send(proofs.secret_of(row))
    assert db.session.get_one(Request, sent.request.id).evidence == "brought"


def test_an_undertaking_that_was_worded_anew_is_read_again(shelf: Shelf, people: dict[str, Actor]) -> None:
    secret, held = _ask(shelf.document()), rulebook.undertaking()
    assert held is not None
    with transaction():
        rulemaking.end(people["administrator"], held.id, clock.today())
    with clock.held_at(clock.now() + timedelta(days=1)):
        with transaction():
            db.session.scalars(select(Proof)).one().expires_at = clock.now() + timedelta(hours=1)
        with pytest.raises(ConflictError) as refused, transaction():
            guests.send(secret)
    assert refused.value.code == "undertaking_changed"


def _refused(shelf: Shelf, people: dict[str, Actor]) -> tuple[Actor, guests.Arrived]:
    arrived = _send(shelf.document())
    with transaction():
        decisions.refuse(people["approver"], arrived.request.items[0].id, REASON)
    return following.actor_of(arrived.request.id), arrived


def test_a_guest_appeals_by_the_same_clock(
    shelf: Shelf, people: dict[str, Actor], settings: Settings
) -> None:
    guest, arrived = _refused(shelf, people)
    item = arrived.request.items[0].id
    with transaction():
        asked = requests.submit(people["citizen"], [shelf.document()], PURPOSE)
        decisions.refuse(people["approver"], asked.items[0].id, REASON)
        theirs = appeals.submit(people["citizen"], asked.id, [asked.items[0].id], WORDS)
    assert appeals.offered(guest, arrived.request.id) == {item: appeals.last_days(arrived.request.id)[item]}
    with transaction():
        appeal = appeals.submit(guest, arrived.request.id, [item], WORDS)
    assert appeal.due_on == theirs.due_on
    text = next(text for _to, _subject, text in _mails(settings) if appeal.number in text)
    assert f"/theo-doi?so={arrived.request.number}" in text
    assert f"/khieu-nai/{appeal.id}" not in text
    with transaction():
        assert appeals.withdraw(guest, appeal.id).status == "withdrawn"


DATA_MONTHS = 24


def _forget(after: timedelta) -> None:
    with clock.held_at(clock.now() + after):
        run(guest_data.retire)


def test_contact_data_of_a_guest_go_when_their_time_is_over(
    shelf: Shelf, people: dict[str, Actor], settings: Settings
) -> None:
    guest, arrived = _refused(shelf, people)
    with transaction():
        correspondence.write(guest, arrived.request.id, "Tôi là Lê Thị Khách, số máy 0912345678")
    _mails(settings)
    assert guest.id is not None
    closed = clock.today()
    last = datetime(closed.year + DATA_MONTHS // 12, closed.month, closed.day, 23, 59, tzinfo=clock.LOCAL)
    with clock.held_at(last):
        run(guest_data.retire)
        assert accounts.by_id(guest.id).email == EMAIL
    with clock.held_at(last + timedelta(minutes=1)):
        run(guest_data.retire)
    row = accounts.by_id(guest.id)
    assert EMAIL not in row.email
    assert NAME not in f"{row.name} {row.folded}"
    assert row.erased_at is not None
    assert accounts.by_email(EMAIL) is None
    assert db.session.scalars(select(Proof).where(Proof.email == EMAIL)).all() == []
    assert db.session.scalars(select(GuestCode)).all() == []
    assert list(settings.mail_folder.glob("*.eml")) == []
    written = db.session.scalars(select(RequestMessage).where(RequestMessage.from_person == guest.id))
    assert [one.text for one in written] == [""]
    assert requests.show(people["archivist"], arrived.request.id).number == arrived.request.number
    (line,) = [one for one in trail.of("person", guest.id) if one.action == "accounts.guest_gone"]
    assert (line.actor_id, line.details) == (None, {})
    with pytest.raises(NotFoundError):
        following.actor_of(arrived.request.id)


def test_contact_data_stay_while_something_runs(shelf: Shelf, people: dict[str, Actor]) -> None:
    waiting = _send(shelf.document(), email="cho@vidu.vn")
    guest, arrived = _refused(shelf, people)
    with transaction():
        appeals.submit(guest, arrived.request.id, [arrived.request.items[0].id], WORDS)
    (appeal,) = appeal_views.of_request(guest, arrived.request.id)
    _forget(timedelta(days=10 * 365))
    assert accounts.by_id(waiting.request.person_id).email == "cho@vidu.vn"
    assert accounts.by_id(arrived.request.person_id).email == EMAIL
    with transaction():
        appeals.withdraw(guest, appeal.id)
    _forget(timedelta(days=10 * 365))
    assert accounts.by_email(EMAIL) is None


@pytest.mark.parametrize("is_revoked", [False, True])
def test_contact_data_stay_for_a_time_after_leave_ended(
    shelf: Shelf, people: dict[str, Actor], is_revoked: bool
) -> None:
    start = clock.now()
    with transaction():
        rows = select(dated.DatedValue).where(dated.DatedValue.key == dated.GUEST_DATA_MONTHS)
        db.session.scalars(rows).one().value = "1"
    arrived = _send(shelf.document())
    item_id = arrived.request.items[0].id
    with transaction():
        decisions.grant(people["approver"], item_id, REASON, until=start + timedelta(days=60))
    grant_id = db.session.scalars(select(Grant.id)).one()
    if is_revoked:
        with clock.held_at(start + timedelta(days=40)), transaction():
            decisions.revoke(people["approver"], grant_id, "Cấp nhầm người")
    ended = 40 if is_revoked else 60
    for days in (ended - 1, ended + 1, ended + 27):
        _forget(timedelta(days=days))
        assert accounts.by_id(arrived.request.person_id).email == EMAIL, days
    _forget(timedelta(days=ended + 33))
    assert accounts.by_email(EMAIL) is None


def test_account_holders_are_not_forgotten_by_the_clock(shelf: Shelf, people: dict[str, Actor]) -> None:
    _guest, arrived = _refused(shelf, people)
    with transaction():
        registration.ask(EMAIL, NAME, "vi", "203.0.113.61")
    row = db.session.scalars(select(Proof).where(Proof.kind == "registration")).one()
    with transaction():
        registration.complete(proofs.secret_of(row), PASSWORD)
    _forget(timedelta(days=10 * 365))
    assert accounts.by_id(arrived.request.person_id).email == EMAIL


def test_who_asks_again_after_being_forgotten_is_somebody_new(shelf: Shelf, people: dict[str, Actor]) -> None:
    guest, _arrived = _refused(shelf, people)
    _forget(timedelta(days=10 * 365))
    assert _send(shelf.document()).request.person_id != guest.id
