"""Dates as older lists write them: 5/3/1978, 05-03-1978, 1978-03-05, 03/1978, 1978, and spans of them."""

from __future__ import annotations

import re
from datetime import date

from portal.catalogue import documents
from portal.core import clock
from portal.core.errors import InvalidError
from portal.core.partial import PartialDate

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_PARTS = re.compile(r"\s*[./-]\s*")
_BETWEEN = re.compile(
    r"\s+[-–—]\s+|\s*[–—]\s*|\s+(?:đến|den|to)\s+|(?<=\d{4})\s*-\s*(?=\d{4}$)", re.IGNORECASE
)
_UNKNOWN = frozenset({"kxđ", "kxd", "k.đ", "k/đ", "không rõ", "khong ro", "không ngày", "?", "-"})
"""What is written where nobody knows the date."""


def one(text: str) -> PartialDate | None:
    """Return the date of a document, None where the list says that it is unknown, or nothing.

    Raises:
        InvalidError: it is written otherwise, there is no such day, or it lies ahead or before 1800.
    """
    text = text.strip()
    if not text or text.lower() in _UNKNOWN:
        return None
    iso = _ISO.fullmatch(text)
    written = "/".join(reversed(iso.groups())) if iso else _PARTS.sub("/", text)
    try:
        found = PartialDate.read(written)
    except ValueError:
        raise InvalidError("row_bad_date") from None
    if not documents.EARLIEST <= found.first <= clock.today():
        raise InvalidError("row_date_outside")
    return found


def span(text: str) -> tuple[date | None, date | None]:
    """Return the first and the last day that the papers of a file can be of.

    Raises:
        InvalidError: as `one`, or it ends before it begins.
    """
    parts = _BETWEEN.split(text.strip()) if text.strip() else []
    if len(parts) > 2:
        raise InvalidError("row_bad_date")
    found = [one(part) for part in parts]
    if not found or found[0] is None:
        return None, None
    last = found[-1] or found[0]
    if last.last < found[0].first:
        raise InvalidError("row_dates_reversed")
    return found[0].first, last.last
