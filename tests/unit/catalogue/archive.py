"""A small archive for tests of indexing and finding: papers of which each word is known."""

from __future__ import annotations

import io

from portal.accounts.actors import Actor
from portal.catalogue import documents, indexing, pages, tree
from portal.catalogue.documents import Description
from portal.catalogue.models import Node
from portal.catalogue.readings import Reading
from portal.core.db import transaction
from portal.rights.levels import Level
from portal.storage import originals


class Archive:
    """Puts papers in as staff would, and says what the indexer should then know."""

    def __init__(self, archivist: Actor, operator: Actor) -> None:
        self.archivist, self.operator = archivist, operator
        with transaction():
            self.fonds = tree.create_fonds(archivist, code="P1", name="Phông một").id
            self.other_fonds = tree.create_fonds(archivist, code="P2", name="Phông hai").id

    def scan(self, *texts: str, name: str = "scan_001.pdf", fonds: str | None = None) -> str:
        """Take in a paper of some pages and read them; return the id of its document."""
        with transaction():
            holding = tree.open_holding(self.operator, fonds or self.fonds, "Lô 1")
            node = documents.add_scanned(self.operator, holding.id, name)
            staged = originals.stage(io.BytesIO(name.encode()))
            originals.record(staged)
            for page, text in zip(pages.add(node.id, staged.sha256, len(texts)), texts, strict=True):
                pages.keep(page.id, reading(text))
            return node.id

    def describe(
        self, document_id: str, subject: str, number: str = "", level: Level = Level.CONDITIONAL
    ) -> None:
        reason = "" if level is Level.OPEN else "vì thử"
        with transaction():
            version = tree.by_id(document_id).version
            documents.describe(
                self.archivist,
                document_id,
                Description(subject=subject, number=number, level=level, reason=reason),
                version,
            )

    def publish(self, document_id: str, level: Level | None = None) -> None:
        with transaction():
            if level is not None:
                documents.set_level(self.archivist, document_id, level, "vì thử")
            documents.publish(self.archivist, document_id)

    def unpublish(self, document_id: str) -> None:
        with transaction():
            documents.unpublish(self.archivist, document_id)

    def set_level(self, node_id: str, level: Level) -> None:
        with transaction():
            documents.set_level(self.archivist, node_id, level, "vì thử")

    def opened(self, *texts: str, name: str = "scan_001.pdf", fonds: str | None = None) -> str:
        """Take in a paper and open it to everybody."""
        document_id = self.scan(*texts, name=name, fonds=fonds)
        self.publish(document_id, Level.OPEN)
        return document_id

    @staticmethod
    def first_page(document_id: str) -> str:
        return pages.of_document(document_id)[0].id

    @staticmethod
    def read_again(page_id: str, text: str) -> None:
        with transaction():
            pages.keep(page_id, reading(text))

    @staticmethod
    def node(node_id: str) -> Node:
        return tree.by_id(node_id)

    @staticmethod
    def catch_up() -> int:
        """Let the indexer work everything off; return how many notes there were."""
        done = 0
        while worked := indexing.drain():
            done += worked
        return done


def reading(text: str) -> Reading:
    words = [(word, 10 * place, 20, 8, 5, 90.0) for place, word in enumerate(text.split())]
    return Reading("ocr", "stub", text, words, 100, 200, 300, 5)
