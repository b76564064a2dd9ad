"""The search through the logs after each journey finds what it is meant to find."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.journeys import scrape

TOKEN = "a1B2c3D4e5F6g7H8i9J0k1L2"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    mail = EmailMessage()
    mail.set_content(f"Chào bạn,\nmở http://127.0.0.1:5000/dang-nhap/lien-ket/{TOKEN}\n")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.eml").write_bytes(bytes(mail))
    (tmp_path / "log").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("sent to citizen@example.vn", "e-mail"),
        ("asked by 0912345678", "phone"),
        ("asked by +84912345678", "phone"),
        ("card 001099123456", "ID number"),
        ("follows ABCD-EFGH-JKMN-PQRS", "guest's code"),
        (f"GET /{TOKEN}", TOKEN),
        ("Trần Thị Dân Đỗ asked", "Trần Thị Dân Đỗ"),
    ],
)
def test_each_kind_is_found(home: Path, line: str, kind: str) -> None:
    (home / "log" / "web.log").write_text(f"WARNING portal: {line}\n", encoding="utf-8")
    assert scrape.found(home, ["Trần Thị Dân Đỗ"]) == [f"web.log: {kind}"]


def test_what_leads_to_nobody_is_let_be(home: Path) -> None:
    line = (
        "ERROR portal.web: request 3fk29dm1xq broke at 2026-11-26 09:30:01,123 app.py:1511 0x7efe8a88cae0\n"
    )
    (home / "log" / "web.log").write_text(line, encoding="utf-8")
    assert scrape.found(home, ["Trần Thị Dân Đỗ"]) == []
