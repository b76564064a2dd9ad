"""Which column of an older list is which, told by its heading as archives write it, with or without marks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from portal.search import analysis


class Column(StrEnum):
    """What a column says; the value is how the list is named in a report."""

    ORDER = "STT"
    BOX = "Hộp số"
    FILE_CODE = "Hồ sơ số"
    FILE_TITLE = "Tiêu đề"
    NUMBER = "Số, ký hiệu"
    DATE = "Ngày tháng"
    ISSUER = "Tác giả"
    TYPE = "Loại văn bản"
    SUBJECT = "Trích yếu"
    RETENTION = "THBQ"
    SHEETS = "Số tờ"
    PATH = "Tên tệp"
    NOTE = "Ghi chú"


_HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.ORDER: ("stt", "tt", "so tt", "so thu tu"),
    Column.BOX: ("hop so", "so hop", "hop", "cap so", "hop cap so", "cap hop so"),
    Column.FILE_CODE: ("ho so so", "so ho so", "ma ho so", "hs so", "so hs", "file code"),
    Column.FILE_TITLE: ("tieu de", "tieu de ho so", "ten ho so", "ten nhom tai lieu", "file title"),
    Column.NUMBER: (
        *("so ky hieu", "so va ky hieu", "so ky hieu van ban", "so va ky hieu van ban"),
        *("so van ban", "ky hieu", "number"),
    ),
    Column.DATE: (
        *("ngay thang", "ngay thang nam", "ngay thang van ban", "ngay thang nam van ban", "ngay ban hanh"),
        *("ngay van ban", "ngay thang bat dau ket thuc", "ngay thang bat dau va ket thuc"),
        *("thoi gian", "thoi gian tai lieu", "date"),
    ),
    Column.ISSUER: (
        *("tac gia", "tac gia van ban", "co quan ban hanh", "co quan ban hanh van ban"),
        *("don vi ban hanh", "noi ban hanh", "issuer"),
    ),
    Column.TYPE: ("loai van ban", "ten loai", "ten loai van ban", "the loai", "loai", "type"),
    Column.SUBJECT: (
        *("trich yeu", "trich yeu noi dung", "trich yeu van ban", "trich yeu noi dung van ban"),
        *("ten loai va trich yeu noi dung", "ten loai va trich yeu noi dung van ban"),
        *("noi dung", "noi dung van ban", "subject"),
    ),
    Column.RETENTION: ("thbq", "thoi han bao quan", "thoi han luu tru"),
    Column.SHEETS: ("so to", "to so", "so luong to", "so trang", "trang so", "so luong trang"),
    Column.PATH: (
        *("ten tep", "tep", "tep tin", "ten tep tin", "ten file", "file", "filename", "file name"),
        *("duong dan", "duong dan tep", "lien ket", "path"),
    ),
    Column.NOTE: ("ghi chu", "note", "notes"),
}
_KNOWN = {text: column for column, texts in _HEADINGS.items() for text in texts}

MOST_ABOVE = 30
"""Lines above the heading: name of the archive, of the fonds, of the list."""

LEAST_KNOWN = 3
"""Headings that a line needs to be taken for the heading; titles hold one at most."""

_ASIDE = re.compile(r"\([^)]*\)")
_NUMBERING = re.compile(r"\(?\d{1,2}\)?")


def known(heading: str) -> Column | None:
    """Return which column a heading names; what stands in brackets does not count."""
    return _KNOWN.get(" ".join(analysis.folded_words(_ASIDE.sub(" ", heading))))


def find(lines: Sequence[Sequence[str]]) -> tuple[int, dict[Column, int]] | None:
    """Return on which line the heading stands, from 0, and where each column is; None where there is none.

    A heading that stands twice counts where it stands first.
    """
    best: tuple[int, dict[Column, int]] | None = None
    for number, line in enumerate(lines[:MOST_ABOVE]):
        places: dict[Column, int] = {}
        for place, cell in enumerate(line):
            if column := known(cell):
                places.setdefault(column, place)
        if len(places) >= LEAST_KNOWN and (best is None or len(places) > len(best[1])):
            best = number, places
    return best


def is_numbering(line: Sequence[str]) -> bool:
    """Tell whether a line below the heading only numbers the columns: (1), (2), (3) …"""
    cells = [cell.strip() for cell in line if cell.strip()]
    return len(cells) >= LEAST_KNOWN and all(
        _NUMBERING.fullmatch(cell) and int(cell.strip("()")) == place
        for place, cell in enumerate(cells, start=1)
    )
