"""What stands in the codes that the portal prints on paper: batch sheets, separators, new folders.

`ingest.sheets` prints them, `stages.codes` reads them, `splitting` acts by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.catalogue.readings import OUR_CODES as OURS
from portal.core import ids

BATCH, SEPARATOR, FOLDER = "B", "S", "F"
LONGEST_FOLDER = 20
"""So that the squares of the code stay large."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What the codes of one page say."""

    is_separator: bool = False
    folder: str = ""
    """The folder that begins here; a page that says so is a separator, too."""
    batches: frozenset[str] = frozenset()
    """The batches whose sheet it is; several where sheets lie one on another."""


def of_batch(batch_id: str) -> str:
    """Return what the code of a batch sheet says."""
    return f"{OURS}{BATCH}:{batch_id}"


def of_separator(number: int) -> str:
    """Return what the code of a separator says; the number only tells sheets of a set apart."""
    return f"{OURS}{SEPARATOR}:{number}"


def of_folder(name: str) -> str:
    """Return what the code of a sheet says with which a folder begins."""
    return f"{OURS}{FOLDER}:{name}"


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
