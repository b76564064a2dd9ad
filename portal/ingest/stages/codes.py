"""Codes that the portal printed itself, on batch sheets and separators: read before any text is.

They are large, so a small gray copy of the page shows them, whichever way the sheet went through the
scanner. Other codes of a page are nobody's business here. `ingest.sheets` prints them.
"""

from __future__ import annotations

from collections.abc import Sequence

import zxingcpp  # noqa: TID251 - the one adapter of the reader of QR codes
from PIL import Image

from portal.catalogue.readings import LONGEST_CODE, MOST_CODES, OUR_CODES

LOOKED_AT_DPI = 100
"""With more the noise of a scan costs time and hides codes; with this squares are 6 px wide and more."""


def of(copy: Image.Image, dpi: int) -> Sequence[str]:
    """Return our codes on a page, sorted, each once.

    Args:
        copy: the page, gray.
        dpi: of the copy.
    """
    factor = max(1, int(dpi / LOOKED_AT_DPI))
    small = copy.reduce(factor) if factor > 1 else copy
    found = zxingcpp.read_barcodes(
        small if small.mode == "L" else small.convert("L"),
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        # A QR code is found whichever way it lies; these are for codes of other kinds.
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    said = {one.text for one in found if one.valid}
    return sorted(one for one in said if one.startswith(OUR_CODES) and len(one) <= LONGEST_CODE)[:MOST_CODES]
