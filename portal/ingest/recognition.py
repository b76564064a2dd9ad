"""What a page without text of its own says: clean, straighten, recognise, arrange, doubt, judge.

The stages are pure functions that do not know each other; here they stand in their
order. One look is the rule. A second one is made only where the first one saw no word
on a page with ink, or where the page may not stand upright; it is counted in the name
of the engine.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PIL import Image

from portal.catalogue.readings import Measures, Word
from portal.ingest.errors import UnusablePageError
from portal.ingest.ocr.engine import Engine
from portal.ingest.ocr.lines import Line
from portal.ingest.stages import (
    blank,
    clean,
    deskew,
    language,
    layout,
    paper,
    quality,
    recognise,
    secrecy,
    specks,
    stamps,
    unsure,
    upright,
)
from portal.ingest.stages.render import Picture

AGAIN_SECONDS = 30
"""At most for the second look at a page on which nothing was seen; it has few words."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was recognised on one page. Boxes are in px of the page image."""

    source: str
    """ocr or blank."""
    engine: str
    text: str
    words: list[Word]
    language: str
    quality: str
    secret: str = ""
    """The mark of a state secret that the page bears; nothing for almost every page."""
    measures: Measures = field(default_factory=dict)
    """How far it lay askew and which way up, where that was seen."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found on the copy, at one way up. Boxes are in px of the copy."""

    source: str
    engine: str
    text: str
    words: list[Word]
    looks: int = 1
    is_doubtful: bool = False
    secret: str = ""
    """The mark among the lines of its header."""
    degrees: float = 0.0
    quarter: int = 0
    """By how many degrees clockwise the copy was turned for this look."""


class _Clock:
    """The seconds that all looks at one page have together."""

    def __init__(self, seconds: int) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> int:
        return max(1, round(self._end - time.monotonic()))


def read(engine: Engine, picture: Picture, seconds: int) -> Said:
    """Recognise a page.

    Raises:
        NotReadyError: the engine itself cannot run.
        UnusablePageError: it runs, but gave up on this picture or was too slow.
    """
    clock = _Clock(seconds)
    red = clean.spots(picture.image)
    copy = paper.evened(clean.without_red(picture.copy, picture.image, red))
    found = _found(engine, copy, clock)
    if found.is_doubtful:
        found = _other_way_up(engine, copy, found, clock)
    grade = quality.of(found.words)
    askew = {"skew": round(10 * abs(found.degrees)), "turned": found.quarter}
    return Said(
        source=found.source,
        engine=found.engine if found.looks == 1 else f"{found.engine}, {found.looks} looks",
        text=found.text,
        words=recognise.placed(found.words, picture.scale),
        language=language.of(found.text),
        quality=grade or (quality.POOR if found.source == "ocr" else ""),
        secret=secrecy.strongest((found.secret, stamped(engine, picture, red, clock.left, found.quarter))),
        measures=askew,
    )


def stamped(engine: Engine, picture: Picture, red: Image.Image | None, seconds: int, quarter: int = 0) -> str:
    """Return the mark of a state secret that a red stamp on the page bears; nothing where none does.

    Args:
        red: what `clean.spots` saw on it.
        quarter: by how many degrees clockwise the page must be turned to stand upright.

    Raises:
        NotReadyError: the engine itself cannot run.
    """
    image = picture.image
    if red is not None and quarter:
        image, red = upright.turned(image, quarter), upright.turned(red, quarter)
    sheet = secrecy.stamps(image, picture.dpi, red)
    if sheet is None:
        return ""
    try:
        return secrecy.of_stamp(recognise.few_words(engine, sheet, min(seconds, AGAIN_SECONDS)))
    except UnusablePageError:
        # What the engine chokes on is no word of a stamp.
        return ""


def _found(engine: Engine, copy: Image.Image, clock: _Clock, *, may_look_again: bool = True) -> _Found:
    """Look at the copy as it lies."""
    degrees = deskew.angle(copy)
    plain = deskew.turned(copy, degrees)
    seen = recognise.read(engine, specks.without_specks(clean.lifted(plain)), clock.left)
    if seen.words and not seen.lines:
        # An engine that tells no lines has arranged its text itself.
        words = deskew.turned_back(seen.words, degrees, copy.size)
        return _Found("ocr", seen.engine, recognise.tidy(seen.text), words)
    looks, lines, has_ink = 1, _believed(seen.lines, plain), True
    if not lines:
        box = blank.ink(plain)
        has_ink = box is not None
        part = _to_look_at_again(plain, box, saw_something=bool(seen.lines)) if may_look_again else None
        if part is not None:
            left, top, *_ = box or (0, 0)
            looks, lines = 2, [line.moved(left, top) for line in _seen_again(engine, part, clock)]
            lines = _believed(lines, plain)
    secret = secrecy.of_lines(lines, plain.height)
    is_doubtful = has_ink and upright.is_doubtful([word for line in lines for word in line.words])
    lines, of_stamps = stamps.parted(lines)
    lines = [*unsure.marked(layout.arranged(lines, plain.size), plain.height), *of_stamps]
    words = deskew.turned_back([word for line in lines for word in line.words], degrees, copy.size)
    source = "ocr" if words or has_ink else "blank"
    return _Found(
        source, seen.engine, recognise.tidy(layout.text_of(lines)), words, looks, is_doubtful, secret, degrees
    )


def _seen_again(engine: Engine, part: Image.Image, clock: _Clock) -> Sequence[Line]:
    """Look at a part; nothing if that fails, for then the first look stands."""
    try:
        return recognise.read(engine, part, min(clock.left, AGAIN_SECONDS)).lines
    except UnusablePageError:
        return ()


def _believed(lines: Sequence[Line], plain: Image.Image) -> list[Line]:
    return [line for line in blank.without_other_side(lines, plain) if not layout.is_speck(line)]


def _to_look_at_again(
    plain: Image.Image, box: tuple[int, int, int, int] | None, *, saw_something: bool
) -> Image.Image | None:
    """Return what to look at after a look that brought nothing: the inked part alone, or pale ink made black.

    On an empty page a lone word is easily overlooked, and on a pale one everything.
    """
    if box is not None:
        part = plain.crop(box)
        return clean.cleared(part) or part
    # What shines through was seen, and not believed; black it would be no truer.
    return None if saw_something else clean.cleared(plain)


def _other_way_up(engine: Engine, copy: Image.Image, found: _Found, clock: _Clock) -> _Found:
    """Look at the copy turned upright, if it is not; return what brought more that is sure."""
    quarter = upright.way(engine, copy, clock.left)
    if not quarter:
        return found
    try:
        other = _found(engine, upright.turned(copy, quarter), clock, may_look_again=False)
    except UnusablePageError:
        # The first look stands; the page is not lost because the second one took too long.
        return found
    looks, secret = found.looks + other.looks, secrecy.strongest((found.secret, other.secret))
    if not upright.is_better(other.words, found.words):
        return replace(found, looks=looks, secret=secret)
    words = upright.turned_back(other.words, quarter, copy.size)
    return replace(other, looks=looks, words=words, secret=secret, quarter=quarter)
