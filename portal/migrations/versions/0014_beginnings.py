"""What public titles and numbers begin with, for suggestions while one types

The indexer fills the table: each description is noted for it.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_beginnings",
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column(
            "key",
            sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("node_id", sa.String(length=10), nullable=False),
        sa.CheckConstraint("kind IN ('title','number','word')", name=op.f("ck_search_beginnings_kind")),
        sa.PrimaryKeyConstraint("kind", "key", "node_id", name=op.f("pk_search_beginnings")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_beginnings_node_id", "search_beginnings", ["node_id"])
    op.execute(
        "INSERT INTO search_outbox (target, scope, is_bulk) "
        "SELECT id, 'node', TRUE FROM nodes "
        "WHERE kind IN ('fonds', 'file') OR (kind = 'document' AND title <> '') ORDER BY id"
    )


def downgrade() -> None:
    op.drop_index("ix_search_beginnings_node_id", table_name="search_beginnings")
    op.drop_table("search_beginnings")
