"""The look of a second person at scans, rescans, and the closing of batches

Revision: 0048, after 0046
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0046"
branch_labels = None
depends_on = None

KEY = "check_percent"
BASIS = "Giá trị ban đầu, cần đơn vị xác nhận"
SINCE = date(2025, 7, 1)

periods = sa.table(
    "dated_values",
    sa.column("key", sa.String),
    sa.column("value", sa.String),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("legal_basis", sa.String),
)

REASONS = (
    ("cropped", "Mất mép, mất chữ ở rìa", "Cut off at an edge"),
    ("dark", "Quá tối hoặc quá nhạt", "Too dark or too pale"),
    ("skewed", "Lệch, nghiêng", "Lies askew"),
    ("turned", "Ngược hoặc nằm ngang", "Upside down or sideways"),
    ("unreadable", "Mờ, không đọc được", "Blurred, cannot be read"),
    ("folded", "Giấy gập, bị che", "Folded or covered"),
    ("missing_side", "Thiếu mặt", "A side is missing"),
    ("wrong_order", "Sai thứ tự", "In the wrong place"),
    ("twice", "Quét trùng", "Scanned twice"),
    ("foreign", "Trang của hồ sơ khác", "Belongs to another file"),
    ("other", "Lý do khác (ghi rõ)", "Something else (say what)"),
)


def upgrade() -> None:
    with op.batch_alter_table("scans") as table:
        table.add_column(sa.Column("brought_by", sa.String(10), nullable=True))
        table.create_foreign_key(op.f("fk_scans_brought_by_people"), "people", ["brought_by"], ["id"])
    op.create_index("ix_scans_batch_brought_by", "scans", ["batch_id", "brought_by"])
    op.execute(
        "UPDATE scans SET brought_by = (SELECT operator_id FROM batches WHERE batches.id = scans.batch_id)"
    )
    at_work = sa.text("closed_at IS NULL AND withdrawn_at IS NULL")
    op.create_index(
        "ix_batches_at_work", "batches", ["created_at", "id"], sqlite_where=at_work, postgresql_where=at_work
    )
    _reasons()
    _samples()
    _checks()
    _closings()
    op.bulk_insert(
        periods,
        [{"key": KEY, "value": "10", "valid_from": SINCE, "valid_to": None, "legal_basis": BASIS}],
    )


def downgrade() -> None:
    op.execute(periods.delete().where(periods.c.key == KEY))
    for name in ("batch_closings", "page_checks", "check_samples", "check_reasons"):
        op.drop_table(name)
    op.drop_index("ix_batches_at_work", "batches")
    op.drop_index("ix_scans_batch_brought_by", "scans")
    with op.batch_alter_table("scans") as table:
        table.drop_constraint(op.f("fk_scans_brought_by_people"), type_="foreignkey")
        table.drop_column("brought_by")


def _reasons() -> None:
    reasons = op.create_table(
        "check_reasons",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name_vi", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_reasons")),
        sa.UniqueConstraint("code", "valid_from", name="uq_check_reasons_code_valid_from"),
    )
    op.bulk_insert(
        reasons,
        [
            {
                "id": f"chkrsn{place:04}",
                "code": code,
                "name_vi": vietnamese,
                "name_en": english,
                "valid_from": SINCE,
                "valid_to": None,
                "legal_basis": BASIS,
                "position": place,
            }
            for place, (code, vietnamese, english) in enumerate(REASONS, start=1)
        ],
    )


def _samples() -> None:
    op.create_table(
        "check_samples",
        sa.Column("batch_id", sa.String(10), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("raised_by", sa.String(10), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raise_reason", sa.String(500), nullable=False),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_check_samples_percent")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_check_samples_batch_id_batches")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_check_samples")),
    )


def _checks() -> None:
    op.create_table(
        "page_checks",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("batch_id", sa.String(10), nullable=False),
        sa.Column("page_id", sa.String(10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("operator_id", sa.String(10), nullable=True),
        sa.Column("claimed_by", sa.String(10), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.String(10), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_id", sa.String(10), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','accepted','rescan','rescanned','rejected')",
            name=op.f("ck_page_checks_state"),
        ),
        sa.CheckConstraint("(state = 'waiting') = (checked_at IS NULL)", name=op.f("ck_page_checks_checked")),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (checked_by IS NULL)", name=op.f("ck_page_checks_checked_by")
        ),
        sa.CheckConstraint(
            "state IN ('waiting','accepted') OR reason_id IS NOT NULL", name=op.f("ck_page_checks_reason")
        ),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)", name=op.f("ck_page_checks_claimed")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_page_checks_batch_id_batches")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_page_checks_page_id_pages")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["people.id"], name=op.f("fk_page_checks_operator_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["check_reasons.id"], name=op.f("fk_page_checks_reason_id_check_reasons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_checks")),
    )
    op.create_index("uq_page_checks_page_round", "page_checks", ["page_id", "round"], unique=True)
    op.create_index("ix_page_checks_batch_state", "page_checks", ["batch_id", "state", "position"])
    op.create_index(
        "ix_page_checks_checked",
        "page_checks",
        ["checked_at", "operator_id", "batch_id", "state", "reason_id"],
    )
    op.create_index("ix_page_checks_state", "page_checks", ["state", "checked_at"])


def _closings() -> None:
    op.create_table(
        "batch_closings",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("batch_id", sa.String(10), nullable=False),
        sa.Column("closed_by", sa.String(10), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("explanation", sa.String(1000), nullable=False),
        sa.Column("reopened_by", sa.String(10), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopen_reason", sa.String(500), nullable=False),
        sa.CheckConstraint(
            "(reopened_at IS NULL) = (reopened_by IS NULL)", name=op.f("ck_batch_closings_reopened")
        ),
        sa.CheckConstraint(
            "explanation <> '' OR (expected IS NOT NULL AND expected = accepted + rejected)",
            name=op.f("ck_batch_closings_explained"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_closings_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_closings")),
    )
    op.create_index("ix_batch_closings_batch", "batch_closings", ["batch_id", "closed_at"])
