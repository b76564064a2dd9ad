"""What stands in the codes that the portal prints on paper: batch sheets, separators, new folders.

`ingest.sheets` prints them, `stages.codes` reads them, `splitting` acts by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.catalogue.readings import OUR_CODES as OURS
from portal.core import ids

BATCH, SEPARATOR, FOLDER = "B", "S", "F"
LONGEST_FOLDER = 20
"""So that the squares of the code stay large."""

_RANGE = re.compile(r"([0-9]{1,5})\s*[-–]\s*([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Meant:
    """What the codes of one page say."""

    is_separator: bool = False
    folder: str = ""
    """The folder that begins here; a page that says so is a separator, too."""
    batches: frozenset[str] = frozenset()
    """The batches whose sheet it is; several where sheets lie one on another."""

    @property
    def is_ours(self) -> bool:
        """Whether it is a sheet that the portal printed."""
        return self.is_separator or bool(self.batches)


def of_batch(batch_id: str) -> str:
    """Return what the code of a batch sheet says."""
    return f"{OURS}{BATCH}:{batch_id}"


def of_separator(number: int) -> str:
    """Return what the code of a separator says; the number only tells sheets of a set apart."""
    return f"{OURS}{SEPARATOR}:{number}"


def of_folder(name: str) -> str:
    """Return what the code of a sheet says with which a folder begins."""
    return f"{OURS}{FOLDER}:{name}"


def folders(text: str, most: int) -> list[str]:
    """Return the folders that people write as 12–15, 18; where there are too many, one more than `most`."""
    found: list[str] = []
    for part in re.split(r"[,;\n]", text):
        name = " ".join(part.split())
        span = _RANGE.fullmatch(name)
        if span and int(span[1]) <= int(span[2]):
            found += [str(one) for one in range(int(span[1]), min(int(span[2]), int(span[1]) + most) + 1)]
        elif name:
            found.append(name)
    return list(dict.fromkeys(found))[: most + 1]


def meant(codes: Iterable[str]) -> Meant:
    """Return what codes say; what does not look as we print it says nothing."""
    is_separator, folder, batches = False, "", set()
    for code in sorted(codes):
        kind, _, said = code.removeprefix(OURS).partition(":")
        if not code.startswith(OURS) or not said:
            continue
        if kind == SEPARATOR and said.isascii() and said.isdigit():
            is_separator = True
        elif kind == FOLDER and len(said) <= LONGEST_FOLDER:
            is_separator, folder = True, said
        elif kind == BATCH and ids.is_id(said):
            batches.add(said)
    return Meant(is_separator, folder, frozenset(batches))
