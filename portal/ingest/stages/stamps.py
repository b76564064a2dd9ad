"""Fifth stage, first half: what a stamp says is told apart from what the page says.

Red stamps are off the copy that is read; those of e-signatures and, on gray scans, the
stamp of receipt in the margin are recognised like text, in the middle of it. Each
becomes a zone of its own: a paragraph behind the text of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from portal.ingest.ocr.lines import Line, letters, usual_height

SIGNED = ("kyboi", "nguoiky", "thoigianky", "ngayky", "kysoboi")
"""How the lines of an e-signature begin; some scanners print it into the picture."""

ABOUT_SIGNER = ("coquan", "email", "chucvu", "donvi")

RECEIVED = ("congvanden", "vanbanden")
"""The head of a stamp of receipt; below it stand number and day, mostly by hand."""

ABOUT_RECEIPT = ("so", "ngay", "chuyen", "gio", "den")

SMALL = 0.75
"""Height of the letters of an e-signature against those of the page."""

NEAR = 2.0
"""Distance, in heights of a line, within which lines are one stamp."""

ALIKE = 0.8
MOST_LETTERS = 14
"""Of the head of a stamp: it stands alone, while a sentence goes on."""

ZONE = -9
"""In the paragraph of a line: this line belongs to a stamp."""


def parted(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines of the page, and those of its stamps."""
    if not lines:
        return [], []
    height = usual_height(lines)
    zones: list[list[Line]] = []
    rest = list(lines)
    for seed in [line for line in lines if _is_signature(line, height) or is_receipt(line)]:
        if not any(line is seed for line in rest):
            continue
        is_receipt_stamp = is_receipt(seed)
        begins = ABOUT_RECEIPT if is_receipt_stamp else (*SIGNED, *ABOUT_SIGNER)
        zone = _zone(rest, seed, begins, 0.0 if is_receipt_stamp else SMALL * height, NEAR * height)
        rest = [line for line in rest if not any(line is one for one in zone)]
        zones.append(zone)
    stamps = [
        replace(line, paragraph=(ZONE, number, 0)) for number, zone in enumerate(zones) for line in zone
    ]
    return rest, stamps


def is_receipt(line: Line) -> bool:
    """Tell whether the line is the head of a stamp of receipt, even if misread a little."""
    bare = letters(line.text)
    return len(bare) <= MOST_LETTERS and any(
        SequenceMatcher(None, bare, head).ratio() >= ALIKE for head in RECEIVED
    )


def _is_signature(line: Line, height: float) -> bool:
    return letters(line.text).startswith(SIGNED) and line.height < SMALL * height


def _zone(
    lines: Sequence[Line], seed: Line, begins: tuple[str, ...], smaller_than: float, distance: float
) -> list[Line]:
    """Return a stamp: the seed, and from line to line what is near it and like it."""
    like = [line for line in lines if line.height < smaller_than or letters(line.text).startswith(begins)]
    zone = [seed]
    for line in zone:
        near = [one for one in like if _is_near(line, one, distance)]
        zone += [one for one in near if not any(one is other for other in zone)]
    return sorted(zone, key=lambda line: line.top)


def _is_near(one: Line, other: Line, distance: float) -> bool:
    """Tell whether one line is over the other, with little between them."""
    shared = min(one.right, other.right) - max(one.left, other.left)
    narrower = min(one.right - one.left, other.right - other.left)
    gap = max(one.top, other.top) - min(one.bottom, other.bottom)
    return shared > narrower / 2 and gap < distance
