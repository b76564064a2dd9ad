"""Put the demo into a home: accounts at once, everything else by jobs of the real worker.

First the agencies, fonds and files in one job; it writes down a job for each paper, and
one for the requests, which waits until there are pages to ask for. Everything passes
through the same verbs as if people had done it; the worker reads the papers and the
indexer makes them found. Each job's effect and its end are one transaction, so that a
start that was broken off goes on where it was, and nothing comes twice.
"""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from portal.accounts import people
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.models import Person
from portal.accounts.roles import Role
from portal.catalogue import agencies, alias_tables, aliases, documents, moving, tree
from portal.catalogue.documents import Description
from portal.catalogue.models import Kind, Node
from portal.core import clock, house
from portal.core.db import db, transaction
from portal.core.errors import NotFoundError
from portal.demo import asking, intake, scanning, serving, storing
from portal.demo import documents as papers
from portal.demo.archive import names
from portal.demo.archive.holdings import AGENCIES, FILES, DemoFile
from portal.demo.documents import DemoDocument
from portal.ingest import batches, scans
from portal.jobs import ledger
from portal.jobs.handlers import Apply, Claim
from portal.storage import originals
from portal.storage.store import Staged

JOB = "demo.seed"
PAPER_JOB = "demo.paper"
SUBJECT = " ".join(one.fonds_code for one in AGENCIES)
"""The codes of the demo's fonds: whoever shows how far it has got learns from it which they are."""
PAPER_PRIORITY = 150
"""Behind mails and copies, which people wait for."""
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
        ledger.enqueue(JOB, SUBJECT)
    return accounts


def plant(claim: Claim) -> Apply:
    """Have the tree planted, and a job written down for each paper and for the requests."""
    return _unless_removed(_plant)


def bring(claim: Claim) -> Apply:
    """Draw one paper, the subject of the claim, and stage its file; the act takes it in and publishes it."""
    document = papers.by_file_name(claim.subject)
    staged = originals.stage(io.BytesIO(scanning.file_of(document)))
    batch_id, file_id = str(claim.payload["batch"]), str(claim.payload["file"])
    return _unless_removed(lambda: _receive(document, staged, batch_id, file_id))


def remove() -> int:
    """Disable the demo accounts and close the demo's records; tell how many accounts there were.

    Rows stay, for the audit trail names them; nobody can sign in by them or see the papers.
    Papers that are still to come find nobody to bring them and stay away.
    """
    with transaction():
        rows = db.session.scalars(select(Person).where(Person.is_demo, Person.disabled_at.is_(None))).all()
        actors = {row.role: row.actor for row in rows}
        archivist = actors.get(Role.ARCHIVIST.value)
        _end_service(actors)
        for agency in AGENCIES:
            fonds = tree.fonds_by_code(agency.fonds_code)
            if archivist and fonds and fonds.title == agency.fonds_title:
                _take_back(archivist, fonds)
        if archivist:
            _forget_names(archivist)
        operator = actors.get(Role.OPERATOR.value)
        if operator:
            # Last: what is withdrawn is nothing that could be taken back.
            intake.end(operator)
        for row in rows:
            row.disabled_at = clock.now()
            row.session_epoch += 1
    house.settings().demo_accounts_file.unlink(missing_ok=True)
    return len(rows)


def _end_service(actors: dict[str, Actor]) -> None:
    """Let nothing that was asked in the demo wait for the staff, who go on with work of their own."""
    citizen, archivist, approver = (
        actors.get(role.value) for role in (Role.CITIZEN, Role.ARCHIVIST, Role.APPROVER)
    )
    if citizen and archivist and approver:
        found = [tree.fonds_by_code(agency.fonds_code) for agency in AGENCIES]
        own = [
            fonds.id
            for fonds, agency in zip(found, AGENCIES, strict=True)
            if fonds and fonds.title == agency.fonds_title
        ]
        serving.end(citizen, archivist, approver, own)


def _forget_names(archivist: Actor) -> None:
    """Search no longer under the names of the invented communes."""
    for alias_id in [row.id for row in aliases.listing() if row.note == names.NOTE]:
        aliases.retire(archivist, alias_id)


def _is_used() -> bool:
    return bool(db.session.scalar(select(Person.id).limit(1)) or db.session.scalar(select(Node.id).limit(1)))


def _account(role: Role) -> dict[str, str]:
    email, password = asking.address_of(role), secrets.token_urlsafe(12)
    people.create(PORTAL, email, role, name=NAMES[role], password=password, is_demo=True)
    return {"email": email, "password": password}


def _write(accounts: dict[str, dict[str, str]]) -> None:
    path = house.settings().demo_accounts_file
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(accounts, file, indent=2)
        file.flush()
        os.fsync(file.fileno())


def _unless_removed(act: Apply) -> Apply:
    """Return the act, which does nothing where the demo was removed while its job waited."""

    def apply() -> None:
        try:
            asking.actor(Role.ARCHIVIST)
        except NotFoundError:
            return
        act()

    return apply


def _plant() -> None:
    operator, archivist = asking.actor(Role.OPERATOR), asking.actor(Role.ARCHIVIST)
    ids: dict[str, str] = {}
    placed: dict[tuple[str, str], dict[str, str]] = {}
    for agency in AGENCIES:
        row = agencies.create(
            archivist,
            code=agency.code,
            name=agency.name,
            valid_from=agency.valid_from,
            valid_to=agency.valid_to,
        )
        ids[agency.code] = row.id
        if agency.successor:
            agencies.name_successor(archivist, row.id, ids[agency.successor])
        fonds = tree.create_fonds(
            archivist,
            code=agency.fonds_code,
            name=agency.fonds_title,
            agency_id=row.id,
            date_from=agency.valid_from,
            date_to=agency.valid_to,
        )
        tree.measure(archivist, fonds.id, agency.extent_mm)
        batch = batches.open_batch(operator, fonds.id, BATCH_NAME, declared=True)
        for file in FILES:
            if file.fonds_code == agency.fonds_code:
                place = {"batch": batch.id, "file": _file(archivist, fonds, file)}
                placed[agency.fonds_code, file.code] = place
        if agency is AGENCIES[0]:
            storing.enter(operator, fonds.id)
    alias_tables.load(archivist, _table(names.lines()))
    for document in papers.every():
        payload = placed[document.agency.fonds_code, document.file_code]
        ledger.enqueue(PAPER_JOB, document.file_name, payload=payload, priority=PAPER_PRIORITY)
    ledger.enqueue(asking.JOB, SUBJECT, priority=PAPER_PRIORITY + 1)
    ledger.enqueue(intake.JOB, SUBJECT, priority=intake.PRIORITY)


def _table(lines: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([alias_tables.HEADING, *lines])
    return written.getvalue()


def _file(archivist: Actor, fonds: Node, file: DemoFile) -> str:
    return tree.create_file(
        archivist,
        fonds.id,
        code=f"{file.fonds_code}.{file.code}",
        name=file.title,
        date_from=file.date_from,
        date_to=file.date_to,
    ).id


def _receive(document: DemoDocument, staged: Staged, batch_id: str, file_id: str) -> None:
    operator, archivist = asking.actor(Role.OPERATOR), asking.actor(Role.ARCHIVIST)
    media_type = scanning.media_type_of(document)
    # Whoever tries the portal puts a paper of their own in; it must not wait behind a hundred of ours.
    received = scans.receive(operator, batch_id, document.file_name, staged, media_type, is_patient=True)
    if received.document_id is None:
        raise RuntimeError("a paper of the demo was not taken in")
    paper = document.paper
    description = Description(
        subject=document.title,
        number=paper.number,
        issued_on=paper.issued_on,
        issuer=document.agency.name,
        type_code=document.type_code,
        level=document.level,
        reason=document.reason,
    )
    version = tree.by_id(received.document_id).version
    documents.describe(archivist, received.document_id, description, version)
    moving.move(archivist, received.document_id, file_id)
    documents.publish(archivist, received.document_id)


def _take_back(archivist: Actor, fonds: Node) -> None:
    public = (Kind.DOCUMENT.value, Kind.FILE.value, Kind.FONDS.value)
    ids = db.session.scalars(select(Node.id).where(Node.fonds_id == fonds.id, Node.kind.in_(public))).all()
    for node_id in ids:
        documents.unpublish(archivist, node_id)
