"""The working calendar, version by version, with the years 2024 to 2027

Revision: 0017, after 0016
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LABOUR_CODE = "Bộ luật Lao động 45/2019/QH14, Điều 112"

YEARS = (
    (
        2024,
        False,
        f"{LABOUR_CODE}; Công văn 2450/VPCP-KGVX ngày 12/4/2024 (đổi ngày 29/4)",
        "Giá trị ban đầu: số thông báo nghỉ Tết và Quốc khánh 2024 cần đơn vị xác nhận.",
    ),
    (
        2025,
        False,
        f"{LABOUR_CODE}; Văn bản 8726/VPCP-KGVX ngày 26/11/2024",
        "Giá trị ban đầu: ngày đổi 2/5 lấy 26/4 cần đơn vị đối chiếu với thông báo đã nhận.",
    ),
    (
        2026,
        False,
        f"{LABOUR_CODE}; ý kiến của Chính phủ ngày 25/12/2025 (đổi ngày 2/1 lấy 10/1)",
        "Giá trị ban đầu: số văn bản nghỉ Tết, Quốc khánh (đổi 31/8 lấy 22/8)"
        " và ngày nghỉ 24/11 cần đơn vị xác nhận.",
    ),
    (
        2027,
        True,
        f"{LABOUR_CODE}, tính theo âm lịch; chưa có thông báo, cần đơn vị xác nhận",
        "Dự kiến: ngày nghỉ Tết, ngày nghỉ thứ hai của Quốc khánh, nghỉ bù 3/5, ngày 24/11"
        " và các ngày hoán đổi theo thông báo hằng năm.",
    ),
)
"""Year, whether days are still expected, legal basis, note."""

NEW_YEAR = ("Tết Dương lịch", "New Year's Day")
LAST_BUT_ONE = "Lunar New Year holiday"
EVE = ("Giao thừa", "Lunar New Year's Eve")
TET = (
    ("Mùng một Tết", "Lunar New Year, first day"),
    ("Mùng hai Tết", "Lunar New Year, second day"),
    ("Mùng ba Tết", "Lunar New Year, third day"),
    ("Mùng bốn Tết", "Lunar New Year, fourth day"),
    ("Mùng năm Tết", "Lunar New Year, fifth day"),
)
HUNG = ("Giỗ Tổ Hùng Vương", "Hung Kings' Commemoration Day")
VICTORY = ("Ngày Chiến thắng", "Reunification Day")
LABOUR = ("Ngày Quốc tế Lao động", "International Labour Day")
NATION = ("Quốc khánh", "National Day")
NATION_TOO = ("Quốc khánh, ngày nghỉ thứ hai", "National Day, second day")
CULTURE = ("Ngày Văn hóa Việt Nam", "Vietnamese Culture Day")

HOLIDAYS = (
    (date(2024, 1, 1), NEW_YEAR),
    (date(2024, 2, 8), ("Ngày 29 tháng Chạp", LAST_BUT_ONE)),
    (date(2024, 2, 9), EVE),
    *((date(2024, 2, 10 + number), name) for number, name in enumerate(TET)),
    (date(2024, 4, 18), HUNG),
    (date(2024, 4, 30), VICTORY),
    (date(2024, 5, 1), LABOUR),
    (date(2024, 9, 2), NATION),
    (date(2024, 9, 3), NATION_TOO),
    (date(2025, 1, 1), NEW_YEAR),
    (date(2025, 1, 27), ("Ngày 28 tháng Chạp", LAST_BUT_ONE)),
    (date(2025, 1, 28), EVE),
    *((date(2025, 1, 29 + number), name) for number, name in enumerate(TET[:3])),
    (date(2025, 4, 7), HUNG),
    (date(2025, 4, 30), VICTORY),
    (date(2025, 5, 1), LABOUR),
    (date(2025, 9, 1), NATION_TOO),
    (date(2025, 9, 2), NATION),
    (date(2026, 1, 1), NEW_YEAR),
    (date(2026, 2, 16), EVE),
    *((date(2026, 2, 17 + number), name) for number, name in enumerate(TET[:4])),
    (date(2026, 4, 26), HUNG),
    (date(2026, 4, 30), VICTORY),
    (date(2026, 5, 1), LABOUR),
    (date(2026, 9, 1), NATION_TOO),
    (date(2026, 9, 2), NATION),
    (date(2026, 11, 24), CULTURE),
    (date(2027, 1, 1), NEW_YEAR),
    (date(2027, 2, 4), ("Ngày 28 tháng Chạp", LAST_BUT_ONE)),
    (date(2027, 2, 5), EVE),
    *((date(2027, 2, 6 + number), name) for number, name in enumerate(TET)),
    (date(2027, 4, 16), HUNG),
    (date(2027, 4, 30), VICTORY),
    (date(2027, 5, 1), LABOUR),
    (date(2027, 9, 2), NATION),
    (date(2027, 9, 3), NATION_TOO),
    (date(2027, 11, 24), CULTURE),
)

SWAPPED = (
    (date(2024, 4, 29), date(2024, 5, 4)),
    (date(2025, 5, 2), date(2025, 4, 26)),
    (date(2026, 1, 2), date(2026, 1, 10)),
    (date(2026, 8, 31), date(2026, 8, 22)),
)
"""Each a day off and the Saturday that was worked instead."""

IN_LIEU = (
    (date(2026, 4, 27), ("Nghỉ bù Giỗ Tổ Hùng Vương", "Day in lieu of Hung Kings' Commemoration Day")),
    (date(2027, 5, 3), ("Nghỉ bù Ngày Quốc tế Lao động", "Day in lieu of International Labour Day")),
)


def days():
    """Yield day, kind and names of everything that is not as its weekday."""
    yield from ((day, "holiday", names) for day, names in HOLIDAYS)
    yield from ((day, "in_lieu", names) for day, names in IN_LIEU)
    for off, worked in SWAPPED:
        swap = (f"Nghỉ, làm bù ngày {worked:%d/%m/%Y}", f"Day off, worked on {worked:%d/%m/%Y} instead")
        yield off, "in_lieu", swap
        swap = (f"Làm bù cho ngày {off:%d/%m/%Y}", f"Worked instead of {off:%d/%m/%Y}")
        yield worked, "working", swap


def upgrade() -> None:
    versions = op.create_table(
        "calendar_versions",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_expected", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_versions")),
        sa.UniqueConstraint("year", "version", name=op.f("uq_calendar_versions_year_version")),
    )
    named = op.create_table(
        "calendar_days",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("version_id", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name_vi", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "kind IN ('holiday','in_lieu','working','closure')", name=op.f("ck_calendar_days_kind")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["calendar_versions.id"],
            name=op.f("fk_calendar_days_version_id_calendar_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
        sa.UniqueConstraint("version_id", "day", name=op.f("uq_calendar_days_version_id_day")),
    )
    op.bulk_insert(
        versions,
        [
            {
                "id": f"year{year}v1",
                "year": year,
                "version": 1,
                "is_expected": is_expected,
                "legal_basis": basis,
                "note": note,
                "published_at": datetime(2026, 11, 26, tzinfo=UTC),
                "published_by": None,
            }
            for year, is_expected, basis, note in YEARS
        ],
    )
    op.bulk_insert(
        named,
        [
            {
                "id": f"day{number:07d}",
                "version_id": f"year{day.year}v1",
                "day": day,
                "kind": kind,
                "name_vi": vi,
                "name_en": en,
            }
            for number, (day, kind, (vi, en)) in enumerate(days())
        ],
    )


def downgrade() -> None:
    op.drop_table("calendar_days")
    op.drop_table("calendar_versions")
