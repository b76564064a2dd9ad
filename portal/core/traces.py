"""Errors as they may stand in a log: kinds and places, none of their texts.

The text of an error can hold what a page says, what somebody typed, or an address.
"""

from __future__ import annotations

import traceback
from pathlib import Path


def of(error: BaseException) -> str:
    """Return types and places of an error and of those that led to it, without their texts."""
    parts = []
    link: BaseException | None = error
    while link is not None:
        frames = traceback.extract_tb(link.__traceback__)
        places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        parts.append(f"{type(link).__name__} at {places}")
        link = link.__cause__ or link.__context__
    return " <- ".join(parts)
