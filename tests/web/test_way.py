"""From a list of results to a result, on to the next and back: nothing that was chosen is lost on the way."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.accounts.actors import Actor
from portal.catalogue import documents, indexing
from portal.catalogue.documents import Description
from portal.core.db import transaction
from portal.rights.levels import Level
from tests.web.archive import Archive
from tests.web.conftest import Browsers

MANY = 23
ASKED = {"q": "ruộng muối", "co-quan": "Sở Muối", "xep": "moi"}


@pytest.fixture
def papers(archive: Archive, people: dict[str, Actor]) -> list[str]:
    """More open documents than one page of results holds."""
    made = []
    with transaction():
        for number in range(MANY):
            described = Description(
                subject=f"Ruộng muối số {number}", issuer="Sở Muối", number=f"{number}/QĐ", level=Level.OPEN
            )
            node = documents.add_on_paper(people["archivist"], archive.file, described)
            documents.publish(people["archivist"], node.id)
            made.append(node.id)
    while indexing.drain():
        pass
    return made


def results(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'class="mg-result__title"><a [^>]*href="([^"]+)', page)]


def link(page: str, words: str) -> str:
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(words)}</a>', page)
    assert found, words
    return unescape(found[1])


def asked_in(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_a_result_keeps_what_was_chosen_and_leads_back_to_its_place(
    papers: list[str], browse: Browsers
) -> None:
    browser = browse("anonymous")
    second = browser.get("/tim-kiem", query_string=ASKED | {"page": "2"}).text
    addresses = results(second)
    assert len(addresses) == MANY - 20
    assert asked_in(addresses[1]) == ASKED | {"kq": "22", "tong": str(MANY)}
    record = browser.get(addresses[1]).text
    assert f"Kết quả 22 trong {MANY}" in record
    back = link(record, "Về kết quả tìm")
    assert asked_in(back) == ASKED | {"page": "2"}
    anchor = urlsplit(back).fragment
    place = re.search(rf'<li id="{anchor}".*?</h3>', browser.get(back).text, re.DOTALL)
    assert place
    assert urlsplit(addresses[1]).path in place[0]


def test_one_steps_through_all_results_in_their_order(papers: list[str], browse: Browsers) -> None:
    browser = browse("anonymous")
    listed = []
    for page in ("1", "2"):
        listed += results(browser.get("/tim-kiem", query_string=ASKED | {"page": page}).text)
    seen, address = [], listed[0]
    for _ in range(MANY):
        seen.append(address)
        text = browser.get(address).text
        if "Kết quả sau ›" not in text:
            break
        address = browser.get(link(text, "Kết quả sau ›")).headers["Location"]
    assert seen == listed
    before = browser.get(link(text, "‹ Kết quả trước")).headers["Location"]
    assert before == listed[-2]
    assert "‹ Kết quả trước" not in browser.get(listed[0]).text


@pytest.mark.parametrize("number", ["0", "24", "9999999", "-1", "x", ""])
def test_behind_the_last_result_is_the_list(papers: list[str], browse: Browsers, number: str) -> None:
    answer = browse("anonymous").get("/tim-kiem/ket-qua", query_string=ASKED | {"kq": number})
    assert answer.status_code == 302
    assert urlsplit(answer.headers["Location"]).path == "/tim-kiem"
    assert browse("anonymous").get(answer.headers["Location"]).status_code == 200


def test_a_place_that_was_closed_does_not_close_what_was_found_in_it(
    archive: Archive, papers: list[str], browse: Browsers
) -> None:
    page = browse("anonymous").get(f"/r/{papers[0]}?q=muoi&trong={archive.holding}&kq=1")
    assert page.status_code == 200
    assert asked_in(link(page.text, "Về kết quả tìm")) == {"q": "muoi"}


def test_who_came_otherwise_sees_no_way(papers: list[str], browse: Browsers) -> None:
    page = browse("anonymous").get(f"/r/{papers[0]}").text
    assert "Về kết quả tìm" not in page
    assert "Kết quả sau" not in page
