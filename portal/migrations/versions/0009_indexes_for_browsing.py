"""Indexes for browsing: what is published below a node, documents by date, fonds by agency

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PUBLISHED = sa.text("published_at IS NOT NULL")
UNDATED = sa.text("kind = 'document' AND issued_on IS NULL AND described_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_protections_published_path",
        "protections",
        ["path"],
        sqlite_where=PUBLISHED,
        postgresql_where=PUBLISHED,
        postgresql_ops={"path": "varchar_pattern_ops"},
    )
    op.create_index("ix_nodes_issued_on", "nodes", ["issued_on", "sort_key"])
    op.create_index("ix_nodes_undated", "nodes", ["sort_key"], sqlite_where=UNDATED, postgresql_where=UNDATED)
    op.create_index("ix_nodes_agency_id", "nodes", ["agency_id"])


def downgrade() -> None:
    op.drop_index("ix_nodes_agency_id", "nodes")
    op.drop_index("ix_nodes_undated", "nodes")
    op.drop_index("ix_nodes_issued_on", "nodes")
    op.drop_index("ix_protections_published_path", "protections")
