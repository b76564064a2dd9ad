"""What logs of a portal must not hold after a journey: what leads to a person, and what opens a door."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

KINDS = {
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    "phone": re.compile(r"(?<![\w.])(?:\+84|0)\d{9}(?!\w)"),
    "ID number": re.compile(r"(?<!\w)\d{12}(?!\w)"),
    "guest's code": re.compile(r"(?<!\w)(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}(?!\w)"),
}
SECRET = re.compile(r"https?://\S*?/([0-9A-Za-z_-]{22,})\b")
"""The last part of an address that was mailed: who has it comes in."""


def found(home: Path, names: Iterable[str]) -> list[str]:
    """Return what was found in which log: the kind of it, or the secret or name itself."""
    secrets = _mailed(home / "mail")
    told = []
    for path in sorted((home / "log").rglob("*")):
        if not path.is_file():
            continue
        text = path.read_text("utf-8", "replace")
        told += [f"{path.name}: {kind}" for kind, shape in KINDS.items() if shape.search(text)]
        told += [f"{path.name}: {one}" for one in (*secrets, *names) if one in text]
    return told


def _mailed(folder: Path) -> list[str]:
    """Return the secrets in all addresses that the portal mailed."""
    secrets = []
    for path in folder.rglob("*.eml"):
        body = message_from_bytes(path.read_bytes(), policy=default).get_body()
        if body is not None:
            secrets += SECRET.findall(body.get_content())
    return secrets
