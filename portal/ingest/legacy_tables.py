"""Read an older list of files or documents: a spreadsheet, or text parted by commas, semicolons or tabs.

Text may be UTF-8 with or without its mark, UTF-16, Windows-1258, TCVN3 or VNI; spreadsheets may hold what was
typed in fonts of the last two. What comes out is NFC, cell by cell, under our names of the columns.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.core.errors import InvalidError
from portal.ingest import legacy_columns, old_texts, spreadsheets
from portal.ingest.legacy_columns import Column
from portal.ingest.old_texts import Encoding

DELIMITERS = (",", ";", "\t")
_QUOTED = "'"
"""Stands before what a spreadsheet would take for a formula."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list."""

    number: int
    """As a spreadsheet numbers it, from 1."""
    cells: Mapping[Column, str]
    """Trimmed, NFC; empty cells are left out."""


@dataclass(frozen=True, slots=True)
class LegacyTable:
    """An older list as it was read."""

    headings: Mapping[Column, str]
    """Which heading was taken for which column."""
    unknown: Sequence[str]
    """Headings that say nothing to us; what stands below them is not loaded."""
    lines: Sequence[Line]
    encoding: str
    """Of text; `xlsx` for any spreadsheet."""

    @property
    def is_of_files(self) -> bool:
        """Whether each row is a file of many documents, not one document."""
        return Column.SUBJECT not in self.headings


def read(path: Path, encoding: Encoding | None = None) -> LegacyTable:
    """Read a list.

    Raises:
        InvalidError: it is too large, damaged, in no encoding that is known, or has no heading.
    """
    if path.stat().st_size > spreadsheets.MOST_BYTES:
        raise InvalidError("list_too_large", most_mb=spreadsheets.MOST_BYTES // 1024**2)
    with path.open("rb") as file:
        head = file.read(8)
    if spreadsheets.is_spreadsheet(head):
        return _table([_mended(sheet) for sheet in spreadsheets.sheets(path)], "xlsx")
    found = old_texts.read(path.read_bytes(), encoding)
    return _table([_lines(found.text)], found.encoding.value)


def _table(sheets: Sequence[Sequence[Sequence[str]]], encoding: str) -> LegacyTable:
    """Return the first sheet that has a heading."""
    for lines in sheets:
        found = legacy_columns.find(lines)
        if found is None:
            continue
        at, places = found
        headings = {column: _clean(lines[at][place]) for column, place in places.items()}
        unknown = [
            _clean(cell)
            for place, cell in enumerate(lines[at])
            if cell.strip() and place not in places.values()
        ]
        below = [(number, line) for number, line in enumerate(lines[at + 1 :], start=at + 2)]
        if below and legacy_columns.is_numbering(below[0][1]):
            del below[0]
        read_lines = [Line(number, _cells(line, places)) for number, line in below]
        return LegacyTable(headings, unknown, [one for one in read_lines if one.cells], encoding)
    raise InvalidError("list_without_heading")


def _cells(line: Sequence[str], places: Mapping[Column, int]) -> dict[Column, str]:
    cells = {column: _clean(line[place]) for column, place in places.items() if place < len(line)}
    return {column: text for column, text in cells.items() if text}


def _clean(cell: str) -> str:
    text = " ".join(cell.replace("\x00", "").split())
    return text[1:] if text.startswith(_QUOTED) and text[1:2] in ("=", "+", "-", "@") else text


def _lines(text: str) -> list[list[str]]:
    """Part a text into lines of cells; what parts them is told by the heading."""
    if not text.strip():
        raise InvalidError("list_without_heading")
    best: tuple[int, list[list[str]]] = (-1, [])
    for delimiter in DELIMITERS:
        lines = _parted(text, delimiter)
        found = legacy_columns.find(lines)
        if found is not None and len(found[1]) > best[0]:
            best = len(found[1]), lines
    if best[0] < 0:
        raise InvalidError("list_without_heading")
    if len(best[1]) > spreadsheets.MOST_LINES:
        raise InvalidError("list_too_long", most=spreadsheets.MOST_LINES)
    return best[1]


def _parted(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        # With another sign between cells the quotation marks may be whole.
        return []


def _mended(sheet: Sequence[Sequence[str]]) -> list[list[str]]:
    """Read a sheet that was typed in an old font as what it says; then columns, where fonts differ."""
    lines = [[" ".join(cell.split()) for cell in line] for line in sheet]
    whole = old_texts.mended("\n".join("\t".join(line) for line in lines))
    found = [line.split("\t") for line in whole.split("\n")]
    for place in range(max(map(len, found), default=0)):
        rows = [line for line in found if place < len(line)]
        column = old_texts.mended("\n".join(line[place] for line in rows)).split("\n")
        for line, cell in zip(rows, column, strict=True):
            line[place] = cell
    return found
