"""The typeface of the demo's papers: a serif with every Vietnamese letter.

Official papers are set in a serif face. In a geometric sans the one-storeyed "a" is read
as "o" by Tesseract, so that the demo would look worse than real scans do.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import fontpkg_lora
from PIL import ImageFont

VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ"
)
"""All letters of the alphabet with all tones; a test draws each and finds no box."""

REGULAR, BOLD = 400, 700
"""Weights on the axis of the variable font."""


@cache
def drawn(size: int, style: str = "Regular") -> ImageFont.FreeTypeFont:
    """Return the typeface for drawing at a height of `size` px, in Regular, Bold, Italic or BoldItalic."""
    name = "Lora-Italic[wght].ttf" if "Italic" in style else "Lora[wght].ttf"
    font = ImageFont.truetype(str(Path(fontpkg_lora.ROOT) / "files" / name), size)
    font.set_variation_by_axes([BOLD if "Bold" in style else REGULAR])
    return font
