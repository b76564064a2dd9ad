"""What holds for every request: forms need their token, sessions cannot be planted, headers stand."""

from __future__ import annotations

import re

import pytest
from flask import Flask, url_for

from portal.accounts import people as accounts
from portal.accounts.actors import Actor
from portal.core.db import transaction
from portal.web import guards, headers
from tests.conftest import PASSWORD
from tests.web.archive import Archive
from tests.web.authorization.matrix import rows
from tests.web.browser import Browser
from tests.web.conftest import Browsers


def test_every_answer_carries_the_headers(app: Flask, archive: Archive, browse: Browsers) -> None:
    browser = browse("approver")
    for row in rows(archive):
        with app.test_request_context():
            address = url_for(row.endpoint, **row.values)
        answer = browser.open(address, method=row.method)
        for name in ("Content-Security-Policy", *headers.FIXED):
            assert answer.headers.get(name), f"{name} at {address}"
        if row.endpoint == "static":
            assert "public" in answer.headers["Cache-Control"]
        else:
            assert answer.headers["Cache-Control"] == "private, no-store", address


def test_the_policy_lets_no_inline_script_or_foreign_source_in(browse: Browsers) -> None:
    policy = browse("anonymous").get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_scripts_carry_a_nonce_that_no_other_answer_has(browse: Browsers) -> None:
    browser, seen = browse("anonymous"), set()
    for address in ("/", "/", "/en/", "/r/0000000000"):
        answer = browser.get(address)
        allowed = re.search(r"script-src 'nonce-([\w-]{22})'(;|$)", answer.headers["Content-Security-Policy"])
        assert allowed, "nothing but the nonce lets a script run"
        carried = re.findall(r'<script[^>]* nonce="([^"]*)"', answer.text)
        assert carried == [allowed[1]] * len(re.findall("<script", answer.text)) != []
        seen.add(allowed[1])
    assert len(seen) == 4


def test_no_page_has_inline_style_or_script(app: Flask, archive: Archive, browse: Browsers) -> None:
    browser = browse("approver")
    for row in rows(archive):
        with app.test_request_context():
            address = url_for(row.endpoint, **row.values)
        answer = browser.get(address)
        if answer.mimetype == "text/html":
            assert " style=" not in answer.text
            scripts = re.findall(r"<script[^>]*>", answer.text)
            assert all(' src="/static/built/' in script for script in scripts), address
            assert " onclick" not in answer.text


def test_a_form_without_its_token_changes_nothing(archive: Archive, browse: Browsers) -> None:
    browser = browse("other")
    before = browser.get("/yeu-cau").text.count("YC-")
    answer = browser.post(
        "/yeu-cau/moi",
        data={"document": archive.documents["conditional"], "purpose": "Mục đích đủ dài để gửi"},
    )
    assert answer.status_code == 400
    assert browser.get("/yeu-cau").text.count("YC-") == before


def test_an_expired_form_of_our_own_page_loses_nothing(browse: Browsers) -> None:
    browser = browse("citizen")
    answer = browser.post(
        "/yeu-cau/moi",
        data={"purpose": "Một mục đích <b>dài</b>", "csrf_token": "old"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 400
    assert "Một mục đích &lt;b&gt;dài&lt;/b&gt;" in answer.text
    assert "Gửi lại" in answer.text


def test_a_form_of_another_site_is_not_handed_back_with_a_token(browse: Browsers) -> None:
    browser = browse("citizen")
    for strange in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
    ):
        answer = browser.post("/yeu-cau/moi", data={"purpose": "planted text"}, headers=strange)
        assert answer.status_code == 403
        assert "planted text" not in answer.text
    silent = browser.post("/yeu-cau/moi", data={"purpose": "planted text"})
    assert silent.status_code == 400
    assert "planted text" not in silent.text


def test_even_the_right_token_does_not_help_another_site(browse: Browsers) -> None:
    browser = browse("citizen")
    answer = browser.post(
        "/dang-xuat", data={"csrf_token": browser.token()}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_signing_in_begins_a_new_session(browse: Browsers) -> None:
    browser = browse("anonymous")
    before = browser.token()
    with browser.session_transaction() as session:
        session["planted"] = "by somebody else"
    browser.post(
        "/dang-nhap",
        data={"email": "citizen@example.vn", "password": PASSWORD, "csrf_token": browser.token()},
    )
    with browser.session_transaction() as session:
        assert "planted" not in session
    assert browser.post("/dang-xuat", data={"csrf_token": before}).status_code == 400


def test_a_disabled_person_is_out_at_once(people: dict[str, Actor], browse: Browsers) -> None:
    browser = browse("archivist")
    assert browser.get("/mo-ta").status_code == 200
    with transaction():
        accounts.disable(people["administrator"], people["archivist"].id or "")
    assert browser.get("/mo-ta").status_code == 302


def test_a_forged_session_id_is_nobody(browse: Browsers) -> None:
    browser = browse("anonymous")
    for forged in ("", ".", "0000000000.0", "0000000000", "x" * 400):
        with browser.session_transaction() as session:
            session["_user_id"] = forged
        assert browser.get("/mo-ta").status_code == 302


def test_wrong_passwords_are_not_told_from_unknown_people(browse: Browsers) -> None:
    browser = browse("anonymous")
    known = browser.send("/dang-nhap", email="citizen@example.vn", password="wrong password here")
    unknown = browser.send("/dang-nhap", email="nobody@example.vn", password="wrong password here")
    assert known.status_code == unknown.status_code == 400
    assert "không đúng" in known.text
    assert _apart(known.text.replace("citizen", "nobody")) == _apart(unknown.text)


def test_too_many_wrong_passwords_are_slowed_down(browse: Browsers) -> None:
    browser = browse("anonymous")
    for _ in range(10):
        browser.send("/dang-nhap", email="citizen@example.vn", password="wrong password here")
    answer = browser.send("/dang-nhap", email="citizen@example.vn", password=PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "Thử quá nhiều lần" in answer.text


@pytest.mark.parametrize(
    "target",
    ["//evil.example/", "http://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil", ""],
)
def test_sign_in_leads_nowhere_else(app: Flask, target: str) -> None:
    with app.test_request_context():
        assert guards.local_path(target) == "/"


def test_sign_in_leads_back_to_where_one_was(browse: Browsers) -> None:
    browser = browse("anonymous")
    away = browser.get("/en/yeu-cau?page=2")
    assert away.status_code == 302
    answer = browser.send(away.headers["Location"], email="citizen@example.vn", password=PASSWORD)
    assert answer.headers["Location"] == "/en/yeu-cau?page=2"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browse: Browsers) -> None:
    cookie = browse("anonymous").get("/dang-nhap").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/;" in cookie + ";"


def test_what_runs_in_an_open_page_neither_prolongs_a_session_nor_brings_it_back(browse: Browsers) -> None:
    browser = browse("operator")
    page = browser.get("/tiep-nhan", headers={"Accept": "text/html,*/*;q=0.8"})
    assert "portal=" in page.headers["Set-Cookie"]
    for accepted in ("application/json", "text/event-stream", "image/avif,image/*,*/*;q=0.8", "*/*"):
        answer = browser.get("/tiep-nhan", headers={"Accept": accepted})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers, accepted


def test_what_is_hidden_looks_like_what_is_not_there(archive: Archive, browse: Browsers) -> None:
    browser = browse("citizen")
    absent = _apart(browser.get("/r/0000000000").text)
    for state in ("withheld", "unpublished"):
        hidden = browser.get(f"/r/{archive.documents[state]}").text
        assert _apart(hidden.replace(archive.documents[state], "0000000000")) == absent


def test_programs_get_problems_as_json(browse: Browsers) -> None:
    browser = browse("anonymous")
    answer = browser.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    answer = browser.get("/r/0000000000", headers={"Accept": "application/json"})
    assert answer.json == {"type": "about:blank", "title": "Không có gì ở địa chỉ này.", "status": 404}


def test_what_breaks_tells_nothing(app: Flask, browse: Browsers) -> None:
    def break_down() -> str:
        raise ValueError("a secret of the house")

    browser = browse("citizen")
    app.testing = False
    app.view_functions["reading.home"] = guards.public(break_down)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "secret of the house" not in answer.text
    assert "Traceback" not in answer.text


def test_a_form_that_is_too_large_says_how_large_it_may_be(app: Flask, browse: Browsers) -> None:
    browser = browse("operator")
    app.config["MAX_CONTENT_LENGTH"] = 10
    answer = browser.post("/tiep-nhan", data={"name": "x" * 100})
    assert answer.status_code == 413
    assert "200 MB" in answer.text


@pytest.mark.parametrize("address", ["/dang-nhap", "/dang-xuat"])
def test_only_who_takes_in_may_send_much(app: Flask, browse: Browsers, address: str) -> None:
    head = b'--edge\r\nContent-Disposition: form-data; name="files"; filename="a.tif"\r\n\r\n'
    much = head + b"x" * guards.SMALL_FORM_BYTES + b"\r\n--edge--\r\n"
    answer = browse("anonymous").post(address, data=much, content_type="multipart/form-data; boundary=edge")
    assert answer.status_code == 413
    assert "2 MB" in answer.text


def _apart(page: str) -> str:
    """Return the page apart from what differs in every answer: the token of its forms and its nonce."""
    lines = (line for line in page.splitlines() if "csrf_token" not in line)
    return re.sub(r' nonce="[\w-]{22}"', "", "\n".join(lines))


def test_a_one_time_address_signs_in_once(browse: Browsers) -> None:
    from portal.accounts import signing

    with transaction():
        secret = signing.make_link("citizen@example.vn")
    browser: Browser = browse("anonymous")
    assert browser.head(f"/vao/{secret}").status_code == 302
    assert browser.get("/yeu-cau").status_code == 302, "a look at the headers signs nobody in"
    assert browser.get(f"/vao/{secret}").status_code == 302
    assert browser.get("/yeu-cau").status_code == 200
    assert browse("anonymous").get(f"/vao/{secret}").status_code == 404


def test_a_token_searches_with_its_persons_rights_and_opens_nothing_else(browse: Browsers) -> None:
    from portal.accounts import tokens
    from portal.catalogue import indexing

    while indexing.drain():
        pass
    with transaction():
        secret = tokens.make("archivist@example.vn", "", 1)
    with_token = {"Authorization": f"Bearer {secret}"}
    browser = browse("anonymous")
    public = browser.get("/api/v1/search?q=trang").json
    assert browser.get("/api/v1/search?q=trang", headers=with_token).json["total"] > public["total"]
    assert browser.get("/mo-ta", headers=with_token).status_code == 302
    wrong = browser.get("/api/v1/search?q=trang", headers={"Authorization": "Bearer nonsense"})
    assert wrong.status_code == 401
    assert wrong.content_type == "application/problem+json"
    assert browser.get("/api/v1/search?q=trang").json == public
