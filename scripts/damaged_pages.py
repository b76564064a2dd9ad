"""Pages of the demo as files, some of each kind of damage, with what they truly say."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from portal.demo import truth  # noqa: E402 - the project folder has to be on the path first
from portal.demo.damage import Damage  # noqa: E402
from portal.demo.truth import Sample  # noqa: E402


def drawn(kinds: Sequence[Damage], most: int, folder: Path) -> list[tuple[Sample, Path]]:
    """Write the first pages of each kind as pictures, without a text layer; all kinds where none is named.

    They are written down one by one, so that no more than one is in memory.
    """
    made: list[tuple[Sample, Path]] = []
    count: Counter[Damage] = Counter()
    for sample in truth.samples(*kinds):
        if count[sample.damage] >= most:
            continue
        count[sample.damage] += 1
        path = folder / f"damaged-{len(made)}.png"
        sample.image.save(path, dpi=(sample.dpi, sample.dpi), compress_level=1)
        sample.image.close()
        made.append((sample, path))
    return made
