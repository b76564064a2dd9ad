"""Those who ask without an account: what is held, the codes to follow by, and their visits

Revision: 0034, after 0033
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KEY = "guest_hours"
KINDS = "kind IN ('registration','reset','invitation')"
MORE_KINDS = "kind IN ('registration','reset','invitation','guest')"

periods = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)


def upgrade() -> None:
    op.add_column("people", sa.Column("guest_since", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("proofs") as table:
        table.drop_constraint(op.f("ck_proofs_kind"), type_="check")
        table.create_check_constraint(op.f("ck_proofs_kind"), MORE_KINDS)
    op.create_table(
        "held_requests",
        sa.Column("proof_id", sa.String(10), nullable=False),
        sa.Column("document_ids", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(2000), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("proof_id", name=op.f("pk_held_requests")),
    )
    op.create_index(op.f("ix_held_requests_expires_at"), "held_requests", ["expires_at"])
    op.create_table(
        "guest_codes",
        sa.Column("request_id", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_guest_codes_request_id_requests")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_guest_codes")),
    )
    op.create_table(
        "guest_visits",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("request_id", sa.String(10), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_guest_visits_tries")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_guest_visits_request_id_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_visits")),
    )
    op.create_index(op.f("ix_guest_visits_expires_at"), "guest_visits", ["expires_at"])
    op.bulk_insert(
        periods,
        [
            {
                "key": KEY,
                "value": "24",
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": "Giá trị ban đầu, cần đơn vị xác nhận",
            }
        ],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key == KEY))
    op.drop_table("guest_visits")
    op.drop_table("guest_codes")
    op.drop_table("held_requests")
    op.execute(sa.text("DELETE FROM proofs WHERE kind = 'guest'"))
    with op.batch_alter_table("proofs") as table:
        table.drop_constraint(op.f("ck_proofs_kind"), type_="check")
        table.create_check_constraint(op.f("ck_proofs_kind"), KINDS)
    op.drop_column("people", "guest_since")
