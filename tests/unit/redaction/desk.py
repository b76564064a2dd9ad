"""The hands of those who redact: a sheet taken in and read, hidden, made, confirmed, granted, copied."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from portal.access import boxes, copies, decisions, redactions, requests
from portal.accounts.actors import Actor
from portal.catalogue import documents, images, pages, redacted, tree
from portal.catalogue.documents import Description
from portal.catalogue.images import Pixels
from portal.catalogue.readings import Reading, Word
from portal.core.db import db, transaction
from portal.ingest import reading, redacting
from portal.ingest.sandbox import keeper
from portal.rights.grants import Terms
from portal.rights.levels import Level
from portal.storage import originals
from tests.fixtures.hidden import Box
from tests.unit.access.conftest import run

WHY = "Có tên và số giấy tờ của người còn sống"
LEFT = "Chữ này ở chỗ khác nói về người khác, được để lại"


@dataclass
class Desk:
    """Works with real pixels; what is read is read by the engine where `is_read` says so."""

    people: dict[str, Actor]
    count: int = 0

    def document(
        self,
        sheets: Sequence[Image.Image],
        texts: Sequence[str] = (),
        *,
        dpi: int = 200,
        is_sideways: bool = False,
    ) -> tuple[str, list[str]]:
        """Put in a conditional document, published, and return it with its pages.

        Args:
            texts: what was read, a word each 100 px; where none are given, the engine reads.
        """
        self.count += 1
        file = io.BytesIO()
        if is_sideways:
            turned = Image.Exif()
            turned[274] = 6
            kept = sheets[0].transpose(Image.Transpose.ROTATE_90)
            kept.save(file, "JPEG", quality=95, dpi=(dpi, dpi), exif=turned)
        else:
            rest = list(sheets[1:])
            sheets[0].save(file, "TIFF", save_all=True, append_images=rest, dpi=(dpi, dpi))
        file.seek(0)
        staged = originals.stage(file)
        with transaction():
            fonds = tree.create_fonds(self.people["archivist"], code=f"R{self.count}", name="Phông che")
            holding = tree.open_holding(self.people["operator"], fonds.id, "Lô che")
            node = documents.add_scanned(self.people["operator"], holding.id, f"tep-{self.count}.tif")
            wanted = Description(subject="Đơn xin xác nhận", level=Level.CONDITIONAL, reason=WHY)
            documents.describe(self.people["archivist"], node.id, wanted, node.version)
            documents.publish(self.people["archivist"], node.id)
            document_id = node.id
            originals.record(staged)
            page_ids = [page.id for page in pages.add(document_id, staged.sha256, len(sheets))]
        for number, page_id in enumerate(page_ids):
            view, said = keeper.look(originals.path(staged.sha256), number) if not texts else (None, None)
            said = said or self.reading(texts[number], sheets[number].size, dpi)
            images.keep(Pixels(page_id), view or sheets[number])
            with transaction():
                pages.keep(page_id, said)
        return document_id, page_ids

    def reading(self, text: str, size: tuple[int, int], dpi: int) -> Reading:
        return Reading("ocr", "test", text, words(text), *size, dpi, 1)

    def begin(self, document_id: str, by: str = "archivist") -> str:
        with transaction():
            return redactions.begin(self.people[by], document_id, WHY).id

    def draw(self, redaction_id: str, page_id: str, *drawn: Box, by: str = "archivist") -> None:
        with transaction():
            for box in drawn:
                boxes.draw(self.people[by], redaction_id, page_id, box)

    def make(self, redaction_id: str, by: str = "archivist") -> None:
        """Order the pages and make them, as the worker does."""
        with transaction():
            redactions.make(self.people[by], redaction_id)
            waiting = [row.id for row in redactions.made_pages(redaction_id) if row.state == "waiting"]
        for row_id in waiting:
            run(redacting.redact, row_id)

    def offer(self, redaction_id: str, left: str = LEFT, by: str = "archivist") -> None:
        with transaction():
            redactions.offer(self.people[by], redaction_id, left)

    def confirm(self, redaction_id: str, by: str = "approver") -> None:
        with transaction():
            row = db.session.get_one(redacted.Redaction, redaction_id)
            redactions.confirm(self.people[by], redaction_id, redactions.fingerprint(row))

    def confirmed(self, document_id: str, drawn: dict[str, Sequence[Box]]) -> str:
        """Return a version that is drawn, made, offered and confirmed."""
        redaction_id = self.begin(document_id)
        for page_id, several in drawn.items():
            self.draw(redaction_id, page_id, *several)
        self.make(redaction_id)
        self.offer(redaction_id)
        self.confirm(redaction_id)
        return redaction_id

    def grant(self, document_id: str, redaction_id: str | None, by: str = "citizen") -> str:
        with transaction():
            asked = requests.submit(self.people[by], [document_id], "Nghiên cứu lịch sử địa phương")
        terms = Terms(redaction_id=redaction_id)
        with transaction():
            item = decisions.grant(
                self.people["approver"], asked.items[0].id, "Mục đích rõ ràng", terms=terms
            )
        assert item.grant is not None
        return item.grant.id

    def build(self, grant_id: str, pixels: Sequence[str]) -> None:
        """Make the whole images, then the copy."""
        for one in pixels:
            run(reading.render_again, one)
        run(copies.build, grant_id)


def words(text: str) -> list[Word]:
    """Return words that stand on one line, each 100 px wide and 20 px high."""
    return [(word, 10 + 110 * place, 20, 100, 20, 95.0) for place, word in enumerate(text.split())]


def place_of(text: str, word: str) -> Box:
    """Return where a word of such a line stands."""
    return next(one[1:5] for one in words(text) if one[0] == word)
