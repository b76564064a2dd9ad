"""Tables for spreadsheets (CSV): UTF-8 with a byte order mark, and no cell that is run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets misread Vietnamese."""


def file(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a file to save under a name; numbers stay numbers."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(heading)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    answer = Response(BYTE_ORDER_MARK + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def harmless(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
