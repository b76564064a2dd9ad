"""A request while it is written: kept step by step, so that a closed browser loses nothing.

A person has one at a time. Before it stands `basket`, behind it `requests.submit`; sending twice gives one
request. What is half written is nobody's but the reader's: the trail begins when it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from portal.access import admitting, askable, basket, half_written, reasons, requests, results, rulebook
from portal.access import answers as answering
from portal.access.answers import Answers, Evidence
from portal.access.half_written import HalfWritten
from portal.access.models import Item, Request
from portal.access.results import RequestView
from portal.access.terms import TermKind
from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.accounts.roles import Permission
from portal.core import clock, dated
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError


class Step(StrEnum):
    """The steps in their order."""

    WHAT = "what"
    WHY = "why"
    EVIDENCE = "evidence"
    UNDERTAKING = "undertaking"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Written:
    """A half-written request as its person sees it."""

    id: str
    version: int
    documents: tuple[str, ...]
    purpose: str
    answers: Answers
    until: datetime

    @property
    def needs_evidence(self) -> bool:
        return bool(answering.needs_evidence(self.answers))


def present(actor: Actor) -> Written | None:
    """Return what the actor has written so far; nothing where they have not begun, or too long ago."""
    row = _row(_person(actor))
    return _written(row) if row else None


def choose(actor: Actor, node_ids: Sequence[str], again: str = "") -> Written:
    """Begin a request, or change what is asked for; what was answered before is kept.

    Args:
        node_ids: what is wanted; what cannot be asked for falls out.
        again: the id of an item of the actor's, whose request lends its answers; others are passed over.

    Raises:
        InvalidError: nothing of it can be asked for, or it is too much.
    """
    person_id = _locked(actor)
    wanted = [one.node_id for one in askable.of(actor, list(dict.fromkeys(node_ids))) if one.can_be_asked]
    if not wanted:
        raise InvalidError("no_documents", fields={"documents": "no_documents"})
    if len(wanted) > requests.MOST_DOCUMENTS:
        raise InvalidError(
            "too_many_documents", fields={"documents": "too_many_documents"}, most=requests.MOST_DOCUMENTS
        )
    row = _row(person_id) or _new(person_id)
    row.documents = wanted
    before = requests.asked_in(actor, again) if again else None
    if before is not None:
        row.purpose = before.purpose
        _answer(row, answering.still_good(answering.of(before)))
    return _changed(row)


def explain(actor: Actor, purpose: str, given: Answers) -> Written:
    """Say what the records are needed for, how they will be used, and who is served first.

    Raises:
        NotFoundError: nothing is begun.
        InvalidError: the purpose is too short or too long, or a choice is missing or no choice.
    """
    row = _begun(actor)
    text = reasons.clean("purpose", purpose, requests.PURPOSE_LEAST, requests.PURPOSE_MOST)
    answering.check_chosen(given)
    # What was closed meanwhile is not named, so it is not looked at either.
    there = [one.node_id for one in askable.of(actor, row.documents) if one.can_be_asked]
    admitting.check_use(there, given)
    row.purpose = text
    kept = _answers(row)
    needed = answering.needs_evidence(given)
    _answer(row, replace(given, evidence=kept.evidence if needed else Evidence.NONE))
    return _changed(row)


def prove(actor: Actor, way: Evidence) -> Written:
    """Say how the papers that the rules ask for come to the archive.

    Raises:
        NotFoundError: nothing is begun.
    """
    row = _begun(actor)
    row.evidence = way.value
    return _changed(row)


def undertake(actor: Actor, term_id: str) -> Written:
    """Accept the undertaking that was read.

    Raises:
        NotFoundError: nothing is begun.
        InvalidError: nothing was accepted.
        ConflictError: the undertaking is worded otherwise by now.
    """
    row = _begun(actor)
    row.undertaking_id, row.undertaken_at = answering.accept(term_id), clock.now()
    return _changed(row)


def missing(actor: Actor, written: Written | None) -> Step:
    """Return the first step that is not done; `CHECK` where nothing is missing but to send it."""
    if written is None or not any(one.can_be_asked for one in askable.of(actor, written.documents)):
        return Step.WHAT
    given = written.answers
    good = answering.still_good(given)
    has_kind = bool(good.purpose_kind) or not rulebook.terms(TermKind.PURPOSE)
    has_form = bool(good.use_form) or not rulebook.terms(TermKind.USE_FORM)
    is_said = len(written.purpose) >= requests.PURPOSE_LEAST and good.priority == given.priority
    if not (is_said and has_kind and has_form):
        return Step.WHY
    if written.needs_evidence and given.evidence is Evidence.NONE:
        return Step.EVIDENCE
    held = rulebook.undertaking()
    if held is not None and given.undertaking != held.id:
        return Step.UNDERTAKING
    return Step.CHECK


def send(actor: Actor, written_id: str, seen: int) -> RequestView:
    """Send what was looked at. Sent twice, the second answer is that of the first.

    Args:
        seen: `Written.version` of what the actor looked at.

    Raises:
        ConflictError: it was changed meanwhile, is gone, or something is still missing.
        NotFoundError, InvalidError, ConflictError: as `requests.submit`.
    """
    person_id = _locked(actor)
    sent = db.session.scalar(
        select(Request).where(Request.written_as == written_id, Request.person_id == person_id)
    )
    if sent is not None:
        return results.of(actor, [sent])[0]
    row = _row(person_id)
    if row is None or row.id != written_id or row.version != seen:
        raise ConflictError("half_written_changed")
    written = _written(row)
    if missing(actor, written) is not Step.CHECK:
        raise ConflictError("half_written_changed")
    wanted = [one.node_id for one in askable.of(actor, written.documents) if one.can_be_asked]
    asked = requests.submit(actor, wanted, written.purpose, written.answers, written_as=row.id)
    basket.remove(actor, wanted)
    db.session.delete(row)
    db.session.flush()
    return asked


def again(actor: Actor, item_id: str) -> RequestView | None:
    """Ask once more as before, at once; None where the undertaking has to be read first: it is half written.

    Raises:
        NotFoundError, ConflictError, InvalidError: as `requests.ask_again`.
    """
    before = requests.asked_in(actor, item_id)
    if before is None:
        raise NotFoundError("not_found")
    held = rulebook.undertaking()
    if held is None or before.undertaking_id == held.id:
        return requests.ask_again(actor, item_id)
    document_id = db.session.get_one(Item, item_id).node_id
    admitting.check(actor, [document_id])
    choose(actor, [document_id], again=item_id)
    return None


def drop(actor: Actor) -> None:
    """Throw away what the actor has half written."""
    half_written.forget(_person(actor))


def _row(person_id: str) -> HalfWritten | None:
    return db.session.scalar(
        select(HalfWritten).where(HalfWritten.person_id == person_id, HalfWritten.until > clock.now())
    )


def _new(person_id: str) -> HalfWritten:
    # One whose time is over may still lie there.
    half_written.forget(person_id)
    row = HalfWritten(person_id=person_id, version=0, documents=[], purpose="", evidence="")
    row.until = clock.now()
    db.session.add(row)
    return row


def _begun(actor: Actor) -> HalfWritten:
    row = _row(_locked(actor))
    if row is None:
        raise NotFoundError("not_found")
    return row


def _changed(row: HalfWritten) -> Written:
    row.version += 1
    row.changed_at = clock.now()
    row.until = row.changed_at + timedelta(days=int(dated.value(dated.HALF_WRITTEN_DAYS)))
    db.session.flush()
    return _written(row)


def _answers(row: HalfWritten) -> Answers:
    return Answers(
        purpose_kind=row.purpose_kind_id or "",
        use_form=row.use_form_id or "",
        priority=row.priority_id or "",
        evidence=Evidence(row.evidence),
        undertaking=row.undertaking_id or "",
        undertaken_at=row.undertaken_at,
    )


def _answer(row: HalfWritten, given: Answers) -> None:
    row.purpose_kind_id = given.purpose_kind or None
    row.use_form_id = given.use_form or None
    row.priority_id = given.priority or None
    row.evidence = given.evidence.value


def _written(row: HalfWritten) -> Written:
    return Written(row.id, row.version, tuple(row.documents), row.purpose, _answers(row), row.until)


def _locked(actor: Actor) -> str:
    """Return who it is, their row locked, so that of two tabs one comes second."""
    person_id = _person(actor)
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    return person_id


def _person(actor: Actor) -> str:
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    actor.must(Permission.REQUEST)
    return actor.id
