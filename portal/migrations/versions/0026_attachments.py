"""Files that come with messages of requests, and how long they are kept

Revision: 0026, after 0025
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = "attachment_days"

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
        "request_attachments",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("request_id", sa.String(10), nullable=False),
        sa.Column("message_id", sa.String(10), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "media_type IN ('application/pdf','image/jpeg','image/png')",
            name=op.f("ck_request_attachments_media_type"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_request_attachments_size")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["request_messages.id"],
            name=op.f("fk_request_attachments_message_id_request_messages"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_attachments_request_id_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_attachments")),
    )
    op.create_index("ix_request_attachments_gone_added", "request_attachments", ["gone_at", "added_at"])
    op.create_index(op.f("ix_request_attachments_message_id"), "request_attachments", ["message_id"])
    op.create_index(op.f("ix_request_attachments_request_id"), "request_attachments", ["request_id"])
    op.bulk_insert(
        periods,
        [
            {
                "key": KEY,
                "value": "365",
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": "Giá trị ban đầu, cần đơn vị xác nhận",
            }
        ],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key == KEY))
    op.drop_table("request_attachments")
