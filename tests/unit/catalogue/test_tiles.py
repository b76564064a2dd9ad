"""Tiles are the page: put together they give the whole image, and each is cut once."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image, ImageChops, ImageDraw, ImageStat

from portal.catalogue import cuttings, images, readings, tiles
from portal.catalogue.images import Picture
from portal.catalogue.tiles import Hand
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

    def __init__(self, *, is_whole: bool = True) -> None:
        self.content = picture()
        self.asked = 0
        self.is_whole = is_whole

    def __call__(self, width: int) -> Picture:
        self.asked += 1
        return Picture(self.content, self.is_whole)


def cut(
    source: Source, region: str, size: str, rotation: str = "0", form: str = "jpg", hand: Hand | None = None
) -> bytes:
    quality = "default"
    asked = cuttings.read(region, size, rotation, quality, form, WHOLE)
    return tiles.cut(PAGE, asked, WHOLE, source, hand)


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


def test_the_job_of_the_whole_image_leaves_nothing_to_cut(app: Flask) -> None:
    source = Source()
    with opened(source.content) as whole:
        tiles.keep(PAGE, whole.convert("RGB"))
    kept = {
        address: cut(source, *address.split("/"))
        for address in ("0,0,512,512/512,512", "1024,1536,276,164/276,164", "0,0,1300,1700/325,425")
    }
    assert source.asked == 0
    derivatives.remove_passing(f"page/{PAGE}")
    for address, content in kept.items():
        fresh = opened(cut(source, *address.split("/")))
        assert fresh.size == opened(content).size
        assert difference(opened(content), fresh) < 2
    assert source.asked == len(kept) - 1, "two of them are of one level"


def test_coarse_levels_come_from_the_view_until_the_whole_image_is_there(app: Flask) -> None:
    """As wide as the view, or hardly wider; each in the very size that the API promises."""
    whole = opened(picture())
    view = whole.resize((readings.VIEW_WIDTH, round(1700 * readings.VIEW_WIDTH / 1300)))
    images.keep(PAGE, view)
    asked = {"0,0,1024,1024": "512,512", "0,0,1300,1700": "325,425", "1024,1024,276,676": "138,338"}

    def source(width: int) -> Picture:
        return images.wide_enough(PAGE, width)

    for region, size in asked.items():
        cutting = cuttings.read(region, size, "0", "default", "jpg", WHOLE)
        made = opened(tiles.cut(PAGE, cutting, WHOLE, source, None))
        assert f"{made.width},{made.height}" == size
        derivatives.remove_passing(f"page/{PAGE}")
        exact = opened(cut(Source(), region, size))
        derivatives.remove_passing(f"page/{PAGE}")
        assert difference(made, exact) < 6
    with pytest.raises(UnavailableError):
        tiles.cut(
            PAGE, cuttings.read("0,0,512,512", "512,512", "0", "default", "jpg", WHOLE), WHOLE, source, None
        )
    images.keep_whole(PAGE, whole.convert("RGB"))
    assert images.wide_enough(PAGE, 325).is_whole


def test_tiles_of_the_whole_image_win_over_those_of_the_view(app: Flask) -> None:
    narrow, whole = Source(is_whole=False), Source()
    from_view = cut(narrow, "0,0,1300,1700", "325,425")
    with Image.new("RGB", WHOLE, "blue") as other:
        tiles.keep(PAGE, other)
    assert cut(whole, "0,0,1300,1700", "325,425") != from_view
    assert (narrow.asked, whole.asked) == (1, 0)


def _blackened(jpeg: bytes, whole: cuttings.Size | None, place: cuttings.Size) -> bytes:
    """Mark a tile so that it is known again, and from where it was cut."""
    with opened(jpeg) as image:
        shade = 0 if whole is None else 1 + place[0] // cuttings.TILE
        part = Image.new("RGB", image.size, (shade * 60,) * 3)
    file = io.BytesIO()
    part.save(file, "JPEG", quality=95)
    return file.getvalue()


def test_a_mark_is_burnt_into_each_tile_and_never_kept(app: Flask) -> None:
    source = Source()
    first = cut(source, "0,0,512,512", "512,512", hand=_blackened)
    second = cut(source, "512,0,512,512", "512,512", hand=_blackened)
    assert opened(first).getpixel((9, 9)) == (60, 60, 60)
    assert opened(second).getpixel((9, 9)) == (120, 120, 120), "the hand is told where the tile lies"
    plain = opened(cut(source, "0,0,512,512", "512,512"))
    whole = opened(source.content).crop((0, 0, 512, 512))
    assert difference(plain, whole) < 6, "who needs no mark sees none that was made for others"
    assert source.asked == 1, "one level serves every reader"


def test_what_is_no_tile_is_marked_as_a_whole_before_it_is_cut(app: Flask) -> None:
    part = opened(cut(Source(), "100,200,300,600", "150,", hand=_blackened))
    assert part.getpixel((75, 150)) == (0, 0, 0)


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
