"""The day on which a level lapses by itself

Revision: 0032, after 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The check stands at the column: SQLite would else build the table anew.
    op.add_column(
        "protections",
        sa.Column(
            "opens_on",
            sa.Date(),
            sa.CheckConstraint(
                "opens_on IS NULL OR level = 'conditional'", name=op.f("ck_protections_opens_on")
            ),
            nullable=True,
        ),
    )
    op.add_column("protections", sa.Column("opens_basis", sa.String(300), nullable=False, server_default=""))
    op.create_index("ix_protections_opens_on", "protections", ["opens_on"])


def downgrade() -> None:
    # The older release knows no day: what has opened by now stays open.
    op.execute(
        sa.text("UPDATE protections SET level = 'open', opens_on = NULL WHERE opens_on <= CURRENT_DATE")
    )
    op.drop_index("ix_protections_opens_on", "protections")
    with op.batch_alter_table("protections") as table:
        table.drop_constraint(op.f("ck_protections_opens_on"), type_="check")
        table.drop_column("opens_basis")
        table.drop_column("opens_on")
