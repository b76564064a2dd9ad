"""All papers of the demo: three by hand, which tests follow, and those of the register.

After `archive`; before `scanning`, which makes files of them, and `seed`, which takes them in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from portal.demo.archive import forms, register
from portal.demo.archive.holdings import UBND, DemoAgency
from portal.demo.archive.register import Entry
from portal.demo.damage import Damage
from portal.demo.papers import Paper
from portal.rights.levels import Level

TYPE_CODES = {
    "Kế hoạch": "ke-hoach",
    "Phương án": "phuong-an",
    "Báo cáo": "bao-cao",
    "Quyết định": "quyet-dinh",
    "Biên bản": "bien-ban",
    "Công văn": "cong-van",
    "Tờ trình": "to-trinh",
    "Thông báo": "thong-bao",
    "Giấy mời": "giay-moi",
    "Chỉ thị": "chi-thi",
}
"""Lists are no type of the decree, so they have none here."""


@dataclass(frozen=True, slots=True)
class DemoDocument:
    """A paper, the name of its file, where it belongs, and how it is described and protected."""

    file_name: str
    paper: Paper
    type_code: str | None
    level: Level
    reason: str
    agency: DemoAgency = UBND
    file_code: str = "01"
    damage: Damage = Damage.NONE

    @property
    def title(self) -> str:
        """The public title: letters stand there without a capital, after "V/v"."""
        return self.paper.subject[:1].upper() + self.paper.subject[1:]


def _paper(number: str, day: date, type_name: str, subject: str, *paragraphs: str) -> Paper:
    return Paper(
        superior=UBND.superior,
        issuer=UBND.issuer,
        number=number,
        place="Sơn Hà",
        issued_on=day,
        type_name=type_name,
        subject=subject,
        paragraphs=paragraphs,
        signed_for="TM. ỦY BAN NHÂN DÂN",
        post="CHỦ TỊCH",
        signer="Lê Thị Minh Khuê",
        recipients=("- Như Điều 3;", "- Sở Nội vụ;", "- Lưu: VT, NC."),
    )


OPEN = DemoDocument(
    "ke-hoach-chinh-ly.pdf",
    _paper(
        "19/KH-UBND",
        date(2021, 3, 8),
        "Kế hoạch",
        "Chỉnh lý tài liệu tồn đọng của các cơ quan thuộc tỉnh giai đoạn 2021 - 2025",
        "Thực hiện Luật Lưu trữ và tình hình thực tế của các cơ quan, Ủy ban nhân dân tỉnh ban hành kế "
        "hoạch chỉnh lý tài liệu tồn đọng với những nội dung sau đây.",
        "Mục đích của kế hoạch là đưa tài liệu tích đống ra khỏi kho tạm, lập hồ sơ, xác định thời hạn bảo "
        "quản và lập mục lục để phục vụ việc tra tìm của cơ quan và của người dân.",
        "Khối lượng tài liệu cần chỉnh lý là một nghìn hai trăm mét giá, trong đó tài liệu của các sở là "
        "tám trăm mét giá và của các huyện là bốn trăm mét giá.",
        "Sở Nội vụ chủ trì hướng dẫn nghiệp vụ, kiểm tra chất lượng từng đợt chỉnh lý và báo cáo kết quả "
        "về Ủy ban nhân dân tỉnh trước ngày mười lăm tháng mười hai hằng năm.",
        "Sở Tài chính cân đối kinh phí hằng năm, trình cấp có thẩm quyền phê duyệt theo quy định.",
    ),
    "ke-hoach",
    Level.OPEN,
    "",
)

CONDITIONAL = DemoDocument(
    "ho-so-den-bu.pdf",
    _paper(
        "482/QĐ-UBND",
        date(2009, 6, 17),
        "Quyết định",
        "Về việc phê duyệt phương án bồi thường khi thu hồi đất xây dựng hồ chứa nước Suối Đá",
        "Căn cứ Luật Tổ chức Hội đồng nhân dân và Ủy ban nhân dân; theo đề nghị của Giám đốc Sở Tài nguyên "
        "và Môi trường, Ủy ban nhân dân tỉnh quyết định.",
        "Điều 1. Phê duyệt phương án bồi thường cho hai mươi ba hộ dân thôn Gò Chùa với tổng số tiền là một "
        "tỷ bốn trăm triệu đồng, theo danh sách kèm theo quyết định này.",
        "Điều 2. Hộ ông Đinh Văn Rế được bồi thường vườn quế và ao cá; hộ bà Phạm Thị Nhiễu được bố trí đất "
        "tái định cư tại xóm Bàu Sen.",
        "Điều 3. Chánh Văn phòng Ủy ban nhân dân tỉnh, Giám đốc các sở và Chủ tịch Ủy ban nhân dân huyện "
        "chịu trách nhiệm thi hành quyết định này.",
    ),
    "quyet-dinh",
    Level.CONDITIONAL,
    register.PRIVATE,
    file_code="02",
)

WITHHELD = DemoDocument(
    "bien-ban-xac-minh.pdf",
    _paper(
        "07/BB-TTr",
        date(1998, 11, 24),
        "Biên bản",
        "Xác minh đơn thư về việc cấp đất tại khu vực bến đò Ngọc Lãnh",
        "Tổ công tác đã làm việc với người đứng đơn và ghi nhận những lời trình bày dưới đây, chưa qua đối "
        "chiếu với hồ sơ địa chính.",
        "Người đứng đơn đề nghị không tiết lộ danh tính vì lo ngại bị trả thù. Tổ công tác thống nhất giữ "
        "kín toàn bộ nội dung và chỉ báo cáo cho người có thẩm quyền.",
    ),
    "bien-ban",
    Level.WITHHELD,
    "Bảo vệ người tố cáo",
    file_code="02",
)


@cache
def every() -> tuple[DemoDocument, ...]:
    """Return all papers of the demo, those first that people are shown around by."""
    return (OPEN, CONDITIONAL, WITHHELD, *(_of_entry(one) for one in register.entries()))


def by_file_name(name: str) -> DemoDocument:
    """Return the paper whose scan has that name."""
    return next(one for one in every() if one.file_name == name)


def _of_entry(entry: Entry) -> DemoDocument:
    order = entry.order
    kind = "tif" if entry.damage is Damage.BITONAL else "pdf"
    name = order.number.replace("/", "-").replace("Đ", "D").lower()
    return DemoDocument(
        f"{order.issued_on.year}-{name}.{kind}",
        forms.written(order),
        TYPE_CODES.get(order.type_name),
        entry.level,
        entry.reason,
        order.agency,
        entry.file_code,
        entry.damage,
    )
