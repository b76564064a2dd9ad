"""The letters that marks and copies are written in: Be Vietnam Pro, which has every Vietnamese letter."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import fontpkg_be_vietnam_pro
from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

_FILES = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
REGULAR = _FILES / "BeVietnamPro-Regular.ttf"
BOLD = _FILES / "BeVietnamPro-SemiBold.ttf"

_PROBE_SIZE = 24
_UNASSIGNED = "\uffff"
"""No font has a glyph for it, so it is drawn as the box that stands for missing letters."""


@lru_cache(maxsize=16)
def sized(file: Path, size: int) -> FreeTypeFont:
    """Return the face at a size in px."""
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)


def legible(text: str) -> str:
    """Return the text in letters that the face can draw: NFC, the base letter for one with unknown
    marks, and "?" for a letter of another script."""
    return "".join(_drawn_as(letter) for letter in unicodedata.normalize("NFC", text))


@lru_cache(maxsize=4096)
def _drawn_as(letter: str) -> str:
    if letter.isspace():
        return " "
    base = unicodedata.normalize("NFD", letter)[0]
    return next((one for one in (letter, base) if _has(one)), "?")


def _has(letter: str) -> bool:
    if unicodedata.category(letter).startswith("C"):
        return False
    face = sized(REGULAR, _PROBE_SIZE)
    return bytes(face.getmask(letter)) != bytes(face.getmask(_UNASSIGNED))
