"""Reports that a record shows personal data

Revision: 0033, after 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exposure_reports",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("node_id", sa.String(10), nullable=False),
        sa.Column("page_id", sa.String(10), nullable=True),
        sa.Column("term_id", sa.String(10), nullable=True),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(16), nullable=True),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("level_before", sa.String(12), nullable=True),
        sa.Column("reason_before", sa.String(500), nullable=False),
        sa.Column("hidden_by", sa.String(10), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(2000), nullable=False),
        sa.Column("answered_by", sa.String(10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('received','hidden','answered','upheld')", name=op.f("ck_exposure_reports_state")
        ),
        sa.CheckConstraint(
            "(email_sealed IS NULL) = (key_id IS NULL)", name=op.f("ck_exposure_reports_email")
        ),
        sa.CheckConstraint(
            "state NOT IN ('hidden','upheld') OR hidden_by IS NOT NULL",
            name=op.f("ck_exposure_reports_hidden"),
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_exposure_reports_node_id_nodes")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_exposure_reports_page_id_pages")),
        sa.ForeignKeyConstraint(
            ["term_id"], ["access_terms.id"], name=op.f("fk_exposure_reports_term_id_access_terms")
        ),
        sa.ForeignKeyConstraint(
            ["hidden_by"], ["people.id"], name=op.f("fk_exposure_reports_hidden_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people.id"], name=op.f("fk_exposure_reports_answered_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure_reports")),
    )
    op.create_index("ix_exposure_reports_node_id", "exposure_reports", ["node_id"])
    op.create_index("ix_exposure_reports_state_due", "exposure_reports", ["state", "due_on", "id"])


def downgrade() -> None:
    # What was hidden stays withheld; the older release opens it by hand.
    op.drop_table("exposure_reports")
