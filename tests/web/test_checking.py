"""The second look in the browser: page after page by buttons that need no script, rescans, closing, rates."""

from __future__ import annotations

import io
import re

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.catalogue import pages
from portal.catalogue.readings import Reading
from portal.core.db import db, end_reading, transaction
from portal.ingest import checking, counting, sampling
from portal.ingest.check_rows import CheckState, PageCheck
from portal.ingest.models import Batch, Scan, ScanState
from tests.fixtures import papers
from tests.web.archive import Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers


def batch_of(archive: Archive) -> str:
    return f"/kiem-tra/lo/{archive.batch}"


def state(check_id: str) -> str:
    end_reading()
    return db.session.get_one(PageCheck, check_id).state


def next_page(browser: Browser, archive: Archive) -> str:
    """Press the button and return the id of the look that it leads to."""
    answer = browser.send(f"{batch_of(archive)}/tiep")
    found = re.search(r"/kiem-tra/trang/(\w+)", answer.headers["Location"])
    assert found, answer.headers["Location"]
    return found[1]


def test_pages_are_accepted_one_after_the_other_without_a_script(archive: Archive, browse: Browsers) -> None:
    browser = browse("archivist")
    one = next_page(browser, archive)
    shown = browser.get(f"/kiem-tra/trang/{one}").text
    assert 'accesskey="a"' in shown
    assert 'value="accept"' in shown
    seen = [one]
    while True:
        answer = browser.send(f"/kiem-tra/trang/{seen[-1]}", act="accept")
        assert state(seen[-1]) == CheckState.ACCEPTED
        if answer.headers["Location"] == batch_of(archive):
            break
        seen.append(answer.headers["Location"].rpartition("/")[2])
    assert len(seen) == len(set(seen)) == len(archive.pages) - 1
    assert "Không còn trang nào của lô này chờ bạn." in browser.get(batch_of(archive)).text


def test_the_operator_finds_no_button(archive: Archive, browse: Browsers) -> None:
    browser = browse("operator")
    assert f'{batch_of(archive)}/tiep"' not in browser.get(batch_of(archive)).text
    assert 'value="accept"' not in browser.get(f"/kiem-tra/trang/{archive.check}").text
    answer = browser.send(f"/kiem-tra/trang/{archive.check}", act="accept")
    assert answer.status_code == 400
    assert "phải là người khác kiểm tra" in answer.text
    assert state(archive.check) == CheckState.WAITING


def test_an_operator_is_not_led_to_what_is_withheld(
    archive: Archive, browse: Browsers, people: dict[str, Actor]
) -> None:
    with transaction():
        db.session.get_one(Batch, archive.batch).operator_id = None
        for scan in db.session.scalars(select(Scan)):
            scan.brought_by = None
        for look in db.session.scalars(select(PageCheck)):
            look.operator_id = None
    taken = set()
    browser = browse("operator")
    while (answer := browser.send(f"{batch_of(archive)}/tiep")).headers["Location"] != batch_of(archive):
        one = answer.headers["Location"].rpartition("/")[2]
        assert browser.get(f"/kiem-tra/trang/{one}").status_code == 200
        taken.add(db.session.get_one(PageCheck, one).page_id)
        browser.send(f"/kiem-tra/trang/{one}", act="accept")
        end_reading()
    hidden = {archive.pages[name] for name in ("withheld", "unpublished_withheld", "withdrawn")}
    assert taken == set(archive.pages.values()) - hidden - {archive.pages["unpublished"]}


def test_a_rejection_without_a_reason_says_what_to_do_and_keeps_the_note(
    archive: Archive, browse: Browsers
) -> None:
    browser = browse("archivist")
    answer = browser.send(f"/kiem-tra/trang/{archive.check}", act="rescan", note="góc <b>trái</b>")
    assert answer.status_code == 400
    assert "Hãy chọn trang bị lỗi gì." in answer.text
    assert "góc &lt;b&gt;trái&lt;/b&gt;" in answer.text
    assert state(archive.check) == CheckState.WAITING


def test_a_rejected_page_is_scanned_again_and_comes_back(
    archive: Archive, browse: Browsers, people: dict[str, Actor]
) -> None:
    operator = browse("operator")
    assert f"/kiem-tra/trang/{archive.rescan}/quet-lai" in operator.get("/kiem-tra/quet-lai").text
    where = f"/kiem-tra/trang/{archive.rescan}/quet-lai"
    assert "mép &lt;img src=x&gt;" in operator.get(where).text
    refused = operator.send(where, file=(io.BytesIO(papers.written_pdf()), "x.pdf"))
    assert refused.status_code == 400
    assert "một ảnh của đúng trang này" in refused.text
    answer = operator.send(where, file=(io.BytesIO(papers.png()), "tờ 8.png"))
    assert answer.headers["Location"] == batch_of(archive)
    end_reading()
    page_id = archive.pages["unpublished"]
    with transaction():
        pages.keep(page_id, Reading("ocr", "test", "đẹp", [], 600, 800, 300, 5))
    (again,) = db.session.scalars(
        select(PageCheck.id).where(PageCheck.page_id == page_id, PageCheck.round == 2)
    )
    assert "lần 2" in browse("archivist").get(f"/kiem-tra/trang/{again}").text
    assert operator.get(where).status_code == 404


def test_going_back_and_deciding_anew(archive: Archive, browse: Browsers) -> None:
    browser = browse("archivist")
    first = next_page(browser, archive)
    second = browser.send(f"/kiem-tra/trang/{first}", act="accept").headers["Location"]
    assert f'href="/kiem-tra/trang/{first}" accesskey="b"' in browser.get(second).text
    assert "Quyết định lại" in browser.get(f"/kiem-tra/trang/{first}").text
    browser.send(f"/kiem-tra/trang/{first}/xem-lai")
    assert state(first) == CheckState.WAITING
    # The same page is looked at by a colleague meanwhile: who has it is not told, and nothing is overwritten.
    other = browse("administrator")
    answer = other.send(f"/kiem-tra/trang/{first}", act="accept")
    assert answer.status_code == 400
    assert "Người khác đang xem trang này" in answer.text


def test_the_page_says_what_is_missing_and_closing_asks_for_words(
    archive: Archive, browse: Browsers, people: dict[str, Actor]
) -> None:
    _finish(archive, people["archivist"])
    with transaction():
        db.session.get_one(Batch, archive.batch).expected_sheets = 10
    operator = browse("operator")
    shown = operator.get(batch_of(archive)).text
    words = " ".join(re.sub(r"<[^>]+>", "", shown).split())
    assert "Dự kiến 10 mặt. Đạt 8, loại 1. Thiếu 1." in words
    refused = operator.send(f"{batch_of(archive)}/dong")
    assert refused.status_code == 400
    assert "Số liệu lệch nhau." in refused.text
    operator.send(f"{batch_of(archive)}/dong", explanation="Tờ 10 <b>rách</b>")
    shown = operator.get(batch_of(archive)).text
    assert "Tờ 10 &lt;b&gt;rách&lt;/b&gt;" in shown
    assert "Lô này đã đóng." in operator.get(f"/tiep-nhan/{archive.batch}").text
    assert "Bạn đã đóng lô này" in operator.send(f"{batch_of(archive)}/mo-lai", reason="nhầm").text
    browse("archivist").send(f"{batch_of(archive)}/mo-lai", reason="Tìm thấy tờ 10")
    shown = operator.get(batch_of(archive)).text
    assert "Tìm thấy tờ 10" in shown
    assert 'id="close"' in shown


def _finish(archive: Archive, archivist: Actor) -> None:
    """Accept all pages but the one that waits for a rescan, which is rejected for good."""
    with transaction():
        for scan in db.session.scalars(select(Scan).where(Scan.state == ScanState.RECEIVED.value)):
            scan.state = ScanState.SPLIT.value
        checking.revise(archivist, archive.rescan)
        checking.reject(archivist, archive.rescan, checking.reasons()[0].id, rescan=False)
        while (one := checking.take_next(archivist, archive.batch)) is not None:
            checking.accept(archivist, one)
    assert counting.of(archivist, archive.batch).is_done
    assert sampling.percent(archive.batch) == 100


def test_the_share_rises_with_a_reason_only(archive: Archive, browse: Browsers) -> None:
    answer = browse("archivist").send(f"{batch_of(archive)}/ty-le", percent="50", reason="nghi ngờ")
    assert answer.status_code == 400
    assert "tỷ lệ chỉ được tăng" in answer.text


def test_rates_are_for_who_reads_the_trail_and_go_along_as_a_table(
    archive: Archive, browse: Browsers, people: dict[str, Actor]
) -> None:
    _finish(archive, people["archivist"])
    browser = browse("approver")
    shown = browser.get("/kiem-tra/ty-le-loai").text
    assert "Người operator" in shown
    assert "Hộp 12 &lt;b&gt;đậm&lt;/b&gt;" in browser.get("/kiem-tra/ty-le-loai?theo=lo").text
    table = browser.get("/kiem-tra/ty-le-loai.csv")
    assert table.text.splitlines()[1] == "Người operator,9,1,11.11"
    assert browser.get("/kiem-tra/ty-le-loai?ky=nonsense&theo=x").status_code == 200
