"""Load a corpus for measuring search: open, published documents of one page each.

The folder is laid out as BEIR does: `corpus.jsonl` or `corpus.jsonl.gz`, each line
with `_id`, `title` and `text`. Title and text are all that is kept; there are no
other fields of the catalogue. The page's source is the empty file, its text counts
as written by a person, `_id` stands in the working title. Everything goes through
the ordinary outbox, as bulk, so that fresh pages go before it.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import outbox, tree
from portal.catalogue.models import Kind, Node, Page, PageState, PageText
from portal.catalogue.search_rows import OutboxEntry
from portal.core import clock, collation
from portal.core.db import db, end_reading, transaction
from portal.core.errors import InvalidError
from portal.core.ids import new_id
from portal.rights.levels import Level
from portal.rights.models import Protection
from portal.storage import originals

FONDS_CODE = "CORPUS"
FONDS_NAME = "Corpus"
ENGINE = "corpus"
CHUNK = 500
"""Documents of one transaction, so that it stays well under three seconds."""

LONGEST_TITLE = 1000
LONGEST_ID = 500

_CURATOR = Actor(id=None, role=Role.ARCHIVIST, name="flask search load", is_machine=True)
"""Whoever can start commands on the server may make the fonds of the corpus."""

Row = dict[str, Any]


def load(folder: Path) -> int:
    """Put all documents of the corpus into the catalogue and note them for the indexer; return how many.

    Raises:
        InvalidError: there is no corpus in the folder, or a line of it cannot be read.
    """
    lines = _lines(folder)
    staged = originals.stage(io.BytesIO(b""))
    with transaction():
        originals.record(staged)
        fonds = tree.fonds_by_code(FONDS_CODE) or tree.create_fonds(
            _CURATOR, code=FONDS_CODE, name=FONDS_NAME
        )
        fonds_id = fonds.id
        trail.record(PORTAL, "search.load", Kind.FONDS.value, fonds_id)
    count = 0
    while chunk := list(islice(lines, CHUNK)):
        with transaction():
            _add(chunk, fonds_id, staged.sha256)
        count += len(chunk)
    end_reading()
    return count


def _add(chunk: list[Row], fonds_id: str, sha256: str) -> None:
    """Insert the rows of many documents at once; one by one through the verbs would take hours."""
    made = [(new_id(), new_id(), line) for line in chunk]
    now = clock.now()
    paths = {node_id: f"/{fonds_id}/{node_id}/" for node_id, _, _ in made}
    rows: dict[Any, list[Row]] = {
        Node: [_node(node_id, fonds_id, paths[node_id], line) for node_id, _, line in made],
        Protection: [
            {"node_id": node_id, "path": path, "level": Level.OPEN.value, "published_at": now}
            for node_id, path in paths.items()
        ],
        Page: [
            {
                "id": page_id,
                "document_id": node_id,
                "number": 1,
                "blob_sha256": sha256,
                "frame": 0,
                "state": PageState.READ.value,
            }
            for node_id, page_id, _ in made
        ],
        PageText: [_text(page_id, line) for _, page_id, line in made],
        OutboxEntry: [{"target": node_id, "scope": outbox.TREE, "is_bulk": True} for node_id, _, _ in made],
    }
    for model, values in rows.items():
        db.session.execute(insert(model), values)


def _node(node_id: str, fonds_id: str, path: str, line: Row) -> Row:
    title = str(line.get("title") or "")[:LONGEST_TITLE]
    return {
        "id": node_id,
        "parent_id": fonds_id,
        "path": path,
        "level": 1,
        "kind": Kind.DOCUMENT.value,
        "fonds_id": fonds_id,
        "title": title,
        "working_title": str(line["_id"])[:LONGEST_ID],
        "sort_key": collation.sort_key(title),
        "described_at": clock.now(),
        "version": 1,
    }


def _text(page_id: str, line: Row) -> Row:
    return {
        "page_id": page_id,
        "version": 1,
        "is_current": True,
        "source": "human",
        "engine": ENGINE,
        "text": str(line["text"]),
        "words": b"",
        "milliseconds": 0,
    }


def _lines(folder: Path) -> Iterator[Row]:
    packed, plain = folder / "corpus.jsonl.gz", folder / "corpus.jsonl"
    if not packed.is_file() and not plain.is_file():
        raise InvalidError("corpus_unreadable")
    return _read(packed if packed.is_file() else plain)


def _read(path: Path) -> Iterator[Row]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        for text in file:
            try:
                line = json.loads(text)
                yield {"_id": line["_id"], "title": line.get("title"), "text": line["text"]}
            except (ValueError, KeyError, TypeError):
                raise InvalidError("corpus_unreadable") from None
