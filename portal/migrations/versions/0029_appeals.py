"""Appeals against refusals, with a clock of their own

Revision: 0029, after 0026
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0026"
branch_labels = None
depends_on = None

KEY = "appeal_days"
STATUSES = "status IN ('submitted','in_review','upheld','overturned','partly','withdrawn')"

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
        "appeal_year_counts",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_appeal_year_counts")),
    )
    _create_appeals()
    op.create_table(
        "appeal_items",
        sa.Column("appeal_id", sa.String(10), nullable=False),
        sa.Column("item_id", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_overturned", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeals.id"], name=op.f("fk_appeal_items_appeal_id_appeals")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["request_items.id"], name=op.f("fk_appeal_items_item_id_request_items")
        ),
        sa.PrimaryKeyConstraint("appeal_id", "item_id", name=op.f("pk_appeal_items")),
    )
    op.create_index(op.f("ix_appeal_items_item_id"), "appeal_items", ["item_id"])
    op.bulk_insert(
        periods,
        [
            {
                "key": KEY,
                "value": "90",
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": "Luật Khiếu nại 02/2011/QH13, Điều 9; cần đơn vị xác nhận",
            }
        ],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key == KEY))
    op.drop_table("appeal_items")
    op.drop_table("appeals")
    op.drop_table("appeal_year_counts")


def _create_appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("request_id", sa.String(10), nullable=False),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("service_id", sa.String(10), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("extended_days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("taken_by", sa.String(10), nullable=True),
        sa.Column("decided_by", sa.String(10), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(4000), nullable=False),
        sa.CheckConstraint(STATUSES, name=op.f("ck_appeals_status")),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_appeals_decided")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_appeals_request_id_requests")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service_types.id"], name=op.f("fk_appeals_service_id_service_types")
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["people.id"], name=op.f("fk_appeals_taken_by_people")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_appeals_decided_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("number", name=op.f("uq_appeals_number")),
    )
    op.create_index("ix_appeals_status_due", "appeals", ["status", "due_on", "number"])
    op.create_index(op.f("ix_appeals_request_id"), "appeals", ["request_id"])
