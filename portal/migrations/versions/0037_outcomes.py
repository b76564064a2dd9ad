"""More that can come of a document: not held, open already, passed on; and by which rule it was decided

Revision: 0037, after 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

STATES = "state IN ('submitted','proposed','granted','refused','revoked','withdrawn','lapsed','transferred')"
MORE_STATES = (
    "state IN ('submitted','proposed','granted','refused','revoked','withdrawn','lapsed','transferred',"
    "'not_held','already_open')"
)
RESOLUTIONS = "resolution IN ('granted','partly_granted','refused','transferred','withdrawn','lapsed')"
MORE_RESOLUTIONS = (
    "resolution IN ('granted','partly_granted','refused','not_held','already_open','transferred',"
    "'withdrawn','lapsed')"
)
ACTS = "act IN ('grant','refuse')"
MORE_ACTS = "act IN ('grant','refuse','not_held','already_open','transfer')"

items = sa.table(
    "request_items",
    sa.column("id", sa.String),
    sa.column("term_id", sa.String),
    sa.column("review_on", sa.Date),
)
drafts = sa.table(
    "decision_drafts",
    sa.column("item_id", sa.String),
    sa.column("state", sa.String),
    sa.column("term_id", sa.String),
    sa.column("review_on", sa.Date),
)


def upgrade() -> None:
    with op.batch_alter_table("request_items") as table:
        table.add_column(sa.Column("term_id", sa.String(10), nullable=True))
        table.add_column(sa.Column("review_on", sa.Date(), nullable=True))
        table.create_foreign_key(
            op.f("fk_request_items_term_id_access_terms"), "access_terms", ["term_id"], ["id"]
        )
        table.drop_constraint(op.f("ck_request_items_state"), type_="check")
        table.create_check_constraint(op.f("ck_request_items_state"), MORE_STATES)
    with op.batch_alter_table("requests") as table:
        table.drop_constraint(op.f("ck_requests_resolution"), type_="check")
        table.create_check_constraint(op.f("ck_requests_resolution"), MORE_RESOLUTIONS)
    with op.batch_alter_table("decision_drafts") as table:
        table.alter_column("act", type_=sa.String(12), existing_type=sa.String(8), existing_nullable=False)
        table.drop_constraint(op.f("ck_decision_drafts_act"), type_="check")
        table.create_check_constraint(op.f("ck_decision_drafts_act"), MORE_ACTS)
    _keep_what_drafts_said()


def _keep_what_drafts_said() -> None:
    """Bring rule and day of review of what was signed to the document; until now only its draft had them."""
    is_of_it = (drafts.c.item_id == items.c.id) & (drafts.c.state == "signed")
    for column in ("term_id", "review_on"):
        said = sa.select(drafts.c[column]).where(is_of_it).scalar_subquery()
        op.execute(items.update().where(sa.exists().where(is_of_it)).values({column: said}))


def downgrade() -> None:
    # The older release knows neither: what is not here is refused for it, what is open needs no leave.
    for statement in (
        "UPDATE decision_drafts SET act = 'refuse' WHERE act IN ('not_held','already_open','transfer')",
        "UPDATE request_items SET state = 'refused' WHERE state = 'not_held'",
        "UPDATE request_items SET state = 'withdrawn' WHERE state = 'already_open'",
        "UPDATE requests SET resolution = 'refused' WHERE resolution = 'not_held'",
        "UPDATE requests SET resolution = 'withdrawn' WHERE resolution = 'already_open'",
    ):
        op.execute(sa.text(statement))
    with op.batch_alter_table("decision_drafts") as table:
        table.drop_constraint(op.f("ck_decision_drafts_act"), type_="check")
        table.create_check_constraint(op.f("ck_decision_drafts_act"), ACTS)
        table.alter_column("act", type_=sa.String(8), existing_type=sa.String(12), existing_nullable=False)
    with op.batch_alter_table("requests") as table:
        table.drop_constraint(op.f("ck_requests_resolution"), type_="check")
        table.create_check_constraint(op.f("ck_requests_resolution"), RESOLUTIONS)
    with op.batch_alter_table("request_items") as table:
        table.drop_constraint(op.f("ck_request_items_state"), type_="check")
        table.create_check_constraint(op.f("ck_request_items_state"), STATES)
        table.drop_constraint(op.f("fk_request_items_term_id_access_terms"), type_="foreignkey")
        table.drop_column("review_on")
        table.drop_column("term_id")
