"""What of the catalogue can be found, and in which of the two indexes: read from SQL, told to no one.

The public index holds what anybody may read: the text of open published pages, and
descriptions of records whose existence is public. All the rest stands in the
restricted one. Both are decided by `rights.policy`, asked as nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.actors import ANONYMOUS, OPERATOR_AT_THE_MACHINE
from portal.catalogue.models import DocumentType, Kind, Node, Page, PageText
from portal.core.db import db
from portal.rights import policy
from portal.rights.policy import NOTHING, Sight
from portal.search.documents import PAGE_PREFIX, RECORD_PREFIX, Facet, SearchDocument, Side


@dataclass(frozen=True, slots=True)
class Placed:
    """A document for the search, and the index it belongs to."""

    side: Side
    document: SearchDocument


@dataclass(frozen=True, slots=True)
class _Known:
    """How nobody, and how the least of the staff, see the documents in question."""

    public: Mapping[str, Sight]
    staff: Mapping[str, Sight]

    @classmethod
    def of(cls, document_ids: Iterable[str]) -> _Known:
        wanted = set(document_ids)
        return cls(policy.sights(ANONYMOUS, wanted), policy.sights(OPERATOR_AT_THE_MACHINE, wanted))

    def level(self, document_id: str) -> str:
        """Return the effective level; whoever sees a document at all is told the same."""
        sight = self.staff.get(document_id) or self.public.get(document_id, NOTHING)
        return sight.level.value

    def is_gone(self, document_id: str) -> bool:
        """Tell whether the document was removed with its batch: nobody at all sees it."""
        return document_id not in self.staff

    def is_withheld(self, document_id: str) -> bool:
        return not self.staff.get(document_id, NOTHING).sees_description

    def shows_content(self, document_id: str) -> bool:
        return self.public.get(document_id, NOTHING).sees_content

    def shows_description(self, document_id: str) -> bool:
        return self.public.get(document_id, NOTHING).sees_description


def read(keys: Sequence[str]) -> list[Placed]:
    """Return those of the keys that exist, as they are now; what is gone is left out."""
    pages = [key.removeprefix(PAGE_PREFIX) for key in keys if key.startswith(PAGE_PREFIX)]
    records = [key.removeprefix(RECORD_PREFIX) for key in keys if key.startswith(RECORD_PREFIX)]
    return [*_pages(pages), *_records(records)]


def places(keys: Sequence[str]) -> dict[str, tuple[Side, str]]:
    """Return for each of the keys that exist the index it belongs to and its document, without any text."""
    records = [key.removeprefix(RECORD_PREFIX) for key in keys if key.startswith(RECORD_PREFIX)]
    pages = [key.removeprefix(PAGE_PREFIX) for key in keys if key.startswith(PAGE_PREFIX)]
    placed = {one.document.key: (one.side, one.document.document_id) for one in _records(records)}
    rows = db.session.execute(
        select(Page.id, Page.document_id)
        .join(Node, Node.id == Page.document_id)
        .join(PageText, (PageText.page_id == Page.id) & PageText.is_current)
        .where(Page.id.in_(pages), Node.kind == Kind.DOCUMENT.value)
    ).all()
    known = _Known.of(row.document_id for row in rows)
    for row in rows:
        if not known.is_gone(row.document_id):
            side = Side.PUBLIC if known.shows_content(row.document_id) else Side.RESTRICTED
            placed[PAGE_PREFIX + row.id] = (side, row.document_id)
    return placed


def public_description(node: Node, type_name: str) -> str:
    """Return what the public may read of a described document, in one line."""
    day = str(node.issued or "")
    return " · ".join(part for part in (node.title, node.number, type_name, node.issuer, day) if part)


def staff_description(node: Node, type_name: str) -> str:
    """Return the same with the working title, for staff only."""
    return " · ".join(part for part in (public_description(node, type_name), node.working_title) if part)


def type_names() -> dict[str, str]:
    """Return the name of each type of document by its code."""
    return dict(db.session.execute(select(DocumentType.code, DocumentType.name)).all())


def _pages(page_ids: Sequence[str]) -> list[Placed]:
    if not page_ids:
        return []
    rows = db.session.execute(
        select(Page.id, Node, PageText.text, PageText.language)
        .join(Node, Node.id == Page.document_id)
        .join(PageText, (PageText.page_id == Page.id) & PageText.is_current)
        # What was set aside is no document's any more, and is found by nobody.
        .where(Page.id.in_(page_ids), Node.kind == Kind.DOCUMENT.value)
    ).all()
    known, names = _Known.of(row.Node.id for row in rows), type_names()
    return [
        Placed(
            Side.PUBLIC if known.shows_content(row.Node.id) else Side.RESTRICTED,
            SearchDocument(
                key=PAGE_PREFIX + row.id,
                document_id=row.Node.id,
                ancestors=_ids_on(row.Node.path),
                body=row.text,
                title=row.Node.title,
                withheld=known.is_withheld(row.Node.id),
                day=_day(row.Node),
                facets=(*_facets(row.Node, known, names), (Facet.LANGUAGE, row.language)),
            ),
        )
        for row in rows
        if not known.is_gone(row.Node.id)
    ]


def _records(node_ids: Sequence[str]) -> list[Placed]:
    if not node_ids:
        return []
    nodes = db.session.scalars(
        select(Node).where(Node.id.in_(node_ids), Node.kind == Kind.DOCUMENT.value)
    ).all()
    known, names = _Known.of(node.id for node in nodes), type_names()
    return [_record(node, known, names) for node in nodes if not known.is_gone(node.id)]


def _record(node: Node, known: _Known, names: Mapping[str, str]) -> Placed:
    """Place a description. One that nobody has written yet has nothing public to be found by."""
    type_name = names.get(node.type_code or "", "")
    public = public_description(node, type_name)
    is_public = bool(public) and known.shows_description(node.id)
    return Placed(
        Side.PUBLIC if is_public else Side.RESTRICTED,
        SearchDocument(
            key=RECORD_PREFIX + node.id,
            document_id=node.id,
            ancestors=_ids_on(node.path),
            body=public if is_public else staff_description(node, type_name),
            title=node.title,
            number=node.number,
            withheld=known.is_withheld(node.id),
            day=_day(node),
            facets=_facets(node, known, names),
        ),
    )


def _facets(node: Node, known: _Known, names: Mapping[str, str]) -> tuple[tuple[Facet, str], ...]:
    return (
        (Facet.FONDS, node.fonds_id),
        (Facet.ISSUER, node.issuer),
        (Facet.TYPE, names.get(node.type_code or "", "")),
        (Facet.ACCESS, known.level(node.id)),
    )


def _day(node: Node) -> int:
    """Return the first day that the date of a document can be, as yyyymmdd; 0 where there is none."""
    return int(node.issued_on.strftime("%Y%m%d")) if node.issued_on else 0


def _ids_on(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))
