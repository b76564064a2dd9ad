"""What the circular asks of account holders, sealed

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_data",
        sa.Column("person_id", sa.String(length=10), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_digest", sa.String(length=64), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("priority_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("workplace", sa.String(length=300), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(id_number_sealed IS NULL) = (id_number_digest IS NULL)", name=op.f("ck_person_data_id_number")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_data_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_data")),
        sa.UniqueConstraint("id_number_digest", name=op.f("uq_person_data_id_number_digest")),
    )


def downgrade() -> None:
    op.drop_table("person_data")
