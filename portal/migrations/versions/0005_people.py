"""People in order by given name, proofs of e-mail addresses, withdrawn requests, ends told ahead

Revision: 0005, after 0004
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

from portal.core import collation
from portal.search import analysis

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AT_ONCE = 500

PERIODS = {
    "grant_notice_days": "7",
    "registration_hours": "24",
    "reset_hours": "1",
    "invitation_hours": "168",
}
BASIS = "Giá trị ban đầu, cần đơn vị xác nhận"
STATES = "state IN ('submitted','granted','refused','revoked')"
STATES_WITH_WITHDRAWN = "state IN ('submitted','granted','refused','revoked','withdrawn')"

people = sa.table(
    "people",
    sa.column("id", sa.String),
    sa.column("name", sa.String),
    sa.column("email", sa.String),
    sa.column("sort_key", sa.String),
    sa.column("folded", sa.String),
)
periods = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("sort_key", sa.String(700), nullable=False, server_default=""))
        table.add_column(sa.Column("folded", sa.String(600), nullable=False, server_default=""))
        table.create_index("ix_people_sort", ["sort_key", "id"])
    _put_in_order()
    _create_proofs()
    with op.batch_alter_table("request_items") as table:
        table.add_column(sa.Column("end_told_ahead_at", sa.DateTime(timezone=True), nullable=True))
        table.drop_constraint(op.f("ck_request_items_state"), type_="check")
        table.create_check_constraint(op.f("ck_request_items_state"), STATES_WITH_WITHDRAWN)
    op.bulk_insert(
        periods,
        [
            {
                "key": key,
                "value": value,
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": BASIS,
            }
            for key, value in PERIODS.items()
        ],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key.in_(list(PERIODS))))
    # The older release knows no withdrawing; what was withdrawn is over for it by refusal.
    op.execute(sa.text("UPDATE request_items SET state = 'refused' WHERE state = 'withdrawn'"))
    with op.batch_alter_table("request_items") as table:
        table.drop_constraint(op.f("ck_request_items_state"), type_="check")
        table.create_check_constraint(op.f("ck_request_items_state"), STATES)
        table.drop_column("end_told_ahead_at")
    op.drop_table("proofs")
    with op.batch_alter_table("people") as table:
        table.drop_index("ix_people_sort")
        table.drop_column("folded")
        table.drop_column("sort_key")


def _create_proofs() -> None:
    op.create_table(
        "proofs",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("made_by", sa.String(length=10), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('registration','reset','invitation')", name=op.f("ck_proofs_kind")),
        sa.CheckConstraint(
            "(kind = 'invitation') = (role IS NOT NULL)", name=op.f("ck_proofs_role_of_invitation")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_proofs_made_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
        sa.UniqueConstraint("digest", name=op.f("uq_proofs_digest")),
    )
    op.create_index("ix_proofs_kind_created", "proofs", ["kind", "created_at"])
    op.create_index(op.f("ix_proofs_email"), "proofs", ["email"])
    op.create_index(op.f("ix_proofs_expires_at"), "proofs", ["expires_at"])


def _put_in_order() -> None:
    """Write the keys of everybody who is here already, a few hundred at a time."""
    connection, last = op.get_bind(), ""
    while rows := connection.execute(
        sa.select(people.c.id, people.c.name, people.c.email)
        .where(people.c.id > last)
        .order_by(people.c.id)
        .limit(AT_ONCE)
    ).all():
        for row in rows:
            connection.execute(
                people.update()
                .where(people.c.id == row.id)
                .values(
                    sort_key=collation.person_key(row.name),
                    folded=analysis.fold(f"{row.name} {row.email}"),
                )
            )
        last = rows[-1].id
