"""The one tree: fonds, files, documents. Make, rename, list; `moving` places elsewhere.

A node knows its parent, its path ("/rootid/…/ownid/") and its position among its siblings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields, outbox
from portal.catalogue.models import DEEPEST, Kind, Node
from portal.core import collation
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.core.ids import new_id
from portal.core.paging import Listing, Paging
from portal.rights import policy, protections
from portal.rights.levels import Level

MOST_FONDS_LISTED = 1000


def create_fonds(
    actor: Actor,
    *,
    code: str,
    name: str,
    agency_id: str | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
) -> Node:
    """Make a fonds at the root of the tree. Its name is public from now on.

    Whoever may take in may also make the fonds that the batch needs.

    Raises:
        ConflictError: the code is taken.
    """
    if not actor.may(Permission.TAKE_IN):
        actor.must(Permission.ARRANGE)
    code = fields.required("code", code, 60)
    if fonds_by_code(code) is not None:
        raise ConflictError("code_taken", fields={"code": "code_taken"})
    fields.in_order(date_from, date_to)
    return _add(
        actor,
        None,
        Kind.FONDS,
        code=code,
        title=fields.required("name", name, 1000),
        agency_id=agency_id,
        date_from=date_from,
        date_to=date_to,
    )


def create_file(
    actor: Actor,
    parent_id: str,
    *,
    code: str,
    name: str,
    date_from: date | None = None,
    date_to: date | None = None,
) -> Node:
    """Make a file below a fonds or another file. Its name is public from now on.

    Raises:
        NotFoundError: there is no such parent.
        InvalidError: the parent cannot hold files, or the tree would grow too deep.
    """
    actor.must(Permission.ARRANGE)
    parent = by_id(parent_id)
    refuse_as_parent(parent)
    fields.in_order(date_from, date_to)
    return _add(
        actor,
        parent,
        Kind.FILE,
        code=fields.optional("code", code, 60),
        title=fields.required("name", name, 1000),
        date_from=date_from,
        date_to=date_to,
    )


def open_holding(actor: Actor, fonds_id: str, name: str) -> Node:
    """Make the file of a batch, in which new documents wait unpublished; for staff only."""
    actor.must(Permission.TAKE_IN)
    fonds = by_id(fonds_id)
    if fonds.kind != Kind.FONDS:
        raise InvalidError("not_a_fonds", fields={"fonds": "not_a_fonds"})
    return _add(actor, fonds, Kind.HOLDING, working_title=fields.required("name", name, 200))


def open_reserve(actor: Actor, holding: Node) -> Node:
    """Make the place for pages of a batch that are set aside; rights are asked by the caller."""
    return _add(actor, holding, Kind.RESERVE)


def add_document(actor: Actor, parent_id: str, *, working_title: str = "") -> Node:
    """Put a new document into the tree: conditional and unpublished until a person decides.

    Rights are asked by the caller (`catalogue.documents`), for scans and paper come by
    different permissions.
    """
    parent = by_id(parent_id)
    if parent.holds_pages:
        raise InvalidError("not_a_parent", fields={"parent": "not_a_parent"})
    return _add(actor, parent, Kind.DOCUMENT, working_title=working_title)


def change(
    actor: Actor,
    node_id: str,
    *,
    code: str,
    name: str,
    date_from: date | None,
    date_to: date | None,
    version: int,
    agency_id: str | None = None,
) -> Node:
    """Rename a fonds or a file, or date it anew.

    Raises:
        ConflictError: somebody changed it in the meantime, or the code of the fonds is taken.
    """
    actor.must(Permission.ARRANGE)
    node = by_id(node_id)
    fields.same_version(node.version, version)
    if node.kind not in (Kind.FONDS, Kind.FILE):
        raise InvalidError("not_a_parent")
    fields.in_order(date_from, date_to)
    code = fields.required("code", code, 60) if node.kind == Kind.FONDS else fields.optional("code", code, 60)
    if node.kind == Kind.FONDS and code != node.code and fonds_by_code(code) is not None:
        raise ConflictError("code_taken", fields={"code": "code_taken"})
    recoded = node.kind == Kind.FONDS and code != node.code
    node.code, node.title = code, fields.required("name", name, 1000)
    node.sort_key = collation.sort_key(f"{node.code} {node.title}")
    node.date_from, node.date_to = date_from, date_to
    if node.kind == Kind.FONDS:
        node.agency_id = agency_id
    db.session.flush()
    (outbox.note_tree if recoded else outbox.note_node)(node.id)
    trail.record(actor, "tree.change", node.kind, node.id)
    return node


def measure(actor: Actor, node_id: str, extent_mm: int | None) -> None:
    """Record how much shelf a fonds fills, in millimetres; None where nobody knows.

    Raises:
        InvalidError: the node is no fonds, or that is no length.
    """
    actor.must(Permission.ARRANGE)
    node = by_id(node_id)
    if node.kind != Kind.FONDS:
        raise InvalidError("not_a_fonds", fields={"fonds": "not_a_fonds"})
    before = node.extent_mm
    if fields.extent(extent_mm) == before:
        return
    node.extent_mm = extent_mm
    db.session.flush()
    trail.record(actor, "tree.measure", node.kind, node.id, millimetres=extent_mm, before=before)


def by_id(node_id: str) -> Node:
    """Return a node, whoever asks; rights are asked by the caller.

    Raises:
        NotFoundError: there is no such node.
    """
    node = db.session.get(Node, node_id)
    if node is None:
        raise NotFoundError("not_found")
    return node


def fonds_by_code(code: str) -> Node | None:
    """Return the fonds of that code."""
    return db.session.scalar(select(Node).where(Node.kind == Kind.FONDS.value, Node.code == code))


def fonds(actor: Actor) -> Sequence[Node]:
    """Return the fonds that the actor may know of, in Vietnamese order."""
    return db.session.scalars(_fonds_of(actor)).all()


@lru_cache(maxsize=256)
def _fonds_of(actor: Actor) -> Select[Node]:
    """Return the query, which depends on nothing but the actor; to write it takes longer than to run it."""
    return (
        select(Node)
        .where(Node.kind == Kind.FONDS.value, policy.describable(actor, Node.id.expression))
        .order_by(Node.sort_key, Node.id)
        .limit(MOST_FONDS_LISTED)
    )


def places(actor: Actor) -> Sequence[Node]:
    """Return the fonds and files that can hold a document, each fonds in Vietnamese order with its files."""
    actor.must(Permission.ARRANGE)
    root = aliased(Node)
    return db.session.scalars(
        select(Node)
        .join(root, root.id == Node.fonds_id)
        .where(Node.kind.in_((Kind.FONDS.value, Kind.FILE.value)))
        .order_by(root.sort_key, root.id, Node.level, Node.sort_key)
        .limit(MOST_FONDS_LISTED)
    ).all()


def children(actor: Actor, parent_id: str, paging: Paging) -> Listing[Node]:
    """Return one page of the children that the actor may know of, files first, then by position."""
    where = (Node.parent_id == parent_id, policy.describable(actor, Node.id.expression))
    total = db.session.scalar(select(func.count()).select_from(Node).where(*where)) or 0
    rows = db.session.scalars(
        select(Node)
        .where(*where)
        .order_by(Node.position, Node.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing(rows, paging, total)


def ancestors(actor: Actor, node: Node) -> list[Node]:
    """Return the nodes above, the fonds first, as far as the actor may know of them."""
    ids = node.path.strip("/").split("/")[:-1]
    rows = {row.id: row for row in db.session.scalars(select(Node).where(Node.id.in_(ids)))}
    seen = policy.sights(actor, ids)
    return [rows[one] for one in ids if one in rows and one in seen and seen[one].sees_description]


def _add(actor: Actor, parent: Node | None, kind: Kind, **values: object) -> Node:
    node_id = new_id()
    path = f"{parent.path if parent else '/'}{node_id}/"
    level = parent.level + 1 if parent else 0
    if level >= DEEPEST:
        raise InvalidError("too_deep", fields={"parent": "too_deep"}, most=DEEPEST)
    node = Node(
        id=node_id,
        parent_id=parent.id if parent else None,
        path=path,
        level=level,
        position=next_position(parent),
        kind=kind.value,
        fonds_id=parent.fonds_id if parent else node_id,
        **values,
    )
    node.sort_key = collation.sort_key(f"{node.code or ''} {node.title or node.working_title or ''}")
    db.session.add(node)
    db.session.flush()
    is_document = kind is Kind.DOCUMENT
    protections.add(
        node.id,
        path,
        level=Level.CONDITIONAL if is_document else None,
        reason="",
        # Nobody decided the first level: it is how everything comes in.
        set_by=None,
        published=kind in (Kind.FONDS, Kind.FILE),
        reserved=kind is Kind.RESERVE,
    )
    outbox.note_node(node.id)
    trail.record(actor, "tree.add", kind.value, node.id)
    return node


def next_position(parent: Node | None) -> int:
    """Return the position behind the last child of a node; of None, behind the last fonds."""
    where = Node.parent_id == parent.id if parent else Node.parent_id.is_(None)
    return (db.session.scalar(select(func.max(Node.position)).where(where)) or 0) + 1


def refuse_as_parent(parent: Node) -> None:
    """Raise InvalidError where the node is no fonds and no file, which alone hold others."""
    if parent.kind not in (Kind.FONDS, Kind.FILE):
        raise InvalidError("not_a_parent", fields={"parent": "not_a_parent"})
