"""Names that are searched too as a table: written out whole, read in again, taken back.

A table comes from a spreadsheet, so either comma, semicolon or tab parts its cells, dates stand as
people write them, and a name that stands here already is passed over: one may add lines to the
table that was written out. All mistakes of all lines are told at once, and nothing is loaded
while there is one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import aliases
from portal.catalogue.aliases import AliasKind, Names
from portal.catalogue.search_rows import Alias
from portal.core import clock
from portal.core.db import db
from portal.core.errors import InvalidError, NotFoundError
from portal.core.ids import new_id
from portal.search import analysis

HEADING = (
    "Loại tên",
    "Tên cũ hoặc chữ viết tắt",
    "Tên hiện nay hoặc viết đầy đủ",
    "Hai chiều",
    "Từ ngày",
    "Căn cứ pháp lý",
    "Ghi chú",
)
"""The columns, the same in every language of the site: the table goes from one office to another."""

NEEDED = 3
"""Columns without which a table says nothing; the others may be missing."""

KINDS = {AliasKind.PLACE: "địa danh", AliasKind.BODY: "cơ quan", AliasKind.ABBREVIATION: "viết tắt"}
YES, NO = "có", "không"

MOST_BYTES = 500_000
MOST_LINES = 1_000
DELIMITERS = (",", ";", "\t")

_QUOTED = "'"
"""Stands before what a spreadsheet would take for a formula; see `web.tables`."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one cell."""

    line: int
    """As a spreadsheet numbers it; the heading is 1."""
    column: str
    typed: str
    code: str
    """Of a message; `values` belong to it."""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read: what it would add, what stands here already, what is wrong."""

    names: Sequence[Names]
    known: int
    mistakes: Sequence[Mistake]


@dataclass(frozen=True, slots=True)
class Load:
    """Names that came in by one table and are still in use."""

    id: str
    loaded_at: datetime
    count: int


def rows(actor: Actor) -> Iterator[tuple[str, ...]]:
    """Yield the names in use as lines of a table."""
    actor.must(Permission.ARRANGE)
    for row in aliases.listing():
        since = row.valid_from.strftime("%d/%m/%Y") if row.valid_from else ""
        both = YES if row.is_both_ways else NO
        yield KINDS[AliasKind(row.kind)], row.name, row.other, both, since, row.legal_basis, row.note


def decoded(content: bytes) -> str:
    """Return the text of a table that was sent.

    Raises:
        InvalidError: it is empty, too large, or not in UTF-8.
    """
    if len(content) > MOST_BYTES:
        raise InvalidError("table_too_large", fields={"table": "table_too_large"}, most=MOST_BYTES // 1000)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidError("table_not_utf8", fields={"table": "table_not_utf8"}) from None
    if not text.strip() or "\x00" in text:
        raise InvalidError("table_empty", fields={"table": "table_empty"})
    return text


def read(actor: Actor, text: str) -> Table:
    """Return what a table would add; nothing is written.

    Raises:
        InvalidError: it has no heading of ours, or too many lines.
    """
    actor.must(Permission.ARRANGE)
    lines = _lines(text)
    places = _places(lines[0] if lines else [])
    here = {(row.name, row.other) for row in aliases.listing()}
    names: dict[tuple[str, str], Names] = {}
    mistakes: list[Mistake] = []
    known = 0
    for number, cells in enumerate(lines[1:], start=2):
        if not any(map(str.strip, cells)):
            continue
        found, wrong = _line(number, [_cell(cells, place) for place in places])
        mistakes += wrong
        if found is None:
            continue
        pair = (found.name, found.other)
        if pair in names:
            mistakes.append(Mistake(number, HEADING[1], found.name, "name_twice"))
        elif pair in here:
            known += 1
        else:
            names[pair] = found
    if len(here) + len(names) > aliases.MOST_LISTED:
        raise InvalidError("table_too_long", fields={"table": "table_too_long"}, most=aliases.MOST_LISTED)
    return Table(list(names.values()), known, mistakes)


def load(actor: Actor, text: str) -> Load:
    """Add the names of a table, all of them or none.

    Raises:
        InvalidError: something in it is wrong, or it adds nothing.
    """
    table = read(actor, text)
    if table.mistakes or not table.names:
        raise InvalidError("table_wrong")
    now, load_id = clock.now(), new_id()
    for names in table.names:
        row = aliases.added(names)
        row.load_id, row.loaded_at = load_id, now
    db.session.flush()
    trail.record(actor, "alias.load", "alias_load", load_id, count=len(table.names))
    return Load(load_id, now, len(table.names))


def loads() -> list[Load]:
    """Return the tables of which names are in use, the newest first."""
    found = db.session.execute(
        select(Alias.load_id, Alias.loaded_at, func.count())
        .where(Alias.load_id.is_not(None), Alias.retired_at.is_(None))
        .group_by(Alias.load_id, Alias.loaded_at)
        .order_by(Alias.loaded_at.desc(), Alias.load_id)
        .limit(MOST_SHOWN)
    )
    return [Load(load_id, loaded_at, count) for load_id, loaded_at, count in found if load_id and loaded_at]


MOST_SHOWN = 20


def take_back(actor: Actor, load_id: str) -> int:
    """Search no longer under the names that came in by one table; tell how many these were.

    Raises:
        NotFoundError: none of them is in use.
    """
    actor.must(Permission.ARRANGE)
    rows_of = select(Alias).where(Alias.load_id == load_id, Alias.retired_at.is_(None))
    found = db.session.scalars(rows_of).all()
    if not found:
        raise NotFoundError("not_found")
    for row in found:
        row.retired_at = row.changed_at = clock.now()
    db.session.flush()
    trail.record(actor, "alias.take_back", "alias_load", load_id, count=len(found))
    return len(found)


def _lines(text: str) -> list[list[str]]:
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise InvalidError("table_broken", fields={"table": "table_broken"}) from None
    if len(lines) > MOST_LINES:
        raise InvalidError("table_too_long", fields={"table": "table_too_long"}, most=MOST_LINES)
    return lines


def _places(heading: Sequence[str]) -> list[int | None]:
    """Return where each of our columns stands."""
    typed = [_folded(cell) for cell in heading]
    places = [typed.index(_folded(name)) if _folded(name) in typed else None for name in HEADING]
    if None in places[:NEEDED]:
        raise InvalidError(
            "table_heading", fields={"table": "table_heading"}, heading=", ".join(HEADING[:NEEDED])
        )
    return places


def _cell(cells: Sequence[str], place: int | None) -> str:
    if place is None or place >= len(cells):
        return ""
    text = " ".join(analysis.compose(cells[place]).split())
    return text[1:] if text.startswith(_QUOTED) and text[1:2] in ("=", "+", "-", "@") else text


def _line(number: int, cells: Sequence[str]) -> tuple[Names | None, list[Mistake]]:
    """Return what one line says, or what is wrong with it."""
    mistakes: list[Mistake] = []

    def value(place: int, reading: Callable[[str], object]) -> object:
        try:
            return reading(cells[place])
        except InvalidError as error:
            mistakes.append(Mistake(number, HEADING[place], cells[place], error.code))
            return None

    kind, both, since = value(0, _kind), value(3, _is_both_ways), value(4, _day)
    names = Names(
        kind=str(kind or AliasKind.PLACE.value),
        name=cells[1],
        other=cells[2],
        is_both_ways=bool(both),
        valid_from=since if isinstance(since, date) else None,
        legal_basis=cells[5],
        note=cells[6],
    )
    for error in aliases.objections(names):
        for name, code in error.fields.items():
            place = _COLUMNS[name]
            mistakes.append(Mistake(number, HEADING[place], cells[place], code, error.values))
    return (None, mistakes) if mistakes else (names, [])


_COLUMNS = {"kind": 0, "name": 1, "other": 2, "legal_basis": 5, "note": 6}


def _kind(text: str) -> str:
    known = {_folded(name): kind for kind, name in KINDS.items()}
    if _folded(text) not in known:
        raise InvalidError("kind_unknown")
    return known[_folded(text)].value


def _is_both_ways(text: str) -> bool:
    known = {"": True, _folded(YES): True, _folded(NO): False}
    if _folded(text) not in known:
        raise InvalidError("yes_or_no")
    return known[_folded(text)]


def _day(text: str) -> date | None:
    if not text:
        return None
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise InvalidError("not_a_day")


def _folded(text: str) -> str:
    return " ".join(analysis.folded_words(text))
