"""When leave begins, which pages it is for, what may be done with them, and the code in its marks

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

from portal.rights import tracing

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

AT_ONCE = 500

grants = sa.table(
    "grants",
    sa.column("id", sa.String),
    sa.column("given_at", sa.DateTime(timezone=True)),
    sa.column("until", sa.DateTime(timezone=True)),
    sa.column("valid_from", sa.DateTime(timezone=True)),
    sa.column("trace", sa.String),
)


def upgrade() -> None:
    # Each check stands at a column: SQLite would else build the table anew, and requests point at it.
    for column in (
        sa.Column(
            "valid_from",
            sa.DateTime(timezone=True),
            sa.CheckConstraint("valid_from < until", name=op.f("ck_grants_validity")),
            nullable=False,
            server_default=sa.text("'1970-01-01 00:00:00.000000'"),
        ),
        sa.Column("first_page", sa.Integer(), nullable=True),
        sa.Column(
            "last_page",
            sa.Integer(),
            sa.CheckConstraint(
                "(first_page IS NULL) = (last_page IS NULL)"
                " AND (first_page IS NULL OR (first_page >= 1 AND last_page >= first_page))",
                name=op.f("ck_grants_pages"),
            ),
            nullable=True,
        ),
        sa.Column(
            "scope",
            sa.String(12),
            sa.CheckConstraint("scope IN ('view','view_copy')", name=op.f("ck_grants_scope")),
            nullable=False,
            server_default="view_copy",
        ),
        sa.Column("trace", sa.String(12), nullable=False, server_default=""),
    ):
        op.add_column("grants", column)
    _fill()
    op.create_index("uq_grants_trace", "grants", ["trace"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_grants_trace", table_name="grants")
    for column in ("trace", "scope", "last_page", "first_page", "valid_from"):
        op.drop_column("grants", column)


def _fill() -> None:
    """Let leave of before begin when it was given, and give each a code; its marks stay as they are."""
    connection, last = op.get_bind(), ""
    while True:
        rows = connection.execute(
            sa.select(grants.c.id, grants.c.given_at, grants.c.until)
            .where(grants.c.id > last)
            .order_by(grants.c.id)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        for row in rows:
            begin = {"valid_from": row.given_at} if row.given_at < row.until else {}
            connection.execute(
                grants.update().where(grants.c.id == row.id).values(trace=tracing.new_code(), **begin)
            )
        last = rows[-1].id
