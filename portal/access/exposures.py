"""Reports that a record shows personal data: taken from anybody, hidden at once, opened by two, answered.

Whoever reports says what and where, and where the answer may go; who they are is not asked. Hiding is
withholding (`rights`): from that transaction on nobody but the staff learns that the record exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from portal.access import powers, reasons, rulebook
from portal.access.exposure_rows import Exposure, ExposureState
from portal.access.terms import TermKind
from portal.accounts import people, tries
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import outbox, pages, tree
from portal.core import clock, sealing, workdays
from portal.core.db import db, end_reading
from portal.core.errors import (
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    TooManyError,
    UnavailableError,
)
from portal.jobs import ledger
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Claim
from portal.jobs.models import Lane
from portal.mail import post
from portal.mail.models import Message
from portal.rights import policy, protections
from portal.rights.levels import Level

JOB = "access.exposure"
SERVICE = "takedown"
TEXT_LEAST, TEXT_MOST = 10, 2000
ORIGIN_MOST = 5
"""Reports from one origin within the window of `tries`."""

SECONDS_TO_NEXT_TRY = 120.0

S = ExposureState


class ExposureAct(StrEnum):
    """What can be done to a report."""

    HIDE = "hide"
    OPEN_AGAIN = "open_again"
    """By somebody else than hid the record."""
    ANSWER = "answer"
    REOPEN = "reopen"


A = ExposureAct

TRANSITIONS: dict[tuple[ExposureState, ExposureAct], ExposureState] = {
    (S.RECEIVED, A.HIDE): S.HIDDEN,
    (S.RECEIVED, A.ANSWER): S.ANSWERED,
    (S.HIDDEN, A.OPEN_AGAIN): S.RECEIVED,
    (S.HIDDEN, A.ANSWER): S.UPHELD,
    (S.ANSWERED, A.REOPEN): S.RECEIVED,
    (S.UPHELD, A.REOPEN): S.HIDDEN,
}

OPEN = (S.RECEIVED, S.HIDDEN)
"""What waits for its answer."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports."""

    text: str
    term_id: str = ""
    page_id: str = ""
    email: str = ""
    locale: str = "vi"


def report(actor: Actor, node_id: str, given: Report, origin: str) -> None:
    """Take a report from anybody, signed in or not.

    Raises:
        NotFoundError: the actor may not know of the record, or the page is not one of its that they see.
        InvalidError: the words are missing, the kind is none, or the address is none.
        TooManyError: too many came from the origin in the last minutes.
    """
    policy.require_description(actor, node_id)
    key = tries.key("exposure", origin)
    if tries.are_too_many({key: ORIGIN_MOST}):
        raise TooManyError("too_many_tries", seconds=tries.SECONDS)
    if given.page_id and pages.known(actor, given.page_id).page.document_id != node_id:
        raise NotFoundError("not_found")
    if given.term_id not in {term.id for term in rulebook.terms(TermKind.TAKEDOWN)}:
        raise InvalidError("missing", fields={"term": "missing"})
    row = Exposure(
        node_id=node_id,
        page_id=given.page_id or None,
        term_id=given.term_id,
        text=reasons.clean("text", given.text, TEXT_LEAST, TEXT_MOST),
        locale=given.locale,
        due_on=workdays.current().due(clock.today(), rulebook.service(SERVICE).working_days),
    )
    db.session.add(row)
    db.session.flush()
    if given.email:
        address = people.clean_address(given.email)
        row.email_sealed, row.key_id = sealing.seal(address.encode(), _context(row)), sealing.present_id()
    tries.remember(key)
    db.session.flush()
    # Who it was is nobody's to know: not even that somebody was signed in.
    trail.record(ANONYMOUS, "exposure.report", "exposure", row.id, node=node_id)


def hide(actor: Actor, report_id: str) -> None:
    """Withhold the record at once; one person is enough for that.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `_moved`.
    """
    row = _moved(actor, report_id, A.HIDE)
    other = _others_hidden(row)
    standing = protections.of(row.node_id)
    row.level_before = other.level_before if other else standing.level
    row.reason_before = other.reason_before if other else standing.reason
    row.keep_day(other.day_before if other else standing.day)
    before = protections.take_down(row.node_id, actor.id)
    row.hidden_by, row.hidden_at = actor.id, protections.of(row.node_id).set_at
    protections.close_in_search(row.node_id, outbox.note_tree(row.node_id))
    _record(actor, row, A.HIDE)
    _record_level(actor, row, before, Level.WITHHELD)


def open_again(actor: Actor, report_id: str) -> None:
    """Give the record the level back that it had, as the second person.

    It stays withheld where another report hides it too, or somebody has withheld it for another reason.

    Raises:
        NotFoundError, ConflictError: as `_moved`.
        NotAllowedError: the actor, or whoever lent them the right, hid it, or they do not handle requests.
    """
    row = _moved(actor, report_id, A.OPEN_AGAIN)
    if not powers.is_second(actor, Permission.HANDLE, row.hidden_by):
        raise NotAllowedError("hidden_by_you")
    if _others_hidden(row):
        # The other report keeps the record hidden; whoever settles the last of them gives it back.
        _record(actor, row, A.OPEN_AGAIN)
        return
    if not _is_as_hidden(row):
        # Somebody withheld it for reasons of their own since: that stands, and is theirs to change.
        protections.settle(row.node_id)
        _record(actor, row, A.OPEN_AGAIN)
        return
    level = Level(row.level_before) if row.level_before else None
    protections.put_level_back(row.node_id, level, row.reason_before, actor.id, row.day_before)
    outbox.note_tree(row.node_id)
    _record(actor, row, A.OPEN_AGAIN)
    _record_level(actor, row, Level.WITHHELD, level)


def answer(actor: Actor, report_id: str, text: str) -> None:
    """Answer a report; the answer goes to the address that was left, and the address is forgotten then.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `_moved`.
        InvalidError: the words are missing.
    """
    row = _moved(actor, report_id, A.ANSWER)
    row.answer = reasons.clean("answer", text, TEXT_LEAST, TEXT_MOST)
    row.answered_by, row.answered_at = actor.id, clock.now()
    db.session.flush()
    if row.email_sealed is not None:
        ledger.enqueue(JOB, row.id, lane=Lane.DESK)
    _record(actor, row, A.ANSWER)


def reopen(actor: Actor, report_id: str) -> None:
    """Work on an answered report again.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `_moved`.
    """
    _record(actor, _moved(actor, report_id, A.REOPEN), A.REOPEN)


def send(claim: Claim) -> Callable[[], None]:
    """Send the answer of a report, the subject of the claim; what is returned forgets the address.

    Raises:
        NotReadyError: the mail server does not take mails now.
    """
    row = db.session.get(Exposure, claim.subject)
    if row is None or row.email_sealed is None or row.key_id is None:
        return lambda: None
    address = sealing.unseal(row.email_sealed, row.key_id, _context(row)).decode()
    message = Message(
        id=row.id,
        template="exposure_answered",
        values={"answer": row.answer},
        link="",
        created_at=clock.now(),
    )
    letter = post.compose(message, post.Recipient(address, address, row.locale))
    end_reading()
    try:
        post.send(letter)
    except UnavailableError as error:
        raise NotReadyError(error.code, seconds=SECONDS_TO_NEXT_TRY, **error.values) from error
    return lambda: _forget_address(claim.subject)


def _moved(actor: Actor, report_id: str, act: ExposureAct) -> Exposure:
    """Move a locked report by the table.

    Raises:
        NotAllowedError: the actor does not handle requests.
        NotFoundError: there is no such report.
        ConflictError: the act is not possible from where it stands.
    """
    actor.must(Permission.HANDLE)
    row = db.session.scalar(
        select(Exposure)
        .where(Exposure.id == report_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError("not_found")
    policy.require_description(actor, row.node_id)
    target = TRANSITIONS.get((S(row.state), act))
    if target is None:
        raise ConflictError("exposure_stands_elsewhere")
    if act is A.HIDE:
        row.hidden_by = actor.id
    row.state = target.value
    return row


def _others_hidden(row: Exposure) -> Exposure | None:
    which = (Exposure.node_id == row.node_id, Exposure.id != row.id)
    return db.session.scalar(
        select(Exposure).where(*which, Exposure.state.in_((S.HIDDEN.value, S.UPHELD.value))).limit(1)
    )


def _is_as_hidden(row: Exposure) -> bool:
    """Tell whether the record's level is still the one by which a report hid it, and nobody's since."""
    now = protections.of(row.node_id)
    hidden = db.session.scalars(select(Exposure.hidden_at).where(Exposure.node_id == row.node_id)).all()
    return now.own_level is Level.WITHHELD and now.set_at in hidden


def give_up(report_id: str, code: str) -> None:
    """Forget an address to which the answer cannot be sent for good."""
    _forget_address(report_id)


def _forget_address(report_id: str) -> None:
    row = db.session.get(Exposure, report_id)
    if row is not None:
        row.email_sealed, row.key_id = None, None
        db.session.flush()


def _record(actor: Actor, row: Exposure, act: ExposureAct) -> None:
    trail.record(actor, f"exposure.{act.value}", "exposure", row.id, node=row.node_id)


def _record_level(actor: Actor, row: Exposure, before: Level | None, after: Level | None) -> None:
    """Leave the line that every change of a level leaves, so that who made it is known to four eyes."""
    trail.record(
        actor,
        "access.set_level",
        tree.by_id(row.node_id).kind,
        row.node_id,
        before=before.value if before else None,
        after=after.value if after else None,
    )


def _context(row: Exposure) -> str:
    return f"exposure_reports.email:{row.id}"
