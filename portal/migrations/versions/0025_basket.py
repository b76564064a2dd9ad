"""Records that people put aside to ask for them together

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "basket_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=10), nullable=False),
        sa.Column("node_id", sa.String(length=10), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_basket_items_person_id_people")),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_basket_items_node_id_nodes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basket_items")),
    )
    op.create_index("uq_basket_items_person_node", "basket_items", ["person_id", "node_id"], unique=True)
    op.create_index("ix_basket_items_person_place", "basket_items", ["person_id", "added_at", "id"])


def downgrade() -> None:
    op.drop_table("basket_items")
