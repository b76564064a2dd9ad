"""What an address of the IIIF Image API asks for, as geometry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue import cuttings
from portal.core.errors import InvalidError

WHOLE = (2480, 3508)


def read(
    region: str = "full", size: str = "max", rotation: str = "0", quality: str = "default"
) -> cuttings.Cutting:
    return cuttings.read(region, size, rotation, quality, "jpg", WHOLE)


@pytest.mark.parametrize(
    ("region", "box"),
    [
        ("full", (0, 0, 2480, 3508)),
        ("square", (0, 514, 2480, 2480)),
        ("100,200,300,400", (100, 200, 300, 400)),
        ("2400,3500,512,512", (2400, 3500, 80, 8)),
        ("pct:50,50,25,10", (1240, 1754, 620, 351)),
    ],
)
def test_regions(region: str, box: tuple[int, int, int, int]) -> None:
    found = read(region)
    assert (found.left, found.top, found.width, found.height) == box


@pytest.mark.parametrize(
    ("size", "sides"),
    [
        ("max", (2480, 3508)),
        ("1240,", (1240, 1754)),
        (",1754", (1240, 1754)),
        ("100,100", (100, 100)),
        ("!600,600", (424, 600)),
        ("!9000,9000", (2480, 3508)),
        ("pct:50", (1240, 1754)),
    ],
)
def test_sizes(size: str, sides: tuple[int, int]) -> None:
    assert read(size=size).size == sides


@pytest.mark.parametrize(
    "region", ["", "all", "1,2,3", "-1,0,5,5", "0,0,0,5", "2480,0,5,5", "pct:101,0,5,5", "pct:0,0,0,0"]
)
def test_regions_that_are_none(region: str) -> None:
    with pytest.raises(InvalidError):
        read(region)


@pytest.mark.parametrize(
    "size", ["", ",", "0,", "2481,", "^3000,", "!5,", "pct:0", "pct:101", "full", "9999999999,1"]
)
def test_sizes_that_are_none_or_would_enlarge(size: str) -> None:
    with pytest.raises(InvalidError):
        read(size=size)


@pytest.mark.parametrize(
    ("rotation", "quality"), [("45", "default"), ("!0", "default"), ("360", "default"), ("0", "bitonal")]
)
def test_turns_and_qualities_that_are_not_offered(rotation: str, quality: str) -> None:
    with pytest.raises(InvalidError):
        read(rotation=rotation, quality=quality)


def test_levels_halve_until_one_tile_holds_the_page() -> None:
    assert cuttings.scales(WHOLE) == [1, 2, 4, 8]
    assert cuttings.grid(WHOLE, 1) == (5, 7)
    assert cuttings.grid(WHOLE, 8) == (1, 1)
    assert cuttings.scales((100, 100)) == [1]


@given(st.integers(1, 6000), st.integers(1, 6000), st.data())
def test_every_place_in_the_grid_is_recognised_as_a_tile(
    width: int, height: int, data: st.DataObject
) -> None:
    whole = (width, height)
    scale = data.draw(st.sampled_from(cuttings.scales(whole)))
    columns, rows = cuttings.grid(whole, scale)
    column, row = data.draw(st.integers(0, columns - 1)), data.draw(st.integers(0, rows - 1))
    step = cuttings.TILE * scale
    left, top = column * step, row * step
    part = (min(step, width - left), min(step, height - top))
    sides = cuttings.level(part, scale)
    asked = cuttings.read(
        f"{left},{top},{part[0]},{part[1]}", f"{sides[0]},{sides[1]}", "0", "default", "jpg", whole
    )
    found = cuttings.tile_of(asked, whole)
    assert found is not None
    # A tile that is whole at several levels is the same picture at each.
    assert cuttings.level((found.column * cuttings.TILE * found.scale, 0), 1)[0] == left


def test_a_cutting_off_the_grid_or_turned_is_no_tile() -> None:
    assert cuttings.tile_of(read("1,0,512,512", "512,512"), WHOLE) is None
    assert cuttings.tile_of(read("0,0,512,512", "512,512", rotation="90"), WHOLE) is None
    assert cuttings.tile_of(read("0,0,512,512", "512,512", quality="gray"), WHOLE) is None
    assert cuttings.tile_of(read("0,0,512,512", "511,512"), WHOLE) is None
