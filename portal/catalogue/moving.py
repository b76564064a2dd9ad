"""Place a file or a document elsewhere in the tree.

The paths below are rewritten, which costs one UPDATE over the subtree and one over its protections.
"""

from __future__ import annotations

from sqlalchemy import func, select, update

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import outbox, tree
from portal.catalogue.models import DEEPEST, Kind, Node
from portal.core.db import db
from portal.core.errors import InvalidError
from portal.rights import policy, protections


def move(actor: Actor, node_id: str, parent_id: str, *, is_new: bool = False) -> Node:
    """Place a file or a document elsewhere in the tree, as the last child there.

    Args:
        is_new: it was made in this same transaction, so that no index holds it.

    Raises:
        InvalidError: the place is inside the node itself, too deep, or cannot hold it.
    """
    actor.must(Permission.ARRANGE)
    policy.require_description(actor, node_id)
    # Not out of a batch that is being withdrawn at this moment: it could not come back with it.
    protections.held(node_id)
    node, parent = tree.by_id(node_id), tree.by_id(parent_id)
    if node.kind in (Kind.FONDS, Kind.HOLDING, Kind.RESERVE):
        raise InvalidError("cannot_move", fields={"parent": "cannot_move"})
    tree.refuse_as_parent(parent)
    if parent.path.startswith(node.path):
        raise InvalidError("into_itself", fields={"parent": "into_itself"})
    if _depth_below(node) + parent.level + 1 >= DEEPEST:
        raise InvalidError("too_deep", fields={"parent": "too_deep"}, most=DEEPEST)
    if node.parent_id == parent.id:
        return node
    _carry(node, parent)
    note = outbox.note_tree(node.id)
    if not is_new:
        # A stricter place must hold at once, before the index has caught up.
        protections.close_in_search(node.id, note)
    trail.record(actor, "tree.move", node.kind, node.id, to=parent.id)
    return tree.by_id(node_id)


def put_back(actor: Actor, node_id: str, holding_id: str) -> None:
    """Place a document in the holding file of its batch again, as the last one there.

    Raises:
        InvalidError: it is no document, or that is no holding file of its fonds.
    """
    actor.must(Permission.ARRANGE)
    policy.require_description(actor, node_id)
    protections.held(node_id)
    node, holding = tree.by_id(node_id), tree.by_id(holding_id)
    is_home = holding.kind == Kind.HOLDING and holding.fonds_id == node.fonds_id
    if node.kind != Kind.DOCUMENT or not is_home:
        raise InvalidError("cannot_move", fields={"parent": "cannot_move"})
    if node.parent_id != holding.id:
        _carry(node, holding)
        protections.close_in_search(node.id, outbox.note_tree(node.id))
        trail.record(actor, "tree.move", node.kind, node.id, to=holding.id)


def _depth_below(node: Node) -> int:
    deepest = db.session.scalar(select(func.max(Node.level)).where(Node.path.like(node.path + "%")))
    return (deepest or node.level) - node.level


def _carry(node: Node, parent: Node) -> None:
    """Rewrite parent, paths, levels and fonds of the node and all below it."""
    old, new = node.path, f"{parent.path}{node.id}/"
    deeper = parent.level + 1 - node.level
    position = tree.next_position(parent)
    db.session.execute(
        update(Node)
        .where(Node.path.like(old + "%"))
        .values(
            path=new + func.substr(Node.path, len(old) + 1),
            level=Node.level + deeper,
            fonds_id=parent.fonds_id,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Node)
        .where(Node.id == node.id)
        .values(parent_id=parent.id, position=position, version=Node.version + 1)
        .execution_options(synchronize_session=False)
    )
    protections.move(old, new)
