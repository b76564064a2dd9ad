"""Redacted versions of documents: begun, made, proved, and confirmed by a second person.

The original stays as it is. `boxes` says what is hidden, the job 'page.redact' (`ingest.redacting`)
makes each page anew, `proving` looks for the hidden words in the whole. What is confirmed can be
granted (`decisions`), and `catalogue.redacted` shows it to whoever has that leave.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select

from portal.access import addresses, proving, reasons, redaction_states
from portal.access.redaction_states import RedactionAct
from portal.accounts import notices
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import pages, redacted, seeking
from portal.catalogue.models import Kind, Node, Page, PageState, PageText
from portal.catalogue.redaction_rows import (
    MakingState,
    RedactedPage,
    Redaction,
    RedactionBox,
    RedactionState,
)
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.jobs import ledger
from portal.jobs.models import Lane
from portal.rights import grants, policy

REASON_LEAST, REASON_MOST = 5, 500
LEFT_LEAST, LEFT_MOST = 10, 2000

MAKING_PRIORITY = 10
"""A person waits for it."""


def begin(actor: Actor, document_id: str, reason: str) -> Redaction:
    """Begin a redacted version of a document, with no box yet.

    Raises:
        NotAllowedError: the actor does not handle requests.
        NotFoundError: the actor may not see the document.
        InvalidError: the reason is missing.
        ConflictError: it has no pages that could be redacted.
    """
    actor.must(Permission.HANDLE)
    text = reasons.clean("reason", reason, REASON_LEAST, REASON_MOST)
    policy.require_content(actor, document_id)
    node = db.session.get(Node, document_id, with_for_update=True)
    if node is None or node.kind != Kind.DOCUMENT or actor.id is None:
        raise NotFoundError("not_found")
    if not pages.of_document(document_id):
        raise ConflictError("nothing_to_redact")
    newest = db.session.scalar(
        select(func.max(Redaction.version)).where(Redaction.document_id == document_id)
    )
    row = Redaction(document_id=document_id, version=(newest or 0) + 1, reason=text, made_by=actor.id)
    db.session.add(row)
    db.session.flush()
    _record(actor, row, "begin")
    return row


def make(actor: Actor, redaction_id: str) -> None:
    """Have every page made that is not: those with boxes by a job, the others as they are.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `change`.
        InvalidError: nothing is to be hidden.
    """
    row = changing(actor, redaction_id)
    boxed = set(db.session.scalars(select(RedactionBox.page_id).where(RedactionBox.redaction_id == row.id)))
    if not boxed:
        raise InvalidError("no_boxes")
    kept = {page.page_id: page for page in made_pages(row.id)}
    every = pages.of_document(row.document_id)
    if any(page.state in (PageState.WAITING.value, PageState.FAILED.value) for page in every):
        # Nobody can say what does not stand on a page that was not read.
        raise ConflictError("page_not_read")
    for page in every:
        before = kept.get(page.id)
        if before is not None and before.state == MakingState.FAILED.value:
            db.session.delete(before)
            db.session.flush()
        elif before is not None:
            continue
        if page.id in boxed:
            made = RedactedPage(redaction_id=row.id, page_id=page.id, is_drawn=True)
            db.session.add(made)
            db.session.flush()
            ledger.enqueue(redacted.JOB, made.id, Lane.READ, priority=MAKING_PRIORITY)
        else:
            _copy(row, page)
    db.session.flush()
    _record(actor, row, "make")


def offer(actor: Actor, redaction_id: str, left_standing: str = "") -> None:
    """Offer a version to a second person, once its proof holds.

    Args:
        left_standing: why hidden words may stay where they stand beside the boxes; asked for where
            the proof found such.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `change`; or not all pages are made, or a
            hidden word was found again.
        InvalidError: hidden words stand elsewhere, and nobody says why they may.
    """
    row = _locked(actor, redaction_id)
    redaction_states.check(actor, row, RedactionAct.OFFER)
    found = _require_proof(row)
    redaction_states.advance(actor, row, RedactionAct.OFFER)
    if any(one.trace in seeking.ASKED for one in found):
        row.left_standing = reasons.clean("left_standing", left_standing, LEFT_LEAST, LEFT_MOST)
    else:
        row.left_standing = ""
    row.left_findings, row.offered_at = proving.digest(found), clock.now()
    db.session.flush()
    _record(actor, row, "offer")


def recall(actor: Actor, redaction_id: str) -> None:
    """Take an offered version back to go on drawing."""
    row = _locked(actor, redaction_id)
    redaction_states.advance(actor, row, RedactionAct.RECALL)
    _record(actor, row, "recall")


def send_back(actor: Actor, redaction_id: str, reason: str) -> None:
    """Send an offered version back to its maker, who is told why.

    Raises:
        NotFoundError, ConflictError: there is no such version, or it is not offered.
        NotAllowedError: the actor made it, or does not handle requests.
        InvalidError: the reason is missing.
    """
    row = _locked(actor, redaction_id)
    redaction_states.advance(actor, row, RedactionAct.SEND_BACK)
    _end(actor, row, reason)
    _record(actor, row, "send_back")
    _tell(row, row.made_by, "redaction_returned", reason=row.ended_reason)


def confirm(actor: Actor, redaction_id: str, seen: str) -> None:
    """Confirm a version as the second person: from now on leave can be given for it.

    Args:
        seen: what `fingerprint` said when it was looked at.

    Raises:
        NotFoundError, ConflictError: there is no such version, it is not offered, it is another by
            now, or its proof does not hold any more.
        NotAllowedError: the actor made it, or does not handle requests.
    """
    row = _locked(actor, redaction_id)
    redaction_states.check(actor, row, RedactionAct.CONFIRM)
    if proving.digest(_require_proof(row)) != row.left_findings or seen != fingerprint(row):
        raise ConflictError("redaction_changed")
    row.confirmed_by, row.confirmed_at = actor.id, clock.now()
    redaction_states.advance(actor, row, RedactionAct.CONFIRM)
    db.session.flush()
    _record(actor, row, "confirm")
    _tell(row, row.made_by, "redaction_confirmed")


def withdraw(actor: Actor, redaction_id: str, reason: str = "") -> None:
    """Withdraw a version: from this transaction on nobody sees it. Who gave leave for it is told.

    Raises:
        NotFoundError, ConflictError: there is no such version, or it is offered or withdrawn.
        NotAllowedError: it is a draft of somebody else, or the actor does not handle requests.
        InvalidError: the reason is missing, where it was confirmed.
    """
    row = _locked(actor, redaction_id)
    move = redaction_states.advance(actor, row, RedactionAct.WITHDRAW)
    if move.needs_reason:
        _end(actor, row, reason)
    else:
        row.ended_by, row.ended_at = actor.id, clock.now()
    db.session.flush()
    _record(actor, row, "withdraw")
    for person_id in {grant.given_by for grant in grants.of_redaction(row.id)}:
        _tell(row, person_id, "redaction_withdrawn", reason=row.ended_reason)


def changing(actor: Actor, redaction_id: str) -> Redaction:
    """Return a version, locked, that the actor may draw on.

    Raises:
        NotFoundError: there is no such version.
        NotAllowedError: somebody else makes it, or the actor does not handle requests.
        ConflictError: it is offered, confirmed or withdrawn.
    """
    row = _locked(actor, redaction_id)
    redaction_states.advance(actor, row, RedactionAct.CHANGE)
    return row


def require_grantable(redaction_id: str, document_id: str) -> Redaction:
    """Return a version for which leave can be given.

    Raises:
        ConflictError: it is not of this document, or not confirmed (any more).
    """
    row = db.session.get(Redaction, redaction_id)
    if row is None or row.document_id != document_id or row.state != RedactionState.CONFIRMED.value:
        raise ConflictError("redaction_not_confirmed")
    return row


def confirmed(actor: Actor, document_id: str) -> Sequence[Redaction]:
    """Return the versions of a document for which leave can be given, newest first, to the staff."""
    actor.must(Permission.HANDLE)
    which = (Redaction.document_id == document_id, Redaction.state == RedactionState.CONFIRMED.value)
    return db.session.scalars(select(Redaction).where(*which).order_by(Redaction.version.desc())).all()


def made_pages(redaction_id: str) -> Sequence[RedactedPage]:
    """Return the pages of a version that are made or ordered; rights are asked by the caller."""
    return db.session.scalars(select(RedactedPage).where(RedactedPage.redaction_id == redaction_id)).all()


def fingerprint(row: Redaction) -> str:
    """Return what stands for the pages as they are: whoever confirms says that they looked at these."""
    ids = sorted(page.id for page in made_pages(row.id))
    return hashlib.sha256(" ".join(ids).encode()).hexdigest()


def _require_proof(row: Redaction) -> list[seeking.Finding]:
    """Return what the proof found.

    Raises:
        ConflictError: not all pages are made, or something was found that no words make good.
    """
    made = {page.page_id for page in made_pages(row.id) if page.state == MakingState.MADE.value}
    if made != {page.id for page in pages.of_document(row.document_id)}:
        raise ConflictError("redaction_not_made")
    found = proving.findings(row)
    if any(one.trace in seeking.FATAL for one in found):
        raise ConflictError("redaction_shows_hidden")
    return found


def _copy(row: Redaction, page: Page) -> None:
    """Keep a page on which nothing is hidden as it is now."""
    text = db.session.scalar(select(PageText).where(PageText.page_id == page.id, PageText.is_current))
    kept = RedactedPage(
        redaction_id=row.id,
        page_id=page.id,
        state=MakingState.MADE.value,
        is_drawn=False,
        width=page.width,
        height=page.height,
    )
    if text is not None:
        kept.source, kept.engine, kept.text, kept.words = text.source, text.engine, text.text, text.words
        kept.confidence, kept.language, kept.quality = text.confidence, text.language, text.quality
        kept.milliseconds = text.milliseconds
    db.session.add(kept)


def _locked(actor: Actor, redaction_id: str) -> Redaction:
    row = db.session.scalar(
        select(Redaction)
        .where(Redaction.id == redaction_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError("not_found")
    actor.must(Permission.HANDLE)
    policy.require_content(actor, row.document_id)
    return row


def _end(actor: Actor, row: Redaction, reason: str) -> None:
    row.ended_reason = reasons.clean("reason", reason, REASON_LEAST, REASON_MOST)
    row.ended_by, row.ended_at = actor.id, clock.now()
    db.session.flush()


def _record(actor: Actor, row: Redaction, act: str) -> None:
    trail.record(
        actor, f"redaction.{act}", "redaction", row.id, document=row.document_id, version=row.version
    )


def _tell(row: Redaction, person_id: str, template: str, **values: object) -> None:
    notices.tell(person_id, template, addresses.of_redaction(row.id), version=row.version, **values)
