"""Decisions as they are drafted, for somebody else to sign

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

STATES = "state IN ('submitted','granted','refused','revoked','withdrawn','lapsed','transferred')"
MORE_STATES = (
    "state IN ('submitted','proposed','granted','refused','revoked','withdrawn','lapsed','transferred')"
)


def upgrade() -> None:
    with op.batch_alter_table("request_items") as table:
        table.drop_constraint(op.f("ck_request_items_state"), type_="check")
        table.create_check_constraint(op.f("ck_request_items_state"), MORE_STATES)
    op.create_table(
        "decision_drafts",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("item_id", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("term_id", sa.String(10), nullable=True),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_page", sa.Integer(), nullable=True),
        sa.Column("last_page", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("drafted_by", sa.String(10), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(10), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_reason", sa.String(500), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered','returned','recalled','signed')", name=op.f("ck_decision_drafts_state")
        ),
        sa.CheckConstraint("act IN ('grant','refuse')", name=op.f("ck_decision_drafts_act")),
        sa.CheckConstraint(
            "(first_page IS NULL) = (last_page IS NULL)", name=op.f("ck_decision_drafts_range")
        ),
        sa.CheckConstraint(
            "first_page IS NULL OR (first_page >= 1 AND last_page >= first_page)",
            name=op.f("ck_decision_drafts_pages"),
        ),
        sa.CheckConstraint(
            "act = 'grant' OR (until IS NULL AND first_page IS NULL)",
            name=op.f("ck_decision_drafts_grant_only"),
        ),
        sa.CheckConstraint("(state = 'offered') = (ended_at IS NULL)", name=op.f("ck_decision_drafts_ended")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["request_items.id"], name=op.f("fk_decision_drafts_item_id_request_items")
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["access_terms.id"], name=op.f("fk_decision_drafts_term_id_access_terms")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["people.id"], name=op.f("fk_decision_drafts_drafted_by_people")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_decision_drafts_ended_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_drafts")),
    )
    op.create_index("uq_decision_drafts_item_version", "decision_drafts", ["item_id", "version"], unique=True)
    op.create_index(
        "uq_decision_drafts_offered",
        "decision_drafts",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )


def downgrade() -> None:
    op.drop_table("decision_drafts")
    # The older release decides at once; what was drafted waits for that again.
    op.execute(sa.text("UPDATE request_items SET state = 'submitted' WHERE state = 'proposed'"))
    with op.batch_alter_table("request_items") as table:
        table.drop_constraint(op.f("ck_request_items_state"), type_="check")
        table.create_check_constraint(op.f("ck_request_items_state"), STATES)
