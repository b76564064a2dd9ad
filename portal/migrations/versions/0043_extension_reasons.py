"""Why an answer was put off, by the code of the rules

Revision: 0043, after 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0041"
branch_labels = None
depends_on = None

OPEN, FILLED = "Lý do: …", "Lý do: {ly_do_gia_han}"

wordings = sa.table("letter_wordings", sa.column("kind", sa.String), sa.column("body", sa.String))


def upgrade() -> None:
    with op.batch_alter_table("request_clock_events") as table:
        table.add_column(sa.Column("term_id", sa.String(10), nullable=True))
        table.create_foreign_key(
            op.f("fk_request_clock_events_term_id_access_terms"), "access_terms", ["term_id"], ["id"]
        )
    _put(OPEN, FILLED)


def downgrade() -> None:
    # The older release knows no such fact, and would write its name into a letter.
    _put(FILLED, OPEN)
    with op.batch_alter_table("request_clock_events") as table:
        table.drop_constraint(op.f("fk_request_clock_events_term_id_access_terms"), type_="foreignkey")
        table.drop_column("term_id")


def _put(before: str, after: str) -> None:
    """Word the letter of an extension otherwise; letters that were issued keep their own words."""
    op.execute(
        wordings.update()
        .where(wordings.c.kind == "extension")
        .values(body=sa.func.replace(wordings.c.body, before, after))
    )
