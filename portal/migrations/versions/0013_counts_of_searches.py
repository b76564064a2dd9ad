"""Counts of searches by day, texts that found nothing, and how long both are kept

Revision: 0013, after 0012
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BASIS = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 (giá trị ban đầu, cần đơn vị xác nhận)"
VALUES = {"search_count_months": "24", "search_text_times": "5"}

COUNTED = (
    *("times", "repaired", "renamed", "cut", "by_place", "by_type", "by_issuer"),
    *("by_access", "by_language", "by_years", "by_order", "by_marks"),
)

dated = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    op.create_table(
        "search_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("surface", sa.String(length=5), nullable=False),
        sa.Column("size", sa.String(length=4), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTED),
        sa.CheckConstraint("surface IN ('page','api','feed','table')", name=op.f("ck_search_counts_surface")),
        sa.CheckConstraint("size IN ('none','few','some','many')", name=op.f("ck_search_counts_size")),
        sa.PrimaryKeyConstraint("day", "surface", "size", name=op.f("pk_search_counts")),
    )
    op.create_table(
        "search_misses",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=80), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "text", name=op.f("pk_search_misses")),
    )
    op.create_index("ix_search_misses_text", "search_misses", ["text"])
    op.bulk_insert(
        dated,
        [
            {
                "key": key,
                "value": value,
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": BASIS,
            }
            for key, value in VALUES.items()
        ],
    )


def downgrade() -> None:
    op.execute(dated.delete().where(dated.c.key.in_(VALUES)))
    op.drop_table("search_misses")
    op.drop_table("search_counts")
