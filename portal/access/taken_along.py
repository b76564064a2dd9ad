"""Requests as plain JSON values, with all that hangs on them: what their reader takes along (`owndata`)."""

from __future__ import annotations

from datetime import datetime

from portal.access import appeal_views, asking, correspondence, reviewing
from portal.access.answers import AnswersView
from portal.access.letters import issuing as letters
from portal.access.results import ItemView, RequestView
from portal.accounts.actors import Actor

Plain = dict[str, object]


def at(instant: datetime | None) -> str | None:
    """Return an instant as ISO 8601."""
    return None if instant is None else instant.isoformat()


def request(actor: Actor, row: RequestView) -> Plain:
    """Return a request of the actor with its documents, appeals, letters and messages."""
    return {
        "number": row.number,
        "sent_at": at(row.submitted_at),
        "purpose": row.purpose,
        "answers": _answers(row.answers),
        "state": row.state.value,
        "status": row.status.value,
        "answer_due_on": row.due_on.isoformat() if row.due_on else None,
        "documents": [_item(item) for item in row.items],
        "appeals": [
            {
                "number": one.number,
                "sent_at": at(one.submitted_at),
                "text": one.text,
                "status": one.status.value,
                "answer": one.answer,
                "decided_at": at(one.decided_at),
            }
            for one in appeal_views.of_request(actor, row.id)
        ],
        "letters": [
            {"number": one.number, "issued_at": at(one.issued_at), "subject": one.subject, "text": one.body}
            for one in letters.of_request(actor, row.id)
        ],
        "written": [
            {
                "at": at(one.at),
                "by_archive": one.by_staff,
                "kind": one.kind.value,
                "text": one.text,
                "files": [{"name": file.name, "bytes": file.size} for file in one.files],
            }
            for one in correspondence.of(actor, row.id)
        ],
    }


def _answers(given: AnswersView) -> Plain:
    return {
        **{
            name: term.name_vi if term else None
            for name, term in (
                ("purpose_kind", given.purpose_kind),
                ("use_form", given.use_form),
                ("served_first", given.priority),
                ("undertaking", given.undertaking),
            )
        },
        "undertaken_at": at(given.undertaken_at),
        "papers": given.evidence.value or None,
    }


def half_written(actor: Actor) -> Plain | None:
    """Return what the actor has begun to ask for and not sent; None where there is nothing."""
    written = asking.present(actor)
    if written is None:
        return None
    return {"documents": list(written.documents), "purpose": written.purpose, "until": at(written.until)}


def _item(item: ItemView) -> Plain:
    found: Plain = {
        "document": item.document_id,
        "title": item.title,
        "state": item.standing,
        "decided_at": at(item.decided_at),
        "reason": item.reason,
        "looked_at_again_on": item.review_on.isoformat() if item.review_on else None,
        "stays_closed": [
            {"at": at(look.at), "until": look.review_on.isoformat(), "reason": look.reason}
            for look in reviewing.looks_at(item.id)
        ],
        "granted_by_rule": item.by_rule.name_vi if item.by_rule else None,
    }
    if item.grant is not None:
        found["leave"] = {
            "from": at(item.grant.valid_from),
            "until": at(item.grant.until),
            "pages": list(item.grant.pages) if item.grant.pages else None,
            "ended_at": at(item.grant.revoked_at),
            "ended_because": item.grant.revoke_reason,
            "copy_is_made": item.grant.copy_ready,
        }
    return found
