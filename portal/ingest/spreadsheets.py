"""The one place that opens spreadsheets; what comes out are lines of text cells, as people see them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum  # noqa: TID251 - the adapter

from portal.core.errors import InvalidError
from portal.ingest import archives
from portal.ingest.errors import UnusableFileError

MOST_BYTES = 50 * 1024**2
MOST_LINES, MOST_COLUMNS = 50_000, 200

_PACKED, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How xlsx and ods begin, and how xls does."""


def is_spreadsheet(head: bytes) -> bool:
    """Tell by the first bytes whether a file is a spreadsheet."""
    return head.startswith((_PACKED, _OLD))


def sheets(path: Path) -> list[list[list[str]]]:
    """Return all sheets of a spreadsheet, each as lines of cells; line 1 of a sheet is the first of the list.

    Raises:
        InvalidError: it is damaged, locked, or larger than lists are.
    """
    content = path.read_bytes()
    if content.startswith(_PACKED):
        try:
            archives.entries(path)
        except UnusableFileError:
            raise InvalidError("list_broken") from None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        named = [one.name for one in book.sheets_metadata if one.typ is SheetTypeEnum.WorkSheet]
        found = [book.get_sheet_by_name(name) for name in named]
        if any(one.total_height > MOST_LINES or one.total_width > MOST_COLUMNS for one in found):
            raise InvalidError("list_too_long", most=MOST_LINES)
        return [[_texts(line) for line in one.to_python(skip_empty_area=False)] for one in found]
    except CalamineError:
        raise InvalidError("list_broken") from None


def _texts(line: Sequence[object]) -> list[str]:
    return [_text(cell) for cell in line]


def _text(cell: object) -> str:
    """Return a cell as a person reads it: a day as 05/03/1978, a whole number without its point."""
    if isinstance(cell, datetime | date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
