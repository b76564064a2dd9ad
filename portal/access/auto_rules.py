"""Propose, approve, decline and end rules by which records are granted as soon as they are asked for.

Before `automatic`, which grants by them. A rule is proposed by one person and approved by another; it is
never changed, but ended and proposed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.access import auto_cover, auto_states, powers, reasons, rulebook
from portal.access.auto_rows import AutoRule
from portal.access.auto_states import AutoAct
from portal.access.powers import Power
from portal.access.terms import TermKind
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import documents, tree
from portal.catalogue.models import Kind, Node
from portal.core import clock, dated, ids
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.rights import policy

NAME_MOST, BASIS_MOST, REASON_LEAST, REASON_MOST = 200, 300, 5, 500
EARLIEST_YEAR = 1800


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody typed about a rule."""

    place: str
    """Id of a fonds, file or document, an address that ends in it, or the code of a fonds."""
    name_vi: str
    name_en: str
    legal_basis: str
    days: int | None
    valid_from: date | None
    valid_to: date | None
    with_copy: bool = False
    kinds: Sequence[str] = ()
    """Codes of kinds of document; none is all."""
    last_year: int | None = None
    use_forms: Sequence[str] = ()
    """Codes of forms of use; none is any."""


def propose(actor: Actor, wanted: Wanted) -> AutoRule:
    """Propose a rule; it grants nothing until somebody else approves it.

    Raises:
        NotAllowedError: the actor does not handle requests.
        InvalidError: something is missing, too long or too much, or there is no such place.
    """
    actor.must(Permission.HANDLE)
    power = powers.must(actor, Permission.HANDLE, "")
    forms = {one.code for one in rulebook.terms(TermKind.USE_FORM)}
    row = AutoRule(
        node_id=place(actor, wanted.place).id,
        name_vi=_line("name_vi", wanted.name_vi, NAME_MOST),
        name_en=_line("name_en", wanted.name_en, NAME_MOST),
        legal_basis=_line("legal_basis", wanted.legal_basis, BASIS_MOST),
        kinds=_known("kinds", wanted.kinds, {one.code for one in documents.types()}),
        use_forms=_known("use_forms", wanted.use_forms, forms),
        last_year=_year(wanted.last_year),
        days=_days(wanted.days),
        with_copy=wanted.with_copy,
        valid_from=_day("valid_from", wanted.valid_from),
        valid_to=_day("valid_to", wanted.valid_to),
        proposed_by=actor.id,
        proposed_under=power.id if power else None,
    )
    _check_span(row.valid_from, row.valid_to)
    db.session.add(row)
    db.session.flush()
    _record(actor, "propose", row, power)
    return row


def approve(actor: Actor, rule_id: str) -> AutoRule:
    """Let a rule hold, as the second person.

    Raises:
        NotFoundError: there is no such rule.
        NotAllowedError: the actor may not decide, or they or whoever lent it proposed it.
        ConflictError: it is decided already, or its last day has passed.
        InvalidError: it would grant for longer than the limit is by now.
    """
    row, power = _moved(actor, rule_id, AutoAct.APPROVE)
    row.approved_by, row.approved_at = actor.id, clock.now()
    row.approved_under = power.id if power else None
    if row.valid_to < clock.today():
        raise ConflictError("auto_rule_is_over")
    _days(row.days)
    db.session.flush()
    _record(actor, "approve", row, power)
    return row


def decline(actor: Actor, rule_id: str, reason: str) -> AutoRule:
    """Say that a proposed rule does not come.

    Raises:
        NotFoundError: there is no such rule.
        NotAllowedError: the actor may not decide.
        InvalidError: the reason is missing.
        ConflictError: it is decided already.
    """
    return _ended(actor, rule_id, AutoAct.DECLINE, reason)


def end(actor: Actor, rule_id: str, reason: str) -> AutoRule:
    """End a rule before its last day, at once; what it granted stays, and can be revoked one by one.

    Raises:
        NotFoundError: there is no such rule.
        NotAllowedError: the actor may not decide.
        InvalidError: the reason is missing.
        ConflictError: it is not in force.
    """
    return _ended(actor, rule_id, AutoAct.END, reason)


def place(actor: Actor, text: str) -> Node:
    """Return the fonds, file or document that somebody names by id, address or code.

    Raises:
        InvalidError: there is none for the actor, or it holds what nobody has arranged yet.
    """
    named = text.strip().rstrip("/").rpartition("/")[2]
    node = db.session.get(Node, named) if ids.is_id(named) else tree.fonds_by_code(text.strip())
    if (
        node is None
        or node.kind in (Kind.HOLDING, Kind.RESERVE)
        or not policy.sight(actor, node.id).sees_description
    ):
        raise InvalidError("no_such_place", fields={"place": "no_such_place"})
    return node


def _moved(actor: Actor, rule_id: str, act: AutoAct, reason: str = "") -> tuple[AutoRule, Power]:
    """Move a rule by the table, its row locked and read anew."""
    actor.must(Permission.DECIDE)
    row = db.session.scalar(
        select(AutoRule)
        .where(AutoRule.id == rule_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError("not_found")
    return row, auto_states.advance(row, act, actor, auto_cover.signers([row])[row.id].proposers, reason)


def _ended(actor: Actor, rule_id: str, act: AutoAct, reason: str) -> AutoRule:
    actor.must(Permission.DECIDE)
    text = reasons.clean("reason", reason, REASON_LEAST, REASON_MOST)
    row, power = _moved(actor, rule_id, act, text)
    row.ended_by, row.ended_at, row.end_reason = actor.id, clock.now(), text
    db.session.flush()
    _record(actor, act.value, row, power)
    return row


def _record(actor: Actor, act: str, row: AutoRule, power: Power) -> None:
    trail.record(actor, f"auto_rule.{act}", "auto_rule", row.id, node=row.node_id, **powers.told(power))


def _line(name: str, text: str, most: int) -> str:
    if not text.strip():
        raise InvalidError("missing", fields={name: "missing"})
    return " ".join(reasons.clean(name, text, 1, most).split())


def _known(name: str, codes: Sequence[str], known: set[str]) -> list[str]:
    if not set(codes) <= known:
        raise InvalidError("bad_choice", fields={name: "bad_choice"})
    return sorted(set(codes))


def _year(year: int | None) -> int | None:
    this = clock.today().year
    if year is not None and not EARLIEST_YEAR <= year <= this:
        fields = {"last_year": "bad_days"}
        raise InvalidError("bad_days", fields=fields, least=EARLIEST_YEAR, most=this)
    return year


def _days(days: int | None) -> int:
    most = int(dated.value(dated.GRANT_DAYS_MOST))
    if days is None or not 1 <= days <= most:
        raise InvalidError("bad_days", fields={"grant_days": "bad_days"}, least=1, most=most)
    return days


def _day(name: str, day: date | None) -> date:
    if day is None:
        raise InvalidError("missing", fields={name: "missing"})
    if day < clock.today():
        raise InvalidError("rule_day_passed", fields={name: "rule_day_passed"})
    return day


def _check_span(first: date, last: date) -> None:
    if last < first:
        raise InvalidError("end_before_begin", fields={"valid_to": "end_before_begin"})
    most = int(dated.value(dated.AUTO_RULE_DAYS_MOST))
    if (last - first).days >= most:
        raise InvalidError("auto_rule_too_long", fields={"valid_to": "auto_rule_too_long"}, most=most)
