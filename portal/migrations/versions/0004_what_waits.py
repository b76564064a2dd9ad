"""Indexes of what waits for somebody

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNDESCRIBED = sa.text("described_at IS NULL")
UNPUBLISHED = sa.text("published_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_nodes_undescribed",
        "nodes",
        ["created_at", "id"],
        sqlite_where=UNDESCRIBED,
        postgresql_where=UNDESCRIBED,
    )
    op.create_index(
        "ix_protections_unpublished",
        "protections",
        ["node_id"],
        sqlite_where=UNPUBLISHED,
        postgresql_where=UNPUBLISHED,
    )
    op.create_index("ix_page_texts_quality", "page_texts", ["quality", "confidence"])
    op.create_index("ix_scans_state", "scans", ["state"])


def downgrade() -> None:
    op.drop_index("ix_scans_state", table_name="scans")
    op.drop_index("ix_page_texts_quality", table_name="page_texts")
    op.drop_index("ix_protections_unpublished", table_name="protections")
    op.drop_index("ix_nodes_undescribed", table_name="nodes")
