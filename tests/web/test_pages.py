"""Records and pages as they are without any script: the image with boxes, the text, links, the citation."""

from __future__ import annotations

import re
from html import unescape

import pytest

from portal.blueprints.reading import looking
from portal.core.db import end_reading
from tests.web import leaves
from tests.web.archive import Archive
from tests.web.conftest import Browsers

TEXT = "giao đất rừng\nthu hồi\nđất ở"


@pytest.fixture
def leaf(archive: Archive) -> str:
    """The second page of the open document; its last word is doubted."""
    page_id = leaves.add(archive, TEXT, unsure=("ở",))
    end_reading()
    return page_id


def rectangles(html: str) -> list[tuple[str, str]]:
    """Return place and box of each rectangle over the image."""
    sides = r'x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"'
    found = re.findall(rf'<rect [^>]*data-place="(\d+)" {sides}', html)
    return [(place, ",".join(box)) for place, *box in found]


def link(html: str, words: str) -> str:
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(words)}</a>', html)
    assert found, words
    return unescape(found[1])


def text_of(html: str) -> str:
    found = re.search(r"data-text>(.*?)</div>", html, re.DOTALL)
    assert found
    return unescape(re.sub(r"<[^>]+>", "", found[1]))


def test_the_image_comes_at_three_widths_with_a_box_for_each_place(leaf: str, browse: Browsers) -> None:
    html = browse("anonymous").get(f"/p/{leaf}?q=dat").text
    for width in (480, 960, 1600):
        assert f"/p/{leaf}/image/{width}.jpg {width}w" in html
    assert rectangles(html) == [("1", "70,10,50,20"), ("2", "10,90,50,20")]
    assert 'viewBox="0 0 600 800"' in html


def test_a_phrase_is_one_place_with_a_box_on_each_line(leaf: str, browse: Browsers) -> None:
    html = browse("anonymous").get(f"/p/{leaf}?q=rừng thu hồi").text
    assert rectangles(html) == [("1", "130,10,50,20"), ("1", "10,50,110,20")]


def test_the_text_stands_beside_as_it_was_read(leaf: str, browse: Browsers) -> None:
    html = browse("anonymous").get(f"/p/{leaf}").text
    assert text_of(html) == TEXT
    assert "Máy đọc" in html
    assert re.search(r'<u class="mg-unsure" data-at="70,90,50,20">ở</u>', html)
    assert html.count('class="mg-unsure"') == 2, "the word, and what the sign means"


def test_no_sign_is_explained_that_is_not_there(archive: Archive, browse: Browsers) -> None:
    html = browse("anonymous").get(f"/p/{archive.pages['open']}").text
    assert "mg-unsure" not in html
    assert "<mark" not in html


def test_one_steps_from_place_to_place_and_on_to_other_pages_by_links(
    archive: Archive, leaf: str, browse: Browsers
) -> None:
    last = leaves.add(archive, "rừng và đất")
    end_reading()
    browser = browse("anonymous")
    first = browser.get(f"/p/{archive.pages['open']}?q=đất").text
    assert "không có “đất”" in first
    html = browser.get(link(first, "Chỗ tiếp theo, ở trang sau ›")).text
    assert "Chỗ 1 trên 2" in html
    html = browser.get(link(html, "Chỗ tiếp theo ›")).text
    assert "Chỗ 2 trên 2" in html
    onward = link(html, "Chỗ tiếp theo, ở trang sau ›")
    assert onward.startswith(f"/p/{last}?")
    html = browser.get(onward).text
    assert "Chỗ 1 trên 1" in html
    html = browser.get(link(html, "‹ Chỗ trước, ở trang trước")).text
    assert "Chỗ 2 trên 2" in html


def test_leafing_keeps_the_query(archive: Archive, leaf: str, browse: Browsers) -> None:
    html = browse("anonymous").get(f"/p/{archive.pages['open']}?q=đất").text
    assert link(html, "Trang sau ›") == f"/p/{leaf}?q=%C4%91%E1%BA%A5t"


def test_a_link_to_a_word_marks_it_without_a_query(leaf: str, browse: Browsers) -> None:
    html = browse("anonymous").get(f"/p/{leaf}?at=10,50,50,20").text
    assert rectangles(html) == [("0", "10,50,50,20")]
    assert re.search(r'<mark class=" mg-here" id="word" data-at="10,50,50,20">thu</mark>', html)
    assert f"http://localhost/p/{leaf}?at=10,50,50,20#word" in html


def test_a_found_place_offers_its_lasting_link(leaf: str, browse: Browsers) -> None:
    html = browse("anonymous").get(f"/p/{leaf}?q=đất&hit=2").text
    assert f"http://localhost/p/{leaf}?at=10,90,50,20#word" in html
    assert html.count('id="word"') == 1


@pytest.mark.parametrize("hit", ["0", "-3", "99999999", "²", "x", "", "last"])
def test_an_odd_place_is_the_nearest_that_there_is(leaf: str, browse: Browsers, hit: str) -> None:
    answer = browse("anonymous").get(f"/p/{leaf}", query_string={"q": "đất", "hit": hit})
    assert answer.status_code == 200
    assert re.search(r"Chỗ [12] trên 2", answer.text)


@pytest.mark.parametrize("at", ["", "1,2,3", "1,2,0,4", "-1,2,3,4", "a,b,c,d", "1,2,3,4;x", "9999999,1,1,1"])
def test_what_is_no_box_points_at_nothing(at: str) -> None:
    assert looking.read_box(at) is None


def test_words_that_do_not_stand_in_the_text_change_nothing_in_it() -> None:
    look = looking.look(leaves.words("một hai ba"), "một — ba", "hai", None, None)
    assert "".join(piece.text for piece in look.pieces) == "một — ba"


def test_pages_that_are_not_for_the_reader_have_no_address_of_a_word(
    archive: Archive, browse: Browsers
) -> None:
    for state in ("conditional", "withheld", "unpublished", "expired", "revoked", "withdrawn"):
        for tail in ("?q=trang", "?at=10,10,80,20", "?q=trang&hit=last"):
            assert browse("anonymous").get(f"/p/{archive.pages[state]}{tail}").status_code == 404
            assert browse("citizen").get(f"/p/{archive.pages[state]}{tail}").status_code == 404


def test_a_record_shows_its_pages_as_a_strip_and_marks_those_with_hits(
    archive: Archive, leaf: str, browse: Browsers
) -> None:
    html = browse("anonymous").get(f"/r/{archive.documents['open']}?q=đất").text
    strip = html[html.index('<ol class="mg-strip"') :]
    first, second = strip.index(archive.pages["open"]), strip.index(leaf)
    assert first < second
    assert strip.count("mg-strip__found") == 1
    assert "2 chỗ" in strip
    assert f"/p/{leaf}?q=" in strip


def test_a_long_record_has_its_strip_in_screens(
    archive: Archive, browse: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.blueprints.reading import views

    second = leaves.add(archive, "trang hai")
    end_reading()
    monkeypatch.setattr(views, "PAGES_PER_STRIP", 1)
    browser = browse("anonymous")
    address = f"/r/{archive.documents['open']}"
    assert second not in browser.get(address).text
    for number in ("2", "99"):
        html = browser.get(f"{address}?page={number}").text
        assert f"/p/{second}" in html
        assert archive.pages["open"] not in html


def test_hits_are_told_only_of_pages_that_are_for_the_reader(archive: Archive, browse: Browsers) -> None:
    address = f"/r/{archive.documents['conditional']}?q=trang"
    assert "mg-strip" not in browse("other").get(address).text
    assert "1 chỗ" in browse("archivist").get(address).text


def test_rights_are_explained_with_what_to_do_next(archive: Archive, browse: Browsers) -> None:
    browser = browse("anonymous")
    assert "Ai cũng xem được" in browser.get(f"/r/{archive.documents['open']}").text
    conditional = archive.documents["conditional"]
    html = browser.get(f"/r/{conditional}").text
    assert f"document={conditional}" in html
    assert "Bạn sẽ đăng nhập" in html
    assert "Bạn sẽ đăng nhập" not in browse("other").get(f"/r/{conditional}").text
    assert "dành cho riêng bạn" in browse("citizen").get(f"/r/{archive.documents['granted']}").text
    assert "Chỉ cán bộ thấy" in browse("archivist").get(f"/r/{archive.documents['unpublished']}").text
    assert "vì là cán bộ" in browse("archivist").get(f"/r/{archive.documents['withheld']}").text


def test_a_citation_names_what_the_paper_says_and_where_it_lies(
    archive: Archive, leaf: str, browse: Browsers
) -> None:
    html = unescape(browse("anonymous").get(f"/p/{leaf}").text)
    found = re.search(r'id="citation"[^>]*>([^\n]+)</p>', html)
    assert found
    assert found[1].startswith("số 93/QĐ-UBND, Về việc open")
    assert "trang 2" in found[1]
    assert found[1].endswith(f"http://localhost/p/{leaf}")
    record = unescape(browse("anonymous").get(f"/en/r/{archive.documents['open']}").text)
    assert "No. 93/QĐ-UBND" in record
    assert f"http://localhost/en/r/{archive.documents['open']}</p>" in record
