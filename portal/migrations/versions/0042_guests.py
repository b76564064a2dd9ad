"""What guests choose, how long they are known, daily caps of requests, and the opening day of what is hidden

Revision: 0042, after 0039
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0039"
branch_labels = None
depends_on = None

VALUES = {"guest_data_months": "24", "request_messages_per_day": "20", "request_files_per_day": "20"}
TERMS = ("purpose_kind_id", "use_form_id", "undertaking_id")

periods = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table("held_requests") as table:
        for name in TERMS:
            table.add_column(sa.Column(name, sa.String(10), nullable=True))
            table.create_foreign_key(
                op.f(f"fk_held_requests_{name}_access_terms"), "access_terms", [name], ["id"]
            )
        table.add_column(sa.Column("undertaken_at", sa.DateTime(timezone=True), nullable=True))
        table.create_check_constraint(
            op.f("ck_held_requests_undertaken"), "(undertaking_id IS NULL) = (undertaken_at IS NULL)"
        )
    op.add_column("exposure_reports", sa.Column("opens_on_before", sa.Date(), nullable=True))
    op.add_column(
        "exposure_reports",
        sa.Column("opens_basis_before", sa.String(300), server_default="", nullable=False),
    )
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
            for key, value in VALUES.items()
        ],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key.in_(list(VALUES))))
    with op.batch_alter_table("exposure_reports") as table:
        table.drop_column("opens_basis_before")
        table.drop_column("opens_on_before")
    with op.batch_alter_table("held_requests") as table:
        table.drop_constraint(op.f("ck_held_requests_undertaken"), type_="check")
        table.drop_column("undertaken_at")
        for name in TERMS:
            table.drop_constraint(op.f(f"fk_held_requests_{name}_access_terms"), type_="foreignkey")
            table.drop_column(name)
