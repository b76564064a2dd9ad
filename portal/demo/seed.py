"""Put the demo into a home: accounts at once, papers by a job of the real worker.

The papers pass through the same verbs as any other: staged, received, described,
published; the worker reads them and the indexer makes them found.
"""

from __future__ import annotations

import io
import json
import os
import secrets

from sqlalchemy import select

from portal.accounts import people
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.models import Person
from portal.accounts.roles import Role
from portal.catalogue import documents, tree
from portal.catalogue.documents import Description
from portal.catalogue.models import Node
from portal.core import clock, house
from portal.core.db import db, transaction
from portal.demo import papers
from portal.demo.documents import ALL, FONDS_CODE, FONDS_NAME, ISSUER_NAME, DemoDocument
from portal.ingest import batches, scans
from portal.jobs import ledger
from portal.jobs.handlers import Apply, Claim
from portal.storage import originals
from portal.storage.store import Staged

JOB = "demo.seed"
BATCH_NAME = "Tài liệu minh họa"
NAMES = {
    Role.CITIZEN: "Trần Văn Dân",
    Role.OPERATOR: "Nguyễn Thị Quét",
    Role.ARCHIVIST: "Lê Hữu Trữ",
    Role.APPROVER: "Phạm Thị Duyệt",
    Role.ADMINISTRATOR: "Hoàng Quản Trị",
}


def open_home() -> dict[str, dict[str, str]]:
    """Give an empty home its demo accounts and the job that brings the papers.

    Returns:
        Per role the address and password, also after the first start; empty where the
        home has people or records of its own.
    """
    kept = house.settings().demo_accounts_file
    if kept.exists():
        found: dict[str, dict[str, str]] = json.loads(kept.read_text(encoding="utf-8"))
        return found
    with transaction():
        if _is_used():
            return {}
        accounts = {role.value: _account(role) for role in Role}
        # Written before the commit: a crash between leaves a file that the next start replaces.
        _write(accounts)
        ledger.enqueue(JOB, FONDS_CODE)
    return accounts


def plant(claim: Claim) -> Apply:
    """Draw the papers and stage their bytes; the returned act puts them into the catalogue."""
    staged = [
        (
            document,
            originals.stage(io.BytesIO(papers.as_pdf(papers.draw(document.paper), document.paper.subject))),
        )
        for document in ALL
    ]
    return lambda: _receive(staged)


def remove() -> int:
    """Disable the demo accounts and close the demo's records; tell how many accounts there were.

    Rows stay, for the audit trail names them; nobody can sign in by them or see the papers.
    """
    with transaction():
        rows = db.session.scalars(select(Person).where(Person.is_demo, Person.disabled_at.is_(None))).all()
        archivist = next((row.actor for row in rows if row.role == Role.ARCHIVIST), None)
        fonds = tree.fonds_by_code(FONDS_CODE)
        if archivist and fonds and fonds.title == FONDS_NAME:
            _take_back(archivist, fonds)
        for row in rows:
            row.disabled_at = clock.now()
            row.session_epoch += 1
    house.settings().demo_accounts_file.unlink(missing_ok=True)
    return len(rows)


def _is_used() -> bool:
    return bool(db.session.scalar(select(Person.id).limit(1)) or db.session.scalar(select(Node.id).limit(1)))


def _account(role: Role) -> dict[str, str]:
    email, password = f"{role.value}@demo.local", secrets.token_urlsafe(12)
    people.create(PORTAL, email, role, name=NAMES[role], password=password, is_demo=True)
    return {"email": email, "password": password}


def _write(accounts: dict[str, dict[str, str]]) -> None:
    path = house.settings().demo_accounts_file
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(accounts, file, indent=2)
        file.flush()
        os.fsync(file.fileno())


def _demo_actor(role: Role) -> Actor:
    return people.actor_of(f"{role.value}@demo.local")


def _receive(staged: list[tuple[DemoDocument, Staged]]) -> None:
    operator, archivist = _demo_actor(Role.OPERATOR), _demo_actor(Role.ARCHIVIST)
    fonds = tree.create_fonds(archivist, code=FONDS_CODE, name=FONDS_NAME)
    batch = batches.open_batch(operator, fonds.id, BATCH_NAME, declared=True)
    for document, bytes_of_it in staged:
        received = scans.receive(
            operator, batch.id, document.file_name, bytes_of_it, media_type="application/pdf"
        )
        if received.document_id is None:
            raise RuntimeError("a paper of the demo was not taken in")
        _describe(archivist, received.document_id, document)


def _describe(archivist: Actor, document_id: str, document: DemoDocument) -> None:
    paper = document.paper
    description = Description(
        subject=paper.subject,
        number=paper.number,
        issued_on=paper.issued_on,
        issuer=ISSUER_NAME,
        type_code=document.type_code,
        level=document.level,
        reason=document.reason,
    )
    version = tree.by_id(document_id).version
    documents.describe(archivist, document_id, description, version)
    documents.publish(archivist, document_id)


def _take_back(archivist: Actor, fonds: Node) -> None:
    ids = db.session.scalars(
        select(Node.id).where(Node.fonds_id == fonds.id, Node.kind.in_(("document", "fonds")))
    ).all()
    for node_id in ids:
        documents.unpublish(archivist, node_id)
