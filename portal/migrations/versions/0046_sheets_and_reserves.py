"""What is known of a batch's paper, and where pages go that are set aside

Revision: 0046, after 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0053"
branch_labels = None
depends_on = None

KINDS = "kind IN ('fonds','file','holding','document')"
MORE_KINDS = "kind IN ('fonds','file','holding','document','reserve')"

FIRST_SCAN = """
    UPDATE pages SET scan_id = (
        SELECT scans.id FROM scans
        WHERE scans.document_id = pages.document_id
          AND scans.blob_sha256 = pages.blob_sha256
          AND scans.state <> 'duplicate'
        ORDER BY scans.created_at, scans.id
        LIMIT 1
    )
"""


def upgrade() -> None:
    with op.batch_alter_table("nodes") as table:
        table.drop_constraint(op.f("ck_nodes_kind"), type_="check")
        table.create_check_constraint(op.f("ck_nodes_kind"), MORE_KINDS)
    with op.batch_alter_table("protections") as table:
        table.add_column(sa.Column("reserved", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.create_check_constraint(op.f("ck_protections_reserved"), "NOT reserved OR published_at IS NULL")
    op.add_column("pages", sa.Column("scan_id", sa.String(10), nullable=True))
    op.execute(FIRST_SCAN)
    op.create_index("ix_pages_scan_id_frame", "pages", ["scan_id", "frame"])
    with op.batch_alter_table("batches") as table:
        table.add_column(sa.Column("box", sa.String(60), server_default="", nullable=False))
        table.add_column(sa.Column("folders", sa.String(300), server_default="", nullable=False))
        table.add_column(sa.Column("expected_sheets", sa.Integer(), nullable=True))
        table.add_column(sa.Column("sides", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("scanner", sa.String(60), server_default="", nullable=False))
        table.create_check_constraint(op.f("ck_batches_sides"), "sides IN (1, 2)")
        table.create_check_constraint(
            op.f("ck_batches_expected_sheets"), "expected_sheets IS NULL OR expected_sheets >= 0"
        )
    op.create_table(
        "set_aside",
        sa.Column("page_id", sa.String(10), nullable=False),
        sa.Column("batch_id", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("document_id", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(10), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('separator','batch_sheet','blank','rejected','replaced')",
            name=op.f("ck_set_aside_reason"),
        ),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_set_aside_page_id_pages")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_set_aside_batch_id_batches")),
        sa.ForeignKeyConstraint(["document_id"], ["nodes.id"], name=op.f("fk_set_aside_document_id_nodes")),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name=op.f("fk_set_aside_set_by_people")),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_set_aside")),
    )
    op.create_index(op.f("ix_set_aside_batch_id"), "set_aside", ["batch_id"])
    op.create_table(
        "page_codes",
        sa.Column("page_id", sa.String(10), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_page_codes_page_id_pages")),
        sa.PrimaryKeyConstraint("page_id", "code", name=op.f("pk_page_codes")),
    )
    _rearrangements()


def _rearrangements() -> None:
    op.create_table(
        "rearrangements",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("batch_id", sa.String(10), nullable=False),
        sa.Column("work", sa.String(10), nullable=False),
        sa.Column("made_by", sa.String(10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(10), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("work IN ('split','collate')", name=op.f("ck_rearrangements_work")),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_rearrangements_undone")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_rearrangements_batch_id_batches")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_rearrangements_made_by_people")),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["people.id"], name=op.f("fk_rearrangements_undone_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rearrangements")),
    )
    op.create_index(op.f("ix_rearrangements_batch_id"), "rearrangements", ["batch_id"])
    op.create_table(
        "page_moves",
        sa.Column("rearrangement_id", sa.String(10), nullable=False),
        sa.Column("page_id", sa.String(10), nullable=False),
        sa.Column("from_document", sa.String(10), nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=False),
        sa.Column("to_document", sa.String(10), nullable=False),
        sa.Column("to_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rearrangement_id"],
            ["rearrangements.id"],
            name=op.f("fk_page_moves_rearrangement_id_rearrangements"),
        ),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_page_moves_page_id_pages")),
        sa.ForeignKeyConstraint(
            ["from_document"], ["nodes.id"], name=op.f("fk_page_moves_from_document_nodes")
        ),
        sa.ForeignKeyConstraint(["to_document"], ["nodes.id"], name=op.f("fk_page_moves_to_document_nodes")),
        sa.PrimaryKeyConstraint("rearrangement_id", "page_id", name=op.f("pk_page_moves")),
    )
    op.create_table(
        "split_marks",
        sa.Column("batch_id", sa.String(10), nullable=False),
        sa.Column("page_id", sa.String(10), nullable=False),
        sa.Column("mark", sa.String(10), nullable=False),
        sa.CheckConstraint("mark IN ('begin','join','aside')", name=op.f("ck_split_marks_mark")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_split_marks_batch_id_batches")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_split_marks_page_id_pages")),
        sa.PrimaryKeyConstraint("batch_id", "page_id", name=op.f("pk_split_marks")),
    )


def downgrade() -> None:
    # The older release knows no reserve: what was set aside becomes a document that nobody described.
    for name in ("split_marks", "page_moves", "rearrangements", "page_codes"):
        op.drop_table(name)
    op.drop_index(op.f("ix_set_aside_batch_id"), "set_aside")
    op.drop_table("set_aside")
    op.execute("UPDATE nodes SET kind = 'document' WHERE kind = 'reserve'")
    op.execute("UPDATE protections SET level = 'conditional' WHERE reserved AND level IS NULL")
    with op.batch_alter_table("batches") as table:
        table.drop_constraint(op.f("ck_batches_expected_sheets"), type_="check")
        table.drop_constraint(op.f("ck_batches_sides"), type_="check")
        for name in ("scanner", "sides", "expected_sheets", "folders", "box"):
            table.drop_column(name)
    op.drop_index("ix_pages_scan_id_frame", "pages")
    with op.batch_alter_table("pages") as table:
        table.drop_column("scan_id")
    with op.batch_alter_table("protections") as table:
        table.drop_constraint(op.f("ck_protections_reserved"), type_="check")
        table.drop_column("reserved")
    with op.batch_alter_table("nodes") as table:
        table.drop_constraint(op.f("ck_nodes_kind"), type_="check")
        table.create_check_constraint(op.f("ck_nodes_kind"), KINDS)
