"""Add, describe, publish and close documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields, outbox, tree
from portal.catalogue.models import DocumentType, Kind, Node
from portal.core import clock, collation
from portal.core.db import db
from portal.core.errors import InvalidError, NotFoundError
from portal.core.partial import Exactness, PartialDate
from portal.rights import opening, policy, protections
from portal.rights.levels import Level
from portal.rights.opening import Counted

EARLIEST = date(1800, 1, 1)
LONGEST_SUBJECT, LONGEST_NUMBER, LONGEST_ISSUER = 1000, 80, 300


@dataclass(frozen=True, slots=True)
class Description:
    """The six fields that an archivist fills in for a document."""

    subject: str
    """What it is about (trích yếu); it becomes the public title."""
    number: str = ""
    issued_on: PartialDate | date | None = None
    """As far as the paper says; a plain date is known to the day."""
    issuer: str = ""
    type_code: str | None = None
    level: Level = Level.CONDITIONAL
    reason: str = field(default="")
    """Why the level is not open; required where it is not."""


def add_scanned(actor: Actor, holding_id: str, working_title: str) -> Node:
    """Add the document of a file that was taken in: conditional, unpublished, undescribed."""
    actor.must(Permission.TAKE_IN)
    return tree.add_document(actor, holding_id, working_title=working_title)


def add_on_paper(actor: Actor, parent_id: str, description: Description) -> Node:
    """Enter a document that exists on paper only.

    Raises:
        InvalidError: a field cannot be used; `fields` names the inputs.
    """
    actor.must(Permission.DESCRIBE)
    node = tree.add_document(actor, parent_id)
    node.on_paper_only = True
    # Written now, for it raises the version that `describe` compares.
    db.session.flush()
    return describe(actor, node.id, description, node.version)


def describe(actor: Actor, node_id: str, description: Description, version: int) -> Node:
    """Write the six fields of a document.

    Args:
        version: the version of the row that the person saw.

    Raises:
        InvalidError: a field cannot be used; `fields` names the inputs.
        ConflictError: somebody changed the document in the meantime.
    """
    node = _to_describe(actor, node_id, version)
    _refuse(objections(description))
    _write(actor, node, description)
    trail.record(actor, "document.describe", "document", node.id, version=node.version)
    _keep_level(actor, node, description.level, description.reason)
    # Its pages are found by its title and counted by its issuer, type and date.
    outbox.note_tree(node.id)
    return node


def transcribe(actor: Actor, node_id: str, description: Description, version: int) -> Node:
    """Write what an older list says of a document. Its level stays as it came, for nobody has decided it.

    Raises:
        InvalidError: a field cannot be used; `fields` names the inputs.
        ConflictError: somebody changed the document in the meantime.
    """
    node = _to_describe(actor, node_id, version)
    _refuse(objections(description, is_decided=False))
    _write(actor, node, description)
    trail.record(actor, "document.transcribe", "document", node.id, version=node.version)
    outbox.note_tree(node.id)
    return node


def untranscribe(actor: Actor, node_id: str, version: int) -> Node:
    """Take back what `transcribe` wrote: the document waits for a description again, as it came.

    Raises:
        ConflictError: somebody changed the document in the meantime.
    """
    node = _to_describe(actor, node_id, version)
    node.title = node.number = node.issuer = ""
    node.issued_on, node.issued_exactness, node.type_code = None, Exactness.DAY, None
    node.sort_key = collation.sort_key(node.working_title)
    node.described_by = node.described_at = None
    db.session.flush()
    trail.record(actor, "document.untranscribe", "document", node.id, version=node.version)
    outbox.note_tree(node.id)
    return node


def publish(actor: Actor, node_id: str) -> None:
    """Let the public know of the document, as far as its level allows."""
    actor.must(Permission.DESCRIBE)
    node = _known(actor, node_id)
    if protections.publish(node.id):
        outbox.note_tree(node.id)
        trail.record(actor, "document.publish", node.kind, node.id)


def unpublish(actor: Actor, node_id: str) -> None:
    """Take the document back from the public, at once."""
    actor.must(Permission.DESCRIBE)
    node = _known(actor, node_id)
    if protections.unpublish(node.id):
        protections.close_in_search(node.id, outbox.note_tree(node.id))
        trail.record(actor, "document.unpublish", node.kind, node.id)


def set_level(actor: Actor, node_id: str, level: Level, reason: str = "") -> None:
    """Set the level of any node. Closing holds at once, everywhere; opening as the index catches up."""
    actor.must(Permission.SET_ACCESS)
    node = _known(actor, node_id)
    reason = fields.optional("reason", reason, 500)
    before = protections.set_level(node.id, level, reason, actor.id)
    seq = outbox.note_tree(node.id)
    if before is None or level.strictness > before.strictness:
        protections.close_in_search(node.id, seq)
    trail.record(
        actor,
        "access.set_level",
        node.kind,
        node.id,
        before=before.value if before else None,
        after=level.value,
    )


def opening_of(actor: Actor, node_id: str) -> tuple[date | None, str]:
    """Return on which day a node's own level lapses, and by which rule, to those who set levels.

    Raises:
        NotAllowedError, NotFoundError: as `set_opening`.
    """
    actor.must(Permission.SET_ACCESS)
    return opening.of(_known(actor, node_id).id)


def set_opening(
    actor: Actor, node_id: str, day: date | None, basis: str, counted: Counted | None = None
) -> None:
    """Say on which day a node opens by itself, and by which rule; None takes the day away.

    Args:
        counted: by what the day was counted (`closing`); None where somebody typed it.

    Raises:
        NotAllowedError: the actor may not set levels.
        NotFoundError: there is no such node for the actor.
        InvalidError: the day is not to come, or no rule is named.
        ConflictError: the node has no level of its own that could lapse.
    """
    actor.must(Permission.SET_ACCESS)
    node = _known(actor, node_id)
    text = fields.optional("basis", basis, 300)
    if day is not None and not text:
        raise InvalidError("missing", fields={"basis": "missing"})
    before = opening.set_day(node.id, day, text, counted)
    if before is not None and before <= clock.today():
        # It stood open, perhaps in the index too: what closes holds at once.
        protections.close_in_search(node.id, outbox.note_tree(node.id))
    trail.record(
        actor,
        "access.set_opening",
        node.kind,
        node.id,
        before=before.isoformat() if before else None,
        after=day.isoformat() if day else None,
        **({"period": counted.period_id, "counted_on": counted.on.isoformat()} if counted else {}),
    )


def types() -> Sequence[DocumentType]:
    """Return the types of document that are valid today, in the order of the decree."""
    today = clock.today()
    return db.session.scalars(
        select(DocumentType)
        .where(
            DocumentType.valid_from <= today,
            DocumentType.valid_to.is_(None) | (DocumentType.valid_to >= today),
        )
        .order_by(DocumentType.position)
    ).all()


def _known(actor: Actor, node_id: str) -> Node:
    policy.require_description(actor, node_id)
    return tree.by_id(node_id)


def _document(actor: Actor, node_id: str) -> Node:
    node = _known(actor, node_id)
    if node.kind != Kind.DOCUMENT:
        raise NotFoundError("not_found")
    return node


def _keep_level(actor: Actor, node: Node, level: Level, reason: str) -> None:
    """Set the level unless it stands so already by somebody's decision."""
    row = protections.of(node.id)
    if row.own_level is level and row.reason == reason and row.set_by is not None:
        return
    set_level(actor, node.id, level, reason)


def _issued(description: Description) -> tuple[date | None, Exactness]:
    """Return the first day that the date can be, and how exact it is."""
    issued = description.issued_on
    if isinstance(issued, PartialDate):
        return issued.first, issued.exactness
    return issued, Exactness.DAY


def objections(description: Description, *, is_decided: bool = True) -> dict[str, str]:
    """Return by field the code of what is wrong with a description; lengths are looked at when it is written.

    Args:
        is_decided: somebody decides the level now, and has to say why it is not open.
    """
    wrong: dict[str, str] = {}
    if not description.subject.strip():
        wrong["subject"] = "missing"
    if is_decided and description.level is not Level.OPEN and not description.reason.strip():
        wrong["reason"] = "level_needs_reason"
    first, _exactness = _issued(description)
    if first and not EARLIEST <= first <= clock.today():
        wrong["issued_on"] = "date_not_past"
    if description.type_code and db.session.get(DocumentType, description.type_code) is None:
        wrong["type_code"] = "unknown_type"
    return wrong


def _refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise InvalidError(next(iter(wrong.values())), fields=wrong)


def _to_describe(actor: Actor, node_id: str, version: int) -> Node:
    """Return a document that the actor may describe, held, as the actor saw it."""
    actor.must(Permission.DESCRIBE)
    node = _document(actor, node_id)
    protections.held(node.id)
    fields.same_version(node.version, version)
    return node


def _write(actor: Actor, node: Node, description: Description) -> None:
    """Write the fields without the level; by whom and when stands beside them."""
    node.title = fields.required("subject", description.subject, LONGEST_SUBJECT)
    node.number = fields.optional("number", description.number, LONGEST_NUMBER)
    node.issuer = fields.optional("issuer", description.issuer, LONGEST_ISSUER)
    node.issued_on, node.issued_exactness = _issued(description)
    node.type_code = description.type_code
    node.sort_key = collation.sort_key(f"{node.number} {node.title}")
    node.described_by, node.described_at = actor.id, clock.now()
    db.session.flush()
