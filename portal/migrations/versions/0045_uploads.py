"""Uploads that come in parts, and how long an unfinished one is kept

Revision: 0045, after 0044
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KEY = "upload_hours"

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
        "uploads",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("batch_id", sa.String(10), nullable=False),
        sa.Column("person_id", sa.String(10), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("sha256", sa.String(64), server_default="", nullable=False),
        sa.Column("scan_id", sa.String(10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('begun','done','cancelled','expired')", name=op.f("ck_uploads_state")),
        sa.CheckConstraint("length >= 0", name=op.f("ck_uploads_length")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_uploads_batch_id_batches")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_uploads_person_id_people")),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_uploads_scan_id_scans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_batch_id"), "uploads", ["batch_id"])
    op.create_index("ix_uploads_state_expires_at", "uploads", ["state", "expires_at"])
    op.create_index("ix_uploads_person_id_state", "uploads", ["person_id", "state"])
    op.bulk_insert(
        periods,
        [
            {
                "key": KEY,
                "value": "48",
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": "Giá trị ban đầu, cần đơn vị xác nhận",
            }
        ],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key == KEY))
    op.drop_table("uploads")
