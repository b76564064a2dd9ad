"""The agencies of Sơn Hà, one of them ended and succeeded by another, their fonds and files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DemoAgency:
    """A body that made records, the fonds that holds them, and how its papers name it."""

    code: str
    name: str
    fonds_code: str
    fonds_title: str
    superior: str
    """First line of the left block; empty for who has nobody above."""
    issuer: str
    signed_for: str
    posts: tuple[tuple[str, str], ...]
    """Posts and who held them, all invented."""
    symbol: str
    """What stands behind the number: 12/KH-UBND."""
    extent_mm: int
    """How much shelf the fonds fills."""
    valid_from: date
    valid_to: date | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file of a fonds."""

    fonds_code: str
    code: str
    title: str
    date_from: date
    date_to: date


UBND = DemoAgency(
    code="UBND",
    name="Ủy ban nhân dân tỉnh Sơn Hà",
    fonds_code="P01",
    fonds_title="Phông Ủy ban nhân dân tỉnh Sơn Hà",
    superior="ỦY BAN NHÂN DÂN",
    issuer="TỈNH SƠN HÀ",
    signed_for="TM. ỦY BAN NHÂN DÂN",
    posts=(("CHỦ TỊCH", "Lê Thị Minh Khuê"), ("KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", "Vũ Đình Thạch")),
    symbol="UBND",
    extent_mm=46_500,
    valid_from=date(1990, 1, 1),
)
BAN_TO_CHUC = DemoAgency(
    code="BTCCQ",
    name="Ban Tổ chức Chính quyền tỉnh Sơn Hà",
    fonds_code="P02",
    fonds_title="Phông Ban Tổ chức Chính quyền tỉnh Sơn Hà",
    superior="ỦY BAN NHÂN DÂN TỈNH",
    issuer="BAN TỔ CHỨC CHÍNH QUYỀN",
    signed_for="",
    posts=(("TRƯỞNG BAN", "Hồ Sĩ Lạng"), ("KT. TRƯỞNG BAN\nPHÓ TRƯỞNG BAN", "Ngô Thị Bưởi")),
    symbol="TCCQ",
    extent_mm=8_750,
    valid_from=date(1990, 1, 1),
    valid_to=date(2004, 3, 31),
    successor="SNV",
)
SO_NOI_VU = DemoAgency(
    code="SNV",
    name="Sở Nội vụ tỉnh Sơn Hà",
    fonds_code="P03",
    fonds_title="Phông Sở Nội vụ tỉnh Sơn Hà",
    superior="ỦY BAN NHÂN DÂN TỈNH",
    issuer="SỞ NỘI VỤ",
    signed_for="",
    posts=(("GIÁM ĐỐC", "Đoàn Văn Sách"), ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", "Trịnh Thị Mây")),
    symbol="SNV",
    extent_mm=21_250,
    valid_from=date(2004, 4, 1),
)
SO_GIAO_DUC = DemoAgency(
    code="SGDDT",
    name="Sở Giáo dục và Đào tạo tỉnh Sơn Hà",
    fonds_code="P04",
    fonds_title="Phông Sở Giáo dục và Đào tạo tỉnh Sơn Hà",
    superior="ỦY BAN NHÂN DÂN TỈNH",
    issuer="SỞ GIÁO DỤC VÀ ĐÀO TẠO",
    signed_for="",
    posts=(("GIÁM ĐỐC", "Phan Thị Hồng Ngải"), ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", "Lương Bá Thuận")),
    symbol="SGDĐT",
    extent_mm=27_125,
    valid_from=date(1990, 1, 1),
)

AGENCIES = (SO_NOI_VU, BAN_TO_CHUC, UBND, SO_GIAO_DUC)
"""The successor stands before the body that it succeeded, so that it is there to be named."""

FILES = (
    DemoFile("P01", "01", "Hồ sơ về công tác văn thư, lưu trữ", date(1990, 1, 1), date(2025, 12, 31)),
    DemoFile(
        "P01", "02", "Hồ sơ về đất đai, bồi thường và tái định cư", date(1991, 1, 1), date(2024, 12, 31)
    ),
    DemoFile("P01", "03", "Hồ sơ về phòng chống thiên tai và thủy lợi", date(1992, 1, 1), date(2025, 12, 31)),
    DemoFile("P01", "04", "Hồ sơ về giao thông, điện và chợ", date(1993, 1, 1), date(2023, 12, 31)),
    DemoFile("P02", "01", "Hồ sơ về tổ chức bộ máy và biên chế", date(1990, 1, 1), date(2004, 3, 31)),
    DemoFile("P02", "02", "Hồ sơ về địa giới hành chính", date(1991, 1, 1), date(2003, 12, 31)),
    DemoFile("P03", "01", "Hồ sơ về cán bộ, công chức, viên chức", date(2004, 4, 1), date(2025, 12, 31)),
    DemoFile("P03", "02", "Hồ sơ về quản lý lưu trữ", date(2004, 4, 1), date(2025, 12, 31)),
    DemoFile("P04", "01", "Hồ sơ về trường lớp và cơ sở vật chất", date(1990, 1, 1), date(2025, 12, 31)),
    DemoFile("P04", "02", "Hồ sơ về thi cử và phổ cập giáo dục", date(1992, 1, 1), date(2024, 12, 31)),
)
