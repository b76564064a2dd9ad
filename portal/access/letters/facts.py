"""What stands in braces in a wording, and what is put there for one request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from portal.access import clockwork, rulebook
from portal.access.models import ItemState
from portal.access.results import ItemView, RequestView
from portal.core import clock, nameplate
from portal.core.errors import InvalidError
from portal.core.wording import day_of, say

LOCALE = "vi"
"""Official letters are written in Vietnamese."""

_BRACE = re.compile(r"\{([^{}]*)\}")

_OTHERWISE = {
    "submitted": "letter_open",
    "proposed": "letter_open",
    "refused": "letter_refused",
    "revoked": "letter_revoked",
    "withdrawn": "letter_withdrawn",
    "lapsed": "letter_lapsed",
    "transferred": "letter_transferred",
    "not_held": "letter_not_held",
    "already_open": "letter_already_open",
}
"""How what became of a record is told, by the state of its item, where no leave was given."""

NAMES: Mapping[str, Callable[[RequestView], str]] = {
    "so_yeu_cau": lambda asked: asked.number,
    "ngay_gui": lambda asked: day_of(asked.submitted_at.astimezone(clock.LOCAL).date()),
    "nguoi_yeu_cau": lambda asked: asked.person_name,
    "muc_dich": lambda asked: " ".join(asked.purpose.split()),
    "han_tra_loi": lambda asked: day_of(asked.due_on) if asked.due_on else "…",
    "ly_do_gia_han": lambda asked: _extension(asked.id),
    "tai_lieu": lambda asked: _records(asked, with_decision=False),
    "quyet_dinh": lambda asked: _records(asked, with_decision=True),
    "lien_he": lambda asked: _contact(),
}
"""The names of facts, and how each is told."""


def check(name: str, text: str) -> None:
    """Raise InvalidError where a wording has something in braces that is no fact."""
    unknown = [found for found in _BRACE.findall(text) if found not in NAMES]
    if unknown or _BRACE.sub("", text).count("{") or _BRACE.sub("", text).count("}"):
        known = ", ".join(f"{{{one}}}" for one in NAMES)
        raise InvalidError("unknown_fact", fields={name: "unknown_fact"}, known=known)


def filled(text: str, asked: RequestView) -> str:
    """Return a wording with the facts of a request; what looks like a fact within a fact stays as it is."""
    return _BRACE.sub(lambda found: NAMES[found[1]](asked) if found[1] in NAMES else found[0], text)


def _records(asked: RequestView, *, with_decision: bool) -> str:
    lines = []
    for item in asked.items:
        title = item.title or say("undescribed_document", LOCALE, id=item.document_id)
        if item.title is None:
            title = say("letter_no_longer_public", LOCALE)
        lines.append(f"{item.position}. {title}{f': {_decided(item)}' if with_decision else ''}")
    return "\n".join(lines)


def _decided(item: ItemView) -> str:
    if item.state is ItemState.GRANTED and item.grant is not None:
        until = day_of(item.grant.until.astimezone(clock.LOCAL).date())
        if item.grant.pages is None:
            return say("letter_granted", LOCALE, until=until)
        first, last = item.grant.pages
        return say("letter_granted_pages", LOCALE, first=first, last=last, until=until)
    return say(_OTHERWISE[item.state.value], LOCALE, reason=item.reason.rstrip(" ."))


def _extension(request_id: str) -> str:
    """Return why the answer was put off last: the reason by the rules, then the words."""
    event = clockwork.last_extension(request_id)
    if event is None:
        return "…"
    rule = rulebook.term(event.term_id) if event.term_id else None
    return "; ".join(filter(None, (rule.name_vi if rule else "", event.reason)))


def _contact() -> str:
    plate = nameplate.read(LOCALE)
    return ", ".join(part for part in (plate.address, plate.phone, plate.email) if part) or "…"
