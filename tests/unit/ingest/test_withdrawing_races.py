"""A batch is withdrawn while others work with it: either they were first, or they find it gone."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from portal.accounts.actors import Actor
from portal.catalogue import documents, tree
from portal.catalogue.documents import Description
from portal.core.db import db, transaction
from portal.ingest import scans, withdrawing
from portal.ingest.models import Scan
from portal.rights.levels import Level
from portal.rights.models import Protection
from portal.storage import originals
from tests.fixtures.races import AT_ONCE, all_at_once, environment

__all__ = ["environment"]

REASON = "Gửi nhầm phông"


def bring(operator: Actor, batch_id: str, content: bytes) -> str:
    staged = originals.stage(io.BytesIO(content))
    received = scans.receive(operator, batch_id, "x.pdf", staged, scans.sniff(staged))
    assert received.document_id is not None
    return received.document_id


def test_nothing_is_published_in_a_batch_that_is_withdrawn_at_the_same_moment(
    app: Flask, people: dict[str, Actor], open_batch: Callable[[str], str]
) -> None:
    batch_id = open_batch("P1")
    with transaction():
        papers = [bring(people["operator"], batch_id, b"%PDF-1.4 " + bytes([65 + n])) for n in range(AT_ONCE)]

    def act(number: int) -> None:
        if number == 0:
            withdrawing.withdraw(people["operator"], batch_id, REASON)
        elif number % 2:
            documents.publish(people["archivist"], papers[number])
        else:
            description = Description("Về việc", level=Level.CONDITIONAL, reason="theo luật")
            version = tree.by_id(papers[number]).version
            documents.describe(people["archivist"], papers[number], description, version)

    refusals = all_at_once(app, act)
    below = Protection.removed_at.is_not(None)
    removed = db.session.scalar(select(func.count()).select_from(Protection).where(below)) or 0
    worked_with = db.session.scalar(
        select(func.count())
        .select_from(Protection)
        .where(below, Protection.published_at.is_not(None) | Protection.set_by.is_not(None))
    )
    assert worked_with == 0
    assert len(refusals) == (AT_ONCE - 1 if removed else 1)


def test_nothing_comes_into_a_batch_that_is_withdrawn_at_the_same_moment(
    app: Flask, people: dict[str, Actor], open_batch: Callable[[str], str]
) -> None:
    batch_id = open_batch("P1")

    def act(number: int) -> None:
        if number == 0:
            withdrawing.withdraw(people["operator"], batch_id, REASON)
        else:
            bring(people["operator"], batch_id, b"%PDF-1.4 " + bytes([65 + number]))

    refusals = all_at_once(app, act)
    there = db.session.scalars(select(Scan.document_id).where(Scan.batch_id == batch_id)).all()
    assert len(there) == AT_ONCE - 1 - len(refusals)
    rows = db.session.scalars(select(Protection).where(Protection.node_id.in_(there))).all()
    assert all(row.removed_at is not None for row in rows), "who came first went with the batch"
