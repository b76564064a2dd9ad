"""Hide parts of a page image for good: nothing is laid over anything, the pixels are gone.

Pure functions over pixels and boxes. Before them stand the boxes that somebody drew, after them
`seeking`, which looks whether a hidden word can still be found. Boxes are in px of the page image.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL import Image

from portal.catalogue.readings import Word

Box = tuple[int, int, int, int]
"""left, top, width, height in px of the page image."""

ACROSS, DOWN = 0.15, 0.4
"""Share of a word's width and height that a box must cover for the word to be hidden whole."""

PADDING = 6
"""A word is covered by a sixth of its height more than its box: Vietnamese marks stand out of the line."""

DARK = 140
"""Of 255: darker is ink."""

BLACK, PAPER = 0, 255
"""What people see of a hidden place, and what the engine is given, which takes black for letters."""

CHUNKS = frozenset({b"IHDR", b"pHYs", b"IDAT", b"IEND"})
"""What a PNG of a hidden page holds: its size, its resolution, its pixels. No text, profile or time."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What is hidden of one page."""

    boxes: Sequence[Box]
    """Grown until no letter is cut."""
    hidden: Sequence[int]
    """Which words of the page lie under them, by their place in the text."""
    empty: Sequence[Box]
    """Boxes as drawn under which no word was read."""


def cover(image: Image.Image, words: Sequence[Word], boxes: Iterable[Box]) -> Cover:
    """Return what has to be hidden so that of every word under a box nothing is left."""
    grown: list[Box] = []
    empty: list[Box] = []
    for box in boxes:
        under = [word for word in words if lies_under(word, box)]
        around = box
        for word in under:
            around = joined(around, _padded(word))
        if not under:
            empty.append(box)
        grown.append(_to_the_end_of_ink(image, around, box))
    # A box that grew may lie over more words than were meant; they are hidden, so they are looked for.
    hidden = [place for place, word in enumerate(words) if any(lies_under(word, one) for one in grown)]
    return Cover(grown, hidden, empty)


def lies_under(word: Word, box: Box) -> bool:
    """Tell whether so much of the word lies under the box that it is hidden whole."""
    _, left, top, width, height, _ = word
    across = min(left + width, box[0] + box[2]) - max(left, box[0])
    down = min(top + height, box[1] + box[3]) - max(top, box[1])
    return across >= max(1, ACROSS * width) and down >= max(1, DOWN * height)


def around_words(words: Iterable[Word]) -> list[Box]:
    """Return the boxes that hide words, one for neighbours on a line."""
    boxes: list[Box] = []
    for word in words:
        box = _padded(word)
        if boxes and _go_on(boxes[-1], box):
            boxes[-1] = joined(boxes[-1], box)
        else:
            boxes.append(box)
    return [(max(0, left), max(0, top), width, height) for left, top, width, height in boxes]


def filled(image: Image.Image, boxes: Iterable[Box], shade: int = BLACK) -> Image.Image:
    """Return a new picture, of the pixels alone, in which every box is of one shade."""
    plain = Image.new(image.mode, image.size)
    plain.paste(image)
    for left, top, width, height in boxes:
        place = (left, top, left + width, top + height)
        plain.paste(shade if image.mode == "L" else (shade, shade, shade), place)
    return plain


def png(image: Image.Image, dpi: int) -> bytes:
    """Return the picture, in L or RGB, with nothing beside its pixels and their resolution."""
    file = io.BytesIO()
    image.save(file, "PNG", dpi=(dpi, dpi))
    return file.getvalue()


def is_bare(image: Image.Image, boxes: Iterable[Box]) -> bool:
    """Tell whether any px under a box is not black."""
    parts = (image.crop((left, top, left + wide, top + high)) for left, top, wide, high in boxes)
    return any(part.convert("L").getextrema()[1] for part in parts)


def chunks(content: bytes) -> list[bytes]:
    """Return the kinds of the pieces of a PNG, in order."""
    found, at = [], 8
    while at + 8 <= len(content):
        found.append(content[at + 4 : at + 8])
        at += 12 + int.from_bytes(content[at : at + 4], "big")
    return found


def joined(one: Box, other: Box) -> Box:
    """Return the box around two."""
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    bottom = max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top


def within(box: Box, size: tuple[int, int]) -> Box:
    """Return what of a box lies on a page of this size, a px at least."""
    left, top = min(max(0, box[0]), size[0] - 1), min(max(0, box[1]), size[1] - 1)
    right, bottom = min(size[0], box[0] + box[2]), min(size[1], box[1] + box[3])
    return left, top, max(1, right - left), max(1, bottom - top)


def _padded(word: Word) -> Box:
    _, left, top, width, height, _ = word
    around = max(2, height // PADDING)
    return left - around, top - around, width + 2 * around, height + 2 * around


def _go_on(one: Box, other: Box) -> bool:
    middle = other[1] + other[3] / 2
    is_on_the_line = one[1] <= middle <= one[1] + one[3]
    return is_on_the_line and one[0] <= other[0] <= one[0] + one[2] + other[3]


def _to_the_end_of_ink(image: Image.Image, box: Box, drawn: Box) -> Box:
    """Grow a box by rows and columns as long as its edge cuts ink, a third of the line at most.

    A letter that sticks out would say what it was; a ruled line that goes on would never end.
    """
    left, top, width, height = within(box, image.size)
    right, bottom = left + width, top + height
    for _ in range(max(2, min(drawn[3], height) // 3)):
        moves = (
            left > 0 and _has_ink(image, (left - 1, top, left, bottom)),
            top > 0 and _has_ink(image, (left, top - 1, right, top)),
            right < image.width and _has_ink(image, (right, top, right + 1, bottom)),
            bottom < image.height and _has_ink(image, (left, bottom, right, bottom + 1)),
        )
        if not any(moves):
            break
        left, top = left - moves[0], top - moves[1]
        right, bottom = right + moves[2], bottom + moves[3]
    return left, top, right - left, bottom - top


def _has_ink(image: Image.Image, place: Box) -> bool:
    darkest = image.crop(place).convert("L").getextrema()[0]
    return float(darkest) < DARK  # type: ignore[arg-type]
