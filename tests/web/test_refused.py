"""Refused files in the browser: the reason and the way to the file, in both languages."""

from __future__ import annotations

import io

import pytest

from portal.core.db import transaction
from portal.ingest import scans
from portal.storage import originals
from tests.web.archive import Archive
from tests.web.conftest import Browsers


@pytest.mark.parametrize(
    ("prefix", "reason", "way"),
    [
        ("", "không phải tệp PDF, TIFF, JPEG hay PNG", "Lưu tệp bị từ chối"),
        ("/en", "not a PDF, TIFF, JPEG or PNG file", "Save the refused file"),
    ],
    ids=["vi", "en"],
)
def test_the_operator_sees_why_and_where_it_is_kept(
    archive: Archive, browse: Browsers, prefix: str, reason: str, way: str
) -> None:
    page = browse("operator").get(f"{prefix}/tiep-nhan/{archive.batch}").text
    assert reason in page
    assert way in page
    assert page.count(f"/tep-bi-tu-choi/{archive.refused}") == 1
    assert page.count("/tep-bi-tu-choi/") == 1


def test_it_is_saved_and_neither_shown_nor_run(archive: Archive, browse: Browsers) -> None:
    answer = browse("operator").get(f"/tiep-nhan/tep-bi-tu-choi/{archive.refused}")
    assert answer.data == b"MZ no page"
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_hostile_name_adds_no_header(archive: Archive, browse: Browsers, people: dict[str, object]) -> None:
    name = 'a"; filename=x.exe\r\nSet-Cookie: a=b\r\n\r\n<b>\u202egnp.exe'
    with transaction():
        staged = originals.stage(io.BytesIO(b"MZ other"))
        scan = scans.take_in(people["operator"], archive.batch, name, staged)  # type: ignore[arg-type]
    answer = browse("operator").get(f"/tiep-nhan/tep-bi-tu-choi/{scan.scan_id}")
    told = answer.headers["Content-Disposition"]
    assert not {"\r", "\n", "\u202e"} & set(told)
    assert answer.headers.get("Set-Cookie", "").find("a=b") < 0
    assert told.count("filename=") == 1 or 'filename="a\\"' in told
