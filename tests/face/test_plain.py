"""What people do at the portal, with a browser that runs no script: every form leads where it should.

Searching, asking, describing, deciding and taking in are walked by keyboard, with scripts and without,
in `test_keys`. Here stand all other flows, as tables of steps; each person comes in a window of their own.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page

from portal.access.rule_rows import Term
from portal.accounts import people, proofs
from portal.accounts.models import Person, Proof
from portal.core.db import db, transaction
from portal.ingest import batches, scans
from portal.storage import originals
from tests.conftest import PASSWORD
from tests.face.served import served
from tests.journeys.persons import chromium
from tests.web.archive import Archive, picture
from tests.web.conftest import Built, built  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser]

NEW = "một mật khẩu khác, đủ dài"


@dataclass(frozen=True)
class Step:
    """Somebody opens an address or stays where they are, fills in a form, presses a button, sees a text."""

    who: str
    at: str = ""
    fill: dict[str, str] = field(default_factory=dict)
    press: str = ""
    """A button; without it, the first one of the form that was filled in."""
    shows: str = ""
    hides: str = ""


FLOWS: dict[str, Sequence[Step]] = {
    "register": [
        Step("anonymous", "/dang-ky", {"name": "Lê Thị Mới", "email": "khong-phai"}, shows="Lê Thị Mới"),
        Step("anonymous", "", {"email": "moi@example.vn"}, shows="Thư đã được viết"),
        Step("anonymous", "/dang-ky/{link:registration}", {"password": PASSWORD}, shows="Lê Thị Mới"),
        Step("anonymous", "/yeu-cau", press="form[action*='dang-xuat'] button", shows="Đăng nhập"),
    ],
    "reset": [
        Step("anonymous", "/quen-mat-khau", {"email": "other@example.vn"}, shows="Thư đã được viết"),
        Step("anonymous", "/dat-lai-mat-khau/{link:reset}", {"password": NEW}, shows="Đăng nhập"),
        Step("anonymous", "/dang-nhap", {"email": "other@example.vn", "password": NEW}, shows="Người other"),
    ],
    "invite and come in": [
        Step(
            "administrator",
            "/nguoi-dung/moi",
            {"email": "can-bo@example.vn", "name": "Cán bộ mới", "role": "operator"},
            shows="can-bo@example.vn",
        ),
        Step("guest", "/loi-moi/{link:invitation}", {"password": PASSWORD}, shows="Cán bộ mới"),
        Step("guest", "/tai-khoan/mat-khau", {"present": PASSWORD, "password": NEW}, shows="Cán bộ mới"),
        Step("guest", "/tiep-nhan", shows="Phông"),
        Step("administrator", "/nguoi-dung", {"q": "can bo moi"}, shows="can-bo@example.vn"),
    ],
    "hand over, disable, enable": [
        Step("administrator", "/nguoi-dung/{id:operator}", {"heir": "#1"}, "[formaction*='ban-giao']"),
        Step("administrator", "/nguoi-dung/{id:operator}", shows="Không có việc đang dở để bàn giao"),
        Step("administrator", press="form[action*='/khoa'] .mg-button--stop"),
        Step("administrator", "/nguoi-dung/{id:operator}", press="form[action*='mo-lai'] button"),
        Step("administrator", "/nguoi-dung/{id:operator}", {"role": "archivist"}),
        Step("administrator", "/nguoi-dung/{id:operator}", {"role": "operator"}, shows="Người operator"),
    ],
    "own data": [
        Step("citizen", "/tai-khoan", {"name": "Trần Thị Đúng", "locale": "en"}, shows="Trần Thị Đúng"),
        Step("citizen", "/thong-bao", shows="Thông báo"),
    ],
    "settings": [
        Step(
            "administrator",
            "/thiet-lap/thong-bao",
            {"value": "Nghỉ **Tết**", "value_en": "Closed for **Tết**"},
            "[value=preview]",
            shows="<strong>Tết</strong>",
        ),
        Step("anonymous", "/", hides="Tết"),
        Step("administrator", press="[name=act][value=save]"),
        Step("anonymous", "/", shows="Tết"),
        Step(
            "administrator",
            "/thiet-lap/thong-bao",
            {"value": "", "value_en": ""},
            "[name=act][value=save]",
        ),
        Step("anonymous", "/", hides="Tết"),
        Step("administrator", "/thiet-lap/thong-bao", press="form[action*='khoi-phuc'] button"),
        Step("anonymous", "/en/", shows="Tết"),
    ],
    "ask again and withdraw": [
        Step("citizen", "/yeu-cau/{a.requests[expired]}", press="form[action*='/yeu-cau/lai/'] button"),
        Step(
            "citizen",
            "/yeu-cau/moi/muc-dich",
            {"purpose_kind": "{term:research}", "use_form": "{term:read_online}"},
        ),
        Step("citizen", "", {"accepted": "y"}),
        Step("citizen", press="form[action$='/kiem-tra'] button", shows="Phiếu tiếp nhận"),
        Step("citizen", press="a[href*='/yeu-cau/']:has-text('Theo dõi yêu cầu')"),
        Step("citizen", press="form[action$='/rut'] button", shows="Đã rút"),
    ],
    "decide a whole request": [
        Step(
            "approver",
            "/duyet/{a.requests[conditional]}",
            {"{a.items[conditional]}-act": "grant", "{a.items[conditional]}-reason": "đủ điều kiện"},
        ),
        Step("citizen", "/yeu-cau/{a.requests[conditional]}", shows="đủ điều kiện"),
        Step("citizen", "/p/{a.pages[conditional]}", shows="bimatconditional"),
    ],
    "end what was granted": [
        Step(
            "approver",
            "/duyet/{a.requests[granted]}/{a.items[granted]}",
            {"reason": "có khiếu nại"},
            "form[action*='thu-hoi'] button",
        ),
        Step(
            "approver",
            "/duyet/{a.requests[granted]}/{a.items[granted]}",
            shows="có khiếu nại",
        ),
        Step("citizen", "/yeu-cau/{a.requests[granted]}", shows="có khiếu nại"),
    ],
    "close and take back": [
        Step(
            "archivist",
            "/mo-ta/{a.documents[revoked]}",
            press="form[action*='go-cong-bo'] button",
        ),
        Step("anonymous", "/tim-kiem?q=tieuderevoked", hides="Về việc revoked"),
        Step("archivist", "/mo-ta/{a.documents[revoked]}", press="button[value=publish]"),
        Step("anonymous", "/r/{a.documents[revoked]}", shows="Về việc revoked"),
    ],
    "describe what is on paper": [
        Step(
            "archivist",
            "/mo-ta/giay",
            {"parent": "#1", "number": "7/BC-UBND", "subject": "Về kho lưu trữ cũ"},
            "button[value=publish]",
            shows="Về kho lưu trữ cũ",
        ),
    ],
    "withdraw a batch and bring it back": [
        Step("operator", "/tiep-nhan/{batch}", press="a[href$='/rut-lai']", shows="1 tệp"),
        Step("operator", "", {"reason": " "}, shows="error-summary"),
        Step("operator", "", {"reason": "gửi nhầm phông"}, shows="gửi nhầm phông"),
        Step("operator", "/tiep-nhan/da-rut", shows="Lô nhầm phông"),
        Step("operator", press="main a[href*='/da-rut/']"),
        Step("operator", press="form[action*='khoi-phuc'] button", shows="Lô nhầm phông"),
    ],
    "arrange": [
        Step(
            "archivist", "/sap-xep/co-quan/moi", {"code": "STC", "name": "Sở Tài chính"}, shows="Sở Tài chính"
        ),
        Step(
            "archivist",
            "/sap-xep/phong/moi",
            {"code": "P02", "name": "Phông Sở Tài chính", "extent_mm": "12.5"},
            shows="12,5",
        ),
        Step("archivist", "", {"extent_mm": "12,5"}, shows="Phông Sở Tài chính"),
        Step(
            "archivist",
            "/sap-xep/ho-so/moi",
            {"parent": "#2", "name": "Hồ sơ ngân sách"},
            shows="Hồ sơ ngân sách",
        ),
        Step("archivist", "/sap-xep/{a.documents[open]}", {"parent": "#3"}, "form[action*='chuyen'] button"),
    ],
}


class Links:
    """The secret of the newest link of a kind, as its letter would bring it: `{link:reset}`."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __format__(self, kind: str) -> str:
        with self._app.app_context():
            newest = db.session.query(Proof).filter_by(kind=kind).order_by(Proof.created_at.desc()).first()
            assert newest is not None
            return proofs.secret_of(newest)


class Ids:
    """The id of the account with a role: `{id:operator}`."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __format__(self, role: str) -> str:
        with self._app.app_context():
            return db.session.query(Person.id).filter_by(email=f"{role}@example.vn").scalar() or ""


class Terms:
    """The id of a term of the rulebook with a code: `{term:research}`."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __format__(self, code: str) -> str:
        with self._app.app_context():
            return db.session.query(Term.id).filter_by(code=code).scalar() or ""


@dataclass(frozen=True)
class Place:
    """The archive behind its port, and what stands for its ids in a step."""

    app: Flask
    base: str
    archive: Archive
    batch: str
    """One that nobody has worked with: `{batch}`."""

    def named(self, text: str) -> str:
        known = {"link": Links(self.app), "id": Ids(self.app), "term": Terms(self.app)}
        return text.format(a=self.archive, batch=self.batch, **known)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def place(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:  # noqa: F811
    home = tmp_path_factory.mktemp("plain") / "home"
    shutil.copytree(built.home, home)
    with served(home) as (app, base):
        yield Place(app, base, built.archive, _new_batch(app, built.archive.fonds))


def _new_batch(app: Flask, fonds_id: str) -> str:
    """Return a batch of one file that was not split yet."""
    with app.app_context():
        operator = people.by_email("operator@example.vn")
        assert operator is not None
        staged = originals.stage(io.BytesIO(picture(77, "sent to the wrong fonds")))
        with transaction():
            batch = batches.open_batch(operator.actor, fonds_id, "Lô nhầm phông", declared=True)
            scans.receive(operator.actor, batch.id, "nham.jpg", staged, scans.sniff(staged))
            return batch.id


@pytest.mark.parametrize("flow", FLOWS)
def test_each_flow_works_without_scripts(browser: Browser, place: Place, flow: str) -> None:
    windows: dict[str, Page] = {}
    for step in FLOWS[flow]:
        if step.who not in windows:
            windows[step.who] = _come(browser, place, step.who)
        _walk(windows[step.who], place, step)
    for page in windows.values():
        page.context.close()


def _come(browser: Browser, place: Place, who: str) -> Page:
    context = browser.new_context(base_url=place.base, locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    if who not in ("anonymous", "guest"):
        page.goto("/dang-nhap")
        _send(page, {"email": f"{who}@example.vn", "password": PASSWORD}, "")
        assert "/dang-nhap" not in page.url
    return page


def _walk(page: Page, place: Place, step: Step) -> None:
    if step.at:
        answer = page.goto(place.named(step.at))
        assert answer is not None
        assert answer.status == 200, page.url
    if step.fill or step.press:
        _send(page, {place.named(name): place.named(value) for name, value in step.fill.items()}, step.press)
    seen = page.content()
    assert step.shows in seen, f"{step.shows!r} is not on {page.url}"
    assert not step.hides or step.hides not in seen, f"{step.hides!r} is on {page.url}"


def _send(page: Page, values: dict[str, str], press: str) -> None:
    form = page.locator("main form")
    for name in values:
        form = form.filter(has=page.locator(f"[name='{name}']"))
    for name, value in values.items():
        _fill(form.first.locator(f"[name='{name}']"), value)
    button = page.locator(press) if press else form.locator("button:not([type=button])")
    with page.expect_navigation():
        button.first.click()


def _fill(item: Locator, value: str) -> None:
    """Type, choose a value, or with `#1` choose by the place in the list."""
    kind = item.first.evaluate("one => one.type")
    if kind == "radio":
        item.and_(item.page.locator(f"[value='{value}']")).check()
    elif kind == "checkbox":
        item.check()
    elif kind != "select-one":
        item.fill(value)
    elif value.startswith("#"):
        item.select_option(index=int(value[1:]))
    else:
        item.select_option(value)
