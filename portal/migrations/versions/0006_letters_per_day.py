"""How many letters with links may be asked for to one address within a day

Revision: 0006, after 0005
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = "letters_per_day"

limits = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    op.bulk_insert(
        limits,
        [
            {
                "key": KEY,
                "value": "10",
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": "Giá trị ban đầu, cần đơn vị xác nhận",
            }
        ],
    )


def downgrade() -> None:
    op.execute(limits.delete().where(limits.c.key == KEY))
