"""Text in the encodings that offices of Việt Nam used before Unicode: told apart by what reads as Vietnamese.

UTF-8 names itself. Of the others each byte means something in every encoding, so what is taken is the one in
which most words with marks are Vietnamese syllables. What comes out is NFC.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import InvalidError

LEAST_SHARE = 0.6
"""Of the words with marks; what reads worse in every encoding is not guessed at."""


class Encoding(StrEnum):
    """The encodings that are read."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    """What spreadsheets call “Unicode text”; told by its byte order mark."""
    CP1258 = "windows-1258"
    TCVN3 = "tcvn3"
    """TCVN 5712:1993 VN3, the fonts of ABC: one byte for each small letter, capitals by the font."""
    VNI = "vni"
    """VNI for Windows: a letter and a mark that follows it."""


@dataclass(frozen=True, slots=True)
class Read:
    """A text and what it was read as."""

    text: str
    encoding: Encoding


# TCVN 5712:1993, VN3: the letters from A1 to FE in the order of their bytes; nothing stands at the others.
_TCVN3_BYTES = (
    *range(0xA1, 0xAF),
    *range(0xB5, 0xBA),
    *range(0xBB, 0xBF),
    *range(0xC6, 0xCD),
    *range(0xCE, 0xD9),
    *range(0xDC, 0xE0),
    *range(0xE1, 0xF0),
    *range(0xF1, 0xFF),
)
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_TCVN3 = dict(zip(_TCVN3_BYTES, _TCVN3_LETTERS, strict=True))

# VNI for Windows: what follows a letter, as the marks that it puts on the letter before.
_BREVE, _ROOF, _HORN = "\u0306", "\u0302", "\u031b"
_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_VNI_MARKS: Mapping[str, str] = {
    "ù": _ACUTE,
    "ø": _GRAVE,
    "û": _HOOK,
    "õ": _TILDE,
    "ï": _DOT,
    "â": _ROOF,
    "á": _ROOF + _ACUTE,
    "à": _ROOF + _GRAVE,
    "å": _ROOF + _HOOK,
    "ã": _ROOF + _TILDE,
    "ä": _ROOF + _DOT,
    "ê": _BREVE,
    "é": _BREVE + _ACUTE,
    "è": _BREVE + _GRAVE,
    "ú": _BREVE + _HOOK,
    "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}
_VNI_LETTERS: Mapping[str, str] = {
    "ñ": "đ",
    "ô": "ơ",
    "ö": "ư",
    "í": "í",
    "ì": "ì",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}

_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_NUCLEUS = (
    "(?:oai|oay|oeo|uay|uây|uya|uyê|uyu|iêu|yêu|uôi|ươi|ươu|oao|uao|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uă|ue|uê|ui|uô|uơ|uy|ưa|ươ|ưi|ưu|yê|"
    "[aăâeêioôơuưy])"
)
_SYLLABLE = re.compile(f"{_ONSET}{_NUCLEUS}(?:ch|ng|nh|[cmnpt])?")
_TONES = re.compile(f"[{_GRAVE}{_ACUTE}{_TILDE}{_HOOK}{_DOT}]")
_WORD = re.compile(r"[^\W\d_]+")
_ABBREVIATED = re.compile("[B-DF-HJ-NP-TV-XZĐ]+")


def read(content: bytes, encoding: Encoding | None = None) -> Read:
    """Return the text of some bytes; the encoding is found out where nobody says it.

    Raises:
        InvalidError: it cannot be read so, or reads as Vietnamese in no encoding that is known here.
    """
    if encoding is not None:
        return Read(_decoded(content, encoding), encoding)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Read(_decoded(content, Encoding.UTF16), Encoding.UTF16)
    try:
        return Read(_decoded(content, Encoding.UTF8), Encoding.UTF8)
    except InvalidError:
        found = _likeliest(content)
    if found is None:
        raise InvalidError("text_encoding_unknown")
    return found


def mended(text: str) -> str:
    """Return a text in NFC; one that was typed in an old font is read in the encoding of the font.

    Spreadsheets keep what was typed in such a font as the Latin letters that its bytes stand for.
    """
    composed = unicodedata.normalize("NFC", text)
    try:
        content = composed.encode("cp1252")
    except UnicodeEncodeError:
        # It holds a letter that only Unicode has, so it was typed in it.
        return composed
    found = _likeliest(content, _share(composed))
    return composed if found is None else found.text


def _likeliest(content: bytes, least: float = 0.0) -> Read | None:
    """Return the best reading of the bytes, None where none is better than `least` and good enough."""
    best, found = max(least, LEAST_SHARE - 1e-9), None
    for encoding in (Encoding.TCVN3, Encoding.CP1258, Encoding.VNI):
        try:
            text = _decoded(content, encoding)
        except InvalidError:
            continue
        if (part := _share(text)) > best:
            best, found = part, Read(text, encoding)
    return found


def _decoded(content: bytes, encoding: Encoding) -> str:
    try:
        text = _READERS[encoding](content)
    except UnicodeError:
        raise InvalidError("text_not_in_encoding", encoding=encoding.value) from None
    return unicodedata.normalize("NFC", text)


def _tcvn3(content: bytes) -> str:
    letters = []
    for byte in content:
        letter = chr(byte) if byte < 0x80 else _TCVN3.get(byte)
        if letter is None:
            raise UnicodeError("no letter of TCVN3")
        letters.append(letter)
    # A font for capitals shows small letters as capitals, so a word of capitals is one throughout.
    return _WORD.sub(lambda word: _raised(word.group()), "".join(letters))


def _raised(word: str) -> str:
    # Letters that tell: those of ASCII, and the few with marks that have a capital of their own.
    plain = [letter for letter in word if letter.isascii() or letter.isupper()]
    is_capital = len(plain) > 1 and all(letter.isupper() for letter in plain)
    return word.upper() if is_capital else word


def _vni(content: bytes) -> str:
    out: list[str] = []
    for letter in content.decode("cp1252"):
        small, is_capital = letter.lower(), letter.isupper()
        before = out[-1][:1].lower() if out else ""
        if small in _VNI_MARKS and before and before in "aeiouyơư":
            out[-1] += _VNI_MARKS[small]
        elif small in _VNI_LETTERS:
            out.append(_VNI_LETTERS[small].upper() if is_capital else _VNI_LETTERS[small])
        else:
            out.append(letter)
    return "".join(out)


def _share(text: str) -> float:
    """Return how large a part of the words with marks is Vietnamese; 1.0 where no word has any."""
    # QĐ and NĐ are no words, and stand in every number.
    found = _WORD.findall(unicodedata.normalize("NFC", text))
    words = [word for word in found if not word.isascii() and not _ABBREVIATED.fullmatch(word)]
    if not words:
        return 1.0
    return sum(map(_is_syllable, words)) / len(words)


def _is_syllable(word: str) -> bool:
    small = unicodedata.normalize("NFD", word.lower())
    bare, tones = _TONES.subn("", small)
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


_READERS: Mapping[Encoding, Callable[[bytes], str]] = {
    Encoding.UTF8: lambda content: content.decode("utf-8-sig"),
    Encoding.UTF16: lambda content: content.decode("utf-16"),
    Encoding.CP1258: lambda content: content.decode("cp1258"),
    Encoding.TCVN3: _tcvn3,
    Encoding.VNI: _vni,
}
