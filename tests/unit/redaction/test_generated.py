"""Generated papers on which something is hidden: no way of looking finds a hidden word again.

By far the most is done by the real engine, with real pixels, through the verbs and the site. `make
test` looks at one paper of each kind; `LONG=1` (`make test-redaction`) at fifty.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytesseract
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from portal.access import copies, marking
from portal.accounts.actors import Actor
from portal.catalogue import images, seeking
from portal.catalogue.images import Pixels
from portal.catalogue.models import PageText
from portal.catalogue.redaction_rows import RedactedPage
from portal.core import house
from portal.core.db import db
from portal.rights import grants
from portal.storage import originals
from tests.fixtures import hidden
from tests.fixtures.hidden import FILLER, Case
from tests.unit.redaction.desk import Desk
from tests.web.browser import Browser

CASES = hidden.cases(50)
LOOKED_AT = CASES if os.environ.get("LONG") else CASES[:11]

VISIBLE = {seeking.plain(word) for line in FILLER for word in line.split()}


def needles(case: Case) -> list[str]:
    """Return what must be found nowhere: the names, and each word of them that stands nowhere else."""
    whole = [one.strip("-") for one in case.hidden]
    single = [word for one in whole for word in one.split() if " " in one]
    return whole + [
        one for one in single if len(seeking.plain(one)) > 2 and seeking.plain(one) not in VISIBLE
    ]


def found_in(text: str, case: Case) -> list[str]:
    return [one for one in needles(case) if seeking.in_text(one, text)]


def read_again(jpeg: bytes, case: Case) -> str:
    """Return what the engine reads on an image as it was sent, by itself, set upright."""
    # The library keeps one command for the whole process: a test before may have left a broken engine there.
    pytesseract.pytesseract.tesseract_cmd = "tesseract"
    with Image.open(io.BytesIO(jpeg)) as image:
        return str(pytesseract.image_to_string(image.rotate(-case.turned, expand=True), lang="vie"))


@pytest.mark.ocr
@pytest.mark.parametrize("case", LOOKED_AT, ids=[case.name for case in LOOKED_AT])
def test_no_hidden_word_is_found_again(
    case: Case, desk: Desk, app: Flask, people: dict[str, Actor], tmp_path: Path
) -> None:
    document_id, (page_id,) = desk.document([case.sheet], is_sideways=case.is_sideways)
    before = db.session.scalars(select(PageText.text).where(PageText.page_id == page_id)).one()
    redaction_id = desk.confirmed(document_id, {page_id: case.boxes})
    row = db.session.scalars(select(RedactedPage).where(RedactedPage.redaction_id == redaction_id)).one()
    pixels, blob = Pixels(row.pixels), row.blob_sha256 or ""
    grant_id = desk.grant(document_id, redaction_id)
    mark = grants.by_id(grant_id).mark
    desk.build(grant_id, [pixels])
    assert pixels != page_id

    # The original says it, and goes on saying it: what is not there cannot be hidden.
    assert found_in(before, case), before
    assert db.session.scalars(select(PageText.text).where(PageText.page_id == page_id)).one() == before

    app.test_client_class = Browser
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.sign_in("citizen@example.vn")
    address = f"/p/{page_id}"
    for part in ("/text", "/words.json"):
        said = browser.get(address + part).text
        assert found_in(said, case) == [], (part, said)
    page = browser.get(address).text
    assert not [one for one in case.hidden if seeking.in_text(one, page)]
    assert len(browser.get(address + "/text").text.split()) >= 10, "nothing else may be lost"

    viewed = browser.get(f"{address}/iiif/full/max/0/default.jpg").data
    shown = images.whole(pixels)
    path, _ = copies.open(people["citizen"], grant_id)
    copy = path.read_bytes()
    assert found_in(read_again(shown, case), case) == []
    assert found_in(read_again(viewed, case), case) == []

    raw = [viewed, shown, originals.path(blob).read_bytes(), copy, *streams(copy)]
    raw += [one.read_bytes() for one in kept_files(pixels)]
    for needle in needles(case):
        assert not any(seeking.in_bytes(needle, content) for content in raw), needle
    assert found_in(pdftotext(path), case) == []

    # Viewer and copy show one and the same image.
    assert pictures(copy)[-1] == marking.marked(shown, mark)
    for box in case.boxes:
        assert middle(viewed, box) < 40, "the mark may lie over it, thinly"
    assert browser.get(address + "/image/960.jpg").data != b""


def streams(pdf: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        objects = [one for one in opened.objects if isinstance(one, pikepdf.Stream)]
        kinds = [(one, str(one.get("/Subtype", "")), "/Length1" in one) for one in objects]
        # The faces of the mark are embedded whole words and all; no page brought them along.
        return [bytes(one.read_bytes()) for one, kind, is_face in kinds if kind != "/Image" and not is_face]


def pictures(pdf: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [bytes(one.read_raw_bytes()) for page in opened.pages for one in page.get_images().values()]


def pdftotext(path: Path) -> str:
    program = shutil.which("pdftotext")
    assert program
    return subprocess.run([program, str(path), "-"], capture_output=True, check=True, text=True).stdout


def kept_files(pixels: str) -> list[Path]:
    """Return every file that is kept of the images of a page."""
    return [one for one in house.settings().uploads_folder.rglob(f"page/{pixels}/*") if one.is_file()]


def middle(jpeg: bytes, box: hidden.Box) -> float:
    """Return how bright the middle of a place is."""
    with Image.open(io.BytesIO(jpeg)) as image:
        left, top, width, height = box
        part = image.convert("L").crop((left, top, left + width, top + height))
        ordered = sorted(part.tobytes())
        return float(ordered[len(ordered) // 2])
