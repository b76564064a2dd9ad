"""What stands side by side is read block by block, hand-writing is doubted, the back is no text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from portal.catalogue.readings import Word
from portal.demo import typeface
from portal.ingest.ocr import tesseract
from portal.ingest.ocr.lines import Line
from portal.ingest.stages import blank, clean, deskew, language, layout, quality, unsure

SIZE = (2480, 3508)
ROW = 65
LETTERHEAD = (
    (("ỦY", 430), ("BAN", 510), ("NHÂN", 620), ("DÂN", 780), ("CỘNG", 1100), ("HÒA", 1280), ("XÃ", 1410)),
    (("TỈNH", 430), ("MẪU", 580), ("Độc", 1300), ("lập", 1400)),
    (
        ("Số:", 440),
        ("12", 560),
        ("/QĐ-UBND", 700),
        ("Mẫu,", 1250),
        ("ngày", 1400),
        ("tháng", 1600),
    ),
)


def line(number: int, top: int, words: Sequence[tuple[str, int]], paragraph: int = 1) -> Line:
    """A line of words, each 80 px wide and 45 px high, and surely recognised."""
    return Line((1, paragraph, 1), number, [(text, left, top, 80, 45, 95.0) for text, left in words])


def texts(lines: Sequence[Line]) -> list[str]:
    return [one.text for one in layout.arranged(lines, SIZE)]


def test_a_letterhead_is_read_left_block_first() -> None:
    lines = [line(number, 300 + ROW * number, words) for number, words in enumerate(LETTERHEAD)]
    body = line(1, 900, [("Căn", 400), ("cứ", 500), ("Luật", 600), ("này", 700)], paragraph=2)
    assert texts([*lines, body]) == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH MẪU",
        "Số: 12 /QĐ-UBND",
        "CỘNG HÒA XÃ",
        "Độc lập",
        "Mẫu, ngày tháng",
        "Căn cứ Luật này",
    ]


def test_the_subject_under_the_number_belongs_to_the_left_block() -> None:
    lines = [line(number, 300 + ROW * number, words) for number, words in enumerate(LETTERHEAD)]
    subject = line(9, 300 + 3 * ROW, [("V/v", 450), ("góp", 550), ("ý", 650)])
    assert texts([*lines, subject]).index("V/v góp ý") == 3


def test_recipients_come_before_the_signature() -> None:
    rows = (
        (("Nơi", 420), ("nhận:", 520), ("KT.", 1500), ("CHỦ", 1600), ("TỊCH", 1700)),
        (("-", 420), ("Như", 520), ("trên;", 620), ("PHÓ", 1500), ("CHỦ", 1600), ("TỊCH", 1700)),
        (("-", 420), ("Lưu:", 520), ("VT.", 620)),
    )
    lines = [line(number, 2600 + ROW * number, words) for number, words in enumerate(rows)]
    assert texts(lines) == ["Nơi nhận:", "- Như trên;", "- Lưu: VT.", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]


def test_two_signatures_side_by_side_are_read_one_after_the_other() -> None:
    posts = line(1, 1000, [("THƯ", 500), ("KÝ", 600), ("CHỦ", 1500), ("TRÌ", 1600)])
    names = line(2, 1260, [("Ngô", 450), ("Bưởi", 550), ("Lê", 1480), ("Khuê", 1580)])
    assert texts([posts, names]) == ["THƯ KÝ", "Ngô Bưởi", "CHỦ TRÌ", "Lê Khuê"]


def test_the_head_of_a_table_is_no_pair_of_signatures() -> None:
    rows = [line(1, 2000, [("XÃ", 500), ("SỐ", 1500)]), line(2, 2000 + ROW, [("Trà", 500), ("Tám", 1500)])]
    assert texts(rows) == ["XÃ SỐ", "Trà Tám"]


def test_a_table_is_read_by_rows() -> None:
    rows = [
        line(number, 1700 + ROW * number, [(f"mục{number}", 400), (f"số{number}", 1500)])
        for number in range(6)
    ]
    assert texts(rows) == [f"mục{number} số{number}" for number in range(6)]


def test_a_table_at_the_top_of_a_page_is_no_letterhead() -> None:
    rows = [
        line(
            number, 300 + ROW * number, [(f"mục{number}", 400), (f"tên{number}", 900), (f"số{number}", 1500)]
        )
        for number in range(6)
    ]
    assert texts(rows) == [f"mục{number} tên{number} số{number}" for number in range(6)]


def test_specks_are_no_text() -> None:
    speck = Line((1, 5, 1), 1, [("'à,", 800, 1200, 30, 30, 12.0)])
    assert texts([line(1, 1000, [("Điều", 400), ("một", 500)]), speck]) == ["Điều một"]


def confidences(words: Sequence[tuple[str, int, float]]) -> list[float]:
    """What is left of the confidence of words with their heights."""
    placed: list[Word] = [
        (text, 100 * at, 500, 90, height, sure) for at, (text, height, sure) in enumerate(words)
    ]
    return [word[5] for word in unsure.marked([Line((1, 1, 1), 1, placed)], 3508)[0].words]


@pytest.mark.parametrize("guess", ["O{_", "⁄‡6", "4†"])
def test_a_number_by_hand_is_unsure(guess: str) -> None:
    assert confidences([("Số:", 50, 96.0), (guess, 57, 91.0), ("/TTr-UBND", 40, 95.0)])[1] < 60


def test_a_figure_taller_than_print_is_unsure() -> None:
    assert confidences([("Số:", 50, 96.0), ("16", 66, 91.0), ("/CT-UBND", 40, 95.0)])[1] < 60


def test_a_printed_number_stays_sure() -> None:
    assert confidences([("Số:", 50, 96.0), ("542/TB-UBND", 42, 95.0)]) == [96.0, 95.0]


def test_a_day_by_hand_is_unsure_and_its_year_is_not() -> None:
    words = [("ngày", 50, 96.0), ("2#", 60, 90.0), ("tháng", 55, 96.0), ("01", 42, 96.0), ("năm", 40, 96.0)]
    assert confidences([*words, ("2021", 42, 96.0)]) == [96.0, 50.0, 96.0, 96.0, 96.0, 96.0]


def sheet(lines: Sequence[str], ink: int = 20) -> Image.Image:
    page = Image.new("L", SIZE, 245)
    pen = ImageDraw.Draw(page)
    for row, text in enumerate(lines):
        pen.text((400, 400 + 90 * row), text, fill=ink, font=typeface.drawn(50))
    return page


def test_what_shines_through_is_no_ink() -> None:
    back = ImageOps.mirror(sheet(["Căn cứ Luật Tổ chức chính quyền địa phương"] * 8))
    through = Image.blend(Image.new("L", SIZE, 245), back, 0.35).filter(ImageFilter.GaussianBlur(2))
    mirrored = Line((1, 1, 1), 1, [("oáv", 1200, 400, 600, 60, 47.0)])
    assert blank.ink(through) is None
    assert blank.without_other_side([mirrored], through) == []


def test_two_pale_letters_are_believed_only_if_they_are_sure() -> None:
    page = Image.new("L", SIZE, 245)
    kept = [
        blank.without_other_side([Line((1, 1, 1), 1, [("N7", 400, 400, 90, 60, sure)])], page)
        for sure in (70.0, 96.0)
    ]
    assert [len(one) for one in kept] == [0, 1]


@pytest.mark.parametrize("ink", [40, 120])
def test_one_short_word_is_ink(ink: int) -> None:
    left, top, right, bottom = blank.ink(sheet(["Hết"], ink)) or (0, 0, 0, 0)
    assert left < 400 < right < 700
    assert top < 430 < bottom < 600


def test_a_pale_line_that_is_read_well_stays() -> None:
    faded = Line((1, 1, 1), 1, [("Quyết", 400, 400, 200, 60, 88.0)])
    assert blank.without_other_side([faded], sheet(["Quyết"], 190)) == [faded]


def test_holes_at_the_edge_are_no_ink() -> None:
    page = Image.new("L", SIZE, 245)
    ImageDraw.Draw(page).ellipse([100, 1000, 170, 1070], fill=0)
    assert blank.ink(page) is None


def test_red_goes_and_black_under_it_stays() -> None:
    colour = sheet(["Phó Chủ tịch"]).convert("RGB")
    sealed = ImageChops.multiply(colour, Image.new("RGB", SIZE, (250, 60, 60)))
    cleaned = clean.without_red(sealed.convert("L"), sealed, clean.spots(sealed))
    assert cleaned.getpixel((100, 100)) == 255
    assert min(cleaned.crop((400, 400, 800, 480)).getextrema()) < 40  # type: ignore[type-var]


def test_a_gray_page_has_no_red_to_lose() -> None:
    page = sheet(["Điều 1"])
    assert clean.without_red(page, page, clean.spots(page)) is page


def test_faint_ink_becomes_black() -> None:
    faint = sheet(["Căn cứ Luật Tổ chức chính quyền địa phương"] * 30, ink=150)
    assert clean.lifted(faint).getextrema() == (0, 255)


def test_a_page_with_hardly_any_contrast_is_not_lifted() -> None:
    page = sheet(["Hết"], ink=230)
    assert clean.lifted(page) is page


@pytest.mark.parametrize("degrees", [-3.0, 1.2, 2.5])
def test_a_skewed_page_is_turned_straight(degrees: float) -> None:
    page = sheet(["Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 và"] * 25)
    skewed = page.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=245)
    assert deskew.angle(skewed) == pytest.approx(-degrees, abs=0.25)


@pytest.mark.parametrize("degrees", [0.0, 0.3])
def test_a_page_that_lies_almost_straight_is_left_alone(degrees: float) -> None:
    page = sheet(["Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 và"] * 25)
    assert deskew.angle(page.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=245)) == 0.0


def test_boxes_come_back_to_where_the_words_were() -> None:
    mark = Image.new("L", (1000, 1000), 255)
    mark.paste(0, (700, 200, 740, 220))
    box = ImageOps.invert(deskew.turned(mark, 3.0)).point(lambda value: 255 if value > 128 else 0).getbbox()
    assert box is not None
    word: Word = ("x", box[0], box[1], box[2] - box[0], box[3] - box[1], 90.0)
    (_, left, top, width, height, _), *_ = deskew.turned_back([word], 3.0, mark.size)
    assert (left + width / 2, top + height / 2) == pytest.approx((720, 210), abs=3)


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("Căn cứ Luật Tổ chức chính quyền địa phương", "vie"),
        ("PHỤ LỤC", "vie"),
        ("The committee of the province is to be informed by this letter", "eng"),
        ("Le comité de la province est informé par cette lettre dans les délais", "fra"),
        ("1234 5678", ""),
        ("", ""),
    ],
)
def test_a_language_is_told_by_its_letters_and_small_words(text: str, tongue: str) -> None:
    assert language.of(text) == tongue


@pytest.mark.parametrize(
    ("sure", "grade"),
    [((96.0,) * 20, "good"), ((95.0,) * 17 + (30.0,) * 3, "fair"), ((40.0,) * 5, "poor"), ((), "")],
)
def test_a_page_is_graded_by_what_is_unsure(sure: tuple[float, ...], grade: str) -> None:
    assert quality.of([("chữ", 1, 1, 1, 1, one) for one in sure]) == grade


@pytest.mark.parametrize("misread", ["QĐÐ-UBND", "QÐ-UBND", "QÐĐ-UBND"])
def test_eth_is_no_vietnamese_letter(misread: str) -> None:
    assert tesseract.mended(misread) == "QĐ-UBND"


@pytest.mark.parametrize(
    ("misread", "word"),
    [("|Người", "Người"), ("29_", "29"), ("4|", "4"), ("_|Lương", "Lương"), ("|", ""), ("____", "____")],
)
def test_the_rule_of_a_table_is_no_letter(misread: str, word: str) -> None:
    assert tesseract.mended(misread) == word
