"""The stages on their own: count, render, own text, recognise."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from portal.catalogue.readings import VIEW_WIDTH, Reading, Word
from portal.core.errors import PortalError
from portal.ingest import looking, media, pictures
from portal.ingest.errors import UnusableFileError
from portal.ingest.ocr import pdfium
from portal.ingest.ocr.engine import BlindEngine, Recognised
from portal.ingest.stages import recognise, render, split
from tests.fixtures import papers


class Echo:
    """An engine that says how large the picture was and finds one word in its corner."""

    def recognise(self, picture: Path, seconds: int) -> Recognised:
        with Image.open(picture) as image:
            assert image.mode == "L"
            width, height = image.size
        words: list[Word] = [("chữ", 10, 20, 30, 40, 90.0)]
        return Recognised(text=f"{width} {height}", words=words, engine="echo")

    def way_up(self, picture: Path, seconds: int) -> int:
        return 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


def count(file: Path, content: bytes) -> int:
    file.write_bytes(content)
    return split.count(file, media.of_file(file))


def look(file: Path, content: bytes, frame: int = 0) -> tuple[Image.Image, Reading]:
    """Return the whole image of a page and what was read."""
    file.write_bytes(content)
    image, reading = looking.image(file, frame), looking.look(file, frame, Echo(), 10)[1]
    assert image.size == (reading.width, reading.height), "boxes are in px of the image"
    return image, reading


def huge_png(width: int, height: int) -> bytes:
    """A PNG that claims a size in its header and holds a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "pages"),
    [
        (papers.written_pdf([papers.LINES] * 3), 3),
        (papers.scanned_pdf([papers.blank(), papers.blank()]), 2),
        (papers.tiff([papers.blank()] * 4), 4),
        (papers.png(), 1),
        (papers.jpeg(), 1),
    ],
    ids=["pdf", "scanned pdf", "tiff", "png", "jpeg"],
)
def test_pages_are_counted(file: Path, content: bytes, pages: int) -> None:
    assert count(file, content) == pages


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (papers.locked_pdf(), "file_encrypted"),
        (papers.written_pdf()[:-200], "file_cut_off"),
        (b"%PDF-1.7\nnothing more", "file_cut_off"),
        (papers.png()[:-300], "file_cut_off"),
        (papers.jpeg()[:2000], "file_cut_off"),
        (papers.tiff([papers.picture()])[:5000], "file_cut_off"),
        (huge_png(60_000, 60_000), "image_too_large"),
        (huge_png(51_000, 10), "image_too_large"),
        (huge_png(2**31 - 1, 2**31 - 1), "image_too_large"),
    ],
    ids=[
        "locked",
        "pdf cut",
        "pdf without pages",
        "png cut",
        "jpeg cut",
        "tiff cut",
        "too many px",
        "too long a side",
        "twice too large",
    ],
)
def test_what_cannot_become_pages_is_refused_with_a_code(file: Path, content: bytes, code: str) -> None:
    with pytest.raises(UnusableFileError) as caught:
        count(file, content)
    assert caught.value.code == code


def test_a_file_of_too_many_pages_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "MOST_PAGES", 3)
    assert count(file, papers.tiff([papers.blank()] * 3)) == 3
    for content in (papers.tiff([papers.blank()] * 4), papers.written_pdf([papers.LINES] * 4)):
        with pytest.raises(UnusableFileError) as caught:
            count(file, content)
        assert caught.value.code == "file_too_many_pages"


def test_a_pdf_page_has_300_dpi(file: Path) -> None:
    image, seen = look(file, papers.scanned_pdf([papers.picture()]))
    assert seen.dpi == 300
    assert (seen.width, seen.height) == image.size
    assert abs(image.width - 300 * papers.A4_INCHES[0]) < 5


def test_the_view_that_is_kept_is_no_wider_than_a_screen_and_never_enlarged(file: Path) -> None:
    for dpi, width in ((300, VIEW_WIDTH), (100, papers.picture(dpi=100).width)):
        file.write_bytes(papers.png(papers.picture(dpi=dpi), dpi=dpi))
        view, seen = looking.look(file, 0, Echo(), 10)
        assert view.width == width
        assert abs(view.height / view.width - seen.height / seen.width) < 0.01


def test_a_coarse_scan_in_a_pdf_is_enlarged_smoothly_and_boxes_still_fit(file: Path) -> None:
    sheet = papers.picture(dpi=100)
    file.write_bytes(papers.saved(sheet, "PDF", resolution=100))
    with pdfium.side(file, 0) as side:
        picture = render.pdf_side(side)
        rough = side.copy_to_read(300)
    assert picture.copy.size == picture.image.size
    assert picture.copy.tobytes() != rough.tobytes()
    exact = sheet.resize(picture.copy.size, Image.Resampling.BICUBIC)
    assert distance(picture.copy, exact) < distance(rough, exact)


def distance(one: Image.Image, other: Image.Image) -> float:
    histogram = ImageChops.difference(one, other).histogram()
    return sum(level * number for level, number in enumerate(histogram))


def test_a_picture_keeps_its_own_pixels_and_boxes_fit_them(file: Path) -> None:
    image, seen = look(file, papers.png(papers.picture(dpi=150), dpi=150))
    assert (image.size, seen.dpi) == (papers.picture(dpi=150).size, 150)
    # The copy that was read had 300 dpi, twice as many px each way.
    assert seen.text == f"{image.width * 2} {image.height * 2}"
    assert seen.words == [("chữ", 5, 10, 15, 20, 90.0)]


def test_nothing_that_a_file_notes_goes_with_the_copy_that_is_read(file: Path) -> None:
    Image.new("L", (1_654, 2_339), 240).save(file, "TIFF", dpi=(200, 200))
    picture = render.frame(file, 0)
    assert picture.copy.size == picture.image.size
    assert not hasattr(picture.copy, "tag_v2")


@pytest.mark.parametrize(("dpi", "read_dpi"), [(200, 200), (250, 250), (300, 225), (600, 225)])
def test_fine_pictures_are_brought_down_for_reading_and_shown_in_full(
    file: Path, dpi: int, read_dpi: int
) -> None:
    sheet = papers.picture((), dpi)
    image, seen = look(file, papers.png(sheet, dpi=dpi))
    assert (image.size, seen.dpi) == (sheet.size, dpi)
    assert seen.text == f"{round(image.width * read_dpi / dpi)} {round(image.height * read_dpi / dpi)}"


def test_a_fax_is_read(file: Path) -> None:
    sheet = papers.picture(dpi=200).convert("1")
    assert look(file, papers.saved(sheet, "TIFF", dpi=(200, 200), compression="group4"))[1].source == "ocr"


@pytest.mark.parametrize("told", [None, 1, 72, 96, 60_000])
def test_without_a_sane_resolution_the_sheet_is_taken_for_a4(file: Path, told: int | None) -> None:
    _, seen = look(file, papers.png(papers.picture(dpi=200), dpi=told))
    assert seen.dpi == 200


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "RGB", "I;16"])
def test_every_mode_becomes_gray_or_colour_on_white(file: Path, mode: str) -> None:
    sheet = papers.picture(dpi=100)
    sheet = (
        sheet.point(lambda value: value * 257, "I").convert("I;16") if mode == "I;16" else sheet.convert(mode)
    )
    image, _ = look(file, papers.png(sheet, dpi=100))
    assert image.mode == "L"
    assert image.getextrema() == (0, 255)
    assert image.getpixel((0, 0)) == 255


def test_a_transparent_sheet_is_white(file: Path) -> None:
    image, _ = look(file, papers.png(Image.new("RGBA", (400, 600), (0, 0, 0, 0)), dpi=100))
    assert image.getextrema() == (255, 255)


def test_cmyk_becomes_colour(file: Path) -> None:
    sheet = Image.new("CMYK", (400, 600), (0, 255, 255, 0))
    image, _ = look(file, papers.jpeg(sheet))
    assert image.mode == "RGB"
    red, green, blue = image.getpixel((200, 300))
    assert red > 200
    assert max(green, blue) < 60


def test_colour_stays_colour(file: Path) -> None:
    sheet = papers.picture(mode="RGB")
    sheet.paste((200, 0, 0), (300, 300, 600, 600))
    assert look(file, papers.png(sheet))[0].mode == "RGB"


@pytest.mark.parametrize("ending", ["jpg", "tif", "png"])
@pytest.mark.parametrize("mark", range(1, 9))
def test_a_picture_is_turned_once_by_its_mark(tmp_path: Path, mark: int, ending: str) -> None:
    # As it lies: dark at the upper left, and at the upper right half dark.
    lying = Image.new("L", (120, 80), 255)
    lying.paste(0, (0, 0, 40, 40))
    lying.paste(120, (80, 0, 120, 40))
    turn = pictures.TURNS.get(mark)
    wanted = lying if turn is None else lying.transpose(turn)
    exif = Image.Exif()
    exif[pictures.ORIENTATION] = mark
    path = tmp_path / f"one.{ending}"
    lying.save(path, exif=exif)
    seen = looking.image(path, 0)
    assert seen.size == wanted.size
    places = [(x, y) for x in (20, seen.width - 20) for y in (20, seen.height - 20)]
    for place in places:
        assert abs(seen.getpixel(place) - wanted.getpixel(place)) < 20, place  # type: ignore[operator]


def test_a_turned_photograph_stands_upright(file: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    sheet = papers.picture(dpi=100)
    image, seen = look(file, papers.jpeg(sheet.rotate(90, expand=True), exif=exif))
    assert image.size == sheet.size
    assert (seen.width, seen.height) == sheet.size


def test_the_pixels_of_a_fax_are_made_square(file: Path) -> None:
    sheet = papers.picture(dpi=200).resize((1654, 1146))
    image, seen = look(file, papers.saved(sheet, "TIFF", dpi=(200, 98)))
    assert seen.dpi == 200
    assert abs(image.height - 1146 * 200 / 98) <= 1


def test_a_giant_sheet_gets_fewer_dpi_instead_of_being_left_out(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "MOST_RENDERED", 2_000_000)
    image, seen = look(file, papers.scanned_pdf([papers.picture()]))
    assert image.width * image.height <= 2_010_000
    assert 100 < seen.dpi < 200


def test_a_pdf_of_text_is_read_from_its_own_text(file: Path) -> None:
    image, seen = look(file, papers.written_pdf())
    assert (seen.source, seen.engine) == ("embedded", "pdfium")
    assert [line.strip() for line in seen.text.splitlines()] == list(papers.LINES)
    assert {word[5] for word in seen.words} == {100.0}
    first = seen.words[0]
    assert first[0] == "ỦY"
    assert all(0 <= word[1] < image.width and 0 <= word[2] < image.height for word in seen.words)
    ink = image.convert("L").crop((first[1], first[2], first[1] + first[3], first[2] + first[4]))
    assert ink.getextrema()[0] < 100


def test_a_few_characters_over_a_scan_do_not_replace_reading(file: Path) -> None:
    stamped = papers.written_pdf([("Ký bởi: Văn phòng Ủy ban", "Ngày ký: 04/02/2025")], stamp_on=papers.png())
    assert look(file, stamped)[1].source == "ocr"


def test_text_beside_a_drawing_of_other_text_does_not_replace_reading(file: Path) -> None:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(file), pagesize=(595, 842))
    canvas.setFont("Helvetica", 12)
    canvas.drawString(50, 800, "Phan nay la chu that cua tep nay.")
    part = papers.picture().crop((0, 0, 1240, 500))
    canvas.drawImage(ImageReader(part), 50, 300, 480, 190)
    canvas.save()
    _, seen = looking.look(file, 0, Echo(), 10)
    assert seen.source == "ocr"


@pytest.mark.parametrize(
    "letters", ["Céng hoµ x· héi chñ nghÜa ViÖt Nam ®éc lËp", "Coäng hoøa xaõ hoäi chuû nghóa"]
)
def test_text_in_a_font_of_before_unicode_is_not_believed(file: Path, letters: str) -> None:
    assert look(file, papers.written_pdf([(letters,) * 4]))[1].source == "ocr"


def test_a_sheet_without_words_and_ink_is_blank(file: Path) -> None:
    file.write_bytes(papers.png(papers.blank()))
    _, seen = looking.look(file, 0, BlindEngine(), 10)
    assert (seen.source, seen.text, seen.words) == ("blank", "", [])


def test_ink_without_words_is_not_blank(file: Path) -> None:
    file.write_bytes(papers.png())
    assert looking.look(file, 0, BlindEngine(), 10)[1].source == "ocr"


def test_words_without_much_ink_are_not_blank(file: Path) -> None:
    assert look(file, papers.png(papers.blank()))[1].source == "ocr"


def test_text_is_tidied_to_nfc() -> None:
    assert recognise.tidy("Quyê\u0301t  \n\n\fđi\u0323nh \f") == "Quyết\n\n\nđịnh"


def test_the_share_of_ink_is_that_of_dark_pixels() -> None:
    sheet = Image.new("L", (100, 100), 255)
    sheet.paste(0, (0, 0, 50, 20))
    assert pictures.ink_share(sheet) == pytest.approx(0.1)


def test_odd_and_broken_files_end_in_pages_or_a_code(data_folder: Path) -> None:
    outcomes: dict[str, int] = {}
    for path in sorted((data_folder / "robust").rglob("*")):
        if not path.is_file():
            continue
        try:
            frames = split.count(path, media.of_file(path))
        except PortalError as error:
            outcomes[error.code] = outcomes.get(error.code, 0) + 1
            continue
        outcomes["pages"] = outcomes.get("pages", 0) + 1
        assert 1 <= frames <= split.MOST_PAGES
    assert outcomes["pages"] > 100
    assert set(outcomes) <= {
        "pages",
        "file_type",
        "file_damaged",
        "file_cut_off",
        "file_without_pages",
        "file_encrypted",
        "file_bomb",
        "file_unsupported",
        "image_too_large",
    }
