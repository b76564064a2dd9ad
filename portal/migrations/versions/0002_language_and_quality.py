"""Language and quality of what was read of a page

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("page_texts") as table:
        table.add_column(sa.Column("language", sa.String(3), nullable=False, server_default=""))
        table.add_column(sa.Column("quality", sa.String(4), nullable=False, server_default=""))
        table.create_check_constraint("quality", "quality IN ('','good','fair','poor')")


def downgrade() -> None:
    with op.batch_alter_table("page_texts") as table:
        table.drop_constraint("quality", type_="check")
        table.drop_column("quality")
        table.drop_column("language")
