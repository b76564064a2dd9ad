"""Signatures of signed PDFs as they were checked on arrival

Revision: 0053, after 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_signatures",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("scan_id", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("signer", sa.String(200), nullable=False),
        sa.Column("signed_at", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("is_trusted", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('unbroken','altered','unknown')", name=op.f("ck_file_signatures_state")
        ),
        sa.CheckConstraint("NOT is_trusted OR state = 'unbroken'", name=op.f("ck_file_signatures_trusted")),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_file_signatures_scan_id_scans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_signatures")),
    )
    op.create_index("uq_file_signatures_scan_number", "file_signatures", ["scan_id", "number"], unique=True)


def downgrade() -> None:
    op.drop_table("file_signatures")
