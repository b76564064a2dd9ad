"""Purges by two people with their tombstones, the list of backups, originals that left the store

Revision: 0051, after 0054
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0054"
branch_labels = None
depends_on = None

SINCE = date(2025, 7, 1)
TO_CONFIRM = "cần đơn vị xác nhận điều khoản"

BASES = (
    (
        "state_secret",
        "Tài liệu bí mật nhà nước không được đưa lên hệ thống",
        "State secret that must not be in this system",
        f"Luật Bảo vệ bí mật nhà nước; {TO_CONFIRM}",
    ),
    (
        "personal_data",
        "Xóa dữ liệu cá nhân theo yêu cầu hoặc quyết định",
        "Personal data to be erased on demand or by decision",
        f"Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15; {TO_CONFIRM}",
    ),
    (
        "destroyed",
        "Tài liệu hết thời hạn lưu trữ, đã có quyết định hủy",
        "Retention has ended and destruction was decided",
        f"Luật Lưu trữ 33/2024/QH15; {TO_CONFIRM}",
    ),
    (
        "mistake",
        "Nhập nhầm: không thuộc kho lưu trữ này",
        "Taken in by mistake: it does not belong to this archive",
        f"Luật Lưu trữ 33/2024/QH15; {TO_CONFIRM}",
    ),
)

is_open = sa.text("state IN ('proposed','confirmed')")


def upgrade() -> None:
    op.add_column("blobs", sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
    _backups()
    _bases()
    _purges()
    _takeouts()


def downgrade() -> None:
    op.drop_index("ix_batches_takeout_id", "batches")
    with op.batch_alter_table("batches") as table:
        table.drop_constraint(op.f("fk_batches_takeout_id_takeouts"), type_="foreignkey")
        table.drop_column("takeout_id")
    for name in ("takeout_files", "takeouts", "purge_tombstones", "purges", "purge_bases", "backup_copies"):
        op.drop_table(name)
    with op.batch_alter_table("blobs") as table:
        table.drop_column("purged_at")


def _backups() -> None:
    op.create_table(
        "backup_copies",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("originals", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_copies")),
    )
    op.create_index("ix_backup_copies_made_at", "backup_copies", ["made_at"])


def _bases() -> None:
    bases = op.create_table(
        "purge_bases",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name_vi", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("legal_basis", sa.String(300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge_bases")),
        sa.UniqueConstraint("code", "valid_from", name="uq_purge_bases_code_valid_from"),
    )
    op.bulk_insert(
        bases,
        [
            {
                "id": f"purgeb{place:04}",
                "code": code,
                "name_vi": vietnamese,
                "name_en": english,
                "legal_basis": law,
                "valid_from": SINCE,
                "valid_to": None,
                "position": place,
            }
            for place, (code, vietnamese, english, law) in enumerate(BASES, start=1)
        ],
    )


def _purges() -> None:
    op.create_table(
        "purges",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("object_id", sa.String(10), nullable=False),
        sa.Column("basis_id", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("proposed_by", sa.String(10), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(10), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(10), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(1000), server_default="", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('document','page','scan','batch')", name=op.f("ck_purges_kind")),
        sa.CheckConstraint(
            "state IN ('proposed','confirmed','done','declined','withdrawn')", name=op.f("ck_purges_state")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> proposed_by", name=op.f("ck_purges_two_people")
        ),
        sa.CheckConstraint(
            "state NOT IN ('confirmed','done') OR confirmed_by IS NOT NULL", name=op.f("ck_purges_confirmed")
        ),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_purges_done")),
        sa.CheckConstraint("proposed_at < until", name=op.f("ck_purges_until")),
        sa.ForeignKeyConstraint(
            ["basis_id"], ["purge_bases.id"], name=op.f("fk_purges_basis_id_purge_bases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purges")),
    )
    op.create_index("ix_purges_state", "purges", ["state", "proposed_at", "id"])
    op.create_index(
        "uq_purges_object",
        "purges",
        ["object_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "purge_tombstones",
        sa.Column("object_id", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("purge_id", sa.String(10), nullable=False),
        sa.Column("was_public", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(64), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('record','page','redacted','file','copy')", name=op.f("ck_purge_tombstones_kind")
        ),
        sa.ForeignKeyConstraint(
            ["purge_id"], ["purges.id"], name=op.f("fk_purge_tombstones_purge_id_purges")
        ),
        sa.PrimaryKeyConstraint("object_id", "purge_id", name=op.f("pk_purge_tombstones")),
    )
    op.create_index("ix_purge_tombstones_purge", "purge_tombstones", ["purge_id", "kind"])
    op.create_index("ix_purge_tombstones_sha256", "purge_tombstones", ["sha256"])


def _takeouts() -> None:
    op.create_table(
        "takeouts",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fonds_id", sa.String(10), nullable=False),
        sa.Column("box", sa.String(60), nullable=False),
        sa.Column("store", sa.String(120), nullable=False),
        sa.Column("purpose", sa.String(300), nullable=False),
        sa.Column("handed_by", sa.String(120), nullable=False),
        sa.Column("handed_to", sa.String(120), nullable=False),
        sa.Column("condition_out", sa.String(1000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(10), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_by", sa.String(10), nullable=True),
        sa.Column("returned_by", sa.String(120), nullable=False),
        sa.Column("received_by", sa.String(120), nullable=False),
        sa.Column("condition_back", sa.String(1000), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(10), nullable=True),
        sa.Column("settle_note", sa.String(1000), nullable=False),
        sa.CheckConstraint(
            "state IN ('out','back','incomplete','settled','struck')", name=op.f("ck_takeouts_state")
        ),
        sa.CheckConstraint("state IN ('out','struck') OR back_at IS NOT NULL", name=op.f("ck_takeouts_back")),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_takeouts_settled")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_takeouts_number")),
        sa.ForeignKeyConstraint(["fonds_id"], ["nodes.id"], name=op.f("fk_takeouts_fonds_id_nodes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeouts")),
    )
    op.create_index("ix_takeouts_state_due", "takeouts", ["state", "due_on", "id"])
    op.create_index("uq_takeouts_number", "takeouts", ["number"], unique=True)
    op.create_table(
        "takeout_files",
        sa.Column("takeout_id", sa.String(10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(120), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("sheets_back", sa.Integer(), nullable=True),
        sa.Column("is_in_order", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.CheckConstraint("sheets >= 0", name=op.f("ck_takeout_files_sheets")),
        sa.CheckConstraint(
            "(sheets_back IS NULL) = (is_in_order IS NULL)", name=op.f("ck_takeout_files_checked")
        ),
        sa.ForeignKeyConstraint(
            ["takeout_id"], ["takeouts.id"], name=op.f("fk_takeout_files_takeout_id_takeouts")
        ),
        sa.PrimaryKeyConstraint("takeout_id", "position", name=op.f("pk_takeout_files")),
    )
    with op.batch_alter_table("batches") as table:
        table.add_column(sa.Column("takeout_id", sa.String(10), nullable=True))
        table.create_foreign_key(op.f("fk_batches_takeout_id_takeouts"), "takeouts", ["takeout_id"], ["id"])
    op.create_index("ix_batches_takeout_id", "batches", ["takeout_id"])
