"""Invented places and people of Sơn Hà, drawn by a seeded generator."""

from __future__ import annotations

import random

DISTRICTS = ("Bàu Sen", "Thạch Khê", "Ngọc Lãnh", "Trà Vân", "Đồng Lạc")
COMMUNES = (
    ("Gò Chùa", "Bàu Sen"),
    ("Suối Đá", "Bàu Sen"),
    ("Bình Quế", "Bàu Sen"),
    ("Hòa Lương", "Bàu Sen"),
    ("Đá Bàn", "Thạch Khê"),
    ("Khe Nứa", "Thạch Khê"),
    ("An Thạch", "Thạch Khê"),
    ("Vĩnh Tuy", "Thạch Khê"),
    ("Bến Đò", "Ngọc Lãnh"),
    ("Phú Lộc", "Ngọc Lãnh"),
    ("Cồn Dâu", "Ngọc Lãnh"),
    ("Long Khánh", "Ngọc Lãnh"),
    ("Trà Leng", "Trà Vân"),
    ("Nước Xanh", "Trà Vân"),
    ("Đèo Gió", "Trà Vân"),
    ("Tân Mỹ", "Đồng Lạc"),
    ("Lạc Sơn", "Đồng Lạc"),
    ("Xuân Hội", "Đồng Lạc"),
    ("Đông Thành", "Đồng Lạc"),
    ("Vạn Yên", "Đồng Lạc"),
)
_FAMILY = ("Đinh", "Phạm", "Nguyễn", "Lương", "Hồ", "Trịnh", "Cao", "Tạ", "Bùi", "Đỗ", "Mai", "Quách", "Võ")
_MEN = (
    "Văn Rế",
    "Bá Khoái",
    "Đình Lũy",
    "Văn Thoại",
    "Công Bường",
    "Sĩ Hòe",
    "Hữu Cót",
    "Văn Ngật",
    "Kim Đĩnh",
)
_WOMEN = ("Thị Nhiễu", "Thị Thơm", "Thị Lụa", "Thị Hợi", "Thị Vời", "Thị Đượm", "Thị Quýt", "Thị Sim")


def person(chance: random.Random) -> str:
    """Return the name of a person who never lived."""
    return f"{chance.choice(_FAMILY)} {chance.choice(_MEN + _WOMEN)}"


def filled(text: str, chance: random.Random, year: int, place: tuple[str, str] | None = None) -> str:
    """Return the sentence with its gaps filled: {xa}, {huyen}, {n}, {m}, {km}, {tien}, {nguoi}, {nam}, {thang}.

    Args:
        place: commune and district that the sentence is about; any, where none is given.
    """
    commune, district = place or chance.choice(COMMUNES)
    return text.format(
        xa=commune,
        huyen=district,
        n=chance.randint(12, 98),
        m=chance.randint(12, 98) * 10 + chance.randint(1, 9),
        km=f"{chance.randint(2, 18)},{chance.randint(1, 9)}",
        tien=f"{chance.randint(11, 96) * 10 + chance.randint(1, 9)} triệu đồng",
        nguoi=person(chance),
        nam=year,
        thang=f"{chance.randint(1, 12):02d}",
    )
