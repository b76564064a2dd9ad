"""Pictures of rare kinds: shown where we can, else told from damaged ones; giants within their memory."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from config import Settings
from portal.core import house
from portal.core.errors import PortalError
from portal.ingest import media, pictures, sources, strips
from portal.ingest.sandbox import keeper
from portal.ingest.stages import render, split
from tests.fixtures import hostile, papers

JPEG_XL, LERC = 50_002, 34_887


@pytest.fixture(autouse=True)
def no_child_left(settings: Settings) -> Iterator[None]:
    house.configure(settings)
    yield
    keeper.dismiss()


def tiff_of(sheet: Image.Image, side: int, compression: int = strips.WEBP, tiled: bool = True) -> bytes:
    """Return a TIFF whose tiles, or strips of so many rows, are WebP, said to be of a compression."""
    across = side if tiled else sheet.width
    boxes = [
        (left, top, min(left + across, sheet.width), min(top + side, sheet.height))
        for top in range(0, sheet.height, side)
        for left in range(0, sheet.width, across)
    ]
    parts = [papers.saved(sheet.crop(box), "WEBP", lossless=True) for box in boxes]
    size = [(322, 4, (side,)), (323, 4, (side,))] if tiled else [(278, 4, (side,))]
    offsets, lengths = (324, 325) if tiled else (273, 279)
    start = 4_096
    places = [start + sum(map(len, parts[:number])) for number in range(len(parts))]
    entries: list[tuple[int, int, Sequence[int]]] = [
        (256, 4, (sheet.width,)),
        (257, 4, (sheet.height,)),
        (258, 3, (8, 8, 8)),
        (259, 3, (compression,)),
        (262, 3, (2,)),
        (277, 3, (3,)),
        (offsets, 4, places),
        (lengths, 4, [len(part) for part in parts]),
        *size,
    ]
    return _directory(sorted(entries)).ljust(start, b"\0") + b"".join(parts)


def _directory(entries: list[tuple[int, int, Sequence[int]]]) -> bytes:
    out, more = struct.pack("<H", len(entries)), b""
    room = 8 + 2 + 12 * len(entries) + 4
    for tag, kind, values in entries:
        packed = struct.pack(f"<{len(values)}{'H' if kind == 3 else 'I'}", *values)
        inline = packed.ljust(4, b"\0") if len(packed) <= 4 else struct.pack("<I", room + len(more))
        more += b"" if len(packed) <= 4 else packed
        out += struct.pack("<HHI", tag, kind, len(values)) + inline
    return b"II*\0" + struct.pack("<I", 8) + out + bytes(4) + more


def code_of(path: Path) -> str:
    """Return the code that the file is refused with."""
    with pytest.raises(PortalError) as caught:
        keeper.count(path, media.of_file(path))
    return caught.value.code


@pytest.mark.parametrize("tiled", [True, False], ids=["tiles", "strips"])
def test_a_tiff_of_webp_pictures_is_shown_as_it_is(tmp_path: Path, tiled: bool) -> None:
    path, sheet = tmp_path / "original", Image.effect_noise((150, 110), 90).convert("RGB")
    path.write_bytes(tiff_of(sheet, 64, tiled=tiled))
    assert keeper.count(path, media.of_file(path)) == 1
    assert keeper.image(path, 0).tobytes() == sheet.convert("L").tobytes()


def test_a_webp_picture_larger_than_its_place_costs_the_page(tmp_path: Path) -> None:
    path = tmp_path / "original"
    content = bytearray(tiff_of(Image.new("RGB", (150, 110)), 64))
    tag = content.index(struct.pack("<HHII", 322, 4, 1, 64))
    content[tag + 8 : tag + 12] = struct.pack("<I", 50)
    path.write_bytes(content)
    with pytest.raises(PortalError) as caught:
        render.frame(path, 0)
    assert caught.value.code == "page_damaged"


@pytest.mark.parametrize("compression", [JPEG_XL, LERC])
def test_a_whole_tiff_of_a_rare_compression_is_not_called_damaged(tmp_path: Path, compression: int) -> None:
    path = tmp_path / "original"
    content = tiff_of(Image.new("RGB", (150, 110)), 64, compression)
    path.write_bytes(content)
    assert code_of(path) == "file_unsupported"
    path.write_bytes(content[:4_100])
    assert code_of(path) in ("file_cut_off", "file_damaged")


def test_a_large_tiff_with_its_bytes_turned_is_not_called_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "original"
    path.write_bytes(b"MM\0+\0\x08\0\0" + struct.pack(">Q", 16) + bytes(200))
    assert code_of(path) == "file_unsupported"


@pytest.mark.parametrize(("marker", "bits"), [(0xC1, 12), (0xF7, 8)], ids=["12 bits", "JPEG-LS"])
def test_a_jpeg_of_a_rare_kind_is_not_called_damaged(tmp_path: Path, marker: int, bits: int) -> None:
    path, content = tmp_path / "original", bytearray(papers.jpeg(papers.picture((), 20)))
    place = content.index(b"\xff\xc0")
    content[place + 1], content[place + 4] = marker, bits
    path.write_bytes(content)
    assert code_of(path) == "file_unsupported"


def test_a_note_that_unfolds_without_end_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "original"
    path.write_bytes(next(one for one in hostile.FILES if one.name == "text-bomb.png").make())
    assert code_of(path) == "file_bomb"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_a_giant_is_averaged_like_a_small_picture(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = Image.linear_gradient("L").resize((300, 500)).convert("RGB")
    source = sheet.convert("L").convert("I").convert("I;16") if mode == "I;16" else sheet.convert(mode)
    whole = pictures.upright(source)
    monkeypatch.setattr(pictures, "MOST_SHOWN", 300 * 500 // 8)
    monkeypatch.setattr(pictures, "STRIP_PIXELS", 300 * 50)
    small = pictures.upright(source)
    assert small.size == (100, 167)
    for share in (0.1, 0.5, 0.9):
        expected = whole.convert("L").reduce(3).getpixel((50, int(166 * share)))
        found = small.convert("L").getpixel((50, int(166 * share)))
        assert isinstance(expected, int | float)
        assert found == pytest.approx(expected, abs=3)


def test_a_red_seal_stays_red_in_the_colours_of_a_laboratory() -> None:
    lab, shown = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    seal = ImageCms.profileToProfile(Image.new("RGB", (20, 20), (200, 20, 20)), shown, lab, outputMode="LAB")
    assert seal is not None
    found = pictures.upright(seal).getpixel((9, 9))
    assert isinstance(found, tuple)
    assert found == pytest.approx((200, 20, 20), abs=8)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_giant_that_is_cut_off_is_refused_without_decoding_it_whole(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_SHOWN", 1_000)
    path, content = tmp_path / "original", io.BytesIO()
    Image.effect_noise((300, 200), 90).save(content, kind)
    path.write_bytes(content.getvalue())
    assert split.count(path, media.of_file(path)) == 1
    path.write_bytes(content.getvalue() + b"more" * 3_000)
    with path.open("rb") as file:
        assert split.count(sources.descriptor(file.fileno()), media.of_file(path)) == 1
    path.write_bytes(content.getvalue()[:-9_000])
    with pytest.raises(PortalError) as caught:
        split.count(path, media.of_file(path))
    assert caught.value.code == "file_cut_off"
