"""Pauses, quiet hours, the place of a batch in the queue, skipped pages, and for how long jobs were held

Revision: 0055, after 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0048"
branch_labels = None
depends_on = None

STATES = "state IN ('waiting','leased','done','dead')"
MORE_STATES = "state IN ('waiting','leased','held','done','dead')"
IN_BUNDLE = sa.text("bundle IS NOT NULL")
SUSPECT = sa.text("deaths >= 3")

OF_PAGES = """
    UPDATE jobs SET bundle = (
        SELECT scans.batch_id FROM pages JOIN scans ON scans.id = pages.scan_id WHERE pages.id = jobs.subject
    ) WHERE kind = 'page.read'
"""
OF_FILES = """
    UPDATE jobs SET bundle = (SELECT scans.batch_id FROM scans WHERE scans.id = jobs.subject)
    WHERE kind IN ('ingest.split', 'ingest.signatures')
"""


def upgrade() -> None:
    _states(MORE_STATES)
    op.add_column("jobs", sa.Column("bundle", sa.String(10), nullable=True))
    op.add_column("jobs", sa.Column("leased_at", sa.Float(), nullable=True))
    op.create_index("ix_jobs_bundle", "jobs", ["bundle"], sqlite_where=IN_BUNDLE, postgresql_where=IN_BUNDLE)
    op.add_column("job_attempts", sa.Column("seconds", sa.Float(), nullable=True))
    op.execute(OF_PAGES)
    op.execute(OF_FILES)
    op.create_table(
        "job_pauses",
        sa.Column("target", sa.String(10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_by", sa.String(10), nullable=True),
        sa.Column("reason", sa.String(300), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_job_pauses")),
    )
    _quiet_hours()
    op.create_table(
        "batch_places",
        sa.Column("batch_id", sa.String(10), nullable=False),
        sa.Column("place", sa.String(10), nullable=False),
        sa.Column("placed_by", sa.String(10), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place IN ('first','last')", name=op.f("ck_batch_places_place")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_places_batch_id_batches")),
        sa.ForeignKeyConstraint(["placed_by"], ["people.id"], name=op.f("fk_batch_places_placed_by_people")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batch_places")),
    )
    op.create_table(
        "skipped_pages",
        sa.Column("page_id", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("skipped_by", sa.String(10), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_skipped_pages_page_id_pages")),
        sa.ForeignKeyConstraint(
            ["skipped_by"], ["people.id"], name=op.f("fk_skipped_pages_skipped_by_people")
        ),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_skipped_pages")),
    )


def downgrade() -> None:
    for name in ("skipped_pages", "batch_places", "quiet_hours", "job_pauses"):
        op.drop_table(name)
    # The older release knows no pause: what was held is read.
    op.execute("UPDATE jobs SET state = 'waiting' WHERE state = 'held'")
    op.drop_index("ix_jobs_bundle", "jobs")
    with op.batch_alter_table("job_attempts") as table:
        table.drop_column("seconds")
    with op.batch_alter_table("jobs") as table:
        table.drop_column("leased_at")
        table.drop_column("bundle")
    _states(STATES)


def _states(after: str) -> None:
    # A table that is written anew forgets on which rows an index of a part stands.
    op.drop_index("ix_jobs_suspect", "jobs")
    with op.batch_alter_table("jobs") as table:
        table.drop_constraint(op.f("ck_jobs_state"), type_="check")
        table.create_check_constraint(op.f("ck_jobs_state"), after)
    op.create_index(
        "ix_jobs_suspect", "jobs", ["lane", "state"], sqlite_where=SUSPECT, postgresql_where=SUSPECT
    )


def _quiet_hours() -> None:
    op.create_table(
        "quiet_hours",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("weekdays", sa.String(7), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts >= 0 AND starts < 1440", name=op.f("ck_quiet_hours_starts")),
        sa.CheckConstraint("ends >= 0 AND ends < 1440", name=op.f("ck_quiet_hours_ends")),
        sa.CheckConstraint("readers >= 0", name=op.f("ck_quiet_hours_readers")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_quiet_hours_validity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiet_hours")),
    )
