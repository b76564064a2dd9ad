"""Words with their boxes as they are kept in a row: zlib-compressed JSON."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

from portal.catalogue.readings import Word


def pack(words: Sequence[Word]) -> bytes:
    """Return words as they are kept."""
    return zlib.compress(json.dumps([list(word) for word in words], ensure_ascii=False).encode())


def unpack(kept: bytes) -> list[Word]:
    """Return words from what is kept."""
    return [tuple(word) for word in json.loads(zlib.decompress(kept))] if kept else []
