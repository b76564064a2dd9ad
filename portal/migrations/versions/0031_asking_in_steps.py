"""Requests while they are written, and what readers answer beside the purpose

Revision: 0031, after 0030
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TERMS = ("purpose_kind", "use_form", "priority", "undertaking")
EVIDENCE = "evidence IN ('','sent','brought')"
DAYS = "half_written_days"

periods = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table("requests") as table:
        for name in TERMS:
            table.add_column(sa.Column(f"{name}_id", sa.String(10), nullable=True))
            table.create_foreign_key(
                op.f(f"fk_requests_{name}_id_access_terms"), "access_terms", [f"{name}_id"], ["id"]
            )
        table.add_column(sa.Column("evidence", sa.String(8), nullable=False, server_default=""))
        table.add_column(sa.Column("undertaken_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("written_as", sa.String(10), nullable=True))
        table.create_check_constraint(op.f("ck_requests_evidence"), EVIDENCE)
        table.create_check_constraint(
            op.f("ck_requests_undertaken"), "(undertaking_id IS NULL) = (undertaken_at IS NULL)"
        )
        table.create_unique_constraint(op.f("uq_requests_written_as"), ["written_as"])
    op.create_table(
        "request_drafts",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("person_id", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(2000), nullable=False),
        *(sa.Column(f"{name}_id", sa.String(10), nullable=True) for name in TERMS),
        sa.Column("evidence", sa.String(8), nullable=False),
        sa.Column("undertaken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(EVIDENCE, name=op.f("ck_request_drafts_evidence")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_request_drafts_person_id_people")
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], ["access_terms.id"], name=op.f(f"fk_request_drafts_{name}_id_access_terms")
            )
            for name in TERMS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_drafts")),
        sa.UniqueConstraint("person_id", name=op.f("uq_request_drafts_person_id")),
    )
    op.create_index(op.f("ix_request_drafts_until"), "request_drafts", ["until"])
    op.bulk_insert(
        periods,
        [
            {
                "key": DAYS,
                "value": "30",
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": "Quy định của đơn vị (giá trị ban đầu, cần đơn vị xác nhận)",
            }
        ],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key == DAYS))
    op.drop_table("request_drafts")
    with op.batch_alter_table("requests") as table:
        table.drop_constraint(op.f("uq_requests_written_as"), type_="unique")
        table.drop_constraint(op.f("ck_requests_undertaken"), type_="check")
        table.drop_constraint(op.f("ck_requests_evidence"), type_="check")
        for name in TERMS:
            table.drop_constraint(op.f(f"fk_requests_{name}_id_access_terms"), type_="foreignkey")
        for name in ("written_as", "undertaken_at", "evidence", *(f"{one}_id" for one in TERMS)):
            table.drop_column(name)
