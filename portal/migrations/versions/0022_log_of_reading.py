"""Who saw which page that is not public, and leave that counts the pages looked at

Revision: 0022, after 0021
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BASIS = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 (giá trị ban đầu, cần đơn vị xác nhận)"
VALUES = {"reads_per_hour": "120", "staff_reads_per_hour": "400", "read_log_years": "5"}

dated = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    op.add_column(
        "grants",
        sa.Column(
            "page_budget",
            sa.Integer(),
            sa.CheckConstraint(
                "page_budget IS NULL OR (page_budget > 0 AND scope = 'view')", name=op.f("ck_grants_budget")
            ),
            nullable=True,
        ),
    )
    op.add_column("grants", sa.Column("pages_used", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "reads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=10), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("grant_id", sa.String(length=10), nullable=True),
        sa.Column("node_id", sa.String(length=10), nullable=False),
        sa.Column("page_id", sa.String(length=10), nullable=False),
        sa.Column("use", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "\"use\" IN ('page','image','text','thumbnail','copy')", name=op.f("ck_reads_use")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reads_person_id_people")),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_reads_grant_id_grants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reads")),
    )
    keys = ["person_id", "node_id", "page_id", "use", "day"]
    op.create_index("uq_reads_person_page_day", "reads", keys, unique=True)
    op.create_index("ix_reads_node_day", "reads", ["node_id", "day"])
    op.create_index("ix_reads_person_at", "reads", ["person_id", "at"])
    op.create_index("ix_reads_at", "reads", ["at"])
    op.create_index("ix_reads_day", "reads", ["day"])
    op.create_index("ix_reads_grant_day", "reads", ["grant_id", "day"])
    _alerts()
    _values()


def _alerts() -> None:
    op.create_table(
        "read_alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_read_alerts_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_alerts")),
    )
    op.create_index("uq_read_alerts_person_day", "read_alerts", ["person_id", "day"], unique=True)
    op.create_index("ix_read_alerts_at", "read_alerts", ["at"])


def _values() -> None:
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
    op.drop_table("read_alerts")
    op.drop_table("reads")
    op.drop_column("grants", "pages_used")
    op.drop_column("grants", "page_budget")
