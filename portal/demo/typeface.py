"""The typefaces of the demo's papers: a serif and a typewriter's, each with every Vietnamese letter.

Official papers are set in a serif face. In a geometric sans the one-storeyed "a" is read
as "o" by Tesseract, so that the demo would look worse than real scans do; of the serifs,
this one has hooks and dots that are told apart. Before the
nineties were over, offices typed; a slab serif of one width stands for their machines.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import fontpkg_ibm_plex_mono
import fontpkg_noto_serif
from PIL import ImageFont

VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ"
)
"""All letters of the alphabet with all tones; a test draws each and finds no box."""

STYLES = ("Regular", "Bold", "Italic", "BoldItalic")
TYPEWRITER = "Typewriter"
"""A style of its own: a typewriter has one weight and one size."""

REGULAR, BOLD = 400, 700
FULL_WIDTH = 100
"""On the axes of the variable font: weight, then width."""


@cache
def drawn(size: int, style: str = "Regular") -> ImageFont.FreeTypeFont:
    """Return the face for drawing at a height of `size` px, in one of `STYLES` or as a typewriter."""
    if style == TYPEWRITER:
        return ImageFont.truetype(str(_files(fontpkg_ibm_plex_mono.ROOT) / "IBMPlexMono-Regular.ttf"), size)
    name = "NotoSerif-Italic[wdth,wght].ttf" if "Italic" in style else "NotoSerif[wdth,wght].ttf"
    font = ImageFont.truetype(str(_files(fontpkg_noto_serif.ROOT) / name), size)
    font.set_variation_by_axes([BOLD if "Bold" in style else REGULAR, FULL_WIDTH])
    return font


def _files(root: str) -> Path:
    return Path(root) / "files"
