"""The rows that the first migration brings: types of document, and dated values to begin with."""

from __future__ import annotations

from datetime import date

DECREE_30 = "Nghị định 30/2020/NĐ-CP, Điều 7 và Phụ lục III"

_TYPES = (
    ("nghi-quyet", "Nghị quyết", "NQ"),
    ("quyet-dinh", "Quyết định", "QĐ"),
    ("chi-thi", "Chỉ thị", "CT"),
    ("quy-che", "Quy chế", "QC"),
    ("quy-dinh", "Quy định", "QyĐ"),
    ("thong-cao", "Thông cáo", "TC"),
    ("thong-bao", "Thông báo", "TB"),
    ("huong-dan", "Hướng dẫn", "HD"),
    ("chuong-trinh", "Chương trình", "CTr"),
    ("ke-hoach", "Kế hoạch", "KH"),
    ("phuong-an", "Phương án", "PA"),
    ("de-an", "Đề án", "ĐA"),
    ("du-an", "Dự án", "DA"),
    ("bao-cao", "Báo cáo", "BC"),
    ("bien-ban", "Biên bản", "BB"),
    ("to-trinh", "Tờ trình", "TTr"),
    ("hop-dong", "Hợp đồng", "HĐ"),
    ("cong-van", "Công văn", ""),
    ("cong-dien", "Công điện", "CĐ"),
    ("ban-ghi-nho", "Bản ghi nhớ", "BGN"),
    ("ban-thoa-thuan", "Bản thỏa thuận", "BTT"),
    ("giay-uy-quyen", "Giấy ủy quyền", "GUQ"),
    ("giay-moi", "Giấy mời", "GM"),
    ("giay-gioi-thieu", "Giấy giới thiệu", "GGT"),
    ("giay-nghi-phep", "Giấy nghỉ phép", "GNP"),
    ("phieu-gui", "Phiếu gửi", "PG"),
    ("phieu-chuyen", "Phiếu chuyển", "PC"),
    ("phieu-bao", "Phiếu báo", "PB"),
    ("thu-cong", "Thư công", ""),
)

DOCUMENT_TYPES: list[dict[str, object]] = [
    {
        "code": code,
        "name": name,
        "abbreviation": abbreviation,
        "legal_basis": DECREE_30,
        "valid_from": date(2020, 3, 5),
        "valid_to": None,
        "position": position,
    }
    for position, (code, name, abbreviation) in enumerate(_TYPES, start=1)
]

DATED_VALUES: list[dict[str, object]] = [
    {
        "key": key,
        "value": value,
        "valid_from": date(2025, 7, 1),
        "valid_to": None,
        "legal_basis": "Quy chế sử dụng tài liệu của đơn vị (giá trị ban đầu, cần đơn vị xác nhận)",
    }
    for key, value in (("grant_days", "30"), ("grant_days_most", "365"))
]
