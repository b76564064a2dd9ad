"""What follows in the demo when all is asked: appeal, letter, report, redacted version; and their end.

After `asking`. The version is made by the worker as any other: `begin` draws what is hidden, and `give` has
it confirmed and grants it once its pages are made. Where the proof does not hold it stays a draft.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal.access import (
    appeal_states,
    appeals,
    auto_rules,
    boxes,
    decisions,
    exposures,
    redaction_states,
    redactions,
    requests,
    rulebook,
)
from portal.access.appeal_rows import Appeal
from portal.access.auto_rows import AutoRule, AutoState
from portal.access.exposure_rows import Exposure
from portal.access.exposures import Report
from portal.access.letters import issuing
from portal.access.letters.kinds import LetterKind
from portal.access.letters.rows import IssuedLetter
from portal.access.models import Item, Request
from portal.access.proposals import Proposal
from portal.access.redaction_states import RedactionAct
from portal.access.states import OPEN_VALUES, Act
from portal.access.terms import TermKind
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Role
from portal.catalogue import pages
from portal.catalogue.models import Node, Page, PageState
from portal.catalogue.readings import Word
from portal.catalogue.redaction_rows import MakingState, Redaction, RedactionState
from portal.core.db import db
from portal.core.errors import NotFoundError, PortalError
from portal.demo import asking, documents, storing
from portal.demo.asking import Outcome
from portal.jobs import ledger
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Apply, Claim

JOB, BEGIN, GIVE = asking.NEXT, "demo.redaction", "demo.redacted_leave"
SECONDS_TO_WAIT = 10.0
ORIGIN = "demo"

WHY_APPEALED = "Tôi có tên trong danh sách và chỉ cần dòng ghi về mình; xin xem lại việc từ chối toàn bộ."
REPORTED = "Cuối trang có số điện thoại riêng của một người vẫn đang sống trong xã."
WHY_HIDDEN = "Họ tên của những người còn sống, không liên quan đến mục đích của người yêu cầu."
LEFT = "Chữ trùng với tên đã che ở chỗ khác là tên đất hoặc tên người khác, không cần che."
OVER = "Phần minh họa đã kết thúc."

LONGEST_ROW, NAME_CAPITALS = 2, 3
"""A row of the demo's lists begins with a number of two digits at most, then a name of three words."""


def follow(claim: Claim) -> Apply:
    """Have the reader appeal, a letter issued and a record reported.

    Raises:
        NotReadyError: the record has no pages yet.
    """
    if _is_removed():
        return _nothing
    reported = asking.document_of(documents.OPEN.file_name)
    if reported is None:
        raise NotReadyError("no_pages_yet", seconds=SECONDS_TO_WAIT, title=documents.OPEN.file_name)
    return lambda: _follow(reported)


def begin(claim: Claim) -> Apply:
    """Have a redacted version drawn and its pages ordered, once the paper is read.

    Raises:
        NotReadyError: it is not read yet.
    """
    if _is_removed():
        return _nothing
    document_id = asking.document_of(_wish(Outcome.REDACTED))
    states = {page.state for page in pages.of_document(document_id)} if document_id else set()
    if document_id is None or PageState.WAITING.value in states:
        raise NotReadyError("page_not_read", seconds=SECONDS_TO_WAIT)
    if PageState.FAILED.value in states:
        return _nothing
    return lambda: _begin(document_id)


def give(claim: Claim) -> Apply:
    """Have the version, the subject of the claim, confirmed and granted, once its pages are made.

    Raises:
        NotReadyError: they are not made yet.
    """
    if _is_removed():
        return _nothing
    states = {page.state for page in redactions.made_pages(claim.subject)}
    if MakingState.WAITING.value in states:
        raise NotReadyError("page_not_read", seconds=SECONDS_TO_WAIT)
    if MakingState.FAILED.value in states:
        return _nothing
    return lambda: _give(claim.subject)


def end(citizen: Actor, archivist: Actor, approver: Actor, fonds_ids: Sequence[str]) -> None:
    """End what waits for the staff because of the demo, so that nothing of it stands in their queues.

    Args:
        fonds_ids: the fonds of the demo.
    """
    own = select(Request.id).where(Request.person_id == citizen.id)
    running = select(Appeal.id).where(
        Appeal.request_id.in_(own), Appeal.status.in_(appeal_states.OPEN_VALUES)
    )
    for appeal_id in db.session.scalars(running).all():
        appeals.withdraw(citizen, appeal_id)
    letters = select(IssuedLetter.id).where(
        IssuedLetter.request_id.in_(own), IssuedLetter.cancelled_at.is_(None)
    )
    for letter_id in db.session.scalars(letters).all():
        issuing.cancel(approver, letter_id, OVER)
    undecided = select(Item.request_id).where(Item.request_id.in_(own), Item.state.in_(OPEN_VALUES))
    for request_id in set(db.session.scalars(undecided)):
        requests.withdraw(citizen, request_id)
    below = select(Node.id).where(Node.fonds_id.in_(fonds_ids))
    for report in db.session.scalars(select(Exposure).where(Exposure.node_id.in_(below))).all():
        if report.state in [state.value for state in exposures.OPEN]:
            exposures.answer(archivist, report.id, OVER)
    in_force = AutoRule.state == AutoState.IN_FORCE.value
    for rule_id in db.session.scalars(select(AutoRule.id).where(AutoRule.node_id.in_(below), in_force)).all():
        auto_rules.end(approver, rule_id, OVER)
    for row in db.session.scalars(select(Redaction).where(Redaction.document_id.in_(below))).all():
        _withdraw(archivist, row)
    storing.end(archivist, fonds_ids)


def _follow(reported: str) -> None:
    if _is_removed():
        return
    citizen, approver = asking.actor(Role.CITIZEN), asking.actor(Role.APPROVER)
    refused = _item(citizen, _wish(Outcome.REFUSED))
    appeals.submit(citizen, refused.request_id, [refused.id], WHY_APPEALED)
    answered = _item(citizen, _wish(Outcome.GRANTED)).request_id
    words = issuing.prepare(approver, answered, LetterKind.ANSWER)
    issuing.issue(approver, answered, LetterKind.ANSWER, words)
    kind = rulebook.terms(TermKind.TAKEDOWN)[0].id
    exposures.report(ANONYMOUS, reported, Report(REPORTED, kind), ORIGIN)
    storing.propose(asking.actor(Role.ARCHIVIST), reported)
    ledger.enqueue(BEGIN, JOB, priority=asking.PRIORITY)


def _begin(document_id: str) -> None:
    if _is_removed():
        return
    archivist = asking.actor(Role.ARCHIVIST)
    row = redactions.begin(archivist, document_id, WHY_HIDDEN)
    every, count = pages.of_document(document_id), 0
    for page in every:
        places = _names(boxes.words_of(page.id))
        count += boxes.from_words(archivist, row.id, page.id, places) if places else 0
    if not count:
        _hide_something(archivist, row, every[0])
    redactions.make(archivist, row.id)
    ledger.enqueue(GIVE, row.id, priority=asking.PRIORITY)


def _names(words: Sequence[Word]) -> list[int]:
    """Return the places of the names in a list: behind the number of a row, up to the third capital.

    Where the machine saw no room between words, it is the same name in fewer of them.
    """
    found: list[int] = []
    for place, word in enumerate(words):
        if not 0 < len("".join(sign for sign in word[0] if sign.isdigit())) <= LONGEST_ROW:
            continue
        capitals, name = 0, list[int]()
        for one in words[place + 1 : place + 1 + NAME_CAPITALS]:
            if capitals >= NAME_CAPITALS or not (one[0].isalpha() and one[0][0].isupper()):
                break
            capitals += sum(sign.isupper() for sign in one[0])
            name.append(place + 1 + len(name))
        if capitals == NAME_CAPITALS:
            found += name
    return found


def _hide_something(archivist: Actor, row: Redaction, page: Page) -> None:
    """Hide a strip of the page, where the names were read too badly to be found."""
    width, height = page.width or 1000, page.height or 1000
    boxes.draw(archivist, row.id, page.id, (width // 8, height // 3, width // 3, height // 3))


def _give(redaction_id: str) -> None:
    if _is_removed():
        return
    archivist, approver = asking.actor(Role.ARCHIVIST), asking.actor(Role.APPROVER)
    wish = next(one for one in asking.WISHES if one.outcome is Outcome.REDACTED)
    item = _item(asking.actor(Role.CITIZEN), wish.file_names[0])
    try:
        with db.session.begin_nested():
            redactions.offer(archivist, redaction_id, LEFT)
            row = db.session.get_one(Redaction, redaction_id)
            redactions.confirm(approver, redaction_id, redactions.fingerprint(row))
            decisions.decide(approver, item.id, Proposal(Act.GRANT, wish.answer, redaction_id=redaction_id))
    except PortalError:
        # Somebody tried the demo meanwhile, or a hidden word was found again: it stays a draft, which shows
        # as much of the portal.
        return


def _withdraw(archivist: Actor, row: Redaction) -> None:
    if row.state == RedactionState.OFFERED.value and row.made_by == archivist.id:
        redactions.recall(archivist, row.id)
    if redaction_states.may(archivist, row, RedactionAct.WITHDRAW):
        redactions.withdraw(archivist, row.id, OVER)


def _wish(outcome: Outcome) -> str:
    """Return the file of the first paper of the wish that comes to that."""
    return next(one for one in asking.WISHES if one.outcome is outcome).file_names[0]


def _item(citizen: Actor, file_name: str) -> Item:
    document_id = asking.document_of(file_name)
    return db.session.scalars(
        select(Item).join(Request).where(Request.person_id == citizen.id, Item.node_id == document_id)
    ).one()


def _is_removed() -> bool:
    """Tell whether the demo was removed, also while a job of it waited."""
    try:
        asking.actor(Role.CITIZEN)
    except NotFoundError:
        return True
    return False


def _nothing() -> None:
    """Leave everything as it is."""
