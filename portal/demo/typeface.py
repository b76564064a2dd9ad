"""The typefaces of the demo's papers: a serif and a typewriter's, each with every Vietnamese letter.

Official papers are set in a serif face. In a geometric sans the one-storeyed "a" is read
as "o" by Tesseract, so that the demo would look worse than real scans do. Before the
nineties were over, offices typed; a slab serif of one width stands for their machines.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

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
"""Weights on the axis of the variable font."""


@cache
def drawn(size: int, style: str = "Regular") -> ImageFont.FreeTypeFont:
    """Return the face for drawing at a height of `size` px, in one of `STYLES` or as a typewriter."""
    if style == TYPEWRITER:
        return _file("fontpkg_ibm_plex_mono", "IBMPlexMono-Regular.ttf", size)
    name = "Lora-Italic[wght].ttf" if "Italic" in style else "Lora[wght].ttf"
    font = _file("fontpkg_lora", name, size)
    font.set_variation_by_axes([BOLD if "Bold" in style else REGULAR])
    return font


def _file(package: str, name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resources.files(package) / "files" / name), size)
