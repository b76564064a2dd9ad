"""Which flags there are, and from what measure on a page gets one: by dated limits."""

from __future__ import annotations

from enum import StrEnum

from portal.catalogue.readings import Measures
from portal.core import dated


class Flag(StrEnum):
    """What can be worth a look."""

    COARSE = "coarse"
    """Fewer dpi than the rule asks for."""
    DPI_UNKNOWN = "dpi_unknown"
    CUT = "cut"
    SKEW = "skew"
    TURNED = "turned"
    DARK = "dark"
    PALE = "pale"
    BLANK = "blank"
    ALIKE = "alike"
    """It looks like another page of the fonds."""
    SAME_IN_BATCH = "same_in_batch"
    WAS_REFUSED = "was_refused"
    WAS_WITHDRAWN = "was_withdrawn"
    WAS_PURGED = "was_purged"
    FILE_NAME = "file_name"


CUT_FROM = 2
"""Sure words at an edge; one may be chance."""


def measured(taken: Measures, source: str) -> dict[Flag, int]:
    """Return the flags that measures are worth by the limits of today, each with what was measured."""
    found: dict[Flag, int] = {}
    dpi = taken.get("dpi")
    if dpi == 0:
        found[Flag.DPI_UNKNOWN] = 0
    elif dpi is not None and dpi < limit(dated.SCAN_DPI_LEAST):
        found[Flag.COARSE] = dpi
    if taken.get("skew", 0) > limit(dated.SCAN_SKEW_MOST):
        found[Flag.SKEW] = taken["skew"]
    if taken.get("turned"):
        found[Flag.TURNED] = taken["turned"]
    if taken.get("dark", 0) > limit(dated.SCAN_DARK_MOST):
        found[Flag.DARK] = taken["dark"]
    if source == "blank":
        found[Flag.BLANK] = 0
        return found
    if taken.get("contrast", 255) < limit(dated.SCAN_CONTRAST_LEAST):
        found[Flag.PALE] = taken["contrast"]
    if taken.get("cut", 0) >= CUT_FROM:
        found[Flag.CUT] = taken["cut"]
    return found


def limit(key: str) -> int:
    """Return the limit of a key that holds today."""
    return int(dated.value(key))
