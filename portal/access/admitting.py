"""Whether documents can be asked for, and in which form: the last word, asked when a request is sent.

Once more when leave is given.

What `askable` tells beforehand may be otherwise by then. Before `requests.submit` and `decisions`.
"""

from __future__ import annotations

from sqlalchemy import exists, select

from portal.access import answers as answering
from portal.access import states
from portal.access.answers import Answers
from portal.access.models import Item, Request
from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.catalogue import tree
from portal.catalogue.models import Node, Page
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.rights import grants, policy, protections
from portal.rights.levels import Level


def check(actor: Actor, wanted: list[str]) -> None:
    """Raise where the actor could not ask for the documents now.

    Raises:
        NotAllowedError, NotFoundError, InvalidError, ConflictError: as `requests.submit`.
    """
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    check_documents(actor, wanted)
    _check_not_asked(actor.id, wanted)


def check_use(wanted: list[str], answers: Answers) -> None:
    """Raise where a document is on paper only and the form of use needs a scan.

    Raises:
        InvalidError: it names the first such document.
    """
    if not answering.needs_scan(answers):
        return
    title = db.session.scalar(
        select(Node.title).where(Node.id.in_(wanted), Node.on_paper_only.is_(True)).order_by(Node.id)
    )
    if title is not None:
        raise InvalidError("use_needs_scan", fields={"use_form": "use_needs_scan"}, title=title)


def check_documents(actor: Actor, wanted: list[str]) -> None:
    """Raise unless each is a published document that the actor may know of and that needs asking for.

    Raises:
        NotFoundError, InvalidError: as `requests.submit`.
    """
    seen = policy.sights(actor, wanted)
    for node_id in wanted:
        sight = seen.get(node_id, policy.NOTHING)
        # Staff may know of more, but what is unpublished or withheld cannot be asked for by anybody.
        if not sight.sees_description or not sight.published or sight.level is Level.WITHHELD:
            raise NotFoundError("not_found")
    rows = db.session.scalars(select(Node).where(Node.id.in_(wanted)))
    nodes = {row.id: row for row in rows}
    for node_id in wanted:
        _check_askable(nodes[node_id], seen[node_id].level)


def check_still(item: Item, person: Person) -> bool:
    """Raise where the world changed since the asking: leave for it would be void or needless.

    Return whether the document is on paper only; such a one can be open as well.
    """
    if person.disabled_at is not None:
        raise ConflictError("requester_is_gone")
    published = protections.of(item.node_id).published_at is not None
    is_on_paper = tree.by_id(item.node_id).on_paper_only
    fitting = {Level.CONDITIONAL, Level.OPEN} if is_on_paper else {Level.CONDITIONAL}
    if not published or policy.effective_level(item.node_id) not in fitting:
        raise ConflictError("no_longer_conditional")
    return is_on_paper


def _check_askable(node: Node, level: Level) -> None:
    if not node.is_document:
        raise InvalidError("only_documents", title=node.title)
    if node.on_paper_only:
        # Whatever its level: it is read in the reading room, or ordered as a copy.
        return
    if level is Level.OPEN:
        raise InvalidError("already_open", title=node.title)
    if not db.session.scalar(select(exists().where(Page.document_id == node.id))):
        raise InvalidError("no_pages_yet", title=node.title)


def _check_not_asked(person_id: str, wanted: list[str]) -> None:
    # Who may see some pages can ask for the others.
    if grants.wholly_held(person_id, wanted):
        raise ConflictError("already_granted")
    undecided = (
        select(Item.id)
        .join(Request)
        .where(
            Request.person_id == person_id,
            Item.node_id.in_(wanted),
            Item.state.in_(states.OPEN_VALUES),
        )
    )
    if db.session.scalar(undecided.limit(1)) is not None:
        raise ConflictError("already_asked")
