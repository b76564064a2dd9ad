"""Official letters about requests, and how each kind is worded

Revision: 0036, after 0035
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KINDS = "kind IN ('receipt','question','extension','answer','transfer')"
BASIS = "Nghị định 30/2020/NĐ-CP, Phụ lục I (mẫu ban đầu, cần đơn vị xác nhận)"

FIRST = (
    (
        "receipt",
        "GIẤY TIẾP NHẬN VÀ HẸN TRẢ KẾT QUẢ",
        "GTN",
        "Yêu cầu sử dụng tài liệu lưu trữ số {so_yeu_cau}",
        "Ngày {ngay_gui}, cơ quan lưu trữ đã tiếp nhận yêu cầu số {so_yeu_cau} của ông (bà) "
        "{nguoi_yeu_cau} về việc "
        "sử dụng các tài liệu sau:\n{tai_lieu}\nMục đích sử dụng: {muc_dich}\n"
        "Thời hạn trả lời: hết ngày {han_tra_loi}, tính theo ngày làm việc.\n"
        "Cần trao đổi thêm, xin liên hệ: {lien_he}",
    ),
    (
        "question",
        "",
        "",
        "Đề nghị bổ sung thông tin cho yêu cầu số {so_yeu_cau}",
        "Cơ quan lưu trữ đang xem xét yêu cầu số {so_yeu_cau} ngày {ngay_gui} của ông (bà) "
        "{nguoi_yeu_cau} về việc sử "
        "dụng các tài liệu sau:\n{tai_lieu}\nĐể có căn cứ trả lời, đề nghị ông (bà) bổ sung: …\n"
        "Thời hạn trả lời tạm dừng cho đến khi cơ quan lưu trữ nhận được phần bổ sung.\n"
        "Cần trao đổi thêm, xin liên hệ: {lien_he}",
    ),
    (
        "extension",
        "THÔNG BÁO",
        "TB",
        "Về việc gia hạn trả lời yêu cầu số {so_yeu_cau}",
        "Yêu cầu số {so_yeu_cau} ngày {ngay_gui} của ông (bà) {nguoi_yeu_cau} về việc sử dụng các tài "
        "liệu sau cần thêm "
        "thời gian xem xét:\n{tai_lieu}\nLý do: …\n"
        "Thời hạn trả lời mới: hết ngày {han_tra_loi}. Mong ông (bà) thông cảm.\n"
        "Cần trao đổi thêm, xin liên hệ: {lien_he}",
    ),
    (
        "answer",
        "THÔNG BÁO",
        "TB",
        "Về việc trả lời yêu cầu sử dụng tài liệu số {so_yeu_cau}",
        "Xét yêu cầu số {so_yeu_cau} ngày {ngay_gui} của ông (bà) {nguoi_yeu_cau}, cơ quan lưu trữ trả "
        "lời như sau:\n"
        "{quyet_dinh}\n"
        "Tài liệu được đồng ý cho sử dụng xem tại trang yêu cầu trên cổng lưu trữ. Khi công bố, giới "
        "thiệu phải ghi rõ "
        "nguồn tài liệu.\n"
        "Không đồng ý với nội dung trả lời, ông (bà) có quyền khiếu nại theo quy định của pháp luật về "
        "khiếu nại.\n"
        "Cần trao đổi thêm, xin liên hệ: {lien_he}",
    ),
    (
        "transfer",
        "",
        "",
        "Chuyển yêu cầu sử dụng tài liệu số {so_yeu_cau}",
        "Yêu cầu số {so_yeu_cau} ngày {ngay_gui} của ông (bà) {nguoi_yeu_cau} về các tài liệu sau thuộc "
        "cơ quan khác "
        "quản lý:\n{tai_lieu}\nCơ quan lưu trữ đã chuyển yêu cầu đến: … để trả lời ông (bà).\n"
        "Cần trao đổi thêm, xin liên hệ: {lien_he}",
    ),
)


def upgrade() -> None:
    wordings = op.create_table(
        "letter_wordings",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("type_name", sa.String(60), nullable=False),
        sa.Column("type_code", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("body", sa.String(8000), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(300), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_letter_wordings_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_wordings")),
        sa.UniqueConstraint("kind", "valid_from", name=op.f("uq_letter_wordings_kind_valid_from")),
    )
    op.create_table(
        "letter_year_counts",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_letter_year_counts")),
    )
    _create_letters()
    op.bulk_insert(
        wordings,
        [
            {
                "id": f"lett{number:06d}",
                "kind": kind,
                "type_name": type_name,
                "type_code": type_code,
                "subject": subject,
                "body": body,
                "valid_from": date(2025, 7, 1),
                "valid_to": None,
                "legal_basis": BASIS,
            }
            for number, (kind, type_name, type_code, subject, body) in enumerate(FIRST, 1)
        ],
    )


def downgrade() -> None:
    op.drop_table("issued_letters")
    op.drop_table("letter_year_counts")
    op.drop_table("letter_wordings")
    op.execute("DELETE FROM site_values WHERE key LIKE 'letter_%'")


def _create_letters() -> None:
    op.create_table(
        "issued_letters",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("request_id", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("wording_id", sa.String(10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(60), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(10), nullable=False),
        sa.Column("above", sa.String(120), nullable=False),
        sa.Column("issuer", sa.String(120), nullable=False),
        sa.Column("place", sa.String(60), nullable=False),
        sa.Column("type_name", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("addressee", sa.String(200), nullable=False),
        sa.Column("body", sa.String(12000), nullable=False),
        sa.Column("authority", sa.String(120), nullable=False),
        sa.Column("signed_name", sa.String(120), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(10), nullable=True),
        sa.Column("cancel_reason", sa.String(500), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_issued_letters_kind")),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by IS NULL)", name=op.f("ck_issued_letters_cancelled")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_issued_letters_request_id_requests")
        ),
        sa.ForeignKeyConstraint(
            ["wording_id"], ["letter_wordings.id"], name=op.f("fk_issued_letters_wording_id_letter_wordings")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["people.id"], name=op.f("fk_issued_letters_issued_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["cancelled_by"], ["people.id"], name=op.f("fk_issued_letters_cancelled_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_letters")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_issued_letters_year_number")),
    )
    op.create_index("ix_issued_letters_request", "issued_letters", ["request_id", "issued_at"])
