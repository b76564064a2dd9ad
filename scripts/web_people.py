"""The accounts that `bench-web` signs in with: readers who hold leave for a record, and staff with a queue.

Run as a process of its own with the environment of the portal measured; prints one-time links as JSON.
Nothing here is measured.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal.access import decisions, requests
from portal.accounts import people, signing
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.app import create_app
from portal.core import house
from portal.core.db import transaction
from portal.demo import asking

GRANTED = "2009-29-pa-ubnd.pdf"
WAITING = ("ho-so-den-bu.pdf", "2020-301-qd-sgddt.pdf")
PURPOSE = "Tra cứu hồ sơ của gia đình để làm thủ tục hành chính."
ANSWER = "Người yêu cầu có quyền lợi liên quan, mục đích chính đáng."


def main(members: int, clerks: int) -> None:
    """Make the accounts; half of the members wait for an answer, all hold leave for one record."""
    made: dict[str, list[dict[str, str]]] = {"members": [], "clerks": []}
    with create_app().app_context():
        with transaction():
            granted = _document(GRANTED)
            waiting = [_document(name) for name in WAITING]
        for number in range(members):
            with transaction():
                email = _account(number, Role.CITIZEN)
                actor = people.actor_of(email)
                _grant(actor, granted)
                asked = requests.submit(actor, waiting, PURPOSE).id if number % 2 else ""
                made["members"].append({"url": _link(email), "document": granted, "request": asked})
        for number in range(clerks):
            with transaction():
                email = _account(number, Role.ARCHIVIST if number % 2 else Role.APPROVER)
                made["clerks"].append({"url": _link(email), "document": granted})
    print(json.dumps(made))


def _account(number: int, role: Role) -> str:
    email = f"{role.value}-{number}@bench.local"
    people.create(PORTAL, email, role, name=f"Người đo {number}")
    return email


def _grant(actor: Actor, document: str) -> None:
    asked = requests.submit(actor, [document], PURPOSE)
    decisions.grant(asking.actor(Role.APPROVER), asked.items[0].id, ANSWER)


def _link(email: str) -> str:
    return f"{house.settings().public_url}/vao/{signing.make_link(email)}"


def _document(file_name: str) -> str:
    found = asking.document_of(file_name)
    if found is None:
        raise SystemExit(f"the demo has no {file_name}")
    return found


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:3]))
