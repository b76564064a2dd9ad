"""What a report of personal data keeps withheld until it is settled

Revision: 0039, after 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "protections", sa.Column("taken_down", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute(
        "UPDATE protections SET taken_down = true WHERE level = 'withheld' AND node_id IN "
        "(SELECT node_id FROM exposure_reports WHERE state IN ('hidden','upheld'))"
    )


def downgrade() -> None:
    with op.batch_alter_table("protections") as table:
        table.drop_column("taken_down")
