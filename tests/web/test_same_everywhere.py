"""Page, table, feed and the answers for programs give the same documents in the same order, to everybody."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

import pytest

from portal.access import decisions
from portal.accounts.actors import Actor
from portal.catalogue import documents, indexing, outbox
from portal.catalogue.documents import Description
from portal.core.db import transaction
from portal.core.partial import Exactness, PartialDate
from portal.rights.levels import Level
from tests.web.archive import Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers

ROLES = ("anonymous", "citizen", "other", "operator", "archivist", "approver", "administrator")

SEARCHES: tuple[dict[str, str], ...] = (
    {"q": "kênh mương"},
    {"q": "kenh muong", "xep": "moi"},
    {"q": "kênh", "xep": "cu", "co-quan": "Sở Thủy lợi"},
    {"q": "mương", "tu": "1985", "den": "1999", "tiep-can": "conditional"},
    {"q": "kênh mương", "exact": "1", "fonds": "P01"},
    {"q": "kenh muong", "exact": "1"},
    {"q": "kênh mương", "fonds": "P404"},
    {"q": "việc granted đất"},
    {"q": '"kênh mương', "loai": "không có"},
    {"q": "93/QĐ-UBND", "ngon-ngu": "vie"},
    {"q": "trang", "ngon-ngu": "vie"},
    {"q": ""},
)


PARTS = (
    "text",
    "words.json",
    "thumbnail.jpg",
    "image/960.jpg",
    "iiif/info.json",
    "iiif/full/max/0/default.jpg",
)
"""What there is of a page below its address."""


@pytest.fixture
def papers(archive: Archive, people: dict[str, Actor]) -> list[str]:
    """Forty documents, some alike but for their year: half open, a quarter each of the other levels."""
    levels, made = (Level.OPEN, Level.CONDITIONAL, Level.OPEN, Level.WITHHELD), []
    with transaction():
        for number in range(40):
            described = Description(
                subject=f"Đào kênh mương đợt {number % 7}",
                issuer=("Sở Thủy lợi", "Ủy ban nhân dân tỉnh")[number % 2],
                issued_on=PartialDate(date(1980 + number % 25, 5, 3), Exactness.DAY),
                level=levels[number % 4],
                reason="vì thử",
            )
            node = documents.add_on_paper(people["archivist"], archive.file, described)
            documents.publish(people["archivist"], node.id)
            made.append(node.id)
    while indexing.drain():
        pass
    return made


def on_the_page(browser: Browser, asked: dict[str, str]) -> list[str]:
    """Return where the results lead, leafing to the end."""
    found: list[str] = []
    for page in range(1, 6):
        text = browser.get(f"/tim-kiem?{urlencode({**asked, 'page': str(page)})}").text
        found += re.findall(r'class="mg-result__title"><a [^>]*href="(/[rp]/\w{10})', text)
        if 'rel="next"' not in text:
            return found
    raise AssertionError("the pages do not end")


def in_the_table(browser: Browser, asked: dict[str, str]) -> list[str]:
    text = browser.get(f"/tim-kiem.csv?{urlencode(asked)}").text
    return [urlsplit(row[0]).path for row in list(csv.reader(io.StringIO(text)))[1:]]


def in_the_feed(browser: Browser, asked: dict[str, str]) -> list[str]:
    items = ElementTree.fromstring(browser.get(f"/tim-kiem.rss?{urlencode(asked)}").text).iter("link")
    return [urlsplit(link.text or "").path for link in list(items)[1:]]


def for_programs(browser: Browser, asked: dict[str, str], per_page: int) -> list[str]:
    """Return the same of the interface, leafing to the end; its total says how many there are."""
    found: list[str] = []
    page = 1
    while True:
        address = f"/api/v1/search?{urlencode({**asked, 'page': str(page), 'per_page': str(per_page)})}"
        answer = browser.get(address).get_json()
        found += [urlsplit(one["url"]).path for one in answer["results"]]
        if page * per_page >= answer["total"]:
            assert answer["total"] == len(found)
            return found
        page += 1


@pytest.mark.parametrize("role", ROLES)
def test_every_form_of_the_answer_gives_the_same(browse: Browsers, papers: list[str], role: str) -> None:
    browser, lengths = browse(role), []
    for asked in SEARCHES:
        page = on_the_page(browser, asked)
        assert page == in_the_table(browser, asked), asked
        assert page == in_the_feed(browser, asked), asked
        assert page == for_programs(browser, asked, 50) == for_programs(browser, asked, 7), asked
        assert len(set(page)) == len(page)
        lengths.append(len(page))
    assert lengths[0] == (40 if role in ("archivist", "approver", "administrator") else 30)
    assert lengths[-1] == 0


def test_a_place_to_stay_in_is_the_same_everywhere(browse: Browsers, archive: Archive) -> None:
    indexing.drain()
    browser = browse("anonymous")
    for form in ("tim-kiem", "tim-kiem.csv", "tim-kiem.rss", "api/v1/search"):
        assert browser.get(f"/{form}?q=trang&trong={archive.holding}").status_code == 404
        assert browser.get(f"/{form}?q=trang&trong={archive.fonds}").status_code == 200


def test_programs_are_told_what_there_is_to_narrow_by(browse: Browsers, papers: list[str]) -> None:
    answer = browse("anonymous").get("/api/v1/search?q=kênh+mương").get_json()
    assert answer["counts"]["co-quan"] == {"Sở Thủy lợi": 20, "Ủy ban nhân dân tỉnh": 10}
    assert answer["counts"]["tiep-can"] == {"open": 20, "conditional": 10}
    assert answer["counts"]["fonds"] == {"P01": 30}
    assert sum(answer["counts"]["years"].values()) == 30
    assert not answer["is_loosened"]
    mended = browse("anonymous").get('/api/v1/search?q="mương+kênh').get_json()
    assert mended["is_loosened"]
    assert mended["repairs"] == ["quote_closed"]


def test_a_revoked_grant_changes_all_at_once(
    browse: Browsers, archive: Archive, people: dict[str, Actor]
) -> None:
    while indexing.drain():
        pass
    browser, page = browse("citizen"), archive.pages["granted"]
    search = "/tim-kiem?q=tieudegranted"
    content = [
        f"/p/{page}",
        *(f"/p/{page}/{part}" for part in PARTS),
        f"/ban-sao/{archive.grants['granted']}.pdf",
    ]
    before = browser.get(search).text
    assert page in before
    assert page in browser.get(f"/r/{archive.documents['granted']}?q=trang").text
    assert {address: browser.get(address).status_code for address in content} == dict.fromkeys(content, 200)
    same = on_the_page(browser, {"q": "tieudegranted"})
    with transaction():
        decisions.revoke(people["approver"], archive.grants["granted"], "không còn đúng")
    after = {address: browser.get(address) for address in content}
    assert {address: answer.status_code for address, answer in after.items()} == dict.fromkeys(content, 404)
    for address in (search, f"/r/{archive.documents['granted']}?q=trang", "/api/v1/search?q=tieudegranted"):
        assert page not in browser.get(address).text
    stranger = browse("other")
    for asked in ({"q": "tieudegranted"}, {"q": "bimatgranted"}):
        found = [read(browser, asked) for read in (on_the_page, in_the_table, in_the_feed)]
        assert found == [read(stranger, asked) for read in (on_the_page, in_the_table, in_the_feed)]
    assert on_the_page(browser, {"q": "tieudegranted"}) == same


def test_closing_acts_at_once_in_every_count(
    browse: Browsers, papers: list[str], people: dict[str, Actor]
) -> None:
    """The index still holds what was closed: nothing was worked off since."""
    browser = browse("anonymous")
    with transaction():
        documents.set_level(people["archivist"], papers[0], Level.WITHHELD, "có khiếu nại")
    assert outbox.pending()
    answer = browser.get("/api/v1/search?q=kênh+mương&per_page=50").get_json()
    counts = answer["counts"]
    assert papers[0] not in {one["document"] for one in answer["results"]}
    assert answer["total"] == len(answer["results"]) == counts["fonds"]["P01"] == 29
    assert counts["co-quan"] == {"Sở Thủy lợi": 19, "Ủy ban nhân dân tỉnh": 10}
    assert counts["tiep-can"] == {"open": 19, "conditional": 10}
    assert counts["years"]["1980"] == 1, "of two, the other was published, too"
    assert papers[0] not in browser.get("/tim-kiem?q=kênh+mương&xep=cu").text


def test_closing_acts_at_once_on_all_that_shows_a_page(
    browse: Browsers, archive: Archive, people: dict[str, Actor]
) -> None:
    while indexing.drain():
        pass
    browser, page = browse("anonymous"), archive.pages["open"]
    shown = (f"/p/{page}", *(f"/p/{page}/{part}" for part in PARTS))
    assert {address: browser.get(address).status_code for address in shown} == dict.fromkeys(shown, 200)
    assert page in browser.get("/tim-kiem?q=bimatopen").text
    with transaction():
        documents.set_level(people["archivist"], archive.documents["open"], Level.CONDITIONAL, "có khiếu nại")
    assert {address: browser.get(address).status_code for address in shown} == dict.fromkeys(shown, 404)
    for form in ("tim-kiem", "tim-kiem.csv", "tim-kiem.rss", "api/v1/search"):
        for query in ("bimatopen", "tieudeopen"):
            assert page not in browser.get(f"/{form}?q={query}").text
