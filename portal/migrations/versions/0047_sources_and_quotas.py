"""What a sender knows a file by, and how much a person may send

Revision: 0047, after 0045
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0045"
branch_labels = None
depends_on = None

LIMITS = {"upload_files": "10000", "upload_gigabytes": "200", "upload_gigabytes_per_day": "500"}

periods = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table("uploads") as table:
        table.add_column(sa.Column("source", sa.String(600), server_default="", nullable=False))
    op.drop_index(op.f("ix_uploads_batch_id"), "uploads")
    op.create_index("ix_uploads_batch_id_source", "uploads", ["batch_id", "source"])
    op.create_index("ix_uploads_person_id_created_at", "uploads", ["person_id", "created_at", "length"])
    op.bulk_insert(
        periods,
        [
            {
                "key": key,
                "value": value,
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": "Giá trị ban đầu, cần đơn vị xác nhận",
            }
            for key, value in LIMITS.items()
        ],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key.in_(LIMITS)))
    op.drop_index("ix_uploads_person_id_created_at", "uploads")
    op.drop_index("ix_uploads_batch_id_source", "uploads")
    op.create_index(op.f("ix_uploads_batch_id"), "uploads", ["batch_id"])
    with op.batch_alter_table("uploads") as table:
        table.drop_column("source")
