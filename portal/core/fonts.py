"""The typeface of everything the portal draws itself: it has every Vietnamese letter."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from PIL import ImageFont

VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ"
)
"""All letters of the alphabet with all tones; a test draws each and finds no box."""


@cache
def path(style: str = "Regular") -> Path:
    """Return the TTF file of a style: Regular, Bold, Italic."""
    return Path(str(resources.files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{style}.ttf"))


@cache
def drawn(size: int, style: str = "Regular") -> ImageFont.FreeTypeFont:
    """Return the typeface for drawing at a height of `size` px."""
    return ImageFont.truetype(str(path(style)), size)
