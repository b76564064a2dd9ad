"""Rules by which records are granted as soon as they are asked for

Revision: 0040, after 0043
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0043"
branch_labels = None
depends_on = None

TABLE = "access_auto_rules"
KEY = "auto_rule_days_most"

periods = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    _create_rules()
    with op.batch_alter_table("request_items") as table:
        table.add_column(sa.Column("auto_rule_id", sa.String(10), nullable=True))
        table.create_foreign_key(
            op.f("fk_request_items_auto_rule_id_access_auto_rules"), TABLE, ["auto_rule_id"], ["id"]
        )
        table.create_index(op.f("ix_request_items_auto_rule_id"), ["auto_rule_id"])
    op.bulk_insert(
        periods,
        [
            {
                "key": KEY,
                "value": "730",
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": "Quy định nội bộ của lưu trữ lịch sử",
            }
        ],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key == KEY))
    with op.batch_alter_table("request_items") as table:
        table.drop_index(op.f("ix_request_items_auto_rule_id"))
        table.drop_constraint(op.f("fk_request_items_auto_rule_id_access_auto_rules"), type_="foreignkey")
        table.drop_column("auto_rule_id")
    op.drop_table(TABLE)


def _create_rules() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("name_vi", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("node_id", sa.String(10), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=True),
        sa.Column("use_forms", sa.JSON(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("with_copy", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.String(300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("proposed_by", sa.String(10), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_under", sa.String(10), nullable=True),
        sa.Column("approved_by", sa.String(10), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_under", sa.String(10), nullable=True),
        sa.Column("ended_by", sa.String(10), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(500), nullable=False),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{TABLE}_{name}"))
            for name, condition in (
                ("state", "state IN ('proposed','in_force','declined','ended')"),
                ("validity", "valid_from <= valid_to"),
                ("days", "days > 0"),
                ("approved", "(approved_by IS NULL) = (approved_at IS NULL)"),
                ("four_eyes", "approved_by IS NULL OR approved_by <> proposed_by"),
                ("in_force", "state NOT IN ('in_force','ended') OR approved_by IS NOT NULL"),
                ("ended", "(state IN ('declined','ended')) = (ended_by IS NOT NULL)"),
                ("ended_at", "(ended_by IS NULL) = (ended_at IS NULL)"),
            )
        ),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{TABLE}_{name}_{other}"))
            for name, other in (
                ("node_id", "nodes"),
                ("proposed_by", "people"),
                ("approved_by", "people"),
                ("ended_by", "people"),
                ("proposed_under", "delegations"),
                ("approved_under", "delegations"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_node_state", TABLE, ["node_id", "state"])
    op.create_index(f"ix_{TABLE}_state_proposed", TABLE, ["state", "proposed_at", "id"])
