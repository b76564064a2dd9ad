"""The pseudo-language in mails, papers, errors of forms and pages; nothing in it runs off the screen."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from playwright.sync_api import Page
from werkzeug.serving import make_server

from portal.access import cover
from portal.accounts.actors import Actor
from portal.catalogue import records
from portal.core import clock, house
from portal.core.db import db, transaction
from portal.core.messages import MESSAGES
from portal.mail import post
from portal.mail.post import Recipient
from portal.web import texts
from tests.conftest import PASSWORD
from tests.journeys.persons import chromium
from tests.web import pseudo
from tests.web.archive import Archive
from tests.web.authorization.matrix import rows
from tests.web.conftest import Browsers

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
NARROW, WIDE = 360, 1280
ROLES = ("administrator", "approver", "citizen", "anonymous")

TEXTS = "a, button, label, legend, h1, h2, h3, th, td, dt, dd, p, li, strong, summary"
MAY_BE_WIDE = ".mg-scroll, .govuk-skip-link, .govuk-visually-hidden, details:not([open])"
OFF_THE_SCREEN = """([texts, wide]) => {
  const lost = [];
  const root = document.documentElement;
  const told = (one) => one.tagName + ': ' + one.textContent.trim().slice(0, 60);
  if (root.scrollWidth > root.clientWidth) lost.push('the page is wide: ' + root.scrollWidth);
  for (const one of document.querySelectorAll(texts)) {
    const box = one.getBoundingClientRect();
    if (one.closest(wide) || box.width <= 1 || box.height <= 1) continue;
    if (box.right > root.clientWidth + 1 || box.left < -1) lost.push(told(one));
    const isCut = getComputedStyle(one).overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1;
    if (isCut) lost.push('cut ' + told(one));
  }
  return lost;
}"""


@pytest.fixture
def words(app: Flask, archive: Archive) -> set[str]:
    """What the archive of the test holds, with the name of its province."""
    return pseudo.data_words() | pseudo.words_of(house.settings().province)


def test_an_unmarked_text_is_found_and_data_is_not() -> None:
    words = {"Tờ", "trình", "granted"}
    page = '<h1>{}</h1><p>{}</p><a title="{}">x</a><code translate="no">flask doctor</code>'
    marked = pseudo.said("Search")
    assert pseudo.bare(page.format(marked, "Tờ trình 5", marked), words) == []
    assert pseudo.bare(page.format("Search", "Tờ trình", marked), words) == ["Search"]
    assert pseudo.bare(page.format(marked, f"{marked}: found", marked), words) == [f"{marked}: found"]
    assert pseudo.bare(page.format(marked, marked, "Next page"), words) == ["Next page"]
    assert pseudo.bare(page.format(marked, "granted", marked), words) == ["granted"], "a bare state"


def test_the_language_is_longer_and_keeps_values() -> None:
    text = "Page %(number)s of %(count)s, <em>read</em> 100 %%"
    said = pseudo.said(text)
    assert PLACEHOLDER.findall(said) == PLACEHOLDER.findall(text)
    assert "<em>" in said
    assert len(pseudo.said("Search the archive")) >= 1.4 * len("Search the archive")
    assert "%%" in said


@pytest.mark.parametrize("code", sorted(code for code in MESSAGES if f"{code}_body" in MESSAGES))
def test_mails_hold_no_unmarked_text(
    people: dict[str, Actor], words: set[str], monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    pseudo.speak(monkeypatch)
    names = set(PLACEHOLDER.findall(MESSAGES[code] + MESSAGES[f"{code}_body"]))
    with transaction():
        message = post.write(people["citizen"].id or "", code, **dict.fromkeys(names, 7))
    mail = post.compose(message, Recipient("citizen@example.vn", "Người citizen", "vi")).mail
    for text in (mail["Subject"], mail["From"].addresses[0].display_name, mail.get_content()):
        assert not pseudo.is_bare(text, words), text


def test_the_cover_of_a_copy_holds_no_unmarked_text(
    people: dict[str, Actor], archive: Archive, words: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pseudo.speak(monkeypatch)
    record = records.show(people["citizen"], archive.documents["granted"])
    issue = cover.Issue(
        record, "Người citizen", "YC-1", "Nghiên cứu", clock.now(), clock.now(), "222-222-222", (2, 3)
    )
    said = cover.words(issue, "vi")
    address = pseudo.words_of(house.settings().public_url + "/r/" + record.id)
    known = words | address
    for text in (said.archive, said.heading, said.conditions_heading, *said.conditions, *sum(said.facts, ())):
        assert not pseudo.is_bare(text, known), text


def test_errors_of_forms_hold_no_unmarked_text(
    app: Flask, archive: Archive, words: set[str], browse: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Send every form of the site as the matrix does, which is mostly empty."""
    pseudo.speak(monkeypatch)
    refused = 0
    for role in ("administrator", "approver", "citizen"):
        browser = browse(role)
        for row in rows(archive):
            if row.method != "POST" or row.status_for(role) != 400:
                continue
            with app.test_request_context():
                address = url_for(row.endpoint, **row.values)
            answer = browser.send(address, **row.form)
            assert answer.status_code == 400, address
            known = words | pseudo.words_of(*row.form.values())
            assert pseudo.bare(answer.text, known) == [], address
            refused += 1
    assert refused > 20


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_message_is_marked(app: Flask, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    pseudo.speak(monkeypatch)
    with app.test_request_context():
        said = texts.message(code, dict.fromkeys(PLACEHOLDER.findall(MESSAGES[code]), 7))
    assert not pseudo.is_bare(said, set())


def test_pages_of_errors_hold_no_unmarked_text(
    app: Flask, words: set[str], browse: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    pseudo.speak(monkeypatch)
    monkeypatch.setattr("portal.accounts.signing.by_link", lambda _secret: 1 / 0)
    app.testing = False
    browser = browse("citizen")
    token = browser.token()
    answers = {
        400: browser.post("/yeu-cau/moi", data={"purpose": "Nghiên cứu"}),
        401: app.test_client().post("/yeu-cau/moi", data={"csrf_token": token}),
        403: browser.get("/tiep-nhan"),
        404: browser.get("/khong-co"),
        405: browser.post("/lien-he", data={"csrf_token": token}),
        413: browser.post("/yeu-cau/moi", data={"csrf_token": token, "purpose": "a" * (3 * 1024 * 1024)}),
        500: browser.get("/vao/0000"),
    }
    typed = pseudo.words_of("purpose")  # the expired form names its fields as they were sent
    for status, answer in answers.items():
        assert answer.status_code in (status, 400), status
        assert pseudo.bare(answer.text, words | typed) == [], status


@pytest.fixture
def served(app: Flask, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The site in the pseudo-language, for a browser."""
    pseudo.speak(monkeypatch)
    db.session.remove()
    # A page that listens to an event stream holds a thread of its own.
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
def test_longer_texts_stay_on_the_screen(app: Flask, archive: Archive, browse: Browsers, served: str) -> None:
    """Open every page that is HTML, as who sees most of it, on a phone and on a desk."""
    places = _places(app, archive, browse)
    assert sum(map(len, places.values())) > 80
    lost: dict[str, list[str]] = {}
    with chromium() as browser:
        page = browser.new_page(viewport={"width": NARROW, "height": 800})
        page.set_content(f"<h1>{'é' * 200}</h1>")
        assert page.evaluate(OFF_THE_SCREEN, [TEXTS, MAY_BE_WIDE]), "it would be seen"
        page.close()
        for role in ROLES:
            page = browser.new_page(base_url=served, viewport={"width": NARROW, "height": 800})
            if role != "anonymous":
                _sign_in(page, role)
            for address in places[role]:
                page.goto(address)
                for width in (NARROW, WIDE):
                    page.set_viewport_size({"width": width, "height": 800})
                    if found := page.evaluate(OFF_THE_SCREEN, [TEXTS, MAY_BE_WIDE]):
                        lost[f"{role} {width} {address}"] = found
            page.close()
    assert lost == {}


def _places(app: Flask, archive: Archive, browse: Browsers) -> dict[str, list[str]]:
    """Return the addresses of pages by role: staff, and readers, who see less, get each once."""
    found: dict[str, list[str]] = {}
    seen: set[tuple[bool, str]] = set()
    for role in ROLES:
        found[role], browser, is_staff = [], browse(role), role in ("administrator", "approver")
        for row in rows(archive):
            if row.method != "GET" or row.status_for(role) != 200:
                continue
            with app.test_request_context():
                address = url_for(row.endpoint, **row.values)
            if (is_staff, address) in seen or browser.get(address).mimetype != "text/html":
                continue
            seen.add((is_staff, address))
            found[role].append(address)
    return found


def _sign_in(page: Page, role: str) -> None:
    page.goto("/dang-nhap")
    page.fill("[name=email]", f"{role}@example.vn")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form [type=submit]").click()
    page.wait_for_load_state()
