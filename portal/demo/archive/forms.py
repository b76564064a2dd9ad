"""Write a paper in the form of its type: what a plan, a report or minutes must have, in its order.

Between `themes` and `register`. Sentences are chosen and filled by a generator seeded with
the paper's number, so that a paper reads the same on every run and differs from its neighbours.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.demo.archive import places
from portal.demo.archive.holdings import DemoAgency
from portal.demo.archive.themes import Theme
from portal.demo.papers import Annex, Heading, Paper, Part, Signature, Table


@dataclass(frozen=True, slots=True)
class Order:
    """Which paper is to be written."""

    agency: DemoAgency
    type_name: str
    number: str
    issued_on: date
    subject: str
    theme: Theme
    size: int
    """How many communes, speakers or articles it deals with; the length follows from it."""
    rows: int = 0
    """Rows of the table in its annex, or in itself where it is a list."""
    typed: bool = False


@dataclass(slots=True)
class Pen:
    """Sentences of one theme for one paper, each used once before any comes again."""

    order: Order
    chance: random.Random

    def some(self, sentences: Sequence[str], count: int, place: tuple[str, str] | None = None) -> list[str]:
        """Return that many sentences with their gaps filled."""
        chosen = self.chance.sample(sentences, min(count, len(sentences)))
        return [places.filled(one, self.chance, self.order.issued_on.year, place) for one in chosen]

    def communes(self, count: int) -> list[tuple[str, str]]:
        return self.chance.sample(places.COMMUNES, min(count, len(places.COMMUNES)))


Body = tuple[Sequence[Part], Sequence[str]]
"""What stands on the paper, and whom it is addressed to."""


def written(order: Order) -> Paper:
    """Return the paper that was ordered."""
    pen = Pen(order, random.Random(f"{order.number} {order.subject}"))  # noqa: S311 - the choice of words
    parts, addressees = _FORMS[order.type_name](pen)
    post, signer = order.agency.posts[pen.chance.random() < 0.4]
    minutes = order.type_name == "Biên bản"
    return Paper(
        superior=order.agency.superior,
        issuer=order.agency.issuer,
        number=order.number,
        place="Sơn Hà",
        issued_on=order.issued_on,
        type_name="" if order.type_name == "Công văn" else order.type_name,
        subject=order.subject,
        paragraphs=tuple(parts),
        signed_for="" if minutes else order.agency.signed_for,
        post="CHỦ TRÌ" if minutes else post,
        signer=signer,
        recipients=_recipients(pen),
        addressees=tuple(addressees),
        beside=Signature("", "THƯ KÝ", places.person(pen.chance)) if minutes else None,
        annex=_annex(pen) if order.rows and order.type_name != "Danh sách" else None,
        typed=order.typed,
    )


def _plan(pen: Pen) -> Body:
    order, year = pen.order, pen.order.issued_on.year
    parts: list[Part] = [
        f"Căn cứ nhiệm vụ năm {year} và tình hình thực tế về {order.theme.matter}, "
        f"{order.agency.name} ban hành kế hoạch với những nội dung sau đây.",
        Heading("I. MỤC ĐÍCH, YÊU CẦU"),
        *(f"{place}. {one}" for place, one in enumerate(pen.some(order.theme.aims, 3), start=1)),
        Heading("II. NỘI DUNG VÀ PHÂN CÔNG"),
    ]
    for place, commune in enumerate(pen.communes(order.size), start=1):
        tasks = " ".join(pen.some(order.theme.tasks, 2, commune))
        parts.append(f"{place}. Tại xã {commune[0]}, huyện {commune[1]}: {tasks}")
    parts += [
        Heading("III. KINH PHÍ"),
        places.filled(
            "Kinh phí thực hiện kế hoạch là {tien}, lấy từ dự toán năm {nam} và các nguồn huy động hợp pháp khác. "
            "Việc chi tiêu theo đúng chế độ, quyết toán trước ngày 31 tháng 12.",
            pen.chance,
            year,
        ),
        Heading("IV. TỔ CHỨC THỰC HIỆN"),
        f"Thủ trưởng các cơ quan, đơn vị căn cứ kế hoạch này để triển khai; định kỳ mỗi quý báo cáo kết quả "
        f"về {order.agency.name}. Khó khăn vượt thẩm quyền phải báo cáo ngay để được hướng dẫn.",
    ]
    return parts, ()


def _report(pen: Pen) -> Body:
    order, year = pen.order, pen.order.issued_on.year
    parts: list[Part] = [
        f"Thực hiện chương trình công tác năm {year}, {order.agency.name} báo cáo kết quả về "
        f"{order.theme.matter} như sau.",
        Heading("I. KẾT QUẢ ĐẠT ĐƯỢC"),
    ]
    for place, commune in enumerate(pen.communes(order.size), start=1):
        parts.append(f"{place}. " + " ".join(pen.some(order.theme.results, 2, commune)))
    parts += [Heading("II. KHÓ KHĂN, TỒN TẠI"), *(f"- {one}" for one in pen.some(order.theme.troubles, 3))]
    parts += [
        Heading("III. PHƯƠNG HƯỚNG THỜI GIAN TỚI"),
        *(f"{place}. {one}" for place, one in enumerate(pen.some(order.theme.tasks, 4), start=1)),
        Heading("IV. KIẾN NGHỊ"),
        f"Đề nghị cấp trên quan tâm bố trí kinh phí và hướng dẫn kịp thời để công tác {order.theme.short} của "
        f"tỉnh đạt kết quả tốt hơn trong năm {year + 1}.",
    ]
    return parts, ()


def _decision(pen: Pen) -> Body:
    order = pen.order
    parts: list[Part] = [
        f"Căn cứ chức năng, nhiệm vụ và quyền hạn của {order.agency.name};",
        f"Xét nhu cầu thực tế về {order.theme.matter} và đề nghị của các cơ quan có liên quan,",
        Heading("QUYẾT ĐỊNH:"),
    ]
    for place, commune in enumerate(pen.communes(order.size), start=1):
        parts.append(f"Điều {place}. " + " ".join(pen.some(order.theme.tasks, 2, commune)))
    last = order.size + 1
    parts += [
        f"Điều {last}. Quyết định này có hiệu lực kể từ ngày ký. Những quy định trước đây trái với quyết định "
        "này đều bãi bỏ.",
        f"Điều {last + 1}. Thủ trưởng các cơ quan, Chủ tịch Ủy ban nhân dân các xã có tên tại quyết định này và "
        "các cá nhân có liên quan chịu trách nhiệm thi hành.",
    ]
    return parts, ()


def _minutes(pen: Pen) -> Body:
    order = pen.order
    hour, commune = pen.chance.choice((7, 8, 13, 14)), pen.communes(1)[0]
    present = [places.person(pen.chance) for _ in range(max(3, order.size))]
    posts = ("trưởng thôn", "cán bộ địa chính xã", "đại diện mặt trận", "hiệu trưởng", "đại biểu cử tri")
    parts: list[Part] = [
        f"Hồi {hour:02d} giờ 30, tại trụ sở xã {commune[0]}, huyện {commune[1]}, đã họp bàn về "
        f"{order.theme.matter}.",
        Heading("I. THÀNH PHẦN"),
        *(f"- Ông (bà) {one}, {pen.chance.choice(posts)};" for one in present),
        Heading("II. DIỄN BIẾN"),
        "Chủ trì nêu lý do, đọc dự thảo và đề nghị mọi người phát biểu thẳng thắn, thư ký ghi đầy đủ.",
    ]
    for one in present:
        said, fact = pen.some(order.theme.words, 1, commune)[0], pen.some(order.theme.results, 1)[0]
        parts.append(f"Ông (bà) {one}: {said[0].upper()}{said[1:]} {fact}")
    parts += [
        Heading("III. KẾT LUẬN"),
        *(f"{place}. {one}" for place, one in enumerate(pen.some(order.theme.tasks, 3), start=1)),
        f"Cuộc họp kết thúc lúc {hour + 3} giờ cùng ngày, biên bản đã đọc cho mọi người cùng nghe và nhất trí.",
    ]
    return parts, ()


def _letter(pen: Pen) -> Body:
    order = pen.order
    parts = [
        f"{order.agency.name} nhận được phản ánh của các địa phương về {order.theme.matter}. "
        + " ".join(pen.some(order.theme.troubles, 2)),
        "Về việc này, đề nghị các cơ quan, địa phương thực hiện một số nội dung sau đây:",
        *(f"{place}. {one}" for place, one in enumerate(pen.some(order.theme.tasks, order.size), start=1)),
        "Quá trình thực hiện nếu có vướng mắc, đề nghị phản ánh bằng văn bản để được xem xét, giải quyết./.",
    ]
    names = [f"Ủy ban nhân dân huyện {one}" for one in pen.chance.sample(places.DISTRICTS, 2)]
    return parts, names


def _submission(pen: Pen) -> Body:
    order = pen.order
    parts: list[Part] = [
        Heading("1. Sự cần thiết"),
        " ".join(pen.some(order.theme.troubles, 2)) + " " + " ".join(pen.some(order.theme.aims, 1)),
        Heading("2. Nội dung trình"),
    ]
    for commune in pen.communes(order.size):
        parts.append("- " + " ".join(pen.some(order.theme.tasks, 2, commune)))
    parts += [
        Heading("3. Nguồn vốn"),
        places.filled("Tổng mức đề nghị là {tien}, chia làm hai đợt.", pen.chance, order.issued_on.year),
        f"{order.agency.name} kính trình xem xét, quyết định./.",
    ]
    return parts, ["Ủy ban nhân dân tỉnh Sơn Hà"]


def _notice(pen: Pen) -> Body:
    order = pen.order
    parts = [
        f"{order.agency.name} thông báo để các cơ quan, địa phương và nhân dân được biết về "
        f"{order.theme.matter}.",
        *(f"{place}. {one}" for place, one in enumerate(pen.some(order.theme.tasks, order.size), start=1)),
        *pen.some(order.theme.aims, 1),
        "Thông báo này được niêm yết tại trụ sở và đọc trên loa truyền thanh trong ba ngày liên tiếp./.",
    ]
    return parts, ()


def _invitation(pen: Pen) -> Body:
    order = pen.order
    hour = pen.chance.choice(("07 giờ 30", "08 giờ 00", "13 giờ 30"))
    parts = [
        f"{order.agency.name} trân trọng kính mời ông (bà) đến dự cuộc họp bàn về {order.theme.matter}.",
        f"Thời gian: {hour}, ngày {pen.chance.randint(10, 27)} cùng tháng.",
        f"Địa điểm: Hội trường lớn, số {pen.chance.randint(2, 60)} đường Bàu Sen, thị xã Thạch Khê.",
        "Nội dung: " + " ".join(pen.some(order.theme.aims, 2)),
        "Đề nghị chuẩn bị ý kiến bằng văn bản về những việc sau: "
        + " ".join(pen.some(order.theme.troubles, 2)),
        "Đề nghị ông (bà) sắp xếp công việc, đến dự đúng giờ và mang theo giấy mời này./.",
    ]
    return parts, [f"Ông (bà) {places.person(pen.chance)}"]


def _directive(pen: Pen) -> Body:
    order = pen.order
    parts = [
        f"Thời gian qua, {order.theme.matter} đã có chuyển biến. Tuy nhiên vẫn còn những thiếu sót. "
        + " ".join(pen.some(order.theme.troubles, 3)),
        f"Để chấn chỉnh tình hình trên, {order.agency.name} yêu cầu:",
    ]
    for place, commune in enumerate(pen.communes(order.size), start=1):
        parts.append(f"{place}. " + " ".join(pen.some(order.theme.tasks, 2, commune)))
    parts.append(
        "Chỉ thị này được phổ biến đến tận thôn, xóm và kiểm điểm việc thực hiện mỗi tháng một lần./."
    )
    return parts, ()


def _list(pen: Pen) -> Body:
    return [
        f"Danh sách này lập để theo dõi {pen.order.theme.matter}, số liệu do các xã báo cáo và đã được đối chiếu.",
        _table(pen),
    ], ()


def _table(pen: Pen) -> Table:
    """Return a table by village: number, who answers for it, commune, two figures, remark."""
    remarks = ("", "", "", "Đã đủ", "Bổ sung", "Báo lại")
    rows = []
    for place in range(1, pen.order.rows + 1):
        commune, _ = pen.chance.choice(places.COMMUNES)
        figures = (str(pen.chance.randint(3, 96)), str(pen.chance.randint(110, 990)))
        rows.append((str(place), places.person(pen.chance), commune, *figures, pen.chance.choice(remarks)))
    head = ("TT", "Người phụ trách", "Xã", *pen.order.theme.columns, "Ghi chú")
    return Table(head, (9, 38, 30, 23, 23, 24), tuple(rows))


def _annex(pen: Pen) -> Annex:
    return Annex(f"Số liệu về {pen.order.theme.matter} theo từng thôn", (_table(pen),))


def _recipients(pen: Pen) -> tuple[str, ...]:
    known = (
        "- Như Điều 3;",
        "- Các sở, ban, ngành;",
        "- Huyện ủy các huyện;",
        "- Mặt trận tỉnh;",
        "- Báo Sơn Hà;",
    )
    chosen = sorted(pen.chance.sample(known[1:], 2))
    return (*chosen, f"- Lưu: VT, {pen.chance.choice(('NC', 'TH', 'KT', 'VX'))}.")


_FORMS: dict[str, Callable[[Pen], Body]] = {
    "Kế hoạch": _plan,
    "Phương án": _plan,
    "Báo cáo": _report,
    "Quyết định": _decision,
    "Biên bản": _minutes,
    "Công văn": _letter,
    "Tờ trình": _submission,
    "Thông báo": _notice,
    "Giấy mời": _invitation,
    "Chỉ thị": _directive,
    "Danh sách": _list,
}
