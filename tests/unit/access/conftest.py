"""A small archive to ask for: documents with real page images, made through the verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image, ImageDraw

from portal.access import copies, decisions, requests, rulebook
from portal.access.results import ItemView
from portal.access.terms import TermKind
from portal.accounts.actors import Actor
from portal.catalogue import documents, images, pages, tree
from portal.catalogue.documents import Description
from portal.catalogue.readings import Reading
from portal.core.db import transaction
from portal.jobs.handlers import Claim
from portal.jobs.models import Lane
from portal.rights.levels import Level
from portal.storage import originals

PURPOSE = "Nghiên cứu lịch sử địa phương"
REASON = "Mục đích nghiên cứu rõ ràng"
PAGE_SIZE = (620, 877)


def delay(code: str = "scanning") -> str:
    """Return the id of a reason of extensions, as it holds today."""
    return next(one.id for one in rulebook.terms(TermKind.EXTENSION) if one.code == code)


def claim(subject: str) -> Claim:
    """A claim as the ledger hands it to a handler."""
    return Claim("job0000000", "any", subject, {}, Lane.DESK, "worker", 1, 0, 0)


def run(handler: Callable[[Claim], Callable[[], None]], subject: str = "") -> None:
    """Do a job as the worker does: the slow part first, the effect in a transaction."""
    apply = handler(claim(subject))
    with transaction():
        apply()


def page_image(number: int) -> Image.Image:
    """A page that no other page looks like."""
    image = Image.new("RGB", PAGE_SIZE, "white")
    ImageDraw.Draw(image).rectangle((40, 40 + 20 * number, 300, 50 + 20 * number), fill="black")
    return image


@dataclass
class Shelf:
    """Puts documents into the archive."""

    people: dict[str, Actor]
    count: int = 0

    def document(
        self,
        level: Level | None = Level.CONDITIONAL,
        *,
        title: str = "Quyết định về đất đai",
        published: bool = True,
        page_count: int = 2,
        setter: str = "archivist",
    ) -> str:
        """Put in a document with pages that were read; without a level nobody describes it. Return its id."""
        self.count += 1
        with transaction():
            fonds = tree.create_fonds(self.people["archivist"], code=f"P{self.count}", name="Phông Tỉnh")
            holding = tree.open_holding(self.people["operator"], fonds.id, "Lô 1")
            node = documents.add_scanned(self.people["operator"], holding.id, f"ten-tep-{self.count}.pdf")
            if level is not None:
                wanted = Description(
                    subject=title, number="93/QĐ-UBND", level=level, reason="Có dữ liệu riêng tư"
                )
                documents.describe(self.people[setter], node.id, wanted, node.version)
            if published:
                documents.publish(self.people[setter], node.id)
            document_id = node.id
        self.add_pages(document_id, page_count)
        return document_id

    def on_paper(self, level: Level = Level.CONDITIONAL) -> str:
        """Put in a document that was never scanned, in a file of its own. Return its id."""
        self.count += 1
        archivist = self.people["archivist"]
        with transaction():
            fonds = tree.create_fonds(archivist, code=f"P{self.count}", name="Phông giấy")
            file = tree.create_file(archivist, fonds.id, code="H1", name="Hồ sơ giấy")
            wanted = Description(subject="Sổ địa bạ", number="1/SĐB", level=level, reason="Dữ liệu riêng tư")
            node = documents.add_on_paper(archivist, file.id, wanted)
            documents.publish(archivist, node.id)
            return node.id

    def add_pages(self, document_id: str, page_count: int) -> None:
        """Put pages with images into a document."""
        staged = originals.stage(BytesIO(b"original %d" % self.count))
        with transaction():
            originals.record(staged)
            rows = pages.add(document_id, staged.sha256, page_count) if page_count else []
            for row in rows:
                pages.keep(row.id, Reading("blank", "none", "", [], *PAGE_SIZE, 75, 1))
            made = [(row.id, row.number) for row in rows]
        for page_id, number in made:
            images.keep_whole(page_id, page_image(number))


@pytest.fixture
def shelf(app: Flask, people: dict[str, Actor]) -> Shelf:
    return Shelf(people)


@dataclass
class Desk:
    """Asks and decides as the people of the tests."""

    people: dict[str, Actor]

    def ask(self, *document_ids: str, by: str = "citizen") -> ItemView:
        """Ask for documents and return the first item."""
        with transaction():
            return requests.submit(self.people[by], list(document_ids), PURPOSE).items[0]

    def grant(self, document_id: str, by: str = "citizen") -> str:
        """Ask for a document, grant it, and return the id of the grant."""
        item = self.ask(document_id, by=by)
        with transaction():
            granted = decisions.grant(self.people["approver"], item.id, REASON)
        assert granted.grant is not None
        return granted.grant.id

    def revoke(self, grant_id: str) -> None:
        with transaction():
            decisions.revoke(self.people["approver"], grant_id, "Cấp nhầm người")

    def build(self, grant_id: str) -> None:
        run(copies.build, grant_id)


@pytest.fixture
def desk(people: dict[str, Actor]) -> Desk:
    return Desk(people)
