"""Identity confirmed by an officer, and the evidence for it, which goes after some days

Revision: 0018, after 0017
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

VALUES = {"evidence_days": "7", "evidence_days_unchecked": "30"}
BASIS = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 (giá trị ban đầu, cần đơn vị xác nhận)"

dated = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table("person_data") as table:
        table.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("confirmed_by", sa.String(length=10), nullable=True))
        table.add_column(sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(
            sa.Column("returned_reason", sa.String(length=500), nullable=False, server_default="")
        )
        table.create_foreign_key(
            op.f("fk_person_data_confirmed_by_people"), "people", ["confirmed_by"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_person_data_confirmed"), "(confirmed_at IS NULL) = (confirmed_by IS NULL)"
        )
    op.create_index("ix_person_data_waiting", "person_data", ["confirmed_at", "returned_at", "changed_at"])
    op.create_table(
        "identity_evidence",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.String(length=10), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_identity_evidence_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_evidence")),
    )
    op.create_index("ix_identity_evidence_person_id", "identity_evidence", ["person_id"])
    op.create_index("ix_identity_evidence_until", "identity_evidence", ["gone_at", "until"])
    op.bulk_insert(
        dated,
        [
            {"key": key, "value": value, "valid_from": date(2025, 7, 1), "legal_basis": BASIS}
            for key, value in VALUES.items()
        ],
    )


def downgrade() -> None:
    op.execute(dated.delete().where(dated.c.key.in_(VALUES)))
    op.drop_table("identity_evidence")
    op.drop_index("ix_person_data_waiting", table_name="person_data")
    with op.batch_alter_table("person_data") as table:
        table.drop_constraint(op.f("ck_person_data_confirmed"), type_="check")
        table.drop_constraint(op.f("fk_person_data_confirmed_by_people"), type_="foreignkey")
        for column in ("returned_reason", "returned_at", "confirmed_by", "confirmed_at"):
            table.drop_column(column)
