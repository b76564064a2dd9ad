"""Who signs for whom, who is away, and by what was lent a document was decided

Revision: 0038, after 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("giver_id", sa.String(10), nullable=False),
        sa.Column("delegate_id", sa.String(10), nullable=False),
        sa.Column("lends_handle", sa.Boolean(), nullable=False),
        sa.Column("lends_decide", sa.Boolean(), nullable=False),
        sa.Column("form", sa.String(3), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(10), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(10), nullable=True),
        sa.CheckConstraint("form IN ('KT','TL','TUQ')", name=op.f("ck_delegations_form")),
        sa.CheckConstraint("from_day <= to_day", name=op.f("ck_delegations_days")),
        sa.CheckConstraint("giver_id <> delegate_id", name=op.f("ck_delegations_two")),
        sa.CheckConstraint("lends_handle OR lends_decide", name=op.f("ck_delegations_something")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_delegations_revoked")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["people.id"], name=op.f(f"fk_delegations_{name}_people"))
            for name in ("giver_id", "delegate_id", "given_by", "revoked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index("ix_delegations_delegate_to_day", "delegations", ["delegate_id", "to_day"])
    op.create_index("ix_delegations_giver_to_day", "delegations", ["giver_id", "to_day"])
    op.create_table(
        "absences",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("person_id", sa.String(10), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(10), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_day <= to_day", name=op.f("ck_absences_days")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people")),
        sa.ForeignKeyConstraint(["noted_by"], ["people.id"], name=op.f("fk_absences_noted_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_person_to_day", "absences", ["person_id", "to_day"])
    with op.batch_alter_table("request_items") as table:
        table.add_column(sa.Column("delegation_id", sa.String(10), nullable=True))
        table.create_foreign_key(
            op.f("fk_request_items_delegation_id_delegations"), "delegations", ["delegation_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("request_items") as table:
        table.drop_constraint(op.f("fk_request_items_delegation_id_delegations"), type_="foreignkey")
        table.drop_column("delegation_id")
    op.drop_table("absences")
    op.drop_table("delegations")
