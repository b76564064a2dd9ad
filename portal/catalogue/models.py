"""Rows of the catalogue: agencies, the tree, pages and their text versions, the search outbox."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id
from portal.core.partial import Exactness, PartialDate

DEEPEST = 8
"""Levels of description below and with the fonds. A path of 8 is 89 characters."""

PATH_STEP = 11
"""Characters each level adds to a path: an id and its slash."""


class Kind(StrEnum):
    """Level of description after ISAD(G), as far as the first migration needs it."""

    FONDS = "fonds"
    FILE = "file"
    HOLDING = "holding"
    """The file of a batch where new documents wait until somebody arranges them; staff only."""
    DOCUMENT = "document"
    RESERVE = "reserve"
    """Beside the documents of a batch: pages that were set aside; staff only, and never published."""


class PageState(StrEnum):
    """Where a page is on its way from paper to text."""

    WAITING = "waiting"
    READ = "read"
    BLANK = "blank"
    FAILED = "failed"


class Agency(Base):
    """A body that created records. It is dated: agencies end and others succeed them."""

    __tablename__ = "agencies"

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(Text(40), unique=True)
    name: Mapped[str] = mapped_column(Text(300))
    sort_key: Mapped[str] = mapped_column(String(700), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Node(Base):
    """A place in the one tree: fonds, file, or document. Its protection stands in `rights`."""

    __tablename__ = "nodes"
    __table_args__ = (
        CheckConstraint("kind IN ('fonds','file','holding','document','reserve')", name="kind"),
        CheckConstraint("(parent_id IS NULL) = (kind = 'fonds')", name="root_is_fonds"),
        Index(
            "uq_nodes_path", "path", unique=True, postgresql_ops={"path": "varchar_pattern_ops"}
        ),  # so that prefixes are found by index whatever the collation
        Index("ix_nodes_parent_position", "parent_id", "position"),
        Index("ix_nodes_parent_sort", "parent_id", "sort_key"),
        Index(
            "uq_nodes_fonds_code",
            "code",
            unique=True,
            sqlite_where=text("kind = 'fonds'"),
            postgresql_where=text("kind = 'fonds'"),
        ),
        # Lists name files by their numbers, in fonds of many thousand records.
        Index(
            "ix_nodes_file_code",
            "fonds_id",
            "code",
            sqlite_where=text("kind = 'file'"),
            postgresql_where=text("kind = 'file'"),
        ),
        Index("ix_nodes_number", "number"),
        Index("ix_nodes_described", "described_by", "described_at"),
        # What waits for an archivist; small however large the archive is.
        Index(
            "ix_nodes_undescribed",
            "created_at",
            "id",
            sqlite_where=text("described_at IS NULL"),
            postgresql_where=text("described_at IS NULL"),
        ),
        Index("ix_nodes_issued_on", "issued_on", "sort_key"),
        Index(
            "ix_nodes_undated",
            "sort_key",
            sqlite_where=text("kind = 'document' AND issued_on IS NULL AND described_at IS NOT NULL"),
            postgresql_where=text("kind = 'document' AND issued_on IS NULL AND described_at IS NOT NULL"),
        ),
        Index("ix_nodes_agency_id", "agency_id"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("nodes.id"))
    path: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    level: Mapped[int] = mapped_column(default=0)
    """Depth in the tree; a fonds stands at 0. (How closed a node is, is its protection.)"""
    kind: Mapped[str] = mapped_column(String(10))
    fonds_id: Mapped[str] = mapped_column(String(10), index=True)
    code: Mapped[str] = mapped_column(Text(60), default="")
    title: Mapped[str] = mapped_column(Text(1000), default="")
    """Public. Empty for a document that nobody has described yet."""
    working_title: Mapped[str] = mapped_column(Text(500), default="")
    """For staff only: the name of the file as it came, or of the batch."""
    sort_key: Mapped[str] = mapped_column(String(700), default="")
    agency_id: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"))
    date_from: Mapped[date | None]
    date_to: Mapped[date | None]
    extent_mm: Mapped[int | None]
    """Of a fonds: how much shelf it fills, in millimetres (ISAD(G) 3.1.5); None where nobody knows."""
    number: Mapped[str] = mapped_column(Text(80), default="")
    """Number and symbol of a document, as on the paper: 93/QĐ-UBND."""
    issued_on: Mapped[date | None]
    """The first day that the date of the document can be; what lists are sorted and asked by."""
    issued_exactness: Mapped[str] = mapped_column(String(5), default="day", server_default="day")
    issuer: Mapped[str] = mapped_column(Text(300), default="")
    type_code: Mapped[str | None] = mapped_column(ForeignKey("document_types.code"))
    on_paper_only: Mapped[bool] = mapped_column(default=False)
    described_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    described_at: Mapped[datetime | None] = mapped_column(Instant())
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_document(self) -> bool:
        return self.kind == Kind.DOCUMENT

    @property
    def holds_pages(self) -> bool:
        """Whether pages stand in it and nothing else does."""
        return self.kind in (Kind.DOCUMENT, Kind.RESERVE)

    @property
    def issued(self) -> PartialDate | None:
        """The date of the document, as much of it as is known."""
        return PartialDate(self.issued_on, Exactness(self.issued_exactness)) if self.issued_on else None

    @property
    def is_described(self) -> bool:
        return self.described_at is not None


class DocumentType(Base):
    """A type of document with its abbreviation, legal basis and validity; open vocabulary."""

    __tablename__ = "document_types"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(Text(100))
    abbreviation: Mapped[str] = mapped_column(Text(20), default="")
    legal_basis: Mapped[str] = mapped_column(Text(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)


class Page(Base):
    """One side of paper of a document: where its pixels come from and how far reading got."""

    __tablename__ = "pages"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','read','blank','failed')", name="state"),
        Index("uq_pages_document_number", "document_id", "number", unique=True),
        Index("ix_pages_state", "state"),
        Index("ix_pages_scan_id_frame", "scan_id", "frame"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    number: Mapped[int]
    """Counted from 1 within the document."""
    blob_sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"))
    frame: Mapped[int]
    """Which page of the source file, counted from 0."""
    scan_id: Mapped[str | None] = mapped_column(String(10))
    """The file as it was taken in (`ingest`), wherever the page was moved since; None where none was."""
    state: Mapped[str] = mapped_column(String(10), default=PageState.WAITING.value)
    width: Mapped[int | None]
    """Of the page image, in px; the frame of reference of all boxes."""
    height: Mapped[int | None]
    dpi: Mapped[int | None]
    failure_code: Mapped[str] = mapped_column(String(60), default="")


class PageText(Base):
    """One version of what a page says; exactly one per page is current.

    `words` is zlib-compressed JSON: [[text, left, top, width, height, confidence], …],
    boxes in px of the page image, confidence 0–100.
    """

    __tablename__ = "page_texts"
    __table_args__ = (
        CheckConstraint("source IN ('ocr','embedded','human','blank')", name="source"),
        CheckConstraint("quality IN ('','good','fair','poor')", name="quality"),
        Index(
            "uq_page_texts_current",
            "page_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        Index("uq_page_texts_page_version", "page_id", "version", unique=True),
        Index("ix_page_texts_quality", "quality", "confidence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"))
    version: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str] = mapped_column(String(10))
    engine: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text())
    words: Mapped[bytes] = mapped_column(LargeBinary)
    confidence: Mapped[float | None] = mapped_column(Float)
    """Mean over the words, 0–100; None where nothing was recognised."""
    language: Mapped[str] = mapped_column(String(3), default="", server_default="")
    """vie, eng, fra (ISO 639-2), or nothing where the text does not show it."""
    quality: Mapped[str] = mapped_column(String(4), default="", server_default="")
    """How far to trust the text: good, fair, poor; nothing for a blank page."""
    milliseconds: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
