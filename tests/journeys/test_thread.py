"""One page's whole way: from a file on disk to the copy in a citizen's hand, and what each may not see.

The same journey is walked twice: over plain HTTP as a browser without JavaScript would,
and in Chromium. Web, worker, Tesseract, forms and their tokens are the real ones.
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from portal.demo import scanning
from portal.demo.documents import CONDITIONAL, OPEN, DemoDocument
from tests.journeys import pixels
from tests.journeys.conftest import NAMES, email_of
from tests.journeys.persons import ChromiumPerson, Person, PlainPerson, chromium
from tests.journeys.portal import Portal

pytestmark = [pytest.mark.ocr]

FOOT = 0.06
"""Share of a page at its lower edge in which the level line of the mark stands."""

SECRET_WORDS = "Đinh Văn Rế được bồi thường vườn quế"

Enter = Callable[[str | None], Person]


@pytest.fixture(params=["plain", pytest.param("chromium", marks=pytest.mark.browser)])
def enter(request: pytest.FixtureRequest, portal: Portal) -> Iterator[Enter]:
    """How a person with a role, or nobody, comes to the portal."""
    if request.param == "plain":
        yield lambda key: PlainPerson(portal, email_of(key) if key else None)
        return
    met: list[ChromiumPerson] = []
    with chromium() as browser:

        def come(key: str | None) -> Person:
            met.append(ChromiumPerson(browser, portal, email_of(key) if key else None))
            return met[-1]

        yield come
        assert [one.violations for one in met if one.violations] == []


def test_the_whole_way_of_a_page(portal: Portal, enter: Enter, tmp_path: Path) -> None:
    code = "T" + tmp_path.name[-6:].replace("_", "")
    archivist = enter("archivist")
    archivist.open("/sap-xep/phong/moi")
    archivist.send("/sap-xep/phong/moi", {"code": code, "name": f"Phông thử {code}"})
    conditional, opened = _take_in(portal, enter("operator"), code, tmp_path)

    citizen, other, nobody = enter("citizen"), enter("other"), enter(None)
    for person in (citizen, nobody):
        assert person.fetch(f"/r/{conditional}")[0] == 404, "taking in is not publishing"

    _describe(archivist, conditional, CONDITIONAL)
    _describe(archivist, opened, OPEN)
    portal.settle()
    page = _page_of(portal, conditional)
    parts = page["urls"]
    assert len(parts) >= 6
    assert SECRET_WORDS in " ".join(page["text"].split())

    _find_and_look(portal, nobody, opened)
    _finds_no_secret(citizen, page)
    for person in (citizen, other, nobody):
        assert person.fetch(f"/r/{conditional}")[0] == 200
        assert _statuses(person, parts) == {404}

    request_id, item_id = _ask(citizen, conditional)
    assert _statuses(citizen, parts) == {404}, "asking opens nothing"
    approver = enter("approver")
    assert citizen.fetch(f"/duyet/{request_id}/{item_id}")[0] == 403
    assert other.fetch(f"/yeu-cau/{request_id}")[0] == 404
    approver.open(f"/duyet/{request_id}/{item_id}")
    approver.send(f"/duyet/{request_id}/{item_id}", {"reason": "Mục đích chính đáng"}, press=("act", "grant"))

    assert _statuses(citizen, parts) == {200}
    assert _statuses(other, parts) == _statuses(nobody, parts) == {404}
    known = portal.flask("request", "show", request_id, "--as", email_of("citizen"))
    grant = known["grants"][0]
    portal.settle()
    _copy_carries_the_mark(portal, citizen, request_id, grant)
    assert _statuses(other, [_path(portal, grant["copy"])]) == {404}
    assert _statuses(nobody, [_path(portal, grant["copy"])]) <= {404, 200}
    _image_carries_the_mark(portal, citizen, request_id, page)

    approver.open(f"/duyet/{request_id}/{item_id}")
    approver.send("/thu-hoi", {"reason": "Người dân báo thông tin sai"})
    assert _statuses(citizen, [*parts, _path(portal, grant["copy"])]) == {404}, "revocation acts at once"
    citizen.open(f"/yeu-cau/{request_id}")
    assert "Người dân báo thông tin sai" in citizen.shown()

    _expires(portal, citizen, conditional, parts)
    _trail_holds_every_step(portal, conditional, request_id, item_id)
    _messages_reached(portal)


def test_nobody_decides_on_their_own_request_or_level(portal: Portal, tmp_path: Path) -> None:
    paper = tmp_path / "rieng.pdf"
    paper.write_bytes(scanning.file_of(CONDITIONAL, "x" + tmp_path.name))
    taken = portal.flask("ingest", str(paper), "--fonds", "RIENG", "--new-fonds", "Phông riêng", "--wait")
    document = taken["files"][0]["document"]
    portal.flask("access", "set", document, "conditional", "--as", email_of("archivist"))
    asked = portal.flask(
        "request", "submit", document, "--purpose", "Tra cứu việc gia đình", "--as", email_of("approver")
    )
    item = asked["items"][0]["id"]
    for key in ("approver", "archivist", "operator", "citizen", "administrator"):
        decide = ("request", "decide", item, "grant", "--reason", "Tự duyệt", "--as", email_of(key))
        portal.flask(*decide, codes=(1,))
    shown = portal.flask("request", "show", asked["request"], "--as", email_of("approver"))
    assert [one["state"] for one in shown["items"]] == ["submitted"]


def _take_in(portal: Portal, operator: Person, code: str, folder: Path) -> tuple[str, str]:
    """Upload two scans by the form and return their documents: the conditional one, the open one."""
    files = []
    for document in (CONDITIONAL, OPEN):
        path = folder / document.file_name
        path.write_bytes(scanning.file_of(document))
        files.append(path)
    operator.open("/tiep-nhan")
    fonds = re.search(rf'<option value="([^"]+)"[^>]*>\s*[^<]*{code}', operator.shown())
    assert fonds, operator.shown()
    form = {"fonds": fonds[1], "name": "Lô thử", "declared": "y"}
    without = {key: value for key, value in form.items() if key != "declared"}
    operator.send("/tiep-nhan", without, files=files)
    assert "/tiep-nhan/" not in operator.where(), "the declaration is required"
    operator.open("/tiep-nhan")
    operator.send("/tiep-nhan", form, files=files)
    assert "/tiep-nhan/" in operator.where(), operator.shown()
    portal.settle()
    operator.open(operator.where())
    found = re.findall(r"/(?:mo-ta|r)/([0-9a-z]{10})", operator.shown())
    documents = list(dict.fromkeys(found))
    texts = {document: _page_of(portal, document)["text"] for document in documents}
    secret = next(one for one, text in texts.items() if "Đinh Văn Rế" in text)
    return secret, next(one for one in documents if one != secret and "chỉnh lý" in texts[one])


def _describe(archivist: Person, document: str, what: DemoDocument) -> None:
    archivist.open(f"/mo-ta/{document}")
    values = {
        "number": what.paper.number,
        "issued_on": what.paper.issued_on.strftime("%d/%m/%Y"),
        "issuer": "Ủy ban nhân dân tỉnh Sơn Hà",
        "type_code": what.type_code,
        "subject": what.paper.subject,
        "level": what.level.value,
        "reason": what.reason,
    }
    archivist.send(f"/mo-ta/{document}", values, press=("act", "publish"))
    status, body = archivist.fetch(f"/r/{document}")
    assert status == 200
    assert what.paper.subject in body.decode()


def _find_and_look(portal: Portal, nobody: Person, opened: str) -> None:
    """Search with and without marks; the page shows boxes over the words and the text beside them."""
    page = _page_of(portal, opened)["id"]
    for query in ("một nghìn hai trăm mét giá", "mot nghin hai tram met gia"):
        nobody.open("/tim-kiem?q=" + query.replace(" ", "+"))
        assert f"/p/{page}" in nobody.shown(), query
        assert "<mark>" in nobody.shown()
    assert nobody.open(f"/p/{page}?q=met+gia") == 200
    assert nobody.shown().count("<rect") >= 2
    # Each word stands in an element of its own, so that it can be marked.
    assert "tám trăm mét giá" in " ".join(re.sub(r"<[^>]+>", "", nobody.shown()).split())
    assert nobody.fetch(f"/p/{page}/image/960.jpg")[0] == 200


def _finds_no_secret(citizen: Person, page: dict[str, Any]) -> None:
    for query in (
        "vườn quế ao cá",
        "vuon que",
        "Bàu Sen",
        "ho-so-den-bu",
        page["text"].split("Điều 2")[1][:60],
    ):
        citizen.open("/tim-kiem?q=" + " ".join(query.split()).replace(" ", "+"))
        assert page["id"] not in citizen.shown(), query
        for word in ("quế", "Rế", "Nhiễu", "den-bu.pdf"):
            assert f"<mark>{word}" not in citizen.shown(), query


def _ask(citizen: Person, document: str) -> tuple[str, str]:
    citizen.open(f"/r/{document}")
    assert f"document={document}" in citizen.shown(), "the record says how to ask"
    citizen.open(f"/yeu-cau/moi?document={document}")
    citizen.send("/yeu-cau/moi", {"document": document})
    why = {"purpose_kind": _choice(citizen, "Nghiên cứu"), "use_form": _choice(citizen, "Đọc trực tuyến")}
    citizen.send("/yeu-cau/moi", {**why, "purpose": "ngắn"})
    assert "/muc-dich" in citizen.where(), "a purpose of one word is sent back"
    citizen.send("/yeu-cau/moi", {**why, "purpose": "Tra cứu việc bồi thường đất của gia đình tôi"})
    citizen.send("/yeu-cau/moi", {"accepted": "y"})
    citizen.send("/kiem-tra", {})
    request_id = citizen.where().rstrip("/").split("/")[-2]
    assert len(request_id) == 10, citizen.shown()
    item = re.search(rf"{request_id}", citizen.where())
    assert item
    return request_id, _item_of(citizen, request_id)


def _choice(person: Person, words: str) -> str:
    """Return the value of the choice with such words on the page that is shown."""
    found = re.search(rf'value="(\w{{10}})"[^>]*>\s*<label[^>]*>\s*{words}', person.shown())
    assert found, words
    return found[1]


def _item_of(citizen: Person, request_id: str) -> str:
    database = sqlite3.connect(_home[0] / "portal.db")
    try:
        row = database.execute("SELECT id FROM request_items WHERE request_id = ?", (request_id,)).fetchone()
    finally:
        database.close()
    return str(row[0])


_home: list[Path] = []


@pytest.fixture(autouse=True)
def _know_home(portal: Portal) -> None:
    _home[:] = [portal.home]


def _copy_carries_the_mark(portal: Portal, citizen: Person, request_id: str, grant: dict[str, Any]) -> None:
    status, body = citizen.fetch(_path(portal, grant["copy"]))
    assert status == 200
    assert body.startswith(b"%PDF-")
    number = portal.flask("request", "show", request_id, "--as", email_of("citizen"))["number"]
    given = _given_at(portal, grant["id"])
    with pypdfium2.PdfDocument(body) as copy:
        assert len(copy) >= 2
        for index in range(len(copy)):
            side = copy[index]
            text = " ".join(side.get_textpage().get_text_range().split())
            for wanted in (NAMES["citizen"], number, given):
                assert wanted in text, f"{wanted} is not in the text of side {index}"
        last = copy[len(copy) - 1].render(scale=300 / 72).to_pil().convert("L")
    read = _read_mark(last)
    assert number.lower() in read, read
    assert "dân đỗ" in read or "dan do" in read, read
    assert given.split()[0] in read, read


def _image_carries_the_mark(portal: Portal, citizen: Person, request_id: str, page: dict[str, Any]) -> None:
    from PIL import Image

    number = portal.flask("request", "show", request_id, "--as", email_of("citizen"))["number"]
    _, body = citizen.fetch(f"/p/{page['id']}/image/1600.jpg")
    assert number.lower() in _read_mark(Image.open(io.BytesIO(body)).convert("L"))


def _read_mark(image: Any) -> str:
    """Read the foot of a page in its pixels, by Tesseract; the level line of the mark is meant to be read.

    Only the foot, and at two sizes: Tesseract takes a 3 for an 8 now and then, hardly twice the same.
    """
    foot = image.crop((0, round(image.height * (1 - FOOT)), image.width, image.height))
    return " ".join(pixels.read(foot.resize((foot.width * size, foot.height * size))) for size in (1, 2))


def _given_at(portal: Portal, grant_id: str) -> str:
    database = sqlite3.connect(portal.home / "portal.db")
    try:
        mark = database.execute("SELECT mark FROM grants WHERE id = ?", (grant_id,)).fetchone()[0]
    finally:
        database.close()
    found = re.search(r"\d\d/\d\d/\d{4} \d\d:\d\d", mark)
    assert found, mark
    return found[0]


def _expires(portal: Portal, citizen: Person, document: str, parts: list[str]) -> None:
    asked = portal.flask(
        "request", "submit", document, "--purpose", "Xem lại lần nữa", "--as", email_of("citizen")
    )
    # The command and the look below have to come before it, also where other tests fill the machine.
    until = datetime.now(UTC) + timedelta(seconds=45)
    decided = portal.flask(
        "request",
        "decide",
        asked["items"][0]["id"],
        "grant",
        "--reason",
        "Xem thêm",
        "--until",
        until.isoformat(),
        "--as",
        email_of("approver"),
    )
    assert decided["state"] == "granted"
    assert _statuses(citizen, parts[:1]) == {200}
    portal.wait_until(lambda: datetime.now(UTC) > until, "the grant to end")
    assert _statuses(citizen, parts) == {404}


def _trail_holds_every_step(portal: Portal, document: str, request_id: str, item_id: str) -> None:
    database = sqlite3.connect(portal.home / "portal.db")
    try:
        rows = database.execute(
            "SELECT action, actor_kind FROM audit_events WHERE object_id IN (?, ?, ?) ORDER BY seq",
            (document, request_id, item_id),
        ).fetchall()
        scans = database.execute(
            "SELECT action FROM audit_events WHERE object_id IN (SELECT id FROM scans WHERE document_id = ?)",
            (document,),
        ).fetchall()
    finally:
        database.close()
    steps = [
        ("tree.add", "operator"),
        ("document.describe", "archivist"),
        ("access.set_level", "archivist"),
        ("document.publish", "archivist"),
        ("request.submit", "citizen"),
        ("request.grant", "approver"),
        ("copy.build", "machine"),
        ("grant.revoke", "approver"),
    ]
    assert [row for row in rows if row in steps] == steps
    assert {row[0] for row in scans} >= {"scan.receive", "scan.split"}


def _messages_reached(portal: Portal) -> None:
    letters = list((portal.home / "mail").rglob("*.eml"))
    assert len(letters) >= 4
    assert any("citizen@example.vn" in letter.read_text("utf-8", "replace") for letter in letters)


def _page_of(portal: Portal, document: str) -> dict[str, Any]:
    database = sqlite3.connect(portal.home / "portal.db")
    try:
        row = database.execute("SELECT id FROM pages WHERE document_id = ?", (document,)).fetchone()
    finally:
        database.close()
    found: dict[str, Any] = portal.flask("page", row[0])
    return found


def _statuses(person: Person, addresses: list[str]) -> set[int]:
    return {person.fetch(address)[0] for address in addresses}


def _path(portal: Portal, address: str) -> str:
    return address.removeprefix(portal.base)
