"""Which documents a batch falls into: a proposal by its separators, and what a person says against it.

After all pages are read and before anybody describes. The proposal is computed whenever it is asked for,
from the order of the pages (`ordering`), their codes (`sheet_codes`) and the marks of a person;
`rearranging` carries it out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue.models import PageState
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.ingest import batches, ordering, sheet_codes
from portal.ingest.models import Batch
from portal.ingest.ordering import Leaf
from portal.ingest.rearranging_rows import Mark, Rearrangement, SplitMark, Work
from portal.ingest.set_aside_rows import Why
from portal.ingest.sheet_codes import Meant

TWO_SIDES = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """One page of the batch and where it would go."""

    leaf: Leaf
    group: int
    """Number of the future document, from 1; 0 where the page is set aside."""
    begins: bool
    """Whether the document begins with it."""
    why: Why | None = None
    """Why it is set aside."""
    mark: Mark | None = None
    """What a person said of it."""
    foreign_sheet: bool = False
    """Whether it is the batch sheet of another batch: paper of two batches may have been mixed."""
    folder: str = ""
    """The folder that it lies in, as the last sheet said with which a folder began."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a batch would be split into."""

    batch: Batch
    pages: Sequence[Placed]
    waiting: int
    """Files and pages that are not read yet; nothing is split before they are."""

    @property
    def documents(self) -> int:
        return max((one.group for one in self.pages), default=0)

    @property
    def aside(self) -> int:
        return sum(one.why is not None for one in self.pages)

    @property
    def foreign(self) -> int:
        return sum(one.foreign_sheet for one in self.pages)

    @property
    def changes(self) -> bool:
        """Whether anything would stand elsewhere than it does."""
        return any(one.why for one in self.pages) or any(
            (one.leaf.document_id == before.leaf.document_id) != (one.group == before.group)
            for before, one in zip(self.pages, self.pages[1:], strict=False)
        )

    @property
    def seen(self) -> str:
        """What a person saw who confirms it: another proposal has another one."""
        lines = (
            f"{one.leaf.id} {one.leaf.document_id} {one.leaf.number} {one.group} {one.why or ''}"
            for one in self.pages
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:20]


def proposal(actor: Actor, batch_id: str) -> Proposal:
    """Return what the batch would be split into.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    actor.must(Permission.TAKE_IN)
    return of(batches.known(actor, batch_id))


def of(batch: Batch) -> Proposal:
    """Return the proposal for a batch, whoever asks."""
    rows = db.session.execute(select(SplitMark.page_id, SplitMark.mark).where(SplitMark.batch_id == batch.id))
    marks = {page_id: Mark(mark) for page_id, mark in rows}
    return Proposal(batch, placed(batch, ordering.leaves(batch), marks), ordering.waiting(batch))


def placed(batch: Batch, leaves: Sequence[Leaf], marks: dict[str, Mark]) -> list[Placed]:
    """Place pages into future documents, by codes and marks."""
    meant = {leaf.id: sheet_codes.meant(leaf.codes) for leaf in leaves if leaf.codes}
    aside = _aside(batch, leaves, marks, meant)
    by_separators = any(why is Why.SEPARATOR for why in aside.values())
    found: list[Placed] = []
    group, is_cut, before, folder = 0, True, None, ""
    for leaf in leaves:
        mark, says = marks.get(leaf.id), meant.get(leaf.id, Meant())
        folder = says.folder or folder
        if before is not None and leaf.stretch != before.stretch:
            is_cut = True
        if leaf.id in aside:
            found.append(Placed(leaf, 0, False, aside[leaf.id], mark, folder=folder))
            is_cut, before = True, leaf
            continue
        is_new_file = before is None or before.document_id != leaf.document_id
        begins = is_cut or mark is Mark.BEGIN or (is_new_file and not by_separators and mark is not Mark.JOIN)
        if is_cut and mark is Mark.JOIN and group and before is not None and leaf.stretch == before.stretch:
            begins = False
        group += begins
        foreign = bool(says.batches - {batch.id})
        found.append(Placed(leaf, group, begins, None, mark, foreign, folder))
        is_cut, before = False, leaf
    return found


def mark(actor: Actor, batch_id: str, page_id: str, said: Mark | None) -> None:
    """Keep what a person says of one page; None takes it back.

    Raises:
        NotFoundError: there is no such batch, or no such page of it that can still be placed.
        ConflictError: the batch is closed.
    """
    actor.must(Permission.TAKE_IN)
    batch = batches.known(actor, batch_id)
    if batch.closed_at is not None:
        raise ConflictError("batch_closed")
    if page_id not in {leaf.id for leaf in ordering.leaves(batch)}:
        raise NotFoundError("not_found")
    row = db.session.get(SplitMark, (batch_id, page_id))
    if said is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(SplitMark(batch_id=batch_id, page_id=page_id, mark=said.value))
    else:
        row.mark = said.value
    db.session.flush()


def mark_of(text: str) -> Mark | None:
    """Read a mark; "none" takes it back.

    Raises:
        InvalidError: there is none of that name.
    """
    if text == "none":
        return None
    if text not in set(Mark):
        raise InvalidError("bad_choice")
    return Mark(text)


def _aside(
    batch: Batch, leaves: Sequence[Leaf], marks: dict[str, Mark], meant: dict[str, Meant]
) -> dict[str, Why]:
    """Return which pages are set aside, and why: sheets with codes, and the empty backs of those."""
    aside: dict[str, Why] = {}
    sheet: Leaf | None = None
    has_backs = _has_backs(batch)
    for leaf in leaves:
        mark, says = marks.get(leaf.id), meant.get(leaf.id, Meant())
        is_back = (
            sheet is not None
            and has_backs
            and leaf.state == PageState.BLANK
            and leaf.stretch == sheet.stretch
        )
        sheet = None
        if mark is Mark.ASIDE:
            aside[leaf.id] = Why.BLANK if leaf.state == PageState.BLANK else Why.SEPARATOR
        elif mark is not None:
            continue
        elif says.is_separator or batch.id in says.batches:
            aside[leaf.id] = Why.SEPARATOR if says.is_separator else Why.BATCH_SHEET
            sheet = leaf
        elif is_back:
            aside[leaf.id] = Why.BLANK
    return aside


def _has_backs(batch: Batch) -> bool:
    """Tell whether backs stand behind their fronts: scanned so, or brought there (`collating`)."""
    brought = exists().where(
        Rearrangement.batch_id == batch.id,
        Rearrangement.work == Work.COLLATE.value,
        Rearrangement.undone_at.is_(None),
    )
    return batch.sides == TWO_SIDES or bool(db.session.scalar(select(brought)))
