"""What people do by forms, from page to page, each with its token: the site's half of the way."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta

import pytest

from portal.accounts.actors import Actor
from portal.catalogue import documents, indexing, records, tree
from portal.core import clock
from portal.core.db import end_reading
from portal.core.paging import Paging
from portal.ingest import batches, contents
from portal.ingest.contents import Show
from tests.web import steps_by_hand
from tests.web.archive import Archive, picture
from tests.web.conftest import Browsers


def test_an_operator_takes_in_files(archive: Archive, people: dict[str, Actor], browse: Browsers) -> None:
    browser = browse("operator")
    answer = browser.send(
        "/tiep-nhan",
        fonds=archive.fonds,
        name="Hộp 7",
        declared="y",
        files=[
            (io.BytesIO(picture(9, "new")), "mới.jpg"),
            (io.BytesIO(b"no picture"), "<b>lạ.jpg"),
        ],
    )
    assert answer.status_code == 302
    (latest, *_) = batches.listing(people["operator"], Paging()).rows
    assert latest.name == "Hộp 7"
    files = contents.files(people["operator"], latest.id, Show.ALL, Paging()).rows
    assert [(file.scan.file_name, file.scan.state) for file in files] == [
        ("mới.jpg", "received"),
        ("<b>lạ.jpg", "refused"),
    ]
    shown = browser.get(answer.headers["Location"]).text
    assert "&lt;b&gt;lạ.jpg" in shown
    assert "Đây không phải" in shown
    assert "bị từ chối" in shown
    assert "/thu-lai" not in shown, "another kind of file stays another kind"


def test_a_batch_is_opened_without_files(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    answer = browse("operator").send("/tiep-nhan", fonds=archive.fonds, name="Hộp 9", declared="y")
    (latest, *_) = batches.listing(people["operator"], Paging()).rows
    assert (answer.status_code, latest.name) == (302, "Hộp 9")
    assert answer.headers["Location"].endswith(latest.id)
    shown = browse("operator").get(answer.headers["Location"]).text
    assert "Chưa có tệp nào đến" in shown
    assert browse("operator").send(f"/tiep-nhan/{latest.id}").status_code == 400, "more files are files"


def test_files_of_a_batch_are_chosen_and_named_with_their_digest(archive: Archive, browse: Browsers) -> None:
    browser = browse("operator")
    browser.send(f"/tiep-nhan/{archive.batch}", files=[(io.BytesIO(b"no picture"), "lạ.txt")])
    refused = browser.get(f"/tiep-nhan/{archive.batch}?tep=refused").text
    assert "lạ.txt" in refused
    assert hashlib.sha256(b"no picture").hexdigest() in refused
    assert "lạ.txt" not in browser.get(f"/tiep-nhan/{archive.batch}?tep=duplicate").text
    assert "lạ.txt" in browser.get(f"/tiep-nhan/{archive.batch}?tep=gì").text, "anything odd is all"


def test_more_files_go_into_the_same_batch(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    before = contents.overview(people["operator"], archive.batch).files[Show.ALL]
    answer = browse("operator").send(
        f"/tiep-nhan/{archive.batch}", files=[(io.BytesIO(picture(7, "more")), "thêm.jpg")]
    )
    assert answer.status_code == 302
    end_reading()
    assert contents.overview(people["operator"], archive.batch).files[Show.ALL] == before + 1


def test_nothing_undeclared_is_taken_in(archive: Archive, people: dict[str, Actor], browse: Browsers) -> None:
    before = batches.listing(people["operator"], Paging()).total
    answer = browse("operator").send(
        "/tiep-nhan", fonds=archive.fonds, name="Hộp 8", files=[(io.BytesIO(picture(9, "x")), "a.jpg")]
    )
    assert answer.status_code == 400
    assert "cam đoan" in answer.text
    assert 'value="Hộp 8"' in answer.text, "what was typed stays"
    assert batches.listing(people["operator"], Paging()).total == before


def test_an_archivist_describes_and_publishes(archive: Archive, browse: Browsers) -> None:
    document = archive.documents["unpublished"]
    assert browse("anonymous").get(f"/r/{document}").status_code == 404
    answer = browse("archivist").send(f"/mo-ta/{document}", **_description(document), act="publish")
    assert answer.status_code == 302
    page = browse("anonymous").get(f"/r/{document}").text
    assert "Về việc giao đất" in page
    assert "30/04/1975" in page
    assert "93/QĐ-UBND" in page


def test_saving_alone_publishes_nothing(archive: Archive, browse: Browsers) -> None:
    document = archive.documents["unpublished"]
    assert (
        browse("archivist").send(f"/mo-ta/{document}", **_description(document), act="save").status_code
        == 302
    )
    assert browse("anonymous").get(f"/r/{document}").status_code == 404


def test_who_comes_second_loses_nothing_and_overwrites_nothing(archive: Archive, browse: Browsers) -> None:
    document = archive.documents["unpublished"]
    stale = _description(document)
    browser = browse("archivist")
    browser.send(f"/mo-ta/{document}", **stale, act="save")
    answer = browser.send(f"/mo-ta/{document}", **(stale | {"subject": "Bản thứ hai"}), act="save")
    assert answer.status_code == 400
    assert "Bản thứ hai" in answer.text
    end_reading()
    assert tree.by_id(document).title == "Về việc giao đất"


def test_closing_at_once_hides_a_published_record(archive: Archive, browse: Browsers) -> None:
    document = archive.documents["open"]
    assert browse("anonymous").get(f"/r/{document}").status_code == 200
    answer = browse("archivist").send(f"/mo-ta/{document}/dong", reason="Có khiếu nại về đời tư")
    assert answer.status_code == 302
    assert browse("anonymous").get(f"/r/{document}").status_code == 404
    assert browse("anonymous").get(f"/p/{archive.pages['open']}/image/480.jpg").status_code == 404


def test_a_wrong_date_is_said_at_its_field(archive: Archive, browse: Browsers) -> None:
    document = archive.documents["unpublished"]
    answer = browse("archivist").send(
        f"/mo-ta/{document}", **(_description(document) | {"issued_on": "31/02/1975"}), act="save"
    )
    assert answer.status_code == 400
    assert 'id="issued_on-error"' in answer.text
    assert 'value="31/02/1975"' in answer.text


def test_a_document_on_paper_can_be_entered(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    answer = browse("archivist").send(
        "/mo-ta/giay", **_description(archive.documents["open"]), parent=archive.file, act="publish"
    )
    assert answer.status_code == 302
    page = browse("anonymous").get(answer.headers["Location"]).text
    assert "Chỉ có bản giấy" in page
    assert "Bạn có thể yêu cầu đọc tại phòng đọc" in page


def test_a_citizen_asks_and_an_approver_decides(archive: Archive, browse: Browsers) -> None:
    page = archive.pages["conditional"]
    other, approver = browse("other"), browse("approver")
    request_id = steps_by_hand.ask(other, archive.documents["conditional"], purpose="Tìm đất của ông bà tôi")
    case = next(
        link for link in approver.get("/duyet").text.split('"') if link.startswith(f"/duyet/{request_id}/")
    )
    assert "Tìm đất của ông bà tôi" in approver.get(case).text
    until = (clock.today() + timedelta(days=3)).strftime("%d/%m/%Y")
    assert other.get(f"/p/{page}").status_code == 404
    assert approver.send(case, act="grant", reason="đủ điều kiện", until=until).status_code == 302
    assert other.get(f"/p/{page}").status_code == 200
    assert until in other.get(f"/yeu-cau/{request_id}").text
    assert case in approver.get("/duyet/da-chap-thuan").text
    assert approver.send(f"{case}/thu-hoi", reason="có khiếu nại").status_code == 302
    assert other.get(f"/p/{page}").status_code == 404


def test_a_batch_in_the_list_says_its_fonds(archive: Archive, browse: Browsers) -> None:
    page = browse("operator").get("/tiep-nhan").text
    listed = page[page.index(f"/tiep-nhan/{archive.batch}") :]
    assert "Phông &lt;script&gt;" in listed[: listed.index("</li>")]


@pytest.mark.parametrize("act", ["refuse", "", "nonsense"])
def test_only_the_button_grant_grants(archive: Archive, browse: Browsers, act: str) -> None:
    case = f"/duyet/{archive.requests['conditional']}/{archive.items['conditional']}"
    # What names no outcome decides nothing at all.
    expected = 302 if act == "refuse" else 400
    assert browse("approver").send(case, act=act, reason="không đủ điều kiện").status_code == expected
    citizen = browse("citizen")
    assert citizen.get(f"/p/{archive.pages['conditional']}").status_code == 404
    shown = citizen.get(f"/yeu-cau/{archive.requests['conditional']}").text
    assert ("Bị từ chối" in shown) == (act == "refuse")


def test_the_archive_is_arranged_by_forms(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    browser = browse("archivist")
    assert browser.send("/sap-xep/co-quan/moi", code="STC", name="Sở Tài chính").status_code == 302
    assert browser.send("/sap-xep/phong/moi", code="P02", name="Phông Sở Tài chính").status_code == 302
    fonds = tree.fonds_by_code("P02")
    assert fonds is not None
    made = browser.send(
        "/sap-xep/ho-so/moi", parent=fonds.id, code="H9", name="Ngân sách", date_from="01/01/1990"
    )
    assert made.status_code == 302
    document = archive.documents["open"]
    assert browser.send(f"/sap-xep/{document}/chuyen", parent=fonds.id).status_code == 302
    end_reading()
    crumbs = [crumb.code for crumb in records.show(people["archivist"], document).crumbs]
    assert crumbs == ["P02"]
    renamed = browser.send(
        f"/sap-xep/{fonds.id}", code="P02", name="Phông Sở Tài chính tỉnh", version=fonds.version
    )
    assert renamed.status_code == 302
    assert "Phông Sở Tài chính tỉnh" in browser.get("/cay").text


@pytest.mark.parametrize(
    ("prefix", "typed", "shown"),
    [
        ("", "12,5", "12,5 m"),
        ("", "12,50 m", "12,5 m"),
        ("", "1.204,125", "1.204,125 m"),
        ("", "", "Chưa ghi phông này"),
        ("/en", "12.5", "12.5 m"),
        ("/en", "1,204.125", "1,204.125 m"),
    ],
)
def test_the_extent_of_a_fonds_is_typed_and_shown_as_the_language_writes_it(
    archive: Archive, browse: Browsers, prefix: str, typed: str, shown: str
) -> None:
    browser = browse("archivist")
    made = browser.send(f"{prefix}/sap-xep/phong/moi", code="P02", name="Phông đo", extent_mm=typed)
    assert made.status_code == 302
    fonds = tree.fonds_by_code("P02")
    assert fonds is not None
    assert shown in browser.get(f"{prefix}/r/{fonds.id}", follow_redirects=True).text
    form = browser.get(f"{prefix}/sap-xep/{fonds.id}").text
    assert f'value="{shown.removesuffix(" m")}"' in form or not typed


@pytest.mark.parametrize(
    "typed", ["12.5", "1,2,3", "12,3456", "khoảng 3", "-2", "1e3", "NaN", "0", "100.001"]
)
def test_an_extent_that_is_none_is_refused_and_stays_as_typed(
    archive: Archive, browse: Browsers, typed: str
) -> None:
    browser = browse("archivist")
    answer = browser.send("/sap-xep/phong/moi", code="P02", name="Phông đo", extent_mm=typed)
    assert answer.status_code == 400
    assert f'value="{typed}"' in answer.text
    assert 'value="Phông đo"' in answer.text
    assert 'id="extent_mm-error"' in answer.text
    assert tree.fonds_by_code("P02") is None


@pytest.mark.parametrize(
    ("typed", "shown", "cited"),
    [
        ("1978", "1978", "năm 1978"),
        ("3/1978", "03/1978", "tháng 03/1978"),
        ("05/03/1978", "05/03/1978", "ngày 05/03/1978"),
    ],
)
def test_a_date_is_shown_as_far_as_it_was_typed(
    archive: Archive, browse: Browsers, typed: str, shown: str, cited: str
) -> None:
    browser, document = browse("archivist"), archive.documents["open"]
    fields = _description(document) | {"issued_on": typed, "level": "open", "reason": ""}
    assert browser.send(f"/mo-ta/{document}", act="save", **fields).status_code == 302
    while indexing.drain():
        pass
    record = browse("anonymous").get(f"/r/{document}").text
    assert re.search(rf"<dd[^>]*>{shown}</dd>", record)
    assert f", {cited}, " in record, "the citation"
    assert f'value="{shown}"' in browser.get(f"/mo-ta/{document}").text
    found = browse("anonymous").get("/tim-kiem", query_string={"q": "giao đất"}).text
    assert f"<li>{shown}</li>" in found
    row = tree.by_id(document)
    assert row.issued_on is not None
    assert row.issued_on.year == 1978


@pytest.mark.parametrize("typed", ["13/1978", "31/02/1978", "khoảng 1978", "2999", "1799"])
def test_what_is_no_date_of_a_document_stays_as_typed(archive: Archive, browse: Browsers, typed: str) -> None:
    document = archive.documents["open"]
    answer = browse("archivist").send(
        f"/mo-ta/{document}", act="save", **(_description(document) | {"issued_on": typed})
    )
    assert answer.status_code == 400
    assert f'value="{typed}"' in answer.text
    assert 'id="issued_on-error"' in answer.text


def test_a_code_is_used_once(archive: Archive, browse: Browsers) -> None:
    answer = browse("archivist").send("/sap-xep/phong/moi", code="P01", name="Trùng")
    assert answer.status_code == 400
    assert "đã được dùng" in answer.text


def test_a_copy_is_saved_not_shown(archive: Archive, browse: Browsers) -> None:
    answer = browse("citizen").get(f"/ban-sao/{archive.grants['granted']}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=YC-")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers


def test_types_of_documents_are_offered(archive: Archive, browse: Browsers) -> None:
    page = browse("archivist").get(f"/mo-ta/{archive.documents['unpublished']}").text
    assert documents.types()
    assert all(kind.name in page for kind in documents.types())


def _description(document: str) -> dict[str, object]:
    return {
        "number": "93/QĐ-UBND",
        "issued_on": "30/04/1975",
        "issuer": "UBND tỉnh",
        "type_code": "",
        "subject": "Về việc giao đất",
        "level": "conditional",
        "reason": "có thông tin cá nhân",
        "version": tree.by_id(document).version,
    }
