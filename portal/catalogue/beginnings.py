"""What a public title or number can be recognised by while it is being typed, kept in SQL.

A title is entered once for each of its words, from that word on; a number under each of its
spellings. Whatever is typed is then the beginning of a stretch of rows that lie together, so
that looking costs the same however large the archive is. Only what everybody may know is
entered, and it is entered by the indexer: what is closed lies in nobody's way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import islice

from sqlalchemy import CheckConstraint, Index, String, delete, insert, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.actors import ANONYMOUS
from portal.catalogue.models import Kind, Node
from portal.core.db import Base, db
from portal.rights import policy
from portal.search import analysis

KINDS = (Kind.FONDS.value, Kind.FILE.value, Kind.DOCUMENT.value)

LONGEST_KEY = 60
"""Characters of a row that are kept: some twelve words."""

MOST_WORDS = 40
"""Words of a title from which on it is entered."""

CHUNK = 500


class BeginningKind(StrEnum):
    """What begins so."""

    TITLE = "title"
    """A title, at its first word."""
    NUMBER = "number"
    WORD = "word"
    """A title, at a later word."""


class Beginning(Base):
    """What a title or number that everybody may know begins with; suggestions are looked up here.

    In the order of bytes on every database, so that what begins alike lies together.
    """

    __tablename__ = "search_beginnings"
    __table_args__ = (
        CheckConstraint("kind IN ('title','number','word')", name="kind"),
        Index("ix_search_beginnings_node_id", "node_id"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[str] = mapped_column(String(6), primary_key=True)
    key: Mapped[str] = mapped_column(
        String(60).with_variant(String(60, collation="C"), "postgresql"), primary_key=True
    )
    """Folded words, each with a space behind it; of a number its numeral, a space, and the rest."""
    node_id: Mapped[str] = mapped_column(String(10), primary_key=True)


_Rows = set[tuple[str, str]]
"""Kind and key of each row of one node."""


def keep(node_ids: Iterable[str]) -> None:
    """Make the rows of these nodes those of now, within the transaction; what is right already is left."""
    wanted = list(node_ids)
    if not wanted:
        return
    standing: dict[str, _Rows] = defaultdict(set)
    for node_id, kind, key in db.session.execute(
        select(Beginning.node_id, Beginning.kind, Beginning.key).where(Beginning.node_id.in_(wanted))
    ):
        standing[node_id].add((kind, key))
    rows = _public(wanted)
    gone = [(kind, key, one) for one in wanted for kind, key in standing[one] - rows.get(one, set())]
    new = [(kind, key, one) for one in wanted for kind, key in rows.get(one, set()) - standing[one]]
    for start in range(0, len(gone), CHUNK):
        triple = tuple_(Beginning.kind, Beginning.key, Beginning.node_id)
        db.session.execute(delete(Beginning).where(triple.in_(gone[start : start + CHUNK])))
    if new:
        db.session.execute(
            insert(Beginning), [{"kind": kind, "key": key, "node_id": one} for kind, key, one in sorted(new)]
        )


def places() -> Iterator[Sequence[str]]:
    """Yield the ids of all fonds and files, a chunk at a time."""
    last = ""
    while ids := db.session.scalars(
        select(Node.id)
        .where(Node.id > last, Node.kind.in_((Kind.FONDS.value, Kind.FILE.value)))
        .order_by(Node.id)
        .limit(CHUNK)
    ).all():
        last = ids[-1]
        yield ids


def of_title(title: str) -> _Rows:
    """Return the rows of a title: from its first word on, and from each later one."""
    words = analysis.folded_words(title)
    return {
        (BeginningKind.WORD.value if place else BeginningKind.TITLE.value, _key(words[place:]))
        for place in range(min(len(words), MOST_WORDS))
    }


def of_number(number: str) -> _Rows:
    """Return the rows of a number: with its year, and without."""
    return {(BeginningKind.NUMBER.value, number_key(form)) for form in analysis.number_forms(number)}


def number_key(joined: str) -> str:
    """Return a number as it stands in the rows: its numeral apart, so that 93 comes before 930."""
    rest = joined.lstrip("0123456789")
    numeral = joined[: len(joined) - len(rest)]
    return f"{numeral} {rest}"[:LONGEST_KEY]


def _key(words: Sequence[str]) -> str:
    """Return words as one row; each ends with a space, so that a whole word can be asked for."""
    return "".join(f"{word} " for word in islice(words, LONGEST_KEY // 2))[:LONGEST_KEY]


def _public(node_ids: Sequence[str]) -> dict[str, _Rows]:
    """Return the rows of those nodes whose description everybody may see."""
    sights = policy.sights(ANONYMOUS, node_ids)
    known = [one for one, sight in sights.items() if sight.sees_description]
    nodes = db.session.execute(
        select(Node.id, Node.title, Node.number).where(Node.id.in_(known), Node.kind.in_(KINDS))
    )
    return {node.id: of_title(node.title) | of_number(node.number) for node in nodes}
