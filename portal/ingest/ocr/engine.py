"""What any recognition engine does: look once at a picture, return text and boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from portal.catalogue.readings import Word
from portal.ingest.ocr.lines import Line


@dataclass(frozen=True, slots=True)
class Recognised:
    """What one look at a picture brought. Boxes are in px of that picture."""

    text: str
    words: list[Word]
    engine: str
    """Name, version and language."""
    lines: list[Line] = field(default_factory=list)
    """The same words by lines, from engines that tell them."""


class Engine(Protocol):
    """A recognition engine."""

    def recognise(self, picture: Path, seconds: int) -> Recognised:
        """Recognise a gray picture file once.

        Raises:
            jobs.errors.NotReadyError: the engine itself cannot run.
            UnusablePageError: it runs, but gave up on this picture or was too slow.
        """

    def few_words(self, picture: Path, seconds: int) -> Sequence[Line]:
        """Recognise a gray picture file that holds a few words and nothing else, such as a stamp.

        Raises:
            jobs.errors.NotReadyError: the engine itself cannot run.
            UnusablePageError: it runs, but gave up on this picture or was too slow.
        """

    def way_up(self, picture: Path, seconds: int) -> int:
        """Return by how many degrees clockwise a gray PGM file must be turned; 0 where that is not sure.

        Raises:
            jobs.errors.NotReadyError: the engine itself cannot run.
        """


class BlindEngine:
    """Sees nothing, for tests of everything around recognition."""

    def recognise(self, picture: Path, seconds: int) -> Recognised:
        """Return an empty page."""
        return Recognised(text="", words=[], engine="blind")

    def few_words(self, picture: Path, seconds: int) -> Sequence[Line]:
        """Return nothing."""
        return ()

    def way_up(self, picture: Path, seconds: int) -> int:
        """Return that nothing has to be turned."""
        return 0
