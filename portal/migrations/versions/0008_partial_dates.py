"""How exact the date of a document is: all dates until now are known to the day

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("nodes", sa.Column("issued_exactness", sa.String(5), nullable=False, server_default="day"))


def downgrade() -> None:
    op.drop_column("nodes", "issued_exactness")
