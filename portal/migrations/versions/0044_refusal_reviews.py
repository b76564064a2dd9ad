"""Looks at refusals whose day of review has come, and whether a mail tells of them

Revision: 0044, after 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0040"
branch_labels = None
depends_on = None

KINDS = "kind IN ('reminders','copies','endings','calendar','sms')"
MORE_KINDS = "kind IN ('reminders','copies','endings','calendar','reviews','sms')"


def upgrade() -> None:
    op.create_table(
        "refusal_reviews",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("item_id", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_by", sa.String(10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.CheckConstraint("due_on < review_on", name=op.f("ck_refusal_reviews_days")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["request_items.id"], name=op.f("fk_refusal_reviews_item_id_request_items")
        ),
        sa.ForeignKeyConstraint(
            ["looked_by"], ["people.id"], name=op.f("fk_refusal_reviews_looked_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal_reviews")),
    )
    op.create_index(op.f("ix_refusal_reviews_item_id"), "refusal_reviews", ["item_id"])
    op.create_index("ix_request_items_state_review_on", "request_items", ["state", "review_on"])
    _allow(MORE_KINDS)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM notice_choices WHERE kind = 'reviews'"))
    _allow(KINDS)
    op.drop_index("ix_request_items_state_review_on", "request_items")
    op.drop_index(op.f("ix_refusal_reviews_item_id"), "refusal_reviews")
    op.drop_table("refusal_reviews")


def _allow(kinds: str) -> None:
    with op.batch_alter_table("notice_choices") as table:
        table.drop_constraint(op.f("ck_notice_choices_kind"), type_="check")
        table.create_check_constraint(op.f("ck_notice_choices_kind"), kinds)
