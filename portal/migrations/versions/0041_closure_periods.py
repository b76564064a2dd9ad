"""Closure periods as dated rows, and by which of them the day was counted on which a record opens

Revision: 0041, after 0042
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0042"
branch_labels = None
depends_on = None

LAW_FROM = date(2025, 7, 1)
"""The Law on Archives 33/2024/QH15 came into force; what was counted by the older law goes on by it."""

UNSURE = "giá trị ban đầu, cần đơn vị xác nhận"

# code, name, name in English, years, basis
FIRST = (
    (
        "marked_secret",
        "Hồ sơ từng đóng dấu Mật",
        "Files once marked secret",
        40,
        f"Luật Lưu trữ 01/2011/QH13, Điều 30: sau 40 năm kể từ năm công việc kết thúc; {UNSURE}",
    ),
    (
        "marked_top_secret",
        "Hồ sơ từng đóng dấu Tối mật, Tuyệt mật",
        "Files once marked of the two highest grades of secrecy",
        60,
        f"Luật Lưu trữ 01/2011/QH13, Điều 30: sau 60 năm kể từ năm công việc kết thúc; {UNSURE}",
    ),
)


def upgrade() -> None:
    periods = op.create_table(
        "closure_periods",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name_vi", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("counted_from", sa.String(10), nullable=False),
        sa.Column("by_year", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(300), nullable=False),
        sa.CheckConstraint("years BETWEEN 1 AND 150", name=op.f("ck_closure_periods_years")),
        sa.CheckConstraint(
            "counted_from IN ('document','file_end','taken_in')", name=op.f("ck_closure_periods_counted_from")
        ),
        sa.UniqueConstraint("code", "valid_from", name="uq_closure_periods_code_valid_from"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_periods")),
    )
    op.bulk_insert(
        periods,
        [
            {
                "id": f"per{number:07}",
                "code": code,
                "name_vi": vi,
                "name_en": en,
                "years": years,
                "counted_from": "file_end",
                "by_year": True,
                "valid_from": LAW_FROM,
                "valid_to": None,
                "legal_basis": basis,
            }
            for number, (code, vi, en, years, basis) in enumerate(FIRST, 1)
        ],
    )
    with op.batch_alter_table("protections") as table:
        table.add_column(sa.Column("period_id", sa.String(10), nullable=True))
        table.add_column(sa.Column("counted_on", sa.Date(), nullable=True))
        table.create_foreign_key(
            op.f("fk_protections_period_id_closure_periods"), "closure_periods", ["period_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_protections_counted"),
            "(period_id IS NULL) = (counted_on IS NULL) AND (period_id IS NULL OR opens_on IS NOT NULL)",
        )

    with op.batch_alter_table("exposure_reports") as table:
        table.add_column(sa.Column("period_before", sa.String(10), nullable=True))
        table.add_column(sa.Column("counted_on_before", sa.Date(), nullable=True))
        table.create_foreign_key(
            op.f("fk_exposure_reports_period_before_closure_periods"),
            "closure_periods",
            ["period_before"],
            ["id"],
        )


def downgrade() -> None:
    # The day and its basis stay: the older release knows those.
    with op.batch_alter_table("exposure_reports") as table:
        table.drop_constraint(op.f("fk_exposure_reports_period_before_closure_periods"), type_="foreignkey")
        table.drop_column("counted_on_before")
        table.drop_column("period_before")
    with op.batch_alter_table("protections") as table:
        table.drop_constraint(op.f("ck_protections_counted"), type_="check")
        table.drop_constraint(op.f("fk_protections_period_id_closure_periods"), type_="foreignkey")
        table.drop_column("counted_on")
        table.drop_column("period_id")
    op.drop_table("closure_periods")
