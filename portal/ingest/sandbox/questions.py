"""What a child is asked."""

from __future__ import annotations

import dataclasses
import json

COUNT, LOOK, IMAGE, SIGNATURES = "count", "look", "image", "signatures"


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """One question about the file: how many pages, what a page says, or only its image."""

    verb: str
    frame: int = 0
    media_type: str = ""
    seconds: int = 0
    roots: tuple[str, ...] = ()
    """Certificates of issuers that are trusted, as PEM."""
    is_released: bool = False
    """Whether what the page says is told although it bears the mark of a state secret."""

    def packed(self) -> bytes:
        """Return the question as it is sent, without the end of the line."""
        return json.dumps(dataclasses.asdict(self)).encode("ascii")
