"""Links by mail for registration, reset, invitation: each works once, for one purpose, and ends by time."""

from __future__ import annotations

import email
import email.policy
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts import (
    invitations,
    letters,
    own,
    people,
    proofs,
    registration,
    resetting,
    signing,
    tokens,
    tries,
)
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.models import Person, Proof, ProofKind
from portal.accounts.roles import Role
from portal.core import clock, dated, house
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.jobs.handlers import Claim
from portal.jobs.models import Job, Lane
from tests.conftest import PASSWORD

HERE = "127.0.0.1"
NEW = "một mật khẩu khác, đủ dài"


def latest(kind: ProofKind) -> Proof:
    found = db.session.scalar(select(Proof).where(Proof.kind == kind.value).order_by(Proof.created_at.desc()))
    assert found is not None
    return found


def link(kind: ProofKind) -> str:
    return proofs.secret_of(latest(kind))


def post(kind: ProofKind) -> str:
    """Do the job of the latest letter and return the mail that lies in the folder, empty if none does."""
    row = latest(kind)
    apply = letters.send(Claim("job0000000", "any", row.id, {}, Lane.DESK, "worker", 1, 0, 0))
    with transaction():
        apply()
    file = house.settings().mail_folder / f"{row.id}.eml"
    if not file.exists():
        return ""
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return str(mail.get_content())


def ask_registration(address: str = "moi@example.vn", locale: str = "en") -> None:
    with transaction():
        registration.ask(address, "Lê Thị Mới", locale, HERE)


def ask_reset(address: str) -> None:
    with transaction():
        resetting.ask(address, "en", HERE)


def test_who_proves_an_address_gets_an_account(app: Flask) -> None:
    ask_registration("Moi@Example.vn ")
    assert people.by_email("moi@example.vn") is None, "no account before the proof"
    mail = post(ProofKind.REGISTRATION)
    assert f"/en/dang-ky/{link(ProofKind.REGISTRATION)}" in mail
    assert latest(ProofKind.REGISTRATION).sent_at is not None
    with transaction():
        made = registration.complete(link(ProofKind.REGISTRATION), PASSWORD)
        assert (made.role, made.locale, made.name) == (Role.CITIZEN, "en", "Lê Thị Mới")
    with transaction():
        assert signing.by_password("moi@example.vn", PASSWORD, HERE).email == "moi@example.vn"


def test_the_secret_stands_nowhere_in_the_database(app: Flask) -> None:
    ask_registration()
    row, secret = latest(ProofKind.REGISTRATION), link(ProofKind.REGISTRATION)
    assert len(secret) == 64
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()
    stored = Path(house.settings().home / "portal.db").read_bytes()
    stored += b"".join(path.read_bytes() for path in Path(house.settings().home).glob("portal.db-wal"))
    assert row.digest.encode() in stored
    assert secret.encode() not in stored


def test_a_link_works_once(people: dict[str, Actor]) -> None:
    ask_reset("citizen@example.vn")
    secret = link(ProofKind.RESET)
    with transaction():
        resetting.complete(secret, NEW)
    with pytest.raises(NotFoundError), transaction():
        resetting.complete(secret, PASSWORD)
    with transaction():
        assert signing.by_password("citizen@example.vn", NEW, HERE)


@pytest.mark.parametrize(
    ("kind", "key"),
    [(ProofKind.REGISTRATION, dated.REGISTRATION_HOURS), (ProofKind.RESET, dated.RESET_HOURS)],
)
def test_a_link_ends_when_its_dated_period_is_over(
    people: dict[str, Actor], kind: ProofKind, key: str
) -> None:
    asks = {ProofKind.REGISTRATION: ask_registration, ProofKind.RESET: lambda: ask_reset("other@example.vn")}
    start = clock.now()
    with clock.held_at(start):
        asks[kind]()
    end = start + timedelta(hours=int(dated.value(key)))
    with clock.held_at(end - timedelta(seconds=1)):
        assert proofs.opened(kind, link(kind))
    with clock.held_at(end), pytest.raises(NotFoundError):
        proofs.opened(kind, link(kind))


def test_a_link_is_good_for_its_own_purpose_only(people: dict[str, Actor]) -> None:
    ask_registration("citizen@example.vn")
    with pytest.raises(NotFoundError), transaction():
        resetting.complete(link(ProofKind.REGISTRATION), NEW)


def test_a_link_changes_the_password_of_its_own_person_only(people: dict[str, Actor]) -> None:
    ask_reset("citizen@example.vn")
    with transaction():
        assert resetting.complete(link(ProofKind.RESET), NEW).id == people["citizen"].id
    with transaction():
        assert signing.by_password("other@example.vn", PASSWORD, HERE).id == people["other"].id


def test_a_stranger_ends_nobodys_link_and_use_ends_all(people: dict[str, Actor]) -> None:
    ask_reset("citizen@example.vn")
    first = link(ProofKind.RESET)
    with clock.held_at(clock.now() + timedelta(seconds=1)):
        ask_reset("citizen@example.vn")
        second = link(ProofKind.RESET)
        assert resetting.looked_at(first)
        with transaction():
            resetting.complete(first, NEW)
        with pytest.raises(NotFoundError):
            resetting.looked_at(second)


def test_an_address_is_written_to_only_so_often_within_a_day(app: Flask) -> None:
    start, most = clock.now(), int(dated.value(dated.LETTERS_PER_DAY))
    for number in range(most):
        with clock.held_at(start + number * tries.WINDOW):
            ask_registration()
    with clock.held_at(start + most * tries.WINDOW), pytest.raises(NotAllowedError) as error:
        ask_reset("moi@example.vn")
    assert error.value.code == "too_many_letters"
    with clock.held_at(start + proofs.DAY):
        ask_reset("moi@example.vn")


def test_a_stranger_is_not_greeted_in_words_of_whoever_asked(app: Flask) -> None:
    ask_registration()
    mail = post(ProofKind.REGISTRATION)
    assert "Lê Thị Mới" not in mail
    assert "moi@example.vn" in mail


def keys_of(address: str) -> tuple[str, str, str]:
    """Hand out a reset link, a sign-in link and a token."""
    ask_reset(address)
    with transaction():
        return link(ProofKind.RESET), signing.make_link(address), tokens.make(address, "script", 2)


def open_keys(reset: str, sign_in: str, token: str) -> list[bool]:
    """Tell which of the three still open something."""
    proof = db.session.scalar(select(Proof).where(Proof.digest == hashlib.sha256(reset.encode()).hexdigest()))
    return [
        proof is not None and proof.is_open,
        signing.is_open_link(sign_in),
        tokens.holder(token) is not None,
    ]


def test_a_change_of_password_ends_links_but_no_tokens(people: dict[str, Actor]) -> None:
    keys = keys_of("citizen@example.vn")
    assert open_keys(*keys) == [True, True, True]
    with transaction():
        own.change_password(people["citizen"], PASSWORD, NEW, HERE)
    assert open_keys(*keys) == [False, False, True]


def test_a_reset_ends_links_and_tokens(people: dict[str, Actor]) -> None:
    keys = keys_of("citizen@example.vn")
    with transaction():
        resetting.complete(keys[0], NEW)
    assert open_keys(*keys) == [False, False, False]


def test_an_account_opened_again_has_none_of_its_old_keys(people: dict[str, Actor]) -> None:
    from portal.accounts import people as accounts

    keys, person = keys_of("citizen@example.vn"), people["citizen"].id or ""
    with transaction():
        accounts.disable(people["administrator"], person)
        accounts.enable(people["administrator"], person)
    assert open_keys(*keys) == [False, False, False]


def test_a_password_that_does_not_fit_leaves_the_link_open(people: dict[str, Actor]) -> None:
    ask_reset("operator@example.vn")
    with pytest.raises(InvalidError), transaction():
        resetting.complete(link(ProofKind.RESET), "a" * 14)
    with transaction():
        resetting.complete(link(ProofKind.RESET), "a" * 15)


def test_an_unknown_address_gets_the_same_answer_and_the_same_work(people: dict[str, Actor]) -> None:
    def rows() -> tuple[int, int]:
        made = db.session.scalar(select(func.count()).select_from(Proof))
        jobs = db.session.scalar(select(func.count()).select_from(Job).where(Job.kind == proofs.LETTER_JOB))
        return made or 0, jobs or 0

    for ask in (ask_reset, ask_registration):
        seen = []
        for address in ("citizen@example.vn", "nobody@example.vn"):
            before = rows()
            statements: list[str] = []
            with Listening(statements):
                ask(address)
            after = rows()
            seen.append((after[0] - before[0], after[1] - before[1], statements))
        assert seen[0] == seen[1], ask
        assert seen[0][:2] == (1, 1)


def test_only_the_mail_box_learns_whether_the_address_is_known(people: dict[str, Actor]) -> None:
    ask_reset("nobody@example.vn")
    assert link(ProofKind.RESET) not in post(ProofKind.RESET)
    with clock.held_at(clock.now() + timedelta(seconds=1)):
        ask_registration("citizen@example.vn")
        mail = post(ProofKind.REGISTRATION)
        assert link(ProofKind.REGISTRATION) not in mail
        assert "/dang-nhap" in mail


def test_who_is_disabled_cannot_reset(people: dict[str, Actor]) -> None:
    from portal.accounts import people as accounts

    with transaction():
        accounts.disable(people["administrator"], people["citizen"].id or "")
    ask_reset("citizen@example.vn")
    with pytest.raises(NotFoundError), transaction():
        resetting.complete(link(ProofKind.RESET), NEW)
    assert link(ProofKind.RESET) not in post(ProofKind.RESET)


def test_asking_is_slowed_down_for_known_and_unknown_alike(people: dict[str, Actor]) -> None:
    for address in ("citizen@example.vn", "nobody@example.vn"):
        for _ in range(proofs.ASKINGS_PER_ADDRESS):
            ask_reset(address)
        with pytest.raises(NotAllowedError) as error:
            ask_reset(address)
        assert error.value.code == "too_many_tries"
    with clock.held_at(clock.now() + tries.WINDOW):
        ask_reset("citizen@example.vn")


def test_a_reset_ends_all_sessions_and_tells_the_person(people: dict[str, Actor]) -> None:
    before = db.session.get_one(Person, people["citizen"].id).session_epoch
    ask_reset("citizen@example.vn")
    with transaction():
        row = resetting.complete(link(ProofKind.RESET), NEW)
        assert row.session_epoch == before + 1
    from portal.accounts import notices

    assert notices.unread_count(people["citizen"]) == 1


def test_changing_the_password_needs_the_present_one(people: dict[str, Actor]) -> None:
    actor = people["citizen"]
    with pytest.raises(NotAllowedError) as error, transaction():
        own.change_password(actor, "wrong", NEW, HERE)
    assert error.value.code == "wrong_password"
    with transaction():
        own.change_password(actor, PASSWORD, NEW, HERE)
    with transaction():
        assert signing.by_password("citizen@example.vn", NEW, HERE)


def test_people_correct_their_own_data(people: dict[str, Actor]) -> None:
    with transaction():
        own.correct(people["citizen"], "  Trần   Văn Ân ", "en")
    row = own.data(people["citizen"])
    assert (row.name, row.locale) == ("Trần Văn Ân", "en")
    assert "tran van an" in row.folded
    with pytest.raises(InvalidError), transaction():
        own.correct(people["citizen"], "  ", "en")


def invite(actor: Actor, address: str = "staff@example.vn") -> str:
    with transaction():
        invitations.invite(actor, address, "Phan Thị Sửa", Role.ARCHIVIST, "vi")
    return link(ProofKind.INVITATION)


def test_an_invited_person_gets_the_role_that_was_offered(people: dict[str, Actor]) -> None:
    secret = invite(people["administrator"])
    assert secret in post(ProofKind.INVITATION)
    with transaction():
        assert invitations.accept(secret, PASSWORD).role == Role.ARCHIVIST
    assert invitations.pending(people["administrator"]) == []
    with pytest.raises(NotFoundError), transaction():
        invitations.accept(secret, PASSWORD)


def test_only_those_who_manage_people_invite(people: dict[str, Actor]) -> None:
    for key in ("citizen", "operator", "archivist", "approver"):
        with pytest.raises(NotAllowedError):
            invite(people[key])


def test_invitations_are_renewed_and_withdrawn(people: dict[str, Actor]) -> None:
    actor = people["administrator"]
    first = invite(actor)
    (shown,) = invitations.pending(actor)
    with clock.held_at(shown.expires_at):
        assert invitations.pending(actor)[0].is_over
        with transaction():
            invitations.renew(actor, shown.id)
        second = link(ProofKind.INVITATION)
        assert invitations.looked_at(second)
        with pytest.raises(NotFoundError):
            invitations.looked_at(first)
        with transaction():
            invitations.withdraw(actor, invitations.pending(actor)[0].id)
        with pytest.raises(NotFoundError), transaction():
            invitations.accept(second, PASSWORD)
        assert invitations.pending(actor) == []


def test_an_invitation_ends_with_the_rights_of_its_inviter(people: dict[str, Actor]) -> None:
    from portal.accounts import people as accounts

    with transaction():
        second = accounts.create(PORTAL, "second@example.vn", Role.ADMINISTRATOR)
        inviter, heir = people["administrator"], second
    secret = invite(inviter)
    with transaction():
        accounts.change_role(heir.actor, inviter.id or "", Role.OPERATOR)
    with pytest.raises(NotFoundError):
        invitations.looked_at(secret)
    with pytest.raises(NotFoundError), transaction():
        invitations.accept(secret, PASSWORD)
    with transaction():
        invitations.hand_over(heir.actor, inviter.id or "", heir)
    assert invitations.looked_at(secret)


def test_who_has_an_account_is_not_invited(people: dict[str, Actor]) -> None:
    with pytest.raises(ConflictError):
        invite(people["administrator"], "citizen@example.vn")


def test_old_proofs_are_forgotten(app: Flask) -> None:
    ask_registration()
    with clock.held_at(latest(ProofKind.REGISTRATION).expires_at + proofs.KEPT + timedelta(seconds=1)):
        with transaction():
            letters.tidy(Claim("job0000000", "any", "", {}, Lane.DESK, "worker", 1, 0, 0))()
        assert db.session.scalar(select(func.count()).select_from(Proof)) == 0


def test_an_account_made_meanwhile_is_not_made_twice(app: Flask) -> None:
    ask_registration()
    with transaction():
        people.create(PORTAL, "moi@example.vn", Role.CITIZEN)
    with pytest.raises(ConflictError), transaction():
        registration.complete(link(ProofKind.REGISTRATION), PASSWORD)


class Listening:
    """Collects the SQL statements that the block sends, without their values."""

    def __init__(self, into: list[str]) -> None:
        self._into = into

    def __enter__(self) -> None:
        from sqlalchemy import event

        event.listen(db.engine, "before_cursor_execute", self._note)

    def __exit__(self, *_error: object) -> None:
        from sqlalchemy import event

        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        self._into.append(statement)
