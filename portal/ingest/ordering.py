"""The pages of a batch in their order: files by their names as people count, in each its pages.

A file is one document until somebody arranges the batch, so the order is that of documents by the name
of their file, and in each by number: what was collated or scanned again stands where it belongs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select

from portal.catalogue.code_rows import PageCode
from portal.catalogue.models import Kind, Node, Page, PageState
from portal.catalogue.redaction_rows import Redaction
from portal.core.db import db
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.rearranging_rows import PageMove, Rearrangement, Work
from portal.rights.levels import Level
from portal.rights.models import Grant, Protection

_NUMBERS = re.compile(r"([0-9]+)")

Key = tuple[tuple[str | int, ...], str]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page in the order of its batch."""

    id: str
    document_id: str
    number: int
    scan_id: str | None
    state: str
    file_name: str
    stretch: int
    """Which stretch of the batch: a document that somebody has worked with stands between two."""
    codes: frozenset[str] = frozenset()


def natural(name: str) -> Key:
    """Return what names are sorted by so that 9.tif stands before 10.tif, whatever the case."""
    parts = _NUMBERS.split(unicodedata.normalize("NFC", name).casefold())
    # Text and number take turns, so that like is always compared with like.
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts)), name


def leaves(batch: Batch) -> Sequence[Leaf]:
    """Return the pages of a batch that may still be put elsewhere, in order; rights are the caller's.

    Not those of documents that were described, published, moved, decided on, given leave for or redacted,
    nor of those that an earlier split has made.
    """
    found: list[Leaf] = []
    stretch, pages, codes = 0, _pages(batch), _codes(batch)
    for document in _documents(batch):
        if not document.is_loose:
            stretch += 1
            continue
        found += [
            Leaf(
                id=page.id,
                document_id=document.id,
                number=page.number,
                scan_id=page.scan_id,
                state=page.state,
                file_name=document.name,
                stretch=stretch,
                codes=codes.get(page.id, frozenset()),
            )
            for page in pages.get(document.id, ())
        ]
    return found


def is_loose() -> ColumnElement[bool]:
    """Say in SQL of a node and its protection that nobody has worked with the document yet."""
    return and_(
        Node.kind == Kind.DOCUMENT.value,
        Node.described_at.is_(None),
        Protection.published_at.is_(None),
        # Whoever takes in may not move what others have closed for them.
        Protection.level == Level.CONDITIONAL.value,
        Protection.set_by.is_(None),
        ~exists().where(Grant.node_id == Node.id),
        ~exists().where(Redaction.document_id == Node.id),
    )


@dataclass(frozen=True, slots=True)
class _Document:
    id: str
    name: str
    came_at: datetime
    is_loose: bool


@dataclass(frozen=True, slots=True)
class _Page:
    id: str
    number: int
    scan_id: str | None
    state: str


def _documents(batch: Batch) -> list[_Document]:
    """Return the documents that stand in the holding file, by the names of their files."""
    made = (
        select(PageMove.to_document)
        .join(Rearrangement, Rearrangement.id == PageMove.rearrangement_id)
        .where(
            Rearrangement.batch_id == batch.id,
            Rearrangement.work == Work.SPLIT.value,
            Rearrangement.undone_at.is_(None),
        )
    )
    rows = db.session.execute(
        select(
            Node.id,
            Node.working_title,
            Node.created_at,
            and_(is_loose(), Node.id.not_in(made)).label("is_loose"),
        )
        .join(Protection, Protection.node_id == Node.id)
        .where(*_standing(batch))
    )
    found = [_Document(row.id, row.working_title, row.created_at, bool(row.is_loose)) for row in rows]
    return sorted(found, key=lambda one: (natural(one.name), one.came_at, one.id))


def _pages(batch: Batch) -> dict[str, list[_Page]]:
    rows = db.session.execute(
        select(Page.id, Page.document_id, Page.number, Page.scan_id, Page.state)
        .join(Node, Node.id == Page.document_id)
        .join(Protection, Protection.node_id == Node.id)
        .where(*_standing(batch))
        .order_by(Page.document_id, Page.number)
    )
    found: dict[str, list[_Page]] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append(_Page(row.id, row.number, row.scan_id, row.state))
    return found


def _codes(batch: Batch) -> dict[str, frozenset[str]]:
    rows = db.session.execute(
        select(PageCode.page_id, PageCode.code)
        .join(Page, Page.id == PageCode.page_id)
        .join(Node, Node.id == Page.document_id)
        .join(Protection, Protection.node_id == Node.id)
        .where(*_standing(batch))
    )
    found: dict[str, set[str]] = {}
    for page_id, code in rows:
        found.setdefault(page_id, set()).add(code)
    return {page_id: frozenset(codes) for page_id, codes in found.items()}


def _standing(batch: Batch) -> tuple[ColumnElement[bool], ...]:
    return (
        Node.parent_id == batch.holding_id,
        Node.kind == Kind.DOCUMENT.value,
        Protection.removed_at.is_(None),
    )


def waiting(batch: Batch) -> int:
    """Return how many pages in the holding file are not read, and files of the batch not opened yet."""
    pages = db.session.scalar(
        select(func.count())
        .select_from(Page)
        .join(Node, Node.id == Page.document_id)
        .join(Protection, Protection.node_id == Node.id)
        .where(*_standing(batch), Page.state == PageState.WAITING.value)
    )
    files = db.session.scalar(
        select(func.count())
        .select_from(Scan)
        .where(Scan.batch_id == batch.id, Scan.state == ScanState.RECEIVED.value)
    )
    return (pages or 0) + (files or 0)
