"""A queue of thirty requests cleared by the keyboard alone: taken up, drafted, and signed by somebody else.

In Vietnamese an approver signs; in English an archivist signs for them, by what was lent for some days.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from portal.access import queues, requests
from portal.access.queues import Queue
from portal.accounts import delegations, passwords
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor, Form
from portal.accounts.delegations import Giving
from portal.accounts.roles import Permission, Role
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.paging import Paging
from tests.conftest import PASSWORD
from tests.face.onlooker import both_widths
from tests.face.served import served
from tests.face.typist import Typist
from tests.journeys.persons import chromium
from tests.web.conftest import Built, built  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser]

NUMBER = 30


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize(("prefix", "signer"), [("", "approver"), ("/en", "ky-thay")], ids=["vi", "en"])
def test_thirty_requests_are_cleared_by_keys(
    browser: Browser,
    built: Built,  # noqa: F811
    tmp_path: Path,
    prefix: str,
    signer: str,
) -> None:
    home = tmp_path / "home"
    shutil.copytree(built.home, home)
    with served(home) as (app, base):
        with app.app_context():
            asked = _ask(built.archive.documents["conditional"])
            _lend()
            db.session.remove()
        with _come(browser, base, "archivist", prefix) as typist:
            _choose_all(typist, f"{prefix}/xu-ly?hang=new", asked)
            _send(typist)
            both_widths(typist.page)
            assert len(_done(typist.page)) == NUMBER
            for request_id, item_id in asked.items():
                _draft(typist, f"{prefix}/xu-ly/{request_id}/{item_id}")
        with _come(browser, base, signer, prefix) as typist:
            _choose_all(typist, f"{prefix}/xu-ly?hang=to_sign", asked)
            # Where drafts wait, signing is what is offered first.
            assert typist.page.locator("input[name=bulk]:checked").get_attribute("value") == "sign"
            _send(typist)
            assert len(_done(typist.page)) == NUMBER
        _all_granted(app, asked, signer)


def _ask(document_id: str) -> dict[str, str]:
    """Have thirty people ask for a record; return the request and its document of each."""
    found = {}
    with mock.patch.object(passwords, "digest", return_value="x"), transaction():
        for number in range(NUMBER):
            reader = accounts.create(
                PORTAL, f"doc{number}@example.vn", Role.CITIZEN, name=f"Bạn đọc {number}"
            ).actor
            one = requests.submit(reader, [document_id], "Tra cứu lịch sử địa phương")
            found[one.id] = one.items[0].id
    return found


def _lend() -> None:
    """Let a second archivist, who set no level, sign for the approver."""
    giver = accounts.actor_of("approver@example.vn")
    with transaction():
        delegate = accounts.create(
            PORTAL, "ky-thay@example.vn", Role.ARCHIVIST, name="Người ký thay", password=PASSWORD
        )
        today, lent = clock.today(), frozenset({Permission.DECIDE})
        delegations.give(
            giver,
            Giving(
                giver.id or "",
                delegate.id,
                lent,
                Form.TUQ,
                today,
                today + timedelta(days=3),
                "Giấy ủy quyền số 12",
            ),
        )


@contextmanager
def _come(browser: Browser, base: str, name: str, prefix: str) -> Iterator[Typist]:
    context = browser.new_context(base_url=base, locale="en-GB" if prefix else "vi-VN")
    page = context.new_page()
    page.goto(f"{prefix}/dang-nhap")
    page.fill("main [name=email]", f"{name}@example.vn")
    page.fill("main [name=password]", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    yield Typist(page)
    context.close()


def _choose_all(typist: Typist, address: str, asked: dict[str, str]) -> None:
    """Tab from row to row and choose each of ours."""
    typist.page.goto(address)
    typist.skip()
    boxes = [str(box.get_attribute("value")) for box in typist.page.locator("[name=chosen]").all()]
    ours = [one for one in boxes if one in asked]
    assert len(ours) == NUMBER
    both_widths(typist.page)
    for one in ours:
        typist.choose(f"#chosen-{one}", "Space")
    assert typist.page.locator("[name=chosen]:checked").count() == NUMBER


def _send(typist: Typist) -> None:
    typist.follow("form[action$='/xu-ly/nhieu'] button")


def _draft(typist: Typist, address: str) -> None:
    """Propose to grant, with a reason, and hand it in."""
    typist.page.goto(address)
    typist.skip()
    typist.choose("input[name=act]", "Space")
    typist.tell("textarea[name=reason]", "Mục đích nghiên cứu rõ ràng")
    typist.follow("form[action*='/xu-ly/'] button")
    assert typist.page.locator("form[action$='/thu-hoi']").count() == 1


def _done(page: Page) -> list[str]:
    """Return the rows of the page of results in which it was done."""
    rows = [row.inner_text() for row in page.locator("main tbody tr").all()]
    assert rows, page.content()
    return [row for row in rows if not page.locator("main tbody strong").count()]


def _all_granted(app: Flask, asked: dict[str, str], signer: str) -> None:
    with app.app_context():
        approver: Actor = accounts.actor_of("approver@example.vn")
        for request_id in asked:
            (item,) = requests.show(approver, request_id).items
            assert item.standing == "granted"
            assert item.signature is not None
            assert bool(item.signature.giver) is (signer != "approver")
        open_now = {one.id for one in queues.of(approver, Queue.ALL, Paging(1, 50)).rows}
        assert open_now.isdisjoint(asked)
        db.session.remove()
