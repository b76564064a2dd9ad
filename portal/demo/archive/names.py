"""Former communes of the invented province and what they were merged into: names for the search."""

from __future__ import annotations

from collections.abc import Iterator

NOTE = "Minh họa: tỉnh Sơn Hà và các xã này không có thật"
BASIS = "Nghị quyết minh họa về sắp xếp đơn vị hành chính cấp xã"
SINCE = "01/07/2025"

_MERGED = {
    "Suối Chùa": ("Gò Chùa", "Suối Đá"),
    "Quế Lương": ("Bình Quế", "Hòa Lương"),
    "Đá Nứa": ("Đá Bàn", "Khe Nứa"),
    "Thạch Tuy": ("An Thạch", "Vĩnh Tuy"),
    "Bến Dâu": ("Bến Đò", "Cồn Dâu"),
    "Khánh Lộc": ("Phú Lộc", "Long Khánh"),
    "Trà Xanh": ("Trà Leng", "Nước Xanh", "Đèo Gió"),
    "Mỹ Sơn Hội": ("Tân Mỹ", "Lạc Sơn", "Xuân Hội"),
    "Đông Yên": ("Đông Thành", "Vạn Yên"),
}
"""Commune today → those of `places` that became part of it."""


def lines() -> Iterator[tuple[str, ...]]:
    """Yield a line of the table of names for each former commune, without the heading."""
    for today, former in _MERGED.items():
        for name in former:
            yield "địa danh", f"xã {name}", f"xã {today}", "có", SINCE, BASIS, NOTE
