"""Citations: the line that the law asks for, and files that programs for literature really read."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import bibtexparser
import pytest
import rispy
from bibtexparser.model import Entry

from portal.accounts.actors import Actor
from portal.catalogue import documents
from portal.catalogue.documents import Description
from portal.core import clock
from portal.core.db import end_reading, transaction
from portal.core.partial import Exactness, PartialDate
from portal.rights.levels import Level
from tests.web import leaves
from tests.web.archive import Archive, secret_of
from tests.web.conftest import Browsers

TITLE = r"Giao 5% {đất_} cho A & B, lô #1 ~ \x ^2 $3 <b>“xã”</b>"
READABLE = (
    r"Giao 5\% \textbraceleft{}đất\_\textbraceright{} cho A \& B, lô \#1 \textasciitilde{} "
    r"\textbackslash{}x \textasciicircum{}2 \$3 <b>“xã”</b>"
)
"""The title in TeX."""


@pytest.fixture
def paper(archive: Archive, people: dict[str, Actor]) -> str:
    """A document on paper only, with every letter in its title that means something to some program."""
    described = Description(
        subject=TITLE,
        issuer="Sở Địa chính, Nhà đất",
        number="12/QĐ-X",
        issued_on=PartialDate(date(1978, 3, 1), Exactness.MONTH),
        level=Level.OPEN,
        reason="",
    )
    with transaction():
        node = documents.add_on_paper(people["archivist"], archive.file, described)
        documents.publish(people["archivist"], node.id)
    return str(node.id)


def cited(page: str) -> str:
    found = re.search(r'id="citation"[^>]*>(.+?)</p>', page)
    assert found
    return unescape(re.sub(r"<[^>]+>", "", found[1]))


def entry(text: str) -> Entry:
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    (found,) = library.entries
    return found


def test_the_line_names_number_place_originality_and_keeper(paper: str, browse: Browsers) -> None:
    line = cited(browse("anonymous").get(f"/r/{paper}").text)
    assert line.startswith("Sở Địa chính, Nhà đất, số 12/QĐ-X, tháng 03/1978, Giao 5%")
    assert ', Phông <script>alert(1)</script> (P01), Hồ sơ "đất" & nhà (H1), bản giấy, ' in line
    assert line.endswith(f"http://localhost/r/{paper}")


def test_a_scan_is_said_only_to_who_may_see_it(archive: Archive, browse: Browsers) -> None:
    asked = f"/r/{archive.documents['conditional']}"
    assert "bản sao từ bản quét" not in cited(browse("anonymous").get(asked).text)
    assert "bản sao từ bản quét" in cited(browse("archivist").get(asked).text)
    assert "N1  - " not in browse("anonymous").get(f"{asked}/trich-dan.ris").text


def test_where_papers_wait_is_not_cited_as_where_they_lie(archive: Archive, browse: Browsers) -> None:
    line = cited(browse("archivist").get(f"/r/{archive.documents['open']}").text)
    assert "Hộp 12" not in line


def test_bibtex_is_read_by_a_program(paper: str, browse: Browsers) -> None:
    answer = browse("anonymous").get(f"/r/{paper}/trich-dan.bib")
    assert answer.content_type == "application/x-bibtex; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="metgia-{paper}.bib"'
    found = entry(answer.text)
    assert (found.entry_type, found.key) == ("misc", f"metgia-{paper}")
    values = {name: field.value for name, field in found.fields_dict.items()}
    assert values["title"] == f"{{{READABLE}}}"
    # A comma and the word "and" would part a name that stands in one pair of braces only.
    assert values["author"] == "{Sở Địa chính, Nhà đất}"
    assert (values["year"], values["month"], values["date"]) == ("1978", "3", "1978-03")
    assert values["number"] == "12/QĐ-X"
    assert values["url"] == f"http://localhost/r/{paper}"
    assert values["urldate"] == clock.today().isoformat()
    assert "(P01)" in values["howpublished"]
    assert values["note"] == "bản giấy"


def test_ris_is_read_by_a_program(paper: str, browse: Browsers) -> None:
    answer = browse("anonymous").get(f"/en/r/{paper}/trich-dan.ris")
    assert answer.content_type == "application/x-research-info-systems; charset=utf-8"
    (found,) = rispy.loads(answer.text)
    assert found["type_of_reference"] == "MANSCPT"
    assert found["title"] == TITLE
    assert found["authors"] == ["Sở Địa chính, Nhà đất"]
    assert (found["year"], found["date"]) == ("1978", "1978/03//")
    assert found["urls"] == [f"http://localhost/en/r/{paper}"]
    assert found["access_date"] == clock.today().strftime("%Y/%m/%d/")
    assert found["notes"] == ["on paper"]
    assert answer.text.endswith("ER  - \r\n")


def test_a_page_is_cited_with_its_number(archive: Archive, browse: Browsers) -> None:
    leaf = leaves.add(archive, "giao đất rừng")
    end_reading()
    browser = browse("anonymous")
    (found,) = rispy.loads(browser.get(f"/p/{leaf}/trich-dan.ris").text)
    assert (found["start_page"], found["urls"]) == ("2", [f"http://localhost/p/{leaf}"])
    values = entry(browser.get(f"/p/{leaf}/trich-dan.bib").text).fields_dict
    assert values["pages"].value == "2"
    assert "trang 2" in values["howpublished"].value
    page = browser.get(f"/p/{leaf}").text
    assert f'href="/p/{leaf}/trich-dan.bib"' in page
    assert f'href="/p/{leaf}/trich-dan.ris"' in page


def test_no_citation_tells_what_the_page_says(archive: Archive, browse: Browsers) -> None:
    for state, document in archive.documents.items():
        for role in ("anonymous", "other"):
            for ending in ("bib", "ris"):
                told = browse(role).get(f"/r/{document}/trich-dan.{ending}")
                assert secret_of(state) not in told.text + str(told.headers), (state, role)
                hidden = state not in {"open", "conditional", "granted", "expired", "revoked"}
                assert (told.status_code == 404) == hidden, (state, role)
