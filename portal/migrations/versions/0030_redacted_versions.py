"""Redacted versions of documents, their boxes and pages, and leave for them

Revision: 0030, after 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _versions()
    _boxes()
    _pages()
    op.add_column("grants", sa.Column("redaction_id", sa.String(10), nullable=True))
    op.create_index("ix_grants_redaction_id", "grants", ["redaction_id"])
    op.add_column("decision_drafts", sa.Column("redaction_id", sa.String(10), nullable=True))


def downgrade() -> None:
    op.drop_column("decision_drafts", "redaction_id")
    # The older release would show the original under such leave: it ends at once.
    op.execute(
        sa.text(
            "UPDATE grants SET revoked_at = valid_from, revoked_by = given_by"
            " WHERE redaction_id IS NOT NULL AND revoked_at IS NULL"
        )
    )
    op.drop_index("ix_grants_redaction_id", "grants")
    op.drop_column("grants", "redaction_id")
    for table in ("redacted_pages", "redaction_boxes", "redactions"):
        op.drop_table(table)


def _versions() -> None:
    op.create_table(
        "redactions",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("document_id", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("made_by", sa.String(10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_standing", sa.String(2000), nullable=False),
        sa.Column("left_findings", sa.String(64), nullable=False),
        sa.Column("confirmed_by", sa.String(10), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(10), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(500), nullable=False),
        sa.Column("past", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft','offered','confirmed','returned','withdrawn')",
            name=op.f("ck_redactions_state"),
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> made_by", name=op.f("ck_redactions_four_eyes")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR confirmed_by IS NOT NULL", name=op.f("ck_redactions_confirmed")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["nodes.id"], name=op.f("fk_redactions_document_id_nodes")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_redactions_made_by_people")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["people.id"], name=op.f("fk_redactions_confirmed_by_people")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_redactions_ended_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redactions")),
    )
    op.create_index("uq_redactions_document_version", "redactions", ["document_id", "version"], unique=True)
    op.create_index("ix_redactions_state", "redactions", ["state"])


def _boxes() -> None:
    op.create_table(
        "redaction_boxes",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("redaction_id", sa.String(10), nullable=False),
        sa.Column("page_id", sa.String(10), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            '"left" >= 0 AND top >= 0 AND width > 0 AND height > 0', name=op.f("ck_redaction_boxes_place")
        ),
        sa.ForeignKeyConstraint(
            ["redaction_id"], ["redactions.id"], name=op.f("fk_redaction_boxes_redaction_id_redactions")
        ),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_redaction_boxes_page_id_pages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction_boxes")),
    )
    op.create_index("ix_redaction_boxes_redaction_page", "redaction_boxes", ["redaction_id", "page_id"])


def _pages() -> None:
    op.create_table(
        "redacted_pages",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("redaction_id", sa.String(10), nullable=False),
        sa.Column("page_id", sa.String(10), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("blob_sha256", sa.String(64), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("engine", sa.String(60), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("quality", sa.String(4), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("failure_code", sa.String(60), nullable=False),
        sa.CheckConstraint("state IN ('waiting','made','failed')", name=op.f("ck_redacted_pages_state")),
        sa.CheckConstraint(
            "NOT is_drawn OR state <> 'made' OR blob_sha256 IS NOT NULL",
            name=op.f("ck_redacted_pages_picture"),
        ),
        sa.ForeignKeyConstraint(
            ["redaction_id"], ["redactions.id"], name=op.f("fk_redacted_pages_redaction_id_redactions")
        ),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_redacted_pages_page_id_pages")),
        sa.ForeignKeyConstraint(
            ["blob_sha256"], ["blobs.sha256"], name=op.f("fk_redacted_pages_blob_sha256_blobs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redacted_pages")),
    )
    op.create_index(
        "uq_redacted_pages_redaction_page", "redacted_pages", ["redaction_id", "page_id"], unique=True
    )
    op.create_index("ix_redacted_pages_page_id", "redacted_pages", ["page_id"])
