"""Other names of places and bodies, and abbreviations: what staff keep, and what is made of a query.

Papers say what a place was called when they were written, and readers what it is called
today. A query that holds one name is searched under the other too; nothing of the index
depends on these rows, so a change of them counts at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields
from portal.catalogue.search_rows import Alias
from portal.core import clock, collation
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.search import analysis, reader

MOST_REWRITTEN = 3
"""Queries that are searched beside the one that was typed."""

MOST_LISTED = 2_000
"""Rows that are read: what a province and the vocabulary of its offices need, many times over."""

LONGEST_NAME, LONGEST_BASIS, LONGEST_NOTE = 200, 300, 500


class AliasKind(StrEnum):
    """What has another name."""

    PLACE = "place"
    BODY = "body"
    ABBREVIATION = "abbreviation"


@dataclass(frozen=True, slots=True)
class Names:
    """What somebody typed about another name."""

    kind: str
    name: str
    """The former name, or the abbreviation."""
    other: str
    """The name today, or what the abbreviation stands for."""
    is_both_ways: bool = True
    valid_from: date | None = None
    legal_basis: str = ""
    note: str = ""


def create(actor: Actor, names: Names) -> Alias:
    """Add another name.

    Raises:
        InvalidError: a name is missing, or both are the same when searched for.
        ConflictError: these two stand there already.
    """
    actor.must(Permission.ARRANGE)
    row = added(names)
    db.session.flush()
    trail.record(actor, "alias.create", "alias", row.id)
    return row


def added(names: Names) -> Alias:
    """Add another name, without a word in the trail; a row of both that was retired serves again.

    Raises:
        InvalidError: a name is missing, or both are the same when searched for.
        ConflictError: these two stand there already.
    """
    values = _checked(names)
    row = _standing(values["name"], values["other"])
    if row is None:
        row = Alias(**values)
        db.session.add(row)
        return row
    if row.retired_at is None:
        raise ConflictError("name_taken", fields={"name": "name_taken"})
    for name, value in values.items():
        setattr(row, name, value)
    row.retired_at = row.load_id = row.loaded_at = None
    row.changed_at = clock.now()
    return row


def change(actor: Actor, alias_id: str, names: Names, version: int) -> Alias:
    """Change another name.

    Raises:
        NotFoundError: there is no such row, or it is retired.
        InvalidError: a name is missing, or both are the same when searched for.
        ConflictError: these two stand there already, or somebody changed them in the meantime.
    """
    actor.must(Permission.ARRANGE)
    row = by_id(alias_id)
    fields.same_version(row.version, version)
    checked = _checked(names)
    other = _standing(checked["name"], checked["other"])
    if other is not None and other is not row:
        raise ConflictError("name_taken", fields={"name": "name_taken"})
    for name, value in checked.items():
        setattr(row, name, value)
    row.changed_at = clock.now()
    try:
        db.session.flush()
    except StaleDataError:
        raise ConflictError("changed_meanwhile") from None
    trail.record(actor, "alias.change", "alias", row.id)
    return row


def retire(actor: Actor, alias_id: str) -> None:
    """Search under this name no longer; the row is kept.

    Raises:
        NotFoundError: there is no such row, or it is retired.
    """
    actor.must(Permission.ARRANGE)
    row = by_id(alias_id)
    row.retired_at = row.changed_at = clock.now()
    db.session.flush()
    trail.record(actor, "alias.retire", "alias", row.id)


def by_id(alias_id: str) -> Alias:
    """Return a row that is in use.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.get(Alias, alias_id)
    if row is None or row.retired_at is not None:
        raise NotFoundError("not_found")
    return row


def listing(text: str = "") -> Sequence[Alias]:
    """Return the rows in use that hold the text in a name, with or without marks, in Vietnamese order."""
    wanted = " ".join(analysis.folded_words(text))
    rows = db.session.scalars(select(Alias).where(Alias.retired_at.is_(None)).limit(MOST_LISTED))
    kept = (row for row in rows if wanted in " ".join(analysis.folded_words(f"{row.name} {row.other}")))
    return sorted(kept, key=lambda row: (collation.sort_key(row.name), row.id))


def rewritten(text: str) -> tuple[str, ...]:
    """Return a plain query under other names, at most `MOST_REWRITTEN`; none where it demands wording.

    What may be a number of a document, 93/QĐ-UBND, is left as it was typed.
    """
    if not reader.read(text).is_plain:
        return ()
    text = analysis.compose(text)[: reader.LONGEST]
    spans, known = list(analysis.spans(text)), _known()
    words, in_numbers = [word for _, _, word in spans], _in_numbers(text)
    found: list[str] = []
    at = 0
    while at < len(words):
        size, others = _longest(words, at, in_numbers, known)
        if others:
            before, after = text[: spans[at][0]], text[spans[at + size - 1][1] :]
            found += [f"{before}{other}{after}" for other in others]
        at += size
    return tuple(dict.fromkeys(found))[:MOST_REWRITTEN]


_Known = Mapping[tuple[str, ...], Sequence[tuple[tuple[str, ...], str]]]
"""Folded words of a name → (its exact words, its other name)."""

_kept: tuple[tuple[int, datetime | None], _Known] = ((-1, None), {})


def _known() -> _Known:
    """Return the names in use by their folded words; made anew when a row was added or changed."""
    global _kept
    count, changed = db.session.execute(select(func.count(Alias.id), func.max(Alias.changed_at))).one()
    if _kept[0] != (count, changed):
        known: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        rows = db.session.execute(
            select(Alias.name, Alias.other, Alias.is_both_ways)
            .where(Alias.retired_at.is_(None))
            .order_by(Alias.name, Alias.id)
            .limit(MOST_LISTED)
        )
        for row in rows:
            for name, other in ((row.name, row.other), (row.other, row.name))[: 1 + row.is_both_ways]:
                exact = tuple(analysis.exact_words(name))
                known[tuple(map(analysis.fold_word, exact))].append((exact, other))
        _kept = ((count, changed), dict(known))
    return _kept[1]


def _longest(
    words: Sequence[str], at: int, in_numbers: Sequence[bool], known: _Known
) -> tuple[int, list[str]]:
    """Return how many words the longest name that begins at a word has, and its other names."""
    for size in range(min(len(words) - at, max(map(len, known), default=0)), 0, -1):
        typed = tuple(words[at : at + size])
        bare = tuple(map(analysis.fold_word, typed))
        # Who typed marks meant these.
        others = [other for exact, other in known.get(bare, ()) if typed in (exact, bare)]
        if others and not (size == 1 and in_numbers[at]):
            return size, others
    return 1, []


def _in_numbers(text: str) -> list[bool]:
    """Tell for each word of a query whether it may be part of a number: 93/QĐ-UBND, 93 qd ubnd, QĐ-UBND."""
    found: list[bool] = []
    behind, ended = 0, 0
    for start, end, word in analysis.spans(text):
        is_joined = text[ended:start] in ("/", "-") or _JOINED.match(text, end) is not None
        if word[0].isdigit():
            behind = 0 if _YEAR.fullmatch(word) and not is_joined else SYMBOL_WORDS
            found.append(True)
        else:
            found.append(is_joined or behind > 0)
            behind -= 1
        ended = end
    return found


SYMBOL_WORDS = 3
"""Words behind a numeral that may be the symbol of its document."""

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_JOINED = re.compile(r"[/-]\w")


def objections(names: Names) -> list[InvalidError]:
    """Return all that is wrong with names, each error with the field it belongs to."""
    checks: tuple[Callable[[], object], ...] = (
        lambda: fields.choice("kind", names.kind, set(AliasKind)),
        lambda: _name("name", names.name),
        lambda: _name("other", names.other),
        lambda: _differ(names),
        lambda: fields.optional("legal_basis", names.legal_basis, LONGEST_BASIS),
        lambda: fields.optional("note", names.note, LONGEST_NOTE),
    )
    found = []
    for check in checks:
        try:
            check()
        except InvalidError as error:
            found.append(error)
    return found


def _checked(names: Names) -> dict[str, object]:
    wrong = objections(names)
    if wrong:
        raise wrong[0]
    return {
        "kind": names.kind,
        "name": _name("name", names.name),
        "other": _name("other", names.other),
        "is_both_ways": names.is_both_ways,
        "valid_from": names.valid_from,
        "legal_basis": fields.optional("legal_basis", names.legal_basis, LONGEST_BASIS),
        "note": fields.optional("note", names.note, LONGEST_NOTE),
    }


def _name(field: str, text: str) -> str:
    name = fields.required(field, text, LONGEST_NAME)
    if not analysis.exact_words(name):
        raise InvalidError("missing", fields={field: "missing"})
    return name


def _differ(names: Names) -> None:
    words = analysis.exact_words(names.name)
    if words and words == analysis.exact_words(names.other):
        raise InvalidError("same_name", fields={"other": "same_name"})


def _standing(name: object, other: object) -> Alias | None:
    """Return the row of two names, in use or retired."""
    return db.session.scalar(select(Alias).where(Alias.name == name, Alias.other == other))
