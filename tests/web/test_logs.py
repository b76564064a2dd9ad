"""No ID number, phone, address, name or secret stands in a log, whatever people do and whatever breaks."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from config import Settings
from portal import owndata, work
from portal.access import following, rulebook
from portal.access.guest_rows import GuestVisit
from portal.access.terms import TermKind
from portal.accounts import details, proofs
from portal.accounts.models import Proof, ProofKind
from portal.core import house
from portal.core.db import db, end_reading, on_commit, transaction
from portal.jobs import leases, loop
from portal.jobs.models import Lane
from portal.mail import post
from tests.conftest import PASSWORD
from tests.web import steps_by_hand
from tests.web.archive import PURPOSE, Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers
from tests.web.test_own_data import _card, _sent

NUMBER, PHONE = "079 123 456 789", "+84 912-345-678"
SECRETS = (
    *("079123456789", "079 123", "001099123456", "84912345678", "912-345", "0912345678"),
    *("@example.vn", "moi@vidu.vn", "Lê Thị Kín", "Trường Kín", "thương binh kín", "hoamuoi", PASSWORD),
    *("vì không rõ số", "sai mật khẩu kín"),
)
"""What was typed, as it was typed and as it is kept."""


@pytest.fixture
def heard(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, from the most talkative level on, by the libraries as well."""
    said = io.StringIO()
    handler, root = logging.StreamHandler(said), logging.getLogger()
    before = root.level
    monkeypatch.setattr(logging.getLogger("portal"), "level", logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("sqlalchemy.engine"), "level", logging.INFO)
    db.engine.echo = True
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    db.engine.echo = False
    root.removeHandler(handler)
    root.setLevel(before)


def _work() -> None:
    work.install()
    end_reading()
    while claim := leases.claim("worker/1", Lane.DESK):
        loop.perform(claim)


def _met(heard: io.StringIO, settings: Settings, capfd: pytest.CaptureFixture[str], *more: str) -> list[str]:
    files = "".join(path.read_text() for path in settings.log_folder.rglob("*") if path.is_file())
    out, err = capfd.readouterr()
    told = heard.getvalue() + files + out + err
    assert "BEGIN" in told, "the test must hear what libraries say"
    return [secret for secret in (*SECRETS, *more) if secret in told]


def _register(browse: Browsers) -> str:
    """Register somebody; return the secret of the link that was mailed."""
    browse("anonymous").send("/dang-ky", name="Lê Thị Kín", email="moi@vidu.vn")
    _work()
    end_reading()
    row = db.session.query(Proof).filter_by(kind=ProofKind.REGISTRATION.value).one()
    secret = proofs.secret_of(row)
    assert browse("anonymous").send(f"/dang-ky/{secret}", password=PASSWORD).status_code == 302
    return secret


def _give(browser: Browser, **changed: str) -> int:
    given = {"id_number": NUMBER, "phone": PHONE, "workplace": "Trường Kín", "priority": "thương binh kín"}
    return browser.send("/tai-khoan/ho-so", **{**given, **changed}).status_code


def _ask_as_a_guest(browse: Browsers, document: str) -> list[str]:
    """Ask and follow without an account; return link, code and digits."""
    browser = browse("anonymous")
    held = rulebook.undertaking()
    assert held is not None
    given = {
        "name": "Lê Thị Kín",
        "email": "khach@vidu.vn",
        "purpose": PURPOSE,
        "purpose_kind": rulebook.terms(TermKind.PURPOSE)[0].id,
        "use_form": rulebook.terms(TermKind.USE_FORM)[0].id,
        "term": held.id,
        "accepted": "y",
    }
    end_reading()
    assert browser.send("/yeu-cau/khach", document=document, **given).status_code == 302
    _work()
    end_reading()
    link = proofs.secret_of(db.session.query(Proof).filter_by(kind=ProofKind.GUEST.value).one())
    receipt = browser.send(f"/yeu-cau/khach/{link}").text
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", receipt)
    number = re.search(r"YC-\d{4}-\d{6}", receipt)
    assert code is not None
    assert number is not None
    browser.send("/theo-doi", number=number[0], code=code[0])
    _work()
    end_reading()
    digits = following._digits(db.session.query(GuestVisit).one().id)
    assert browser.send("/theo-doi/ma", digits=digits).headers["Location"] == "/theo-doi/yeu-cau"
    assert browser.send("/theo-doi/yeu-cau/thu", text="Số của tôi là 079123456789").status_code == 302
    return [link, code[0], code[0].replace("-", "").lower(), "khach@vidu.vn"]


def _write_with_file(browser: Browser, request_id: str) -> None:
    """Send a file that bears a name with a message, and have it handed out."""
    files = (_card(), "Lê Thị Kín 079123456789.jpg")
    fields = {"csrf_token": browser.token(), "text": "Số của tôi là 079123456789", "files": files}
    place = f"/yeu-cau/{request_id}/thu"
    assert browser.post(place, data=fields, content_type="multipart/form-data").status_code == 302
    for link in re.findall(rf"{place}/\w{{10}}", browser.get(f"/yeu-cau/{request_id}").text):
        assert browser.get(link).status_code == 200


def test_whatever_people_do_no_log_holds_what_is_theirs(
    browse: Browsers,
    archive: Archive,
    heard: io.StringIO,
    settings: Settings,
    capfd: pytest.CaptureFixture[str],
) -> None:
    secret = _register(browse)
    citizen = browse("citizen")
    assert _give(citizen) == 302
    assert _give(citizen, id_number="079 123 456 78x", phone="0912345678 không phải số") == 400
    assert _give(browse("operator")) == 400, "the number is taken"
    for content in (_card(), _card("PDF"), io.BytesIO(b"MZ 079123456789")):
        _sent(citizen, content, "Lê Thị Kín 079123456789.jpg")
    officer = browse("archivist")
    seen = re.search(r'name="seen"[^>]* value="([^"]+)"', officer.get(f"/xac-minh/{archive.numbered}").text)
    assert seen is not None
    officer.send(f"/xac-minh/{archive.numbered}/tra-lai", seen=seen[1], reason="vì không rõ số 001099123456")
    officer.send(f"/xac-minh/{archive.numbered}/xac-nhan", seen=seen[1])
    steps_by_hand.ask(citizen, archive.documents["expired"], purpose=PURPOSE)
    _write_with_file(citizen, archive.requests["granted"])
    secrets = _ask_as_a_guest(browse, archive.documents["conditional"])
    citizen.get("/tim-kiem?q=079123456789")
    browse("administrator").get("/nguoi-dung?q=citizen@example.vn")
    browse("anonymous").send("/dang-nhap", email="citizen@example.vn", password="sai mật khẩu kín")
    browse("anonymous").send("/quen-mat-khau", email="citizen@example.vn")
    assert citizen.get("/tai-khoan/xuat.json").status_code == 200
    other = browse("other")
    other.send("/tai-khoan/xoa", present="sai mật khẩu kín", sure="y")
    assert other.send("/tai-khoan/xoa", present=PASSWORD, sure="y").status_code == 302
    _work()
    assert _met(heard, settings, capfd, secret, *secrets) == []


def test_whatever_breaks_no_log_holds_what_it_broke_over(
    browse: Browsers,
    heard: io.StringIO,
    settings: Settings,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    citizen = browse("citizen")
    citizen.application.testing = False
    citizen.application.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(*words: object, **more: object) -> None:
        raise RuntimeError(f"079123456789 của citizen@example.vn {words} {more}")

    monkeypatch.setattr(details, "write", broken)
    assert _give(citizen) == 500
    monkeypatch.setattr(owndata, "gather", broken)
    assert citizen.get("/tai-khoan/xuat.json").status_code == 500
    with transaction():
        on_commit(broken)
    browse("anonymous").send("/quen-mat-khau", email="citizen@example.vn")
    monkeypatch.setattr(post, "send", broken)
    _work()
    monkeypatch.undo()
    house.configure(replace(settings, smtp_host="127.0.0.1", smtp_port=1))
    browse("anonymous").send("/quen-mat-khau", email="other@example.vn")
    _work()
    assert "RuntimeError" in heard.getvalue(), "that something broke is said"
    assert _met(heard, settings, capfd) == []
