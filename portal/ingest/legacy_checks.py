"""The dry run of a load: what a list and its folder would become, and every error of every row.

Nothing is written. What comes out as a plan is what `legacy` loads, row by row.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

from sqlalchemy import literal_column, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue import documents
from portal.catalogue.documents import Description
from portal.catalogue.models import Kind, Node
from portal.core.db import db
from portal.core.errors import InvalidError
from portal.core.partial import PartialDate
from portal.ingest import legacy_dates, media, ordering
from portal.ingest.errors import UnusableFileError
from portal.ingest.legacy_columns import Column
from portal.ingest.legacy_tables import LegacyTable, Line
from portal.ingest.scans import LONGEST_NAME
from portal.rights import policy
from portal.search import analysis

LONGEST_CODE, LONGEST_TITLE = 60, 1000
MOST_BYTES = 2 * 1024**3
_LONGEST: Mapping[Column, int] = {
    Column.FILE_CODE: LONGEST_CODE,
    Column.FILE_TITLE: LONGEST_TITLE,
    Column.SUBJECT: documents.LONGEST_SUBJECT,
    Column.NUMBER: documents.LONGEST_NUMBER,
    Column.ISSUER: documents.LONGEST_ISSUER,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, and by its message what to do."""

    line: int
    """As a spreadsheet numbers it; 0 for what no row names."""
    column: Column
    typed: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FilePlan:
    """A file of the tree that documents are put into."""

    code: str
    title: str
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the folder and what the list says of it."""

    line: int
    part: int
    path: Path
    cells: Mapping[Column, str]
    file_code: str
    """Empty where the document stands in the fonds itself."""
    description: Description | None
    """None where the list describes files only, and the document waits for its own description."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be loaded, or why nothing can be."""

    items: Sequence[Item]
    files: Mapping[str, FilePlan]
    """By their codes; those that are there already are used."""
    faults: Sequence[Fault]
    unnamed: Sequence[str]
    """Files of the folder that no row names. They stay where they are."""


def check(actor: Actor, fonds_id: str, folder: Path, table: LegacyTable) -> Plan:
    """Look through a list and the folder of its files.

    Raises:
        InvalidError: the list lacks a column without which it says nothing.
        NotFoundError: the fonds is not there, or not for the actor.
    """
    actor.must(Permission.TAKE_IN)
    policy.require_description(actor, fonds_id)
    needed = (Column.FILE_CODE, Column.FILE_TITLE) if table.is_of_files else (Column.SUBJECT, Column.PATH)
    lacking = [column.value for column in needed if column not in table.headings]
    if lacking:
        raise InvalidError("list_lacks_columns", columns=", ".join(lacking))
    checker = _Checker(folder, table, _files_of(actor, fonds_id))
    for line in table.lines:
        checker.look_at(line)
    return checker.plan()


class _Checker:
    """Goes through the rows and remembers what earlier ones said."""

    def __init__(self, folder: Path, table: LegacyTable, here: Mapping[str, str]) -> None:
        self._is_of_files = table.is_of_files
        self._folder = folder
        self._there = {_key(path.relative_to(folder)): path for path in _files_below(folder)}
        self._inside: dict[str, list[Path]] = {}
        for name, path in self._there.items():
            for above in PurePosixPath(name).parents:
                self._inside.setdefault(str(above), []).append(path)
        self._types = _types()
        self._here = here
        self._items: list[Item] = []
        self._files: dict[str, FilePlan] = {}
        self._said_on: dict[str, int] = {}
        self._named_on: dict[Path, int] = {}
        self._faults: list[Fault] = []

    def plan(self) -> Plan:
        """Return what was found."""
        named = set(self._named_on)
        unnamed = [str(path.relative_to(self._folder)) for path in self._there.values() if path not in named]
        return Plan(self._items, self._files, self._faults, sorted(unnamed, key=ordering.natural))

    def look_at(self, line: Line) -> None:
        """Look at one row; what is sound becomes items."""
        before = len(self._faults)
        for column, most in _LONGEST.items():
            if len(line.cells.get(column, "")) > most:
                self._fault(line, column, "row_too_long", most=most)
        self._file(line)
        description = None if self._is_of_files else self._description(line)
        paths = self._paths(line)
        if len(self._faults) > before:
            return
        code = line.cells.get(Column.FILE_CODE, "")
        self._items += [
            Item(line.number, part, path, line.cells, code, description) for part, path in enumerate(paths)
        ]

    def _fault(self, line: Line, column: Column, code: str, /, **values: object) -> None:
        self._faults.append(Fault(line.number, column, line.cells.get(column, ""), code, values))

    def _file(self, line: Line) -> None:
        """Look at the file that a row is, or belongs to."""
        code, title = line.cells.get(Column.FILE_CODE, ""), line.cells.get(Column.FILE_TITLE, "")
        if not code:
            if self._is_of_files:
                self._fault(line, Column.FILE_CODE, "row_needs_file_code")
            return
        said = self._files.get(code)
        if said is not None and self._is_of_files:
            self._fault(line, Column.FILE_CODE, "row_code_twice", line=self._said_on[code])
            return
        if said is not None and title and _folded(said.title) != _folded(title):
            self._fault(line, Column.FILE_TITLE, "row_titles_differ", line=self._said_on[code])
        here = self._here.get(code)
        if here is not None and title and _folded(here) != _folded(title):
            self._fault(line, Column.FILE_TITLE, "row_code_taken", title=here)
        if said is not None:
            return
        if here is None and not title:
            self._fault(line, Column.FILE_TITLE, "row_needs_file_title")
            return
        first, last = self._span(line) if self._is_of_files else (None, None)
        self._files[code], self._said_on[code] = FilePlan(code, title or here or "", first, last), line.number

    def _span(self, line: Line) -> tuple[date | None, date | None]:
        try:
            return legacy_dates.span(line.cells.get(Column.DATE, ""))
        except InvalidError as error:
            self._fault(line, Column.DATE, error.code)
            return None, None

    def _description(self, line: Line) -> Description:
        cells = line.cells
        if not cells.get(Column.SUBJECT):
            self._fault(line, Column.SUBJECT, "row_needs_subject")
        issued: PartialDate | None = None
        try:
            issued = legacy_dates.one(cells.get(Column.DATE, ""))
        except InvalidError as error:
            self._fault(line, Column.DATE, error.code)
        kind = cells.get(Column.TYPE, "")
        if kind and _folded(kind) not in self._types:
            self._fault(line, Column.TYPE, "row_unknown_type")
        return Description(
            subject=cells.get(Column.SUBJECT, ""),
            number=cells.get(Column.NUMBER, ""),
            issued_on=issued,
            issuer=cells.get(Column.ISSUER, ""),
            type_code=self._types.get(_folded(kind)) if kind else None,
        )

    def _paths(self, line: Line) -> list[Path]:
        """Return the files that a row names: one, or for a file of the tree all in its folder."""
        code = line.cells.get(Column.FILE_CODE, "")
        named = line.cells.get(Column.PATH, "") or (code if self._is_of_files else "")
        if not named:
            if not self._is_of_files:
                self._fault(line, Column.PATH, "row_needs_file")
            return []
        place = PurePosixPath(named.replace("\\", "/"))
        if not place.parts or place.is_absolute() or ".." in place.parts or place.parts[0].endswith(":"):
            self._fault(line, Column.PATH, "row_path_outside")
            return []
        found = self._found(place)
        if not found:
            self._fault(line, Column.PATH, "row_file_missing", name=named)
        return [path for path in found if self._is_fit(line, path)]

    def _found(self, place: PurePosixPath) -> list[Path]:
        key = _key(place)
        for one in (key, f"{key}.pdf"):
            if one in self._there:
                return [self._there[one]]
        inside = self._inside.get(key, ()) if self._is_of_files else ()
        return sorted(inside, key=lambda path: ordering.natural(str(path)))

    def _is_fit(self, line: Line, path: Path) -> bool:
        """Look at one file: whether it is one, of a kind that is read, and named by no other row."""
        name = str(path.relative_to(self._folder))
        if path in self._named_on:
            self._fault(line, Column.PATH, "row_file_twice", name=name, line=self._named_on[path])
            return False
        self._named_on[path] = line.number
        if code := _objection(path):
            self._faults.append(Fault(line.number, Column.PATH, name, code))
            return False
        return True


def _objection(path: Path) -> str:
    """Return the code of what is wrong with a file, nothing where it can be taken in."""
    if path.is_symlink():
        return "file_is_link"
    if not path.is_file():
        return "file_unreadable"
    if path.stat().st_size > MOST_BYTES:
        return "entry_too_large"
    try:
        media.of_file(path)
    except UnusableFileError as error:
        return error.code
    except OSError:
        return "file_unreadable"
    return "" if len(path.name) <= LONGEST_NAME else "row_name_too_long"


def _files_below(folder: Path) -> Iterable[Path]:
    """Yield what lies below a folder and is no folder; links are yielded, and followed nowhere."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.name.lower() in ("thumbs.db", "desktop.ini"):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files_below(path)
        else:
            yield path


def _key(place: Path | PurePosixPath) -> str:
    """Return what names are compared by: lists are typed on systems that know neither case nor one NFC."""
    return unicodedata.normalize("NFC", place.as_posix()).casefold()


def _types() -> dict[str, str]:
    """Return the code of each type of document by its name, abbreviation and code."""
    found: dict[str, str] = {}
    for row in documents.types():
        for text in (row.abbreviation, row.code, row.name):
            if text:
                found[_folded(text)] = row.code
    return found


def _files_of(actor: Actor, fonds_id: str) -> dict[str, str]:
    """Return the titles of the files of a fonds that the actor may know of, by their codes."""
    rows = db.session.execute(
        select(Node.code, Node.title).where(
            Node.fonds_id == fonds_id,
            Node.kind == literal_column(f"'{Kind.FILE.value}'"),
            Node.code != "",
            policy.describable(actor, Node.id.expression),
        )
    )
    return {row.code: row.title for row in rows}


def _folded(text: str) -> str:
    return " ".join(analysis.folded_words(text))
