"""What came out of ZIP files, and loads of older descriptions

Revision: 0054, after 0055
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_nodes_file_code",
        "nodes",
        ["fonds_id", "code"],
        sqlite_where=sa.text("kind = 'file'"),
        postgresql_where=sa.text("kind = 'file'"),
    )
    op.create_table(
        "archive_entries",
        sa.Column("archive_id", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("scan_id", sa.String(10), nullable=True),
        sa.Column("code", sa.String(60), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["archive_id"], ["scans.id"], name=op.f("fk_archive_entries_archive_id_scans")
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_archive_entries_scan_id_scans")),
        sa.PrimaryKeyConstraint("archive_id", "number", name=op.f("pk_archive_entries")),
    )
    op.create_index(
        "ix_archive_entries_refused",
        "archive_entries",
        ["archive_id"],
        sqlite_where=sa.text("code <> ''"),
        postgresql_where=sa.text("code <> ''"),
    )
    op.create_table(
        "legacy_loads",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("fonds_id", sa.String(10), nullable=False),
        sa.Column("batch_id", sa.String(10), nullable=False),
        sa.Column("table_name", sa.String(200), nullable=False),
        sa.Column("table_sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("loaded_by", sa.String(10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(10), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('begun','done','undoing','undone')", name=op.f("ck_legacy_loads_state")
        ),
        sa.ForeignKeyConstraint(["fonds_id"], ["nodes.id"], name=op.f("fk_legacy_loads_fonds_id_nodes")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_legacy_loads_batch_id_batches")),
        sa.ForeignKeyConstraint(["loaded_by"], ["people.id"], name=op.f("fk_legacy_loads_loaded_by_people")),
        sa.ForeignKeyConstraint(["undone_by"], ["people.id"], name=op.f("fk_legacy_loads_undone_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legacy_loads")),
    )
    op.create_index(
        "uq_legacy_loads_table",
        "legacy_loads",
        ["fonds_id", "table_sha256"],
        unique=True,
        sqlite_where=sa.text("state <> 'undone'"),
        postgresql_where=sa.text("state <> 'undone'"),
    )
    op.create_table(
        "legacy_rows",
        sa.Column("load_id", sa.String(10), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("scan_id", sa.String(10), nullable=False),
        sa.Column("document_id", sa.String(10), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["legacy_loads.id"], name=op.f("fk_legacy_rows_load_id_legacy_loads")
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_legacy_rows_scan_id_scans")),
        sa.ForeignKeyConstraint(["document_id"], ["nodes.id"], name=op.f("fk_legacy_rows_document_id_nodes")),
        sa.PrimaryKeyConstraint("load_id", "line", "part", name=op.f("pk_legacy_rows")),
    )
    op.create_index("ix_legacy_rows_document_id", "legacy_rows", ["document_id"])
    op.create_table(
        "legacy_files",
        sa.Column("load_id", sa.String(10), nullable=False),
        sa.Column("node_id", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"], ["legacy_loads.id"], name=op.f("fk_legacy_files_load_id_legacy_loads")
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_legacy_files_node_id_nodes")),
        sa.PrimaryKeyConstraint("load_id", "node_id", name=op.f("pk_legacy_files")),
    )


def downgrade() -> None:
    op.drop_table("legacy_files")
    op.drop_table("legacy_rows")
    op.drop_table("legacy_loads")
    op.drop_table("archive_entries")
    op.drop_index("ix_nodes_file_code", "nodes")
