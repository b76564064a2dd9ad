"""The portal behind nginx with TLS, by the recipe that administrators copy."""

from __future__ import annotations

import http.client
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.journeys.conftest import email_of
from tests.journeys.portal import Portal, free_port
from tests.journeys.visitor import Visitor

RECIPE = PROJECT / "deploy" / "nginx.conf"
NAME = "localhost"
FORM_MB = 300
"""More than a form may have."""

pytestmark = [
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]


@dataclass
class Site:
    """The portal as people outside reach it."""

    portal: Portal
    visitor: Visitor
    plain_port: int


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("proxy")
    secure, plain = free_port(), free_port()
    base = f"https://{NAME}:{secure}"
    portal = Portal(folder / "home", {"PUBLIC_URL": base, "TRUSTED_PROXIES": "1"})
    portal.flask("user", "create", email_of("citizen"), "--role", "citizen")
    certificate, key = _certificate(folder)
    changes = {
        "SERVER_NAME": NAME,
        "CERTIFICATE": str(certificate),
        "KEY": str(key),
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
        "127.0.0.1:8000": f"127.0.0.1:{portal.port}",
    }
    nginx = _nginx(folder, changes)
    try:
        portal.start()
        trusted = ssl.create_default_context(cafile=str(certificate))
        yield Site(portal, Visitor(base, trusted), plain)
    finally:
        nginx.terminate()
        nginx.wait(10)
        portal.stop()


def test_plain_http_is_sent_to_https(site: Site) -> None:
    line = http.client.HTTPConnection("127.0.0.1", site.plain_port, timeout=10)
    line.request("GET", "/tim-kiem?q=a", headers={"Host": NAME})
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/tim-kiem?q=a")
    line.close()


def test_a_person_signs_in_and_the_cookie_is_bound_to_https(site: Site) -> None:
    link = site.portal.flask("login-link", email_of("citizen"))["url"]
    assert link.startswith(site.visitor.base), "links in messages lead through the proxy"
    page = site.visitor.get(link)
    assert page.status == 200
    cookie = next(one for one in site.visitor.cookies if one.name == "__Host-portal")
    assert cookie.secure
    assert page.headers["Strict-Transport-Security"]
    leave = next(form for form in page.forms if form.method == "post")
    assert leave.action.startswith(site.visitor.base)
    assert site.visitor.submit(leave).status == 200, "forms pass the check of origin behind the proxy"


def test_what_a_visitor_claims_about_addresses_is_worth_nothing(site: Site) -> None:
    claims = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-For": "6.6.6.6"}
    answer = site.visitor.ask("/duyet", headers=claims)
    assert answer.url.startswith(site.visitor.base)
    assert "evil.example" not in answer.text


def test_a_form_that_is_too_large_is_stopped_before_it_is_sent(site: Site) -> None:
    answer = site.visitor.ask("/quet", "POST", {"Content-Length": str(FORM_MB * 1024 * 1024)})
    assert answer.status == 413


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


def _nginx(folder: Path, changes: dict[str, str]) -> subprocess.Popen[bytes]:
    """Run nginx with the recipe, only names and ports changed, in a folder of its own."""
    site = RECIPE.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in site, f"the recipe no longer says {old!r}"
        site = site.replace(old, new)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    whole = f"pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}\n"
    whole += f"http {{ access_log off; {places}\n{site}\n}}\n"
    path = folder / "nginx.conf"
    path.write_text(whole, encoding="utf-8")
    # As root it would change to a user who may not enter the folder.
    user = "user root; " if os.geteuid() == 0 else ""
    return subprocess.Popen(
        ["nginx", "-e", f"{folder}/error.log", "-c", str(path), "-g", f"{user}daemon off;"]
    )
