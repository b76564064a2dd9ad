"""What a page without text of its own says: clean, straighten, recognise, arrange, doubt, judge.

The stages are pure functions that do not know each other; here they stand in their
order. One recognition is the rule. A second one, of the inked part alone, is made only
where the page has ink and the first one saw no word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image

from portal.catalogue.readings import Word
from portal.ingest.ocr.engine import Engine, Recognised
from portal.ingest.ocr.lines import Line
from portal.ingest.stages import blank, clean, deskew, language, layout, quality, recognise, unsure
from portal.ingest.stages.render import Picture


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


def read(engine: Engine, picture: Picture, seconds: int) -> Said:
    """Recognise a page.

    Raises:
        NotReadyError: the engine itself cannot run.
        UnusablePageError: it runs, but gave up on this picture or was too slow.
    """
    plain = clean.without_red(picture.copy, picture.image)
    degrees = deskew.angle(plain)
    plain = deskew.turned(plain, degrees)
    seen = recognise.read(engine, clean.lifted(plain), seconds)
    if seen.words and not seen.lines:
        # An engine that tells no lines has arranged its text itself.
        return _said("ocr", seen, recognise.tidy(seen.text), seen.words, picture, degrees)
    lines = blank.without_other_side(seen.lines, plain)
    box = blank.ink(plain) if not lines else None
    if box is not None:
        seen, lines = _second_look(engine, plain, box, seconds)
    lines = unsure.marked(layout.arranged(lines, plain.size), plain.height)
    words = [word for line in lines for word in line.words]
    source = "blank" if not words and box is None else "ocr"
    return _said(source, seen, recognise.tidy(layout.text_of(lines)), words, picture, degrees)


def _second_look(
    engine: Engine, plain: Image.Image, box: tuple[int, int, int, int], seconds: int
) -> tuple[Recognised, list[Line]]:
    """Recognise the inked part alone: on an empty page a lone word is easily overlooked."""
    seen = recognise.read(engine, plain.crop(box), seconds)
    lines = [line.moved(box[0], box[1]) for line in seen.lines]
    return replace(seen, engine=f"{seen.engine}, 2 looks"), lines


def _said(
    source: str, seen: Recognised, text: str, words: list[Word], picture: Picture, degrees: float
) -> Said:
    back = deskew.turned_back(words, degrees, picture.copy.size)
    grade = quality.of(words)
    return Said(
        source=source,
        engine=seen.engine,
        text=text,
        words=recognise.placed(back, picture.scale),
        language=language.of(text),
        quality=grade or (quality.POOR if source == "ocr" else ""),
    )
