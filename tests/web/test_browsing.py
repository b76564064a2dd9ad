"""The pages of browsing: the tree opened by plain links, agencies, years, and the way back up."""

from __future__ import annotations

import re
from datetime import date

import pytest

from portal.accounts.actors import Actor
from portal.catalogue import agencies, browsing, documents, tree
from portal.catalogue.documents import Description
from portal.core.db import transaction
from portal.rights.levels import Level
from tests.web.archive import Archive
from tests.web.conftest import Browsers

FOUND = re.compile(r'<a class="mg-branch__toggle" href="([^"]+)" aria-expanded="(true|false)"')


def toggle_of(page: str, node_id: str) -> tuple[str, bool]:
    """Return where the link goes that opens or closes a place, and whether the place is open."""
    for address, state in FOUND.findall(page):
        if address.endswith(f"#n-{node_id}"):
            return address.replace("&amp;", "&"), state == "true"
    raise AssertionError(f"{node_id} is not in the tree")


@pytest.fixture
def paper(archive: Archive, people: dict[str, Actor]) -> str:
    """An open document in the file of the archive."""
    description = Description(subject="Về việc mở trường Đội Cấn", level=Level.OPEN)
    with transaction():
        node = documents.add_on_paper(people["archivist"], archive.file, description)
        documents.publish(people["archivist"], node.id)
        return node.id


def test_the_tree_opens_by_links_alone_and_remembers_in_the_address(
    archive: Archive, browse: Browsers, paper: str
) -> None:
    browser = browse("anonymous")
    page = browser.get("/cay").text
    address, is_open = toggle_of(page, archive.fonds)
    assert not is_open
    assert archive.file not in page, "what is closed was not even read"
    page = browser.get(address).text
    assert toggle_of(page, archive.fonds)[1]
    address, is_open = toggle_of(page, archive.file)
    assert not is_open
    page = browser.get(address).text
    assert f"mo={archive.fonds}.{archive.file}" in address
    assert f'href="/r/{paper}"' in page
    address, _ = toggle_of(page, archive.file)
    assert f'href="/r/{paper}"' not in browser.get(address).text, "the same link closes again"


def test_an_address_can_open_only_what_the_reader_may_know_of(archive: Archive, browse: Browsers) -> None:
    page = browse("anonymous").get(f"/cay?mo={archive.fonds}.{archive.holding}").text
    assert f"n-{archive.holding}" not in page
    assert f"/cay/{archive.holding}" not in page
    assert "tepbimat" not in page
    assert archive.documents["unpublished"] in browse("operator").get(f"/cay/{archive.holding}").text


def test_nonsense_in_the_address_opens_nothing(browse: Browsers) -> None:
    browser = browse("anonymous")
    for nonsense in ("x", "<b>", ".".join(["0000000000"] * 400), "%00", "0000000000..."):
        answer = browser.get("/cay", query_string={"mo": nonsense, "page": "-1"})
        assert answer.status_code == 200
        assert 'aria-expanded="true"' not in answer.text


def test_a_place_shows_its_numbers_and_the_way_up(archive: Archive, browse: Browsers, paper: str) -> None:
    page = browse("anonymous").get(f"/cay/{archive.file}").text
    assert "1 tài liệu" in page
    assert f'href="/cay/{archive.fonds}"' in page
    assert f'name="trong" value="{archive.file}"' in page
    assert f'href="/cay/{archive.file}"' in browse("anonymous").get(f"/r/{paper}").text


def test_records_that_hold_others_and_documents_have_one_page_each(
    archive: Archive, browse: Browsers, paper: str
) -> None:
    browser = browse("anonymous")
    assert browser.get(f"/r/{archive.fonds}").headers["Location"] == f"/cay/{archive.fonds}"
    assert browser.get(f"/cay/{paper}").headers["Location"] == f"/r/{paper}"
    assert browser.get(f"/en/cay/{paper}").headers["Location"] == f"/en/r/{paper}"


def test_what_is_too_long_to_open_in_place_goes_on_in_pages(
    archive: Archive, people: dict[str, Actor], browse: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "PER_PAGE", 2)
    with transaction():
        for number in range(5):
            tree.create_file(people["archivist"], archive.file, code=f"{number}", name=f"Tập {number}")
    browser = browse("anonymous")
    page = browser.get(f"/cay/{archive.fonds}?mo={archive.file}").text
    assert "Tập 1" in page
    assert "Tập 2" not in page
    assert "Xem 3 mục còn lại" in page
    assert f'href="/cay/{archive.file}?page=2"' in page
    assert "Tập 2" in browser.get(f"/cay/{archive.file}?page=2").text


def test_agencies_stand_in_vietnamese_order_with_those_before_and_after(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    archivist = people["archivist"]
    names = ["Sở Du lịch", "Sở Đất đai", "Ty Má", "Ty Mạ"]
    with transaction():
        ids = [
            agencies.create(archivist, code=f"A{number}", name=name).id
            for number, name in reversed(list(enumerate(names)))
        ]
        agencies.name_successor(archivist, ids[0], ids[1])
        for number, agency_id in enumerate(ids):
            tree.create_fonds(archivist, code=f"A{number}", name=f"Phông A{number}", agency_id=agency_id)
    browser = browse("anonymous")
    page = browser.get("/co-quan").text
    places = [page.index(name) for name in names]
    assert places == sorted(places)
    assert "Cơ quan kế tục" in browser.get(f"/co-quan/{ids[0]}").text
    assert f'href="/co-quan/{ids[0]}"' in browser.get(f"/co-quan/{ids[1]}").text


def test_years_lead_from_decade_to_document(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    description = Description(subject="Về việc giải phóng", issued_on=date(1975, 4, 30), level=Level.OPEN)
    with transaction():
        node = documents.add_on_paper(people["archivist"], archive.file, description)
        documents.publish(people["archivist"], node.id)
    browser = browse("anonymous")
    assert 'href="/nam/1970-1979"' in browser.get("/nam").text
    assert 'href="/nam/1975"' in browser.get("/nam/1970-1979").text
    page = browser.get("/nam/1975").text
    assert f'href="/r/{node.id}"' in page
    assert "30/04/1975" in page
    assert "Không có tài liệu nào của năm này" in browser.get("/nam/1976").text
    assert f'href="/r/{archive.documents["open"]}"' in browser.get("/nam/khong-ro").text


@pytest.mark.parametrize(
    "address", ["/nam/1971-1980", "/nam/1970-1989", "/nam/0", "/nam/99999", "/nam/9999999999"]
)
def test_years_that_cannot_be_are_not_found(browse: Browsers, address: str) -> None:
    assert browse("anonymous").get(address).status_code == 404


def test_the_field_of_a_place_searches_in_it_alone(archive: Archive, browse: Browsers) -> None:
    browser = browse("anonymous")
    page = browser.get(f"/tim-kiem?q=vắng&trong={archive.file}").text
    assert f'name="trong" value="{archive.file}"' in page
    assert "Chỉ trong Hồ sơ" in page
    assert page.count("Tìm trong toàn bộ kho lưu trữ") == 2, (
        "beside the field, and again where nothing was found"
    )
    for unknown in (archive.holding, *archive.documents.values(), "0000000000", "<b>", "\x00"):
        assert browser.get("/tim-kiem", query_string={"q": "đất", "trong": unknown}).status_code == 404


def test_a_working_title_stands_in_no_path_that_readers_see(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    """A paper can be published where it still lies, in the holding file of its batch."""
    with transaction():
        documents.set_level(people["archivist"], archive.holding, Level.OPEN)
    pages = [
        f"/tim-kiem?q={word}{place}"
        for word in ("tepbimat", "quyet dinh", "1990")
        for place in ("", f"&trong={archive.fonds}")
    ]
    pages += [f"/cay?mo={archive.fonds}", f"/cay/{archive.fonds}", "/co-quan", "/nam/khong-ro"]
    pages += [f"/r/{document}" for document in archive.documents.values()]
    for role in ("anonymous", "citizen"):
        for page in pages:
            assert "Hộp 12" not in browse(role).get(page).text
