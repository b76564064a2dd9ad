"""How far the work on a request is, its clock, its messages, and the periods that hold for it

Revision: 0023, after 0022
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STATUSES = (
    "status IN ('received','in_review','awaiting_reader','consulting','decided','transferred',"
    "'withdrawn','lapsed')"
)
RESOLUTIONS = "resolution IN ('granted','partly_granted','refused','transferred','withdrawn','lapsed')"
STATES = "state IN ('submitted','granted','refused','revoked','withdrawn')"
MORE_STATES = "state IN ('submitted','granted','refused','revoked','withdrawn','lapsed','transferred')"

AT_ONCE = 500
REMINDER = "request_reminder_days"

periods = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)

requests = sa.table(
    "requests", sa.column("id", sa.String), sa.column("status", sa.String), sa.column("resolution", sa.String)
)
messages = sa.table(
    "messages", sa.column("id", sa.String), sa.column("template", sa.String), sa.column("values", sa.JSON)
)
items = sa.table("request_items", sa.column("request_id", sa.String), sa.column("state", sa.String))


def upgrade() -> None:
    with op.batch_alter_table("requests") as table:
        table.add_column(sa.Column("status", sa.String(16), nullable=False, server_default="received"))
        table.add_column(sa.Column("resolution", sa.String(16), nullable=True))
        table.add_column(sa.Column("service_id", sa.String(10), nullable=True))
        table.add_column(sa.Column("assigned_to", sa.String(10), nullable=True))
        table.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("remaining_days", sa.Integer(), nullable=True))
        table.add_column(sa.Column("paused_since", sa.Date(), nullable=True))
        table.add_column(sa.Column("calendar_mark", sa.String(80), nullable=False, server_default=""))
        table.add_column(sa.Column("lapse_told_at", sa.DateTime(timezone=True), nullable=True))
        table.create_check_constraint(op.f("ck_requests_status"), STATUSES)
        table.create_check_constraint(op.f("ck_requests_resolution"), RESOLUTIONS)
        table.create_check_constraint(
            op.f("ck_requests_paused"), "(paused_since IS NULL) = (remaining_days IS NULL)"
        )
        table.create_foreign_key(
            op.f("fk_requests_service_id_service_types"), "service_types", ["service_id"], ["id"]
        )
        table.create_foreign_key(op.f("fk_requests_assigned_to_people"), "people", ["assigned_to"], ["id"])
        table.create_index("ix_requests_status_due", ["status", "due_on", "number"])
        table.create_index(op.f("ix_requests_assigned_to"), ["assigned_to"])
    _tell_what_came_of_them()
    _give_old_notices_a_day()
    with op.batch_alter_table("request_items") as table:
        table.drop_constraint(op.f("ck_request_items_state"), type_="check")
        table.create_check_constraint(op.f("ck_request_items_state"), MORE_STATES)
    _create_clock_and_messages()
    op.bulk_insert(
        periods,
        [
            {
                "key": REMINDER,
                "value": "3",
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": "Giá trị ban đầu, cần đơn vị xác nhận",
            }
        ],
    )


def _tell_what_came_of_them() -> None:
    """Write the status of what was asked before; it has no due day, since no clock was kept."""
    undecided, granted, refused = _holds("submitted"), _holds("granted", "revoked"), _holds("refused")
    for which, status, resolution in (
        (granted & refused, "decided", "partly_granted"),
        (granted & ~refused, "decided", "granted"),
        (~granted & refused, "decided", "refused"),
        (~granted & ~refused, "withdrawn", "withdrawn"),
    ):
        op.execute(requests.update().where(~undecided & which).values(status=status, resolution=resolution))


def _give_old_notices_a_day() -> None:
    """What was told on arrival names a last day from now on; of what was told before there is none."""
    connection, last = op.get_bind(), ""
    while rows := connection.execute(
        sa.select(messages.c.id, messages.c["values"])
        .where(messages.c.template == "request_received", messages.c.id > last)
        .order_by(messages.c.id)
        .limit(AT_ONCE)
    ).all():
        for row in rows:
            connection.execute(
                messages.update().where(messages.c.id == row[0]).values({"values": {"due": "…", **row[1]}})
            )
        last = rows[-1][0]


def _holds(*states: str) -> sa.ColumnElement[bool]:
    of_it = items.c.request_id == requests.c.id
    return sa.exists().where(of_it, items.c.state.in_(states))


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key == REMINDER))
    op.drop_table("request_messages")
    op.drop_table("request_clock_events")
    # The older release knows neither; what ended without a decision is over for it by withdrawing.
    op.execute(
        sa.text("UPDATE request_items SET state = 'withdrawn' WHERE state IN ('lapsed','transferred')")
    )
    with op.batch_alter_table("request_items") as table:
        table.drop_constraint(op.f("ck_request_items_state"), type_="check")
        table.create_check_constraint(op.f("ck_request_items_state"), STATES)
    with op.batch_alter_table("requests") as table:
        table.drop_index(op.f("ix_requests_assigned_to"))
        table.drop_index("ix_requests_status_due")
        table.drop_constraint(op.f("fk_requests_assigned_to_people"), type_="foreignkey")
        table.drop_constraint(op.f("fk_requests_service_id_service_types"), type_="foreignkey")
        for name in ("status", "resolution", "paused"):
            table.drop_constraint(op.f(f"ck_requests_{name}"), type_="check")
        for name in (
            "lapse_told_at",
            "calendar_mark",
            "paused_since",
            "remaining_days",
            "due_on",
            "assigned_to",
            "service_id",
            "resolution",
            "status",
        ):
            table.drop_column(name)


def _create_clock_and_messages() -> None:
    op.create_table(
        "request_clock_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("actor_id", sa.String(10), nullable=True),
        sa.CheckConstraint(
            "kind IN ('start','pause','resume','extend','recount','stop')",
            name=op.f("ck_request_clock_events_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_request_clock_events_actor_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_clock_events_request_id_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_clock_events")),
    )
    op.create_index(op.f("ix_request_clock_events_request_id"), "request_clock_events", ["request_id"])
    op.create_table(
        "request_messages",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("request_id", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_person", sa.String(10), nullable=False),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.CheckConstraint(
            "kind IN ('message','question','answer','note')", name=op.f("ck_request_messages_kind")
        ),
        sa.ForeignKeyConstraint(
            ["from_person"], ["people.id"], name=op.f("fk_request_messages_from_person_people")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_request_messages_request_id_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_messages")),
    )
    op.create_index("ix_request_messages_request_at", "request_messages", ["request_id", "at"])
