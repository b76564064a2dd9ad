"""Whether a purge is of a document that is held back as a state secret

Revision: 0056, after 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("purges", sa.Column("is_secret", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE purges SET is_secret = TRUE WHERE object_id IN"
        " (SELECT document_id FROM secret_holds WHERE state <> 'released')"
    )


def downgrade() -> None:
    with op.batch_alter_table("purges") as table:
        table.drop_column("is_secret")
