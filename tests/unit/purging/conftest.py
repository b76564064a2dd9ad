"""What tests of purging share: documents that were taken in, the job itself, a home to look through."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from PIL import Image

from portal.accounts.actors import Actor
from portal.catalogue import documents, images, indexing, outbox, pages, tree
from portal.catalogue.documents import Description
from portal.catalogue.images import Pixels
from portal.catalogue.readings import Reading
from portal.core import house
from portal.core.db import db, end_reading, transaction
from portal.ingest import batches
from portal.ingest.models import Scan, ScanState
from portal.purging import carrying_out, deciding, views
from portal.purging.rows import Purge, PurgeKind
from portal.rights.levels import Level
from portal.storage import originals
from tests.conftest import PASSWORD
from tests.unit.access.conftest import Desk, Shelf
from tests.unit.access.conftest import run as perform

WORD = "xylocanaria"
"""Stands in the text of what is purged, and nowhere else."""

BYTES = b"bytes-of-the-original-qwzx-0815 " * 40
NAME = "ten-tep-rieng-qwzx.pdf"
TITLE = "Quyết định tuyệt đối riêng qwzx"
REASON = "Theo Quyết định 12/QĐ-UBND ngày 1/6"
BASIS = "purgeb0002"
SIZE = (620, 877)


@dataclass
class Held:
    """One document with two pages that were read, its file, and its batch."""

    document: str
    pages: list[str]
    scan: str
    batch: str
    sha256: str


@dataclass
class Store:
    """Takes documents in, as intake does, without a recognition engine."""

    people: dict[str, Actor]
    count: int = 0

    def take_in(
        self,
        content: bytes = BYTES,
        *,
        word: str = WORD,
        level: Level = Level.OPEN,
        published: bool = True,
        described: bool = True,
        indexed: bool = True,
    ) -> Held:
        """Take in a file of two pages as one document. Return what came of it."""
        self.count += 1
        archivist, operator = self.people["archivist"], self.people["operator"]
        staged = originals.stage(io.BytesIO(content))
        with transaction():
            fonds = tree.create_fonds(archivist, code=f"X{self.count}", name="Phông thử")
            batch = batches.open_batch(operator, fonds.id, "Lô thử", declared=True)
            originals.record(staged)
            node = documents.add_scanned(operator, batch.holding_id, NAME)
            scan = Scan(
                batch_id=batch.id,
                blob_sha256=staged.sha256,
                file_name=NAME,
                media_type="application/pdf",
                state=ScanState.SPLIT.value,
                document_id=node.id,
                brought_by=operator.id,
            )
            db.session.add(scan)
            db.session.flush()
            rows = pages.add(node.id, staged.sha256, 2, scan.id)
            for row in rows:
                text = f"Trang {row.number} có chữ {word} và chữ khác"
                pages.keep(row.id, Reading("ocr", "none", text, _words(text), *SIZE, 75, 1))
            if described:
                wanted = Description(TITLE, "99/QWZX", None, "Cơ quan qwzx", None, level, "Lý do qwzx")
                documents.describe(archivist, node.id, wanted, node.version)
            if published:
                documents.publish(archivist, node.id)
            held = Held(node.id, [row.id for row in rows], scan.id, batch.id, staged.sha256)
        for page_id in held.pages:
            images.keep(Pixels(page_id), Image.new("RGB", SIZE, "white"))
            images.keep_whole(Pixels(page_id), Image.new("RGB", SIZE, "white"))
        if indexed:
            index()
        return held


def _words(text: str) -> list[tuple[str, int, int, int, int, int]]:
    return [(word, 10 + 60 * place, 10, 50, 20, 96) for place, word in enumerate(text.split())]


def index() -> None:
    """Let the indexer catch up."""
    end_reading()
    while outbox.pending():
        indexing.drain()


def propose(actor: Actor, object_id: str, kind: PurgeKind = PurgeKind.DOCUMENT) -> str:
    """Propose a purge. Return its id."""
    with transaction():
        return deciding.propose(actor, kind, object_id, BASIS, REASON).id


def seen_by(actor: Actor, purge_id: str) -> str:
    """Return what stands for all that a purge shows to somebody that would go."""
    end_reading()
    extent = views.extent(actor, db.session.get_one(Purge, purge_id))
    return extent.seen if extent else ""


def confirm(actor: Actor, purge_id: str, seen: str | None = None) -> None:
    """Confirm a purge as the second person, who has looked at it just now or saw something else."""
    seen = seen_by(actor, purge_id) if seen is None else seen
    with transaction():
        deciding.confirm(actor, purge_id, PASSWORD, "127.0.0.1", seen=seen, is_sure=True)


def carry_out(purge_id: str) -> None:
    """Do the job of a purge."""
    end_reading()
    perform(carrying_out.carry_out, purge_id)
    end_reading()


def found_in_home(*wanted: bytes) -> dict[str, list[bytes]]:
    """Return which files of the home hold any of these bytes, backups apart."""
    found: dict[str, list[bytes]] = {}
    for path in sorted(house.settings().home.rglob("*")):
        if path.is_file() and path.suffix != ".tar":
            content = path.read_bytes()
            met = [one for one in wanted if one in content]
            if met:
                found[str(path.relative_to(house.settings().home))] = met
    return found


def images_of(page_id: str) -> list[str]:
    """Return every image, small image and tile that is kept of a page."""
    rooms = (house.settings().uploads_folder / room for room in ("derived", "passing"))
    return [
        path.name for room in rooms for path in room.rglob("*") if page_id in path.parts and path.is_file()
    ]


@pytest.fixture(autouse=True)
def log(app: Flask) -> Iterator[None]:
    """Let everything that is said, down to the smallest, be written into a log of the home."""
    house.settings().log_folder.mkdir(exist_ok=True)
    writer = logging.FileHandler(house.settings().log_folder / "everything.log")
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(writer)
    yield
    root.removeHandler(writer)
    root.setLevel(before)
    writer.close()


@pytest.fixture
def store(app: Flask, people: dict[str, Actor]) -> Store:
    return Store(people)


@pytest.fixture
def purge(people: dict[str, Actor]) -> Callable[..., str]:
    """Purges a thing by two people, to the last byte; returns the id of the purge."""

    def purged(object_id: str, kind: PurgeKind = PurgeKind.DOCUMENT) -> str:
        purge_id = propose(people["archivist"], object_id, kind)
        confirm(people["approver"], purge_id)
        carry_out(purge_id)
        return purge_id

    return purged


@pytest.fixture
def desk(people: dict[str, Actor]) -> Desk:
    return Desk(people)


@pytest.fixture
def shelf(people: dict[str, Actor]) -> Shelf:
    return Shelf(people)
