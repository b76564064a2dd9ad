"""Results narrowed, sorted, mended and taken along: all of it plain links with an address that lasts."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from xml.etree import ElementTree

import pytest

from portal.accounts.actors import Actor
from portal.catalogue import documents, indexing
from portal.catalogue.documents import Description
from portal.core.db import transaction
from portal.core.partial import Exactness, PartialDate
from portal.rights.levels import Level
from tests.web.archive import Archive
from tests.web.conftest import Browsers


@pytest.fixture
def papers(archive: Archive, people: dict[str, Actor]) -> list[str]:
    """Three open documents about canals, of three years and two issuers, and one withheld."""
    made = []
    with transaction():
        for year, issuer, subject, level in (
            (1991, "Sở Thủy lợi", "Đào kênh mương ở Trà Vân", Level.OPEN),
            (1995, "Sở Thủy lợi", "Nạo vét kênh mương", Level.OPEN),
            (2003, "Ủy ban nhân dân tỉnh", "=Kênh mương liên xã", Level.OPEN),
            (1999, "Ban Cơ yếu", "Kênh mương kín", Level.WITHHELD),
        ):
            described = Description(
                subject=subject,
                issuer=issuer,
                number=f"{year % 100}/QĐ-X",
                issued_on=PartialDate(date(year, 5, 3), Exactness.DAY),
                level=level,
                reason="" if level is Level.OPEN else "bí mật công tác",
            )
            node = documents.add_on_paper(people["archivist"], archive.file, described)
            documents.publish(people["archivist"], node.id)
            made.append(node.id)
    while indexing.drain():
        pass
    return made


def links(page: str) -> dict[str, str]:
    """Return the addresses of the links of a page by their text."""
    found = re.findall(r'<a class="govuk-link" href="([^"]+)">([^<]+)', page)
    return {html.unescape(text).strip(): html.unescape(address) for address, text in found}


def titles(page: str) -> list[str]:
    found = re.findall(r'class="mg-result__title"><a [^>]+>(?:<[^>]+>)?([^<]+)', page)
    return [html.unescape(title).strip() for title in found]


def test_values_are_counted_and_chosen_by_links(browse: Browsers, papers: list[str]) -> None:
    browser = browse("anonymous")
    page = browser.get("/tim-kiem?q=kênh+mương").text
    assert len(titles(page)) == 3
    assert "Ban Cơ yếu" not in page
    assert ">1999" not in page
    chosen = browser.get(links(page)["Sở Thủy lợi"]).text
    assert len(titles(chosen)) == 2
    back = browser.get(links(chosen)["Bỏ"]).text
    assert len(titles(back)) == 3


def test_years_narrow_and_the_order_stays(browse: Browsers, papers: list[str]) -> None:
    browser = browse("anonymous")
    page = browser.get("/tim-kiem?q=kênh+mương&xep=cu").text
    assert [title[:8] for title in titles(page)] == ["Đào kênh", "Nạo vét ", "=Kênh mư"]
    newest = browser.get(links(page)["Mới nhất trước"]).text
    assert titles(newest)[0].startswith("=Kênh")
    old = browser.get("/tim-kiem?q=kênh+mương&tu=1990&den=1995&xep=moi").text
    assert [title[:4] for title in titles(old)] == ["Nạo ", "Đào "]
    assert "1990–1995" in old
    assert links(old)["Cũ nhất trước"].count("tu=1990") == 1


def test_a_broken_query_is_mended_and_says_so(browse: Browsers, papers: list[str]) -> None:
    browser = browse("anonymous")
    page = browser.get('/tim-kiem?q="kênh+mương').text
    assert "Thiếu một dấu ngoặc kép" in page
    assert len(titles(page)) == 3
    loose = browser.get('/tim-kiem?q="mương+kênh"').text
    assert "Không có tài liệu nào viết đúng như vậy" in loose
    assert len(titles(loose)) == 3
    assert titles(browser.get("/tim-kiem?q=kênh+-vét").text) != titles(browser.get("/tim-kiem?q=kênh").text)


def test_what_makes_no_sense_in_the_address_is_passed_over(browse: Browsers, papers: list[str]) -> None:
    browser = browse("anonymous")
    odd_ones = ("tu=abc", "tu=99999", "den=-1", "xep=x", "tu=0", "tu=²", "tiep-can=x", "ngon-ngu=x")
    for odd in odd_ones:
        assert len(titles(browser.get(f"/tim-kiem?q=kênh+mương&{odd}").text)) == 3
    assert len(titles(browser.get("/tim-kiem?q=kênh+mương&tu=1995&den=1990").text)) == 2


def test_the_table_holds_what_the_page_holds_and_no_formula(browse: Browsers, papers: list[str]) -> None:
    answer = browse("anonymous").get("/tim-kiem.csv?q=kênh+mương&xep=cu")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[1] == "Tiêu đề"
    assert [row[1][:8] for row in rows] == ["Đào kênh", "Nạo vét ", "'=Kênh m"]
    assert [row[3] for row in rows] == ["03/05/1991", "03/05/1995", "03/05/2003"]


def test_the_feed_is_well_formed_and_of_what_the_asker_may_see(browse: Browsers, papers: list[str]) -> None:
    answer = browse("anonymous").get("/tim-kiem.rss?q=kênh+mương+%0b%26<%ef%bf%bf")
    items = ElementTree.fromstring(answer.text).findall("channel/item")
    assert len(items) == 3
    assert "kín" not in answer.text
    staff = browse("archivist").get("/tim-kiem.rss?q=kênh+mương")
    assert "Kênh mương kín" in staff.text


def test_table_and_feed_of_nothing_are_empty(browse: Browsers) -> None:
    browser = browse("anonymous")
    assert len(browser.get("/tim-kiem.csv").text.splitlines()) == 1
    assert "<item>" not in browser.get("/tim-kiem.rss").text
