"""Tiles are the page: put together they give the whole image, and each is cut once."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image, ImageChops, ImageDraw, ImageStat

from portal.catalogue import cuttings, tiles
from portal.core.errors import UnavailableError
from portal.storage import derivatives

PAGE = "0123456789"
WHOLE = (1300, 1700)


def picture() -> bytes:
    image = Image.linear_gradient("L").resize(WHOLE).convert("RGB")
    pen = ImageDraw.Draw(image)
    for step in range(0, 1700, 100):
        pen.line((0, step, 1300, step), fill=(200, 0, 0), width=6)
        pen.text((step, step), str(step), fill="black")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95, comment=b"BIMATTUYETDOI")
    return file.getvalue()


class Source:
    """A whole image that counts how often it was asked for."""

    def __init__(self) -> None:
        self.content = picture()
        self.asked = 0

    def __call__(self) -> bytes:
        self.asked += 1
        return self.content


def cut(
    source: Source, region: str, size: str, rotation: str = "0", form: str = "jpg", mark: str | None = None
) -> bytes:
    quality = "default"
    asked = cuttings.read(region, size, rotation, quality, form, WHOLE)
    return tiles.cut(PAGE, asked, WHOLE, source, mark)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def difference(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_the_tiles_of_a_level_put_together_are_the_page_and_are_cut_once(app: Flask, scale: int) -> None:
    source = Source()
    columns, rows = cuttings.grid(WHOLE, scale)
    together = Image.new("RGB", cuttings.level(WHOLE, scale))
    for row in range(rows):
        for column in range(columns):
            step = cuttings.TILE * scale
            left, top = column * step, row * step
            part = (min(step, WHOLE[0] - left), min(step, WHOLE[1] - top))
            sides = cuttings.level(part, scale)
            content = cut(source, f"{left},{top},{part[0]},{part[1]}", f"{sides[0]},{sides[1]}")
            assert b"BIMATTUYETDOI" not in content
            assert opened(content).size == sides
            together.paste(opened(content), (column * cuttings.TILE, row * cuttings.TILE))
    assert source.asked == 1
    whole = opened(source.content).resize(together.size, Image.Resampling.LANCZOS)
    assert difference(together, whole) < 10


def test_tiles_with_a_mark_lie_apart_from_those_without(app: Flask) -> None:
    plain, marked = Source(), Source()
    marked.content = plain.content.replace(b"BIMATTUYETDOI", b"ABCDEFGHIJKLM")
    cut(plain, "0,0,512,512", "512,512")
    cut(marked, "0,0,512,512", "512,512", mark="Trần Thị Dân Đỗ")
    cut(marked, "0,0,512,512", "512,512", mark="Ngô Văn Khác")
    assert (plain.asked, marked.asked) == (1, 2)
    derivatives.remove_passing(f"page/{PAGE}")
    cut(plain, "0,0,512,512", "512,512")
    assert plain.asked == 2


def test_other_parts_are_made_as_they_are_asked_for(app: Flask) -> None:
    source = Source()
    turned = opened(cut(source, "100,200,300,600", "150,", rotation="90", form="png"))
    assert (turned.format, turned.size) == ("PNG", (300, 150))
    straight = opened(cut(source, "100,200,300,600", "150,", form="png"))
    expected = opened(source.content).crop((100, 200, 400, 800)).resize((150, 300), Image.Resampling.LANCZOS)
    assert difference(straight, expected) < 4
    assert difference(turned.transpose(Image.Transpose.ROTATE_90), straight) == 0


def test_a_page_that_was_read_again_in_another_size_gives_no_tile_of_before(app: Flask) -> None:
    source = Source()
    cut(source, "0,0,512,512", "512,512")
    asked = cuttings.read("0,0,512,512", "512,512", "0", "default", "jpg", (600, 800))
    with pytest.raises(UnavailableError):
        tiles.cut(PAGE, asked, (600, 800), source, None)
