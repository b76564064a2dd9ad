"""Documents that are held back because they bear the mark of a state secret

Revision: 0049, after 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secret_holds",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("document_id", sa.String(10), nullable=False),
        sa.Column("page_number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(10), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(1000), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('held','released','purged')", name=op.f("ck_secret_holds_state")),
        sa.CheckConstraint("mark IN ('mat','toi_mat','tuyet_mat')", name=op.f("ck_secret_holds_mark")),
        sa.CheckConstraint("(state = 'held') = (ended_at IS NULL)", name=op.f("ck_secret_holds_ended")),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_secret_holds_ended_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret_holds")),
    )
    op.create_index("ix_secret_holds_state_held_at", "secret_holds", ["state", "held_at"])
    op.create_index("ix_secret_holds_document_state", "secret_holds", ["document_id", "state"])
    is_held = sa.text("state = 'held'")
    op.create_index(
        "uq_secret_holds_document",
        "secret_holds",
        ["document_id"],
        unique=True,
        sqlite_where=is_held,
        postgresql_where=is_held,
    )
    op.add_column(
        "protections", sa.Column("held_back", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    with op.batch_alter_table("protections") as table:
        table.drop_column("held_back")
    op.drop_table("secret_holds")
