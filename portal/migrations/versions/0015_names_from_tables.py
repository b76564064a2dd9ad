"""Which names came in by which table

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_aliases", sa.Column("load_id", sa.String(length=10), nullable=True))
    op.add_column("search_aliases", sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_search_aliases_load_id", "search_aliases", ["load_id"])


def downgrade() -> None:
    op.drop_index("ix_search_aliases_load_id", table_name="search_aliases")
    op.drop_column("search_aliases", "loaded_at")
    op.drop_column("search_aliases", "load_id")
