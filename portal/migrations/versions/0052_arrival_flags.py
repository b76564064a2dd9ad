"""What a person should look at of a page or file as it came, its limits, and which pages look alike

Revision: 0052, after 0049
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0049"
branch_labels = None
depends_on = None

TO_BE_CONFIRMED = "Giá trị ban đầu, cần đơn vị xác nhận"
LIMITS = {
    "scan_dpi_least": ("200", "Thông tư 02/2019/TT-BNV: số hóa tài liệu giấy từ 200 dpi"),
    "scan_skew_most": ("15", TO_BE_CONFIRMED),
    "scan_dark_most": ("350", TO_BE_CONFIRMED),
    "scan_contrast_least": ("60", TO_BE_CONFIRMED),
    "file_name_rule": ("1", "Thông tư 02/2019/TT-BNV: mã hồ sơ, dấu chấm, số thứ tự; chưa áp dụng"),
}

periods = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    op.create_table(
        "arrival_flags",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("batch_id", sa.String(10), nullable=False),
        sa.Column("page_id", sa.String(10), nullable=True),
        sa.Column("scan_id", sa.String(10), nullable=True),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.String(10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dismissed_by", sa.String(10), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(page_id IS NULL) <> (scan_id IS NULL)", name=op.f("ck_arrival_flags_about")),
        sa.CheckConstraint(
            "(dismissed_by IS NULL) = (dismissed_at IS NULL)", name=op.f("ck_arrival_flags_dismissed")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_arrival_flags_batch_id_batches")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_arrival_flags_page_id_pages")),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_arrival_flags_scan_id_scans")),
        sa.ForeignKeyConstraint(
            ["dismissed_by"], ["people.id"], name=op.f("fk_arrival_flags_dismissed_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival_flags")),
    )
    op.create_index(
        "ix_arrival_flags_batch", "arrival_flags", ["batch_id", "code", "dismissed_at", "created_at"]
    )
    op.create_index("uq_arrival_flags_page_code", "arrival_flags", ["page_id", "code"], unique=True)
    op.create_index("uq_arrival_flags_scan_code", "arrival_flags", ["scan_id", "code"], unique=True)
    bands = [f"band_{band}" for band in range(4)]
    op.create_table(
        "page_prints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.String(10), nullable=False),
        sa.Column("fonds_id", sa.String(10), nullable=False),
        *(sa.Column(band, sa.Integer(), nullable=False) for band in bands),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_page_prints_page_id_pages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_prints")),
        sa.UniqueConstraint("page_id", name=op.f("uq_page_prints_page_id")),
    )
    for band in bands:
        op.create_index(f"ix_page_prints_{band}", "page_prints", ["fonds_id", band, "id"])
    op.bulk_insert(
        periods,
        [
            {
                "key": key,
                "value": value,
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": basis,
            }
            for key, (value, basis) in LIMITS.items()
        ],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key.in_(list(LIMITS))))
    op.drop_table("page_prints")
    op.drop_table("arrival_flags")
