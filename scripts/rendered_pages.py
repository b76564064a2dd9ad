"""Pages with known content for `bench_ocr`: backs of pages, pages of one line, clean pages.

A back shows, mirrored and weaker, what is on the other side: text and a seal, at three
strengths. It is blank all the same. A page with one line is not. Everything follows
from one seed.
"""

from __future__ import annotations

import math
import random
import sys
import textwrap
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from portal.demo import documents, typeface  # noqa: E402 - the project folder has to be on the path first

A4 = (2480, 3508)
DPI = (300, 300)
SEED = 30
STRENGTHS = (0.10, 0.22, 0.35)
"""How much of the ink of the other side is seen."""

SEAL = (205, 40, 45)
LETTER = 50
WIDTH = 72
"""Letters of a line."""

CLEAN_PAGES, CLEAN_ROWS = 12, 30
LINES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ",
    "về công tác văn thư; theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình,",
    "Ủy ban nhân dân huyện có trách nhiệm phổ biến, hướng dẫn các xã, thị trấn",
    "thực hiện việc thu thập, chỉnh lý và giao nộp tài liệu vào kho lưu trữ.",
    "Kinh phí được bố trí trong dự toán ngân sách hằng năm của đơn vị.",
    "Trong quá trình thực hiện, nếu có vướng mắc, các cơ quan kịp thời phản ánh",
    "để tổng hợp, báo cáo Chủ tịch xem xét, quyết định những nội dung cần sửa đổi.",
)
SHORT = (
    "PHỤ LỤC",
    "Trang này để trống",
    "(Kèm theo Quyết định số 12)",
    "HỒ SƠ LƯU TRỮ",
    "Tập 2",
    "Mục lục",
    "Hết",
    "Nơi nhận: Như trên",
    "Bản đồ quy hoạch",
    "Danh sách kèm theo",
)


def backs(folder: Path) -> list[Path]:
    """Draw 24 blank backs: four papers, three strengths, in colour and in gray."""
    dice = random.Random(SEED)
    made = []
    for sheet in range(4):
        other = ImageOps.mirror(_front(dice, with_text=sheet != 3))
        for strength in STRENGTHS:
            seen = _through(other, strength, dice)
            for mode in ("RGB", "L"):
                path = folder / f"back-{sheet}-{round(100 * strength)}-{mode}.png"
                seen.convert(mode).save(path, dpi=DPI, compress_level=1)
                made.append(path)
    return made


def short_texts(folder: Path) -> dict[Path, str]:
    """Draw 20 pages with one line of text, half of them faint."""
    dice = random.Random(SEED)
    made = {}
    for number in range(20):
        text = SHORT[number % len(SHORT)]
        ink = 40 if number < len(SHORT) else 120
        page = Image.new("L", A4, 245)
        place = (dice.randrange(300, 1200), dice.randrange(300, 3000))
        ImageDraw.Draw(page).text(place, text, fill=ink, font=typeface.drawn(LETTER))
        path = folder / f"short-{number}.png"
        _grained(page, dice).save(path, dpi=DPI, compress_level=1)
        made[path] = text
    return made


def clean_pages(folder: Path) -> dict[Path, str]:
    """Draw twelve clean pages of running text, no two lines the same, in the words of the demo."""
    made = {}
    lines = _running_text()
    for number in range(CLEAN_PAGES):
        shown = lines[number * CLEAN_ROWS : (number + 1) * CLEAN_ROWS]
        page = Image.new("L", A4, 255)
        _write(page, shown, 0)
        path = folder / f"clean-{number}.png"
        page.save(path, dpi=DPI, compress_level=1)
        made[path] = "\n".join(shown)
    return made


def _running_text() -> list[str]:
    """Return lines of the paragraphs of the demo's papers, each paragraph once."""
    parts = [part for document in documents.every() for part in document.paper.paragraphs]
    paragraphs = dict.fromkeys(part for part in parts if isinstance(part, str))
    wrapped = (textwrap.wrap(one, WIDTH, break_on_hyphens=False) for one in paragraphs)
    return list(dict.fromkeys(line for one in wrapped for line in one))


def _front(dice: random.Random, *, with_text: bool) -> Image.Image:
    page = Image.new("RGB", A4, "white")
    if with_text:
        _write(page, [dice.choice(LINES) for _ in range(dice.randrange(8, 26))], (25, 25, 30))
    _seal(page, (dice.randrange(1300, 1700), dice.randrange(1500, 2900)))
    return page


def _write(page: Image.Image, lines: list[str], ink: int | tuple[int, int, int]) -> None:
    pen = ImageDraw.Draw(page)
    for row, line in enumerate(lines):
        pen.text((330, 320 + row * 92), line, fill=ink, font=typeface.drawn(LETTER))


def _seal(page: Image.Image, middle: tuple[int, int]) -> None:
    """Draw a round seal with two rings and words between them."""
    pen = ImageDraw.Draw(page)
    for radius, width in ((210, 10), (150, 6)):
        box = [middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius]
        pen.ellipse(box, outline=SEAL, width=width)
    for number, letter in enumerate("ỦY BAN NHÂN DÂN TỈNH MẪU *"):
        turn = number * 2 * math.pi / 26
        spot = (middle[0] + 180 * math.cos(turn) - 14, middle[1] + 180 * math.sin(turn) - 22)
        pen.text(spot, letter, fill=SEAL, font=typeface.drawn(38))
    pen.regular_polygon((*middle, 90), 5, fill=SEAL)


def _through(other: Image.Image, strength: float, dice: random.Random) -> Image.Image:
    paper = Image.new("RGB", other.size, (246, 245, 240))
    seen = Image.blend(paper, ImageChops.multiply(other, paper), strength)
    return _grained(seen.filter(ImageFilter.GaussianBlur(2.0)), dice)


def _grained(page: Image.Image, dice: random.Random) -> Image.Image:
    """Give the page the grain of a scanner, the same with every run."""
    side = 256
    tile = Image.frombytes("L", (side, side), dice.randbytes(side * side)).point(lambda value: value // 32)
    grain = Image.new("L", page.size)
    for left in range(0, page.width, side):
        for top in range(0, page.height, side):
            grain.paste(tile, (left, top))
    return ImageChops.subtract(page, grain.convert(page.mode))
