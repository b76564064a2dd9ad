"""Papers whose every word is known, put into a home by the verbs that people's work goes through.

For tests that compare what two homes tell, or look for words that must stand nowhere. Ids
come from the name of the paper, so that the same paper has the same id in every home.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from unittest import mock

from PIL import Image

from portal.accounts.actors import Actor
from portal.catalogue import documents, images, indexing, pages, tree
from portal.catalogue.documents import Description
from portal.catalogue.readings import Reading
from portal.core import clock, ids
from portal.core.db import transaction
from portal.ingest import batches, scans
from portal.rights.levels import Level
from portal.storage import originals

BEGAN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

LEVELS = {
    "open": Level.OPEN,
    "closed": Level.OPEN,
    "unpublished": Level.OPEN,
    "withheld": Level.WITHHELD,
    "unpublished_withheld": Level.WITHHELD,
}
"""State of a paper → the level it is described with; of all others conditional. What is `closed` was open,
and in the public index, until it was closed."""

UNKNOWN_TO_THE_PUBLIC = ("withheld", "unpublished", "unpublished_withheld")
"""States in which not even the description is public."""


@dataclass(frozen=True)
class Paper:
    """A paper with one JPEG; it may have more pages than the picture has, as a reading says."""

    name: str
    """Unlike all others; its id comes from it."""
    state: str
    texts: tuple[str, ...]
    """What stands on each of its pages."""
    file_name: str
    note: str
    """In the metadata of the picture."""
    subject: str
    number: str = ""
    issuer: str = ""
    year: int = 0
    reason: str = "vì thử"
    shade: str = ""
    """What makes the picture another one."""
    minute: int = 0
    """When it was taken in, after all began."""


@dataclass
class Closed:
    """Ids of what was put in, by the name of the paper."""

    fonds: str
    batch: str
    holding: str
    documents: dict[str, str] = field(default_factory=dict)
    pages: dict[str, list[str]] = field(default_factory=dict)


@contextmanager
def steady(name: str) -> Iterator[None]:
    """Make ids that come from a name, instead of random ones."""
    with mock.patch.object(ids, "secrets", random.Random(name)):
        yield


def put_in(people: dict[str, Actor], fonds_id: str, papers: Sequence[Paper]) -> Closed:
    """Take in the papers, read, describe, publish and close them, and let the indexer catch up in between."""
    with steady(f"batch {fonds_id}"), clock.held_at(BEGAN), transaction():
        batch = batches.open_batch(people["operator"], fonds_id, "Hộp giấy", declared=True)
        made = Closed(fonds_id, batch.id, batch.holding_id)
    for paper in papers:
        with steady(paper.name), clock.held_at(BEGAN + timedelta(minutes=paper.minute)):
            _take_in(people, made, paper)
    catch_up()
    with transaction():
        for paper in papers:
            if paper.state == "closed":
                node = made.documents[paper.name]
                documents.set_level(people["archivist"], node, Level.CONDITIONAL, paper.reason)
    catch_up()
    return made


def catch_up() -> None:
    while indexing.drain():
        pass


def _take_in(people: dict[str, Actor], made: Closed, paper: Paper) -> None:
    picture = _picture(paper)
    staged = originals.stage(io.BytesIO(picture))
    with transaction():
        scan = scans.receive(people["operator"], made.batch, paper.file_name, staged, scans.sniff(staged))
        assert scan.document_id is not None
        made.documents[paper.name] = scan.document_id
        kept = pages.add(scan.document_id, staged.sha256, len(paper.texts), scan.scan_id)
        made.pages[paper.name] = [page.id for page in kept]
        for page, text in zip(kept, paper.texts, strict=True):
            pages.keep(page.id, _reading(text))
        documents.describe(
            people["archivist"],
            scan.document_id,
            Description(
                subject=paper.subject,
                number=paper.number,
                issued_on=date(paper.year, 5, 3) if paper.year else None,
                issuer=paper.issuer,
                level=LEVELS.get(paper.state, Level.CONDITIONAL),
                reason=paper.reason,
            ),
            tree.by_id(scan.document_id).version,
        )
        if "unpublished" not in paper.state:
            documents.publish(people["archivist"], scan.document_id)
    with Image.open(io.BytesIO(picture)) as image:
        for page_id in made.pages[paper.name]:
            images.keep_whole(page_id, image.convert("RGB"))


def _picture(paper: Paper) -> bytes:
    """Return a JPEG like no other, whose metadata holds the note."""
    dice = random.Random(f"{paper.name} {paper.shade}")
    image = Image.new("RGB", (240, 320), (250, 250, 250))
    for _ in range(20):
        image.putpixel((dice.randrange(240), dice.randrange(320)), (dice.randrange(200), 0, 0))
    exif = Image.Exif()
    exif[0x010E] = paper.note
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _reading(text: str) -> Reading:
    words = [
        (word, 10 + 30 * (place % 6), 20 + 20 * (place // 6), 28, 15, 91.0)
        for place, word in enumerate(text.split())
    ]
    return Reading("ocr", "test", text, words, 240, 320, 100, 5)
