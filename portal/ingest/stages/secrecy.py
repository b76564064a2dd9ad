"""Seventh stage: whether a page bears a mark of a state secret, by its header lines and its red stamps.

A mark is MẬT, TỐI MẬT or TUYỆT MẬT, as the whole of what stands at its place: the word within a
sentence is no mark. Red ink was taken off the copy that is read (`clean`), so red stamps are read
here, by a look of their own at nothing but them, and only where something red has the shape of one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from PIL import Image, ImageChops, ImageFilter, ImageOps

from portal.catalogue.readings import SECRET_MARKS
from portal.ingest.ocr.lines import Line, letters

HEADER = 0.35
"""Share of the height of the page in which a mark is looked for among its lines."""

APART = 1.2
"""Heights of the line between two words from which they stand apart from each other."""

MILLIMETRE = 1 / 25.4
"""Inches."""

CELL = 1.4
"""Millimetres of the squares in which red ink is looked for."""

WIDE, HIGH = (9.0, 110.0), (3.5, 45.0)
"""Millimetres, least and most, of what can be a stamp of secrecy."""

WIDER = 1.3
"""How many times wider than high it is at least; seals are round."""

MOST_STAMPS = 4
"""Looked at on one page, the highest on the page first."""

READ_DPI = 200
"""Letters of a stamp are twice as high as those of a text."""

FADED = 25
"""By how much red must exceed green and blue, of 255, to be part of a stamp that is read."""

FRAME = 0.7
"""Share of the width of a stamp that its frame goes along, and no letter does."""

COARSER = 2
"""By how much smaller a stamp is looked at for its frame."""

LIKE = 0.83
"""How like a long mark a misread one must be."""

_WORDS = dict(zip(("mat", "toimat", "tuyetmat"), SECRET_MARKS, strict=True))
_RULES = re.compile(r"^[il1j]{0,2}(.*?)[il1j]{0,2}$")
"""What is made of the sides of a frame."""
_HEAD = "domat"
"""«Độ mật:», which some forms print before the mark."""


@dataclass(frozen=True, slots=True)
class _Region:
    """A red region, in squares."""

    left: int
    top: int
    right: int
    bottom: int


def of_lines(lines: Iterable[Line], height: int) -> str:
    """Return the strongest mark among the lines of the header; nothing where there is none.

    Args:
        height: of the page that the lines stand on, in px.
    """
    found = [mark_of(part) for line in lines if line.middle < HEADER * height for part in _parts(line)]
    return strongest(found)


def of_stamp(lines: Iterable[Line]) -> str:
    """Return the strongest mark in what was read of red stamps alone."""
    return strongest([mark_of(part) for line in lines for part in _parts(line)])


def strongest(marks: Iterable[str]) -> str:
    """Return the strongest of some marks; nothing where there is none."""
    return max((mark for mark in marks if mark), key=SECRET_MARKS.index, default="")


def mark_of(text: str) -> str:
    """Return the mark that a text is, whatever its spacing and its marks over letters; nothing otherwise."""
    bare = letters(text)
    is_named = bare.startswith(_HEAD) and len(bare) > len(_HEAD)
    if is_named:
        bare = bare.removeprefix(_HEAD)
    elif not _is_upper(text):
        return ""
    matched = _RULES.match(bare)
    core = matched.group(1) if matched else bare
    for word, mark in _WORDS.items():
        if word in (bare, core):
            return mark
    # A short word is like many others; the long ones are like nothing else.
    for word in ("tuyetmat", "toimat"):
        if abs(len(core) - len(word)) <= 1 and SequenceMatcher(None, core, word).ratio() >= LIKE:
            return _WORDS[word]
    return ""


def stamps(image: Image.Image, dpi: int, seen: Image.Image | None) -> Image.Image | None:
    """Return what is red and has the shape of a stamp, black on white, one below the other; None without.

    Args:
        image: the page, upright.
        seen: what `clean.spots` saw on it.
    """
    regions = _regions(image, dpi, seen) if seen else []
    if not regions:
        return None
    parts = [_ink(image.crop(box), dpi) for box in regions]
    gap = READ_DPI // 8
    sheet = Image.new(
        "L",
        (max(part.width for part in parts) + 2 * gap, sum(part.height + gap for part in parts) + gap),
        255,
    )
    top = gap
    for part in parts:
        sheet.paste(part, (gap, top))
        top += part.height + gap
    return sheet


def _parts(line: Line) -> list[str]:
    """Return the line as a whole, and in parts where gaps are wide: two columns are often one line."""
    words = sorted(line.words, key=lambda word: word[1])
    wide = APART * line.height
    parts: list[list[str]] = [[words[0][0]]]
    for before, word in itertools.pairwise(words):
        if word[1] - before[1] - before[3] > wide:
            parts.append([])
        parts[-1].append(word[0])
    texts = [" ".join(part) for part in parts]
    return texts if len(texts) == 1 else [" ".join(word[0] for word in words), *texts]


def _is_upper(text: str) -> bool:
    return not any(map(str.islower, text))


def _regions(image: Image.Image, dpi: int, seen: Image.Image) -> list[tuple[int, int, int, int]]:
    """Return the boxes, in px of the image, of what is red and may be a stamp."""
    cell = max(1.0, CELL * MILLIMETRE * dpi)
    size = (max(1, round(image.width / cell)), max(1, round(image.height / cell)))
    # Letters of one stamp grow together, whatever is white between them.
    grown = seen.filter(ImageFilter.MaxFilter(3)).resize(size, Image.Resampling.BOX)
    grown = grown.point(lambda value: 255 if value else 0).filter(ImageFilter.MaxFilter(3))
    for beside in (ImageChops.offset(grown, 1, 0), ImageChops.offset(grown, -1, 0)):
        grown = ImageChops.lighter(grown, beside)
    found = sorted((one for one, _ in _joined(grown) if _is_shaped(one)), key=lambda one: one.top)
    across, down = image.width / size[0], image.height / size[1]
    return [
        (
            max(0, round(one.left * across)),
            max(0, round(one.top * down)),
            min(image.width, round(one.right * across)),
            min(image.height, round(one.bottom * down)),
        )
        for one in found[:MOST_STAMPS]
    ]


def _joined(mask: Image.Image) -> list[tuple[_Region, list[int]]]:
    """Return the regions of px that touch each other, each with the places of its px."""
    width, _height = mask.size
    left = {place for place, value in enumerate(mask.tobytes()) if value}
    regions: list[tuple[_Region, list[int]]] = []
    while left:
        seed = left.pop()
        waiting, places = [seed], [seed]
        while waiting:
            place = waiting.pop()
            column = place % width
            near = [place - width, place + width]
            near += [place - 1] if column else []
            near += [place + 1] if column + 1 < width else []
            new = [one for one in near if one in left]
            left.difference_update(new)
            waiting += new
            places += new
        columns, rows = [one % width for one in places], [one // width for one in places]
        regions.append((_Region(min(columns), min(rows), max(columns) + 1, max(rows) + 1), places))
    return regions


def _is_shaped(one: _Region) -> bool:
    # Squares were added on each side when letters grew together, two beside and one above and below.
    wide, high = (one.right - one.left - 4) * CELL, (one.bottom - one.top - 2) * CELL
    return WIDE[0] <= wide <= WIDE[1] and HIGH[0] <= high <= HIGH[1] and wide >= WIDER * high


def _ink(part: Image.Image, dpi: int) -> Image.Image:
    """Return red ink as black on white at the dpi it is read at, without the frame around it."""
    factor = READ_DPI / dpi
    red, green, blue = part.split()
    excess = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    size = (max(1, round(part.width * factor)), max(1, round(part.height * factor)))
    gray = excess.resize(size, Image.Resampling.BICUBIC)
    most = max(FADED, gray.getextrema()[1])
    ink = gray.point(lambda value: min(255, round(max(0, value - FADED / 2) * 340 / most)))
    return ImageOps.invert(_unframed(ink))


def _unframed(ink: Image.Image) -> Image.Image:
    """Take away what goes along most of the stamp: no letter is that wide."""
    small = ink.reduce(COARSER).point(lambda value: 255 if value > 60 else 0)
    frame = Image.new("L", small.size, 0)
    for one, places in _joined(small):
        if one.right - one.left > FRAME * small.width:
            for place in places:
                frame.putpixel((place % small.width, place // small.width), 255)
    if frame.getbbox() is None:
        return ink
    over = frame.filter(ImageFilter.MaxFilter(3)).resize(
        (small.width * COARSER, small.height * COARSER), Image.Resampling.NEAREST
    )
    clear = ink.copy()
    clear.paste(0, (0, 0), over.crop((0, 0, *ink.size)))
    return clear
