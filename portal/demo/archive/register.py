"""The papers of the demo: what each is, where it lies, what has happened to it, and how closed it is.

They stand in `register.tsv`, one a line; `forms` writes them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from portal.demo.archive import holdings, themes
from portal.demo.archive.forms import Order
from portal.demo.archive.themes import Theme
from portal.demo.damage import Damage
from portal.rights.levels import Level

PRIVATE = "Có thông tin về đời sống riêng tư của các hộ dân"
REASONS = {"-": "", "private": PRIVATE, "staff": "Có thông tin về nhân thân của cán bộ"}

SYMBOLS = {
    "Kế hoạch": "KH",
    "Phương án": "PA",
    "Báo cáo": "BC",
    "Quyết định": "QĐ",
    "Biên bản": "BB",
    "Tờ trình": "TTr",
    "Thông báo": "TB",
    "Giấy mời": "GM",
    "Chỉ thị": "CT",
    "Danh sách": "DS",
}
THEMES: dict[str, Theme] = {
    "records": themes.RECORDS,
    "land": themes.LAND,
    "flood": themes.FLOOD,
    "schools": themes.SCHOOLS,
    "roads": themes.ROADS,
    "staff": themes.STAFF,
    "borders": themes.BORDERS,
    "exams": themes.EXAMS,
}
TYPED = frozenset({Damage.TYPED, Damage.CARBON})
"""Carbon copies come from typewriters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper in the register."""

    order: Order
    file_code: str
    damage: Damage
    level: Level
    reason: str


@cache
def entries() -> tuple[Entry, ...]:
    """Return the papers in the order of their fonds and files."""
    path = resources.files("portal.demo.archive") / "register.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_entry(row) for row in csv.DictReader(lines, delimiter="\t"))


def _entry(row: dict[str, str]) -> Entry:
    agency = next(one for one in holdings.AGENCIES if one.code == row["agency"])
    damage, reason, symbol = Damage(row["damage"]), REASONS[row["closed"]], SYMBOLS.get(row["type"])
    order = Order(
        agency=agency,
        type_name=row["type"],
        # A letter has no symbol of its type; the office that drafted it stands there.
        number=f"{row['number']:0>2}/" + (f"{symbol}-{agency.symbol}" if symbol else f"{agency.symbol}-VP"),
        issued_on=date.fromisoformat(row["date"]),
        subject=row["subject"],
        theme=THEMES[row["theme"]],
        size=int(row["size"]),
        rows=int(row["rows"]),
        typed=damage in TYPED,
    )
    return Entry(order, row["file"], damage, Level.CONDITIONAL if reason else Level.OPEN, reason)
