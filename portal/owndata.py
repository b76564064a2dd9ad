"""What the portal holds about one person: gathered for them, and erased where the law allows.

Above all packages that hold something of people, as `staffing` is. A test compares what is gathered
with every column of the database that names a person.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TypeVar

from portal.access import appeals, basket, forgetting, requests, taken_along
from portal.access.results import RequestView
from portal.access.taken_along import Plain, at
from portal.accounts import choices, details, erasing, evidence, identity, keys, notices, own, proofs
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.errors import ConflictError, NotAllowedError
from portal.core.paging import MOST_PER_PAGE, Listing, Paging
from portal.core.wording import say
from portal.rights import grants, reads

T = TypeVar("T")

MOST_ACTS = 5_000
"""Lines of the trail in one file; staff have more, and the file says that there are."""


def gather(actor: Actor) -> Plain:
    """Return all that the portal holds about the actor, as plain JSON values.

    Raises:
        NotAllowedError: nobody is signed in.
    """
    person = own.data(actor)
    parts: dict[str, Callable[[], object]] = {
        "account": lambda: _account(actor),
        "identity": lambda: _identity(person.id),
        "evidence": lambda: _evidence(person.id),
        "requests": lambda: [taken_along.request(actor, row) for row in _all_requests(actor)],
        "basket": lambda: [
            {"record": row.node_id, "put_in_at": at(row.added_at)} for row in basket.rows_of(person.id)
        ],
        "request_half_written": lambda: taken_along.half_written(actor),
        "messages": lambda: _messages(actor),
        "tokens": lambda: [
            {"name": row.name, "made_at": at(row.created_at), "until": at(row.expires_at)}
            for row in keys.tokens_of(person.id)
        ],
        "mails_asked_for": lambda: [
            {"kind": row.kind, "asked_at": at(row.created_at), "until": at(row.expires_at)}
            for row in proofs.of_address(person.email)
        ],
        "reading": lambda: _reading(person.id),
        "notice_choices": lambda: {choice.value: is_on for choice, is_on in choices.of(person.id).items()},
        "acts": lambda: _acts(person.id),
        "acts_of_others_on_you": lambda: [
            _line(row) for row in trail.of("person", person.id) if row.actor_id != person.id
        ],
    }
    trail.record(actor, "accounts.export", "person", person.id)
    return {"made_at": at(clock.now()), **{name: part() for name, part in parts.items()}}


def objection(actor: Actor) -> str:
    """Return the code of why the actor's data cannot be erased now, empty where it can.

    Raises:
        NotAllowedError: nobody is signed in.
    """
    own.data(actor)
    if actor.is_staff:
        return "erase_staff"
    if any(row.is_open for row in _all_requests(actor)):
        return "erase_requests_run"
    if appeals.run(own.data(actor).id):
        return "erase_appeals_run"
    return "erase_grants_run" if grants.run(own.data(actor).id) else ""


def erase(actor: Actor, present: str, origin: str, *, is_sure: bool) -> None:
    """Erase the actor's name, address, sealed data, evidence and messages; the account is closed for good.

    Requests, decisions, issued copies and the trail stay, as the law on archives asks.

    Args:
        present: the present password; not asked of who has none.
        is_sure: whether they ticked that they are.

    Raises:
        NotAllowedError: nobody is signed in, or the password is wrong.
        TooManyError: the account or its origin failed too often in the last minutes.
        InvalidError: they are not sure.
        ConflictError: a request or leave still runs, or they are of the staff.
    """
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    own.lock(actor)
    code = objection(actor)
    if code:
        raise ConflictError(code)
    erasing.check(actor, present, origin, is_sure=is_sure)
    forgetting.forget(actor.id)
    erasing.erase(actor)


def _account(actor: Actor) -> Plain:
    row = own.data(actor)
    return {
        "id": row.id,
        "name": row.name,
        "email": row.email,
        "role": row.role,
        "language": row.locale,
        "made_at": at(row.created_at),
        "has_password": row.password_hash is not None,
    }


def _identity(person_id: str) -> Plain:
    kept, stands = details.of(person_id), identity.of(person_id)
    return {
        "id_number": kept.id_number,
        "phone": kept.phone,
        "workplace": kept.workplace,
        "priority": kept.priority,
        "is_lost": kept.is_lost,
        "standing": stands.standing.value,
        "since": at(stands.since),
        "reason": stands.reason,
    }


def _evidence(person_id: str) -> list[Plain]:
    return [
        {
            "id": one.id,
            "sent_at": at(one.added_at),
            "until": at(one.until),
            "pictures": one.pages,
            "gone_at": at(one.gone_at),
        }
        for one in evidence.of(person_id)
    ]


def _messages(actor: Actor) -> list[Plain]:
    locale = own.data(actor).locale
    return [
        {
            "at": at(row.created_at),
            "read_at": at(row.read_at),
            "subject": say(row.template, locale, **row.values),
            "text": say(f"{row.template}_body", locale, **row.values),
            "link": row.link,
        }
        for row in _all(lambda paging: notices.of(actor, paging))
    ]


def _acts(person_id: str) -> Plain:
    lines, total = trail.by(person_id, MOST_ACTS)
    return {"total": total, "latest": [_line(row) for row in lines]}


def _reading(person_id: str) -> Plain:
    rows, total = reads.by(person_id, MOST_ACTS)
    return {
        "total": total,
        "latest": [
            {"at": at(row.at), "document": row.node_id, "page": row.page_id or None, "what": row.use}
            for row in rows
        ],
        "unusually_much": [
            {"at": at(row.at), "pages": row.pages, "usual": row.most} for row in reads.alerts_of(person_id)
        ],
    }


def _line(row: AuditEvent) -> Plain:
    return {
        "at": at(row.at),
        "action": row.action,
        "of": f"{row.object_kind} {row.object_id}",
        "details": row.details,
    }


def _all_requests(actor: Actor) -> list[RequestView]:
    return _all(lambda paging: requests.mine(actor, paging))


def _all(listed: Callable[[Paging], Listing[T]]) -> list[T]:
    """Return all rows of a list, page by page."""
    found: list[T] = []
    for page in itertools.count(1):
        listing = listed(Paging(page, MOST_PER_PAGE))
        found += listing.rows
        if not listing.rows or len(found) >= listing.total:
            return found
    return found
