"""Batches that were withdrawn, and what they took out of sight

Revision: 0010, after 0009
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

VALUES = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    op.create_index("ix_nodes_described", "nodes", ["described_by", "described_at"])
    op.add_column("protections", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    # Columns are added in place: files refer to batches, so the table cannot be made anew.
    op.add_column("batches", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("batches", sa.Column("withdrawn_by", sa.String(length=10), nullable=True))
    op.add_column(
        "batches", sa.Column("withdraw_reason", sa.String(length=500), nullable=False, server_default="")
    )
    op.add_column("batches", sa.Column("restore_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_batches_withdrawn_at", "batches", ["withdrawn_at"])
    op.bulk_insert(
        VALUES,
        [
            {
                "key": "restore_days",
                "value": "30",
                "valid_from": date(2025, 7, 1),
                "legal_basis": "Quy trình số hóa của đơn vị (giá trị ban đầu, cần đơn vị xác nhận)",
            }
        ],
    )


def downgrade() -> None:
    op.execute(sa.delete(VALUES).where(VALUES.c.key == "restore_days"))
    op.drop_index("ix_batches_withdrawn_at", table_name="batches")
    for column in ("restore_until", "withdraw_reason", "withdrawn_by", "withdrawn_at"):
        op.drop_column("batches", column)
    op.drop_column("protections", "removed_at")
    op.drop_index("ix_nodes_described", table_name="nodes")
