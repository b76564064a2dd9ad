"""Other names of places and bodies, and abbreviations, by which things are searched too

Revision: 0012, after 0011
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MERGER = "Nghị quyết 202/2025/QH15 ngày 12/6/2025"
MERGED_FROM = date(2025, 7, 1)
CLERICAL = "Nghị định 30/2020/NĐ-CP, Phụ lục III"
CLERICAL_FROM = date(2020, 3, 5)

PLACES = (
    ("Tuyên Quang", ("Hà Giang",)),
    ("Lào Cai", ("Yên Bái",)),
    ("Thái Nguyên", ("Bắc Kạn",)),
    ("Phú Thọ", ("Hòa Bình", "Vĩnh Phúc")),
    ("Bắc Ninh", ("Bắc Giang",)),
    ("Hưng Yên", ("Thái Bình",)),
    ("Hải Phòng", ("Hải Dương",)),
    ("Ninh Bình", ("Hà Nam", "Nam Định")),
    ("Quảng Trị", ("Quảng Bình",)),
    ("Đà Nẵng", ("Quảng Nam",)),
    ("Quảng Ngãi", ("Kon Tum",)),
    ("Gia Lai", ("Bình Định",)),
    ("Khánh Hòa", ("Ninh Thuận",)),
    ("Lâm Đồng", ("Bình Thuận", "Đắk Nông")),
    ("Đắk Lắk", ("Phú Yên",)),
    ("Thành phố Hồ Chí Minh", ("Bình Dương", "Bà Rịa - Vũng Tàu")),
    ("Đồng Nai", ("Bình Phước",)),
    ("Tây Ninh", ("Long An",)),
    ("Cần Thơ", ("Sóc Trăng", "Hậu Giang")),
    ("Vĩnh Long", ("Bến Tre", "Trà Vinh")),
    ("Đồng Tháp", ("Tiền Giang",)),
    ("Cà Mau", ("Bạc Liêu",)),
    ("An Giang", ("Kiên Giang",)),
)
"""Provinces since the reform, each with those that were merged into it under its name."""

BODIES = (("UBND", "Ủy ban nhân dân"), ("HĐND", "Hội đồng nhân dân"))

KINDS = (
    ("NQ", "Nghị quyết"),
    ("QĐ", "Quyết định"),
    ("CT", "Chỉ thị"),
    ("TB", "Thông báo"),
    ("HD", "Hướng dẫn"),
    ("KH", "Kế hoạch"),
    ("BC", "Báo cáo"),
    ("BB", "Biên bản"),
    ("TTr", "Tờ trình"),
    ("HĐ", "Hợp đồng"),
    ("CĐ", "Công điện"),
    ("GM", "Giấy mời"),
)

ALIASES = (
    ("place", True, MERGED_FROM, MERGER, [(old, new) for new, olds in PLACES for old in olds]),
    ("body", True, None, "", BODIES),
    ("abbreviation", False, CLERICAL_FROM, CLERICAL, (*KINDS, ("CV", "Công văn"))),
)


def upgrade() -> None:
    table = op.create_table(
        "search_aliases",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("other", sa.String(length=200), nullable=False),
        sa.Column("is_both_ways", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('place','body','abbreviation')", name=op.f("ck_search_aliases_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_aliases")),
        sa.UniqueConstraint("name", "other", name=op.f("uq_search_aliases_name_other")),
    )
    rows = [
        {
            "kind": kind,
            "name": name,
            "other": other,
            "is_both_ways": is_both_ways,
            "valid_from": valid_from,
            "legal_basis": basis,
            "note": "",
            "retired_at": None,
            "changed_at": datetime(2025, 7, 1, tzinfo=UTC),
            "version": 1,
        }
        for kind, is_both_ways, valid_from, basis, names in ALIASES
        for name, other in names
    ]
    op.bulk_insert(table, [{"id": f"namesa{number:04d}", **row} for number, row in enumerate(rows)])


def downgrade() -> None:
    op.drop_table("search_aliases")
