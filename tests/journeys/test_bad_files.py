"""Five bad files between two good ones: the good ones are read, each bad one is refused and kept."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from portal.core import messages
from tests.fixtures import hostile, papers
from tests.journeys import persons
from tests.journeys.conftest import email_of
from tests.journeys.persons import ChromiumPerson, PlainPerson
from tests.journeys.portal import Portal

pytestmark = [pytest.mark.ocr]

BAD = ("cut.pdf", "locked.pdf", "eicar.pdf", "claims-2-31.png", "empty.pdf")
CODES = ["file_cut_off", "file_encrypted", "file_type", "image_too_large", "file_empty"]


def brought(folder: Path, word: str) -> list[Path]:
    """Write the seven files, the good ones first and last, in the order of their names."""
    known = {one.name: one for one in hostile.FILES}
    good = [papers.png(papers.picture((f"Tờ {place} {word}",), 200), 200) for place in ("đầu", "cuối")]
    contents = [good[0], *(known[name].make() for name in BAD), good[1]]
    names = ["dau.png", *BAD, "cuoi.png"]
    paths = [folder / f"{number}-{name}" for number, name in enumerate(names)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


def test_by_the_command_line(portal: Portal, tmp_path: Path) -> None:
    paths = brought(tmp_path, "lệnh")
    words = ("ingest", *map(str, paths), "--fonds", "X1", "--new-fonds", "Phông thử", "--wait")
    files = portal.flask(*words, codes=(3,))["files"]
    assert [file["status"] for file in files] == ["read", *["refused"] * 5, "read"]
    assert [file["code"] for file in files[1:6]] == CODES
    assert all(file["message"] for file in files[1:6])
    assert portal.health()["worker_alive"]


@pytest.mark.parametrize("body", ["plain", pytest.param("chromium", marks=pytest.mark.browser)])
def test_by_the_browser(portal: Portal, tmp_path: Path, body: str) -> None:
    first = tmp_path / "first.png"
    first.write_bytes(papers.png(papers.picture((f"Phông {body}",), 100)))
    portal.flask("ingest", str(first), "--fonds", "X2", "--new-fonds", "Phông của người quét")
    if body == "plain":
        look_at_refusals(portal, PlainPerson(portal, email_of("operator")), brought(tmp_path, body))
        return
    with persons.chromium() as browser:
        operator = ChromiumPerson(browser, portal, email_of("operator"))
        look_at_refusals(portal, operator, brought(tmp_path, body))


def look_at_refusals(portal: Portal, operator: persons.Person, paths: list[Path]) -> None:
    operator.open("/en/tiep-nhan")
    fonds = re.search(r'<option value="([^"]+)"[^>]*>\s*[^<]*X2', operator.shown())
    assert fonds, operator.shown()
    form = {"fonds": fonds[1], "name": "Lô có tệp hỏng", "declared": "y"}
    operator.send("/tiep-nhan", form, files=paths)
    portal.settle()
    operator.open(operator.where())
    shown = html.unescape(operator.shown())
    for code in CODES:
        values = {"number": 1, "most_megapixels": 200, "most_side": "50,000"}
        start = messages.english(code, values).split(" larger than")[0]
        assert start in shown, f"{code} is not told"
    for path in paths:
        assert path.name in shown
    documents = dict.fromkeys(re.findall(r"/r/([0-9a-z]{10})", shown))
    read = [one for one in documents if operator.fetch(f"/r/{one}")[1].count(b"/p/")]
    assert len(read) == 2
    assert portal.health()["worker_alive"]
    look_into_quarantine(portal, operator, shown, paths[1:6])


def look_into_quarantine(portal: Portal, operator: persons.Person, shown: str, bad: list[Path]) -> None:
    places = dict.fromkeys(re.findall(r'href="([^"]*/tep-bi-tu-choi/[0-9a-z]{10})"', shown))
    assert len(places) == len(bad)
    kept = [operator.fetch(place)[1] for place in places]
    assert sorted(kept) == sorted(path.read_bytes() for path in bad)
    nobody, citizen = PlainPerson(portal, None), PlainPerson(portal, email_of("citizen"))
    for place in places:
        for stranger in (nobody, citizen):
            assert stranger.fetch(place)[1] not in kept
