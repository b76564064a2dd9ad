"""The rulebook: dated reasons, forms of use, purposes and undertakings, and how long each service takes

Revision: 0020, after 0019
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LAW_FROM = date(2025, 7, 1)
"""The Law on Archives 33/2024/QH15 came into force."""

UNSURE = "giá trị ban đầu, cần đơn vị xác nhận"
HEADS = f"Luật Lưu trữ 33/2024/QH15, Điều 25; Nghị định 113/2025/NĐ-CP; {UNSURE}"
USE = f"Luật Lưu trữ 33/2024/QH15; Thông tư 06/2025/TT-BNV; {UNSURE}"
ONLINE = "Thông tư 05/2025/TT-BNV, Điều 35"
PROCEDURE = "Thủ tục hành chính 1.013932"
HOUSE = f"Quy định của đơn vị; {UNSURE}"

# code, name, name in English, text, text in English, needs a day of review
HEADS_OF_REFUSAL = (
    (
        "private_life",
        "Đời sống riêng tư, bí mật cá nhân",
        "Private life, personal secrets",
        "Tài liệu nói về đời sống riêng của một người; họ hoặc người thân có quyền chưa đồng ý cho xem.",
        "The record tells of somebody's private life, and neither they nor an entitled relative have agreed.",
        True,
    ),
    (
        "family_secret",
        "Bí mật gia đình",
        "Family secrets",
        "Tài liệu nói về bí mật của một gia đình mà các thành viên chưa đồng ý cho xem.",
        "The record tells secrets of a family whose members have not agreed.",
        True,
    ),
    (
        "business_secret",
        "Bí mật kinh doanh",
        "Business secrets",
        "Tài liệu chứa bí mật kinh doanh mà chủ sở hữu chưa đồng ý cho xem.",
        "The record holds business secrets whose owner has not agreed.",
        True,
    ),
    (
        "harm_to_state",
        "Có thể gây hại đến lợi ích của Nhà nước hoặc của người khác",
        "May harm interests of the State or of others",
        "Phổ biến nội dung này có thể gây hại đến lợi ích hợp pháp của Nhà nước, tổ chức hoặc cá nhân.",
        "Spreading what it says may harm lawful interests of the State, of bodies or of persons.",
        True,
    ),
    (
        "damaged_original",
        "Bản gốc hư hỏng nặng, chưa phục chế",
        "Original badly damaged and not restored yet",
        "Bản gốc đã hư hỏng hoặc có nguy cơ hư hỏng; sau khi phục chế hoặc số hoá, bạn có thể yêu cầu lại.",
        "The original is damaged or at risk. Ask again once it is restored or scanned.",
        True,
    ),
    (
        "in_processing",
        "Đang chỉnh lý, số hoá",
        "Being arranged or scanned",
        "Tài liệu đang được xử lý nghiệp vụ; sau khi xong, bạn có thể yêu cầu lại.",
        "The record is being worked on. Ask again when that is done.",
        True,
    ),
    (
        "purpose_insufficient",
        "Mục đích sử dụng chưa đủ rõ hoặc chưa phù hợp",
        "Purpose not clear or not sufficient",
        "Mục đích nêu trong yêu cầu chưa cho thấy vì sao cần xem tài liệu này.",
        "The purpose given does not show why this record is needed.",
        False,
    ),
    (
        "evidence_missing",
        "Thiếu giấy tờ chứng minh",
        "Evidence missing",
        "Yêu cầu cần giấy tờ kèm theo mà chưa có hoặc chưa hợp lệ.",
        "The request needs papers that are missing or not valid.",
        False,
    ),
    (
        "identity_unconfirmed",
        "Chưa xác nhận được danh tính",
        "Identity not confirmed",
        "Cơ quan lưu trữ chưa xác nhận được người yêu cầu là ai.",
        "The archive could not confirm who asks.",
        False,
    ),
)

# code, outcome, name, name in English, text, text in English, can be appealed, basis
OTHER_REASONS = (
    (
        "lawful_purpose",
        "grant",
        "Mục đích phù hợp với quy định",
        "Purpose in keeping with the rules",
        "",
        "",
        False,
        HEADS,
    ),
    (
        "consent_given",
        "grant",
        "Người có quyền đã đồng ý",
        "Whoever is entitled has agreed",
        "",
        "",
        False,
        HEADS,
    ),
    (
        "not_held",
        "not_held",
        "Không có trong kho của cơ quan lưu trữ",
        "Not held by this archive",
        "Đã tìm mà không thấy tài liệu này trong kho.",
        "We looked for this record and did not find it in our holdings.",
        True,
        USE,
    ),
    (
        "held_elsewhere",
        "transferred",
        "Cơ quan khác đang giữ",
        "Held by another body",
        "Tài liệu do cơ quan khác giữ; yêu cầu được chuyển hoặc bạn được chỉ dẫn tới nơi đó.",
        "Another body holds the record; the request is passed on, or you are told where to ask.",
        False,
        USE,
    ),
)

# kind, basis, needs evidence, rows of code, name, name in English
CHOICES = (
    (
        "use_form",
        USE,
        (
            ("read_online", "Đọc trực tuyến", "Read online", False),
            ("read_room", "Đọc tại phòng đọc", "Read in the reading room", False),
            ("copy", "Bản sao", "Copy", False),
            ("certified_copy", "Bản sao giấy có xác thực", "Certified copy on paper", False),
        ),
    ),
    (
        "purpose",
        f"{ONLINE}; {UNSURE}",
        (
            ("official", "Công vụ", "Official work", True),
            ("rights", "Chứng minh quyền và lợi ích hợp pháp", "Proof of rights and lawful interests", False),
            ("research", "Nghiên cứu khoa học, lịch sử", "Research", False),
            ("study", "Học tập", "Study", False),
            ("press", "Báo chí, xuất bản", "Press, publishing", True),
            ("family", "Tìm hiểu gia đình, dòng họ", "Family history", False),
            ("other", "Mục đích khác", "Other purpose", False),
        ),
    ),
    (
        "evidence",
        f"{ONLINE}; {UNSURE}",
        (
            ("letter", "Giấy giới thiệu của cơ quan, tổ chức", "Letter of introduction", False),
            ("authority", "Giấy ủy quyền", "Letter of authority", False),
            ("kinship", "Giấy tờ chứng minh quan hệ gia đình", "Papers that prove kinship", False),
            ("consent", "Văn bản đồng ý của người có quyền", "Consent of whoever is entitled", False),
            ("priority_paper", "Giấy tờ chứng minh diện ưu tiên", "Papers that prove priority", False),
        ),
    ),
    (
        "priority",
        f"{ONLINE}; {UNSURE}",
        (
            ("merit", "Người có công với cách mạng, thân nhân", "Person of merit, or kin of one", True),
            ("disabled", "Người khuyết tật", "Disabled person", True),
            ("elderly", "Người cao tuổi", "Elderly person", False),
        ),
    ),
    (
        "extension",
        HOUSE,
        (
            ("many_records", "Yêu cầu nhiều tài liệu", "Many records are asked for", False),
            ("consulting", "Phải hỏi ý kiến cơ quan khác", "Another body has to be consulted", False),
            ("scanning", "Phải số hoá hoặc phục chế trước", "Scanning or restoring has to come first", False),
            ("searching", "Phải tìm trong kho chưa chỉnh lý", "Unsorted holdings have to be searched", False),
        ),
    ),
    (
        "takedown",
        HOUSE,
        (
            ("personal_data", "Lộ dữ liệu cá nhân", "Exposes personal data", False),
            ("family_data", "Lộ bí mật gia đình", "Exposes family secrets", False),
            ("open_by_mistake", "Công bố nhầm", "Published by mistake", False),
        ),
    ),
)

UNDERTAKING = (
    "Tôi cam kết:\n"
    "- chỉ dùng tài liệu cho mục đích đã nêu;\n"
    "- không chuyển tài liệu hay bản sao cho người khác;\n"
    "- ghi rõ nguồn khi trích dẫn, công bố;\n"
    "- tôn trọng đời sống riêng tư của người được nhắc đến;\n"
    "- chịu trách nhiệm trước pháp luật về việc sử dụng của mình.",
    "I undertake:\n"
    "- to use the records only for the purpose that I gave;\n"
    "- to pass neither records nor copies on to others;\n"
    "- to name the source where I quote or publish;\n"
    "- to respect the private life of those who are named;\n"
    "- to answer before the law for the use I make of them.",
)

# code, names, working days, extension at most, pause at most, basis
SERVICES = (
    (
        "read",
        "Đọc tài liệu công khai",
        "Reading open records",
        1,
        0,
        10,
        f"{PROCEDURE}; thời gian chờ: {UNSURE}",
    ),
    (
        "copy",
        "Sao và xác thực tài liệu",
        "Copies, certified",
        2,
        0,
        10,
        f"{PROCEDURE}; thời gian chờ: {UNSURE}",
    ),
    (
        "conditional",
        "Tài liệu tiếp cận có điều kiện",
        "Records of conditional access",
        7,
        7,
        20,
        f"{PROCEDURE}; gia hạn và thời gian chờ: {UNSURE}",
    ),
    ("account", "Cấp tài khoản", "Issuing an account", 1, 0, 0, ONLINE),
    ("appeal", "Khiếu nại", "Appeals", 10, 10, 10, f"Luật Khiếu nại 02/2011/QH13; {UNSURE}"),
    ("takedown", "Báo lộ dữ liệu cá nhân", "Reports of exposed personal data", 3, 0, 0, HOUSE),
)


def _term(kind, code, names, basis, **more):
    return {
        "kind": kind,
        "code": code,
        "name_vi": names[0],
        "name_en": names[1],
        "text_vi": "",
        "text_en": "",
        "outcome": None,
        "needs_review_on": False,
        "can_appeal": False,
        "needs_evidence": False,
        "valid_from": LAW_FROM,
        "valid_to": None,
        "legal_basis": basis,
        **more,
    }


def _terms():
    """Yield every term to begin with, each kind in its order."""
    for code, vi, en, text_vi, text_en, needs_review_on in HEADS_OF_REFUSAL:
        yield _term(
            "reason",
            code,
            (vi, en),
            HEADS,
            text_vi=text_vi,
            text_en=text_en,
            outcome="refuse",
            needs_review_on=needs_review_on,
            can_appeal=True,
        )
    for code, outcome, vi, en, text_vi, text_en, can_appeal, basis in OTHER_REASONS:
        yield _term(
            "reason",
            code,
            (vi, en),
            basis,
            text_vi=text_vi,
            text_en=text_en,
            outcome=outcome,
            can_appeal=can_appeal,
        )
    yield _term(
        "reason",
        "restricted_list",
        ("Thuộc Danh mục tài liệu hạn chế sử dụng", "On the list of records of restricted use"),
        f"Thông tư 05/2015/TT-BNV, bãi bỏ từ 01/3/2026 (Thông tư 02/2026/TT-BNV); ngày bắt đầu: {UNSURE}",
        outcome="refuse",
        can_appeal=True,
        valid_from=date(2016, 1, 1),
        valid_to=date(2026, 2, 28),
    )
    for kind, basis, rows in CHOICES:
        for code, vi, en, needs_evidence in rows:
            yield _term(kind, code, (vi, en), basis, needs_evidence=needs_evidence)
    yield _term(
        "undertaking",
        "reader",
        ("Cam kết của bạn đọc", "Undertaking of the reader"),
        HOUSE,
        text_vi=UNDERTAKING[0],
        text_en=UNDERTAKING[1],
    )


def upgrade() -> None:
    terms = op.create_table(
        "access_terms",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("text_vi", sa.String(length=4000), nullable=False),
        sa.Column("text_en", sa.String(length=4000), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("needs_review_on", sa.Boolean(), nullable=False),
        sa.Column("can_appeal", sa.Boolean(), nullable=False),
        sa.Column("needs_evidence", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('reason','use_form','purpose','evidence','undertaking','priority',"
            "'extension','takedown')",
            name=op.f("ck_access_terms_kind"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('grant','refuse','not_held','transferred')",
            name=op.f("ck_access_terms_outcome"),
        ),
        sa.CheckConstraint(
            "(kind = 'reason') = (outcome IS NOT NULL)", name=op.f("ck_access_terms_reason_has_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_terms")),
        sa.UniqueConstraint("kind", "code", "valid_from", name=op.f("uq_access_terms_kind_code_valid_from")),
    )
    op.create_index("ix_access_terms_kind_valid_from", "access_terms", ["kind", "valid_from"])
    services = op.create_table(
        "service_types",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("extension_days_most", sa.Integer(), nullable=False),
        sa.Column("pause_days_most", sa.Integer(), nullable=False),
        sa.Column("needs_draft", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.CheckConstraint("working_days > 0", name=op.f("ck_service_types_working_days")),
        sa.CheckConstraint(
            "extension_days_most >= 0 AND pause_days_most >= 0", name=op.f("ck_service_types_days_most")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_types")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_service_types_code_valid_from")),
    )
    op.bulk_insert(
        terms,
        [
            {"id": f"term{number:06d}", "position": 10 * number, **row}
            for number, row in enumerate(_terms(), 1)
        ],
    )
    op.bulk_insert(
        services,
        [
            {
                "id": f"serv{number:06d}",
                "code": code,
                "name_vi": vi,
                "name_en": en,
                "working_days": days,
                "extension_days_most": extension,
                "pause_days_most": pause,
                "needs_draft": False,
                "valid_from": LAW_FROM,
                "valid_to": None,
                "legal_basis": basis,
            }
            for number, (code, vi, en, days, extension, pause, basis) in enumerate(SERVICES, 1)
        ],
    )


def downgrade() -> None:
    op.drop_table("service_types")
    op.drop_index("ix_access_terms_kind_valid_from", table_name="access_terms")
    op.drop_table("access_terms")
