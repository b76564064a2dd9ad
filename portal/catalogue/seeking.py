"""Look whether what was hidden of a page can still be found: in its text, its words, its bytes.

Pure functions. Words are compared by their folded letters alone, so that neither marks nor a hyphen
hide one; bytes in every way in which programs write words down. Before it stands `hiding`; after it
`access.redactions`, which lets nothing be offered in which a hidden word was found.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache

from PIL import Image

from portal.catalogue import hiding
from portal.catalogue.hiding import Box, Cover
from portal.catalogue.readings import Word
from portal.search import analysis

LEAST_BYTES = 5
"""A shorter run of bytes stands in any picture by chance."""

LEAST_JOINED = 6
"""Letters of a run that is looked for across words of a text."""

LEAST_INSIDE = 4
"""Letters that a word has at least to be looked for within others."""

BREAKS = ("-", "\u2010", "\u00ad")
"""Hyphens at the end of a line."""

_OTHERS = re.compile(r"[\W_]+")


class Trace(StrEnum):
    """In what way a hidden word was found again."""

    REMAINS = "remains"
    """It is read where it was hidden."""
    BARE = "bare"
    """A hidden place is not of one colour."""
    BYTES = "bytes"
    """It stands in the bytes of the picture, or these hold more than pixels."""
    ELSEWHERE = "elsewhere"
    """It stands somewhere else, too."""
    GOES_ON = "goes_on"
    """A word that is broken between two lines is hidden by half."""
    UNREAD = "unread"
    """No word was read under a box, so there was nothing to look for."""


FATAL = frozenset({Trace.REMAINS, Trace.BARE, Trace.BYTES})
"""What no words of the maker make good."""

ASKED = frozenset({Trace.ELSEWHERE, Trace.GOES_ON})
"""What the maker hides, too, or says in writing why it may stay."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the proof found."""

    trace: Trace
    word: str
    page: int
    """Number of the page; 0 is the description."""
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A page as it was made, as far as the proof looks at it."""

    number: int
    content: bytes
    """The file of its picture."""
    text: str
    words: Sequence[Word]
    seen: Sequence[Word] = ()
    """What the engine reads on that very picture, black places and all."""


def proof(before: Sequence[Word], cover: Cover, made: Made) -> list[Finding]:
    """Return what of the hidden words is found in the page that was made.

    Args:
        before: the words of the original, of which the cover hides some.
        made: picture, and what was read of it.
    """
    found = [Finding(Trace.UNREAD, "", made.number, box) for box in cover.empty]
    with Image.open(io.BytesIO(made.content), formats=("PNG",)) as picture:
        if hiding.is_bare(picture, cover.boxes):
            found.append(Finding(Trace.BARE, "", made.number))
    if set(hiding.chunks(made.content)) - hiding.CHUNKS:
        found.append(Finding(Trace.BYTES, "", made.number))
    for needle in needles([word[0] for word in before], cover.hidden):
        found += _of(needle, cover, made)
    for place in broken(before, cover.hidden):
        found.append(Finding(Trace.GOES_ON, before[place][0], made.number, before[place][1:5]))
    return found


def _of(needle: str, cover: Cover, made: Made) -> Iterator[Finding]:
    if in_bytes(needle, made.content):
        yield Finding(Trace.BYTES, needle, made.number)
    places = list(dict.fromkeys([*in_words(needle, made.words), *in_words(needle, made.seen)]))
    for box in places:
        word: Word = ("", *box, 0.0)
        is_there = any(hiding.lies_under(word, one) for one in cover.boxes)
        yield Finding(Trace.REMAINS if is_there else Trace.ELSEWHERE, needle, made.number, box)
    if not places and in_text(needle, made.text):
        yield Finding(Trace.ELSEWHERE, needle, made.number)


def needles(words: Sequence[str], hidden: Sequence[int]) -> list[str]:
    """Return what is looked for: every run of hidden words, and every word of it, each once."""
    several = [run for run in runs(words, hidden) if " " in run]
    single = [words[place] for place in hidden if len(plain(words[place])) > 1]
    return list(dict.fromkeys([*several, *(single or (words[place] for place in hidden))]))


def tell_tale(needle: str) -> bool:
    """Tell whether a needle that stands on another page says something there: single syllables do not."""
    letters = plain(needle)
    return " " in needle or len(letters) > LEAST_INSIDE or any(map(str.isdigit, letters))


def runs(words: Sequence[str], hidden: Sequence[int]) -> list[str]:
    """Return the hidden words as they follow each other, each run as one text."""
    found: list[list[str]] = []
    last = None
    for place in hidden:
        if last is not None and place == last + 1:
            found[-1].append(words[place])
        else:
            found.append([words[place]])
        last = place
    return [" ".join(run) for run in found]


def in_words(needle: str, words: Sequence[Word]) -> list[Box]:
    """Return where the needle stands among words: as it is, folded, within others, or joined with them."""
    wanted = plain(needle)
    if not wanted:
        return []
    if " " in needle:
        return _run_in(wanted, words)
    found = [
        word[1:5]
        for word in words
        if wanted in _parts(word[0]) or (len(wanted) >= LEAST_INSIDE and wanted in plain(word[0]))
    ]
    return found or (_run_in(wanted, words) if len(wanted) >= LEAST_JOINED else [])


def in_text(needle: str, text: str) -> bool:
    """Tell whether the needle stands in a text, also broken by a hyphen or a line."""
    wanted = plain(needle)
    if len(wanted) >= LEAST_JOINED and wanted in plain(text):
        return True
    return " " not in needle and bool(wanted) and wanted in _parts(text)


def in_bytes(needle: str, content: bytes) -> bool:
    """Tell whether the needle stands in bytes, in any way in which programs write words down."""
    return any(form in content for form in _forms(needle))


def broken(words: Sequence[Word], hidden: Sequence[int]) -> list[int]:
    """Return the other halves, not hidden, of words that are broken between two lines."""
    under = set(hidden)
    found = []
    for place, word in enumerate(words[:-1]):
        is_broken = len(word[0]) > 1 and word[0].endswith(BREAKS)
        if is_broken and (place in under) != (place + 1 in under):
            found.append(place if place + 1 in under else place + 1)
    return found


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """Return the folded letters and digits alone."""
    return _OTHERS.sub("", analysis.fold(text))


def written(findings: Iterable[Finding]) -> str:
    """Return findings as they are kept."""
    return json.dumps([asdict(one) for one in findings], ensure_ascii=False)


def read(kept: str) -> list[Finding]:
    """Return findings from what is kept."""
    return [
        Finding(Trace(one["trace"]), one["word"], one["page"], tuple(one["box"]) if one["box"] else None)
        for one in json.loads(kept or "[]")
    ]


def _run_in(wanted: str, words: Sequence[Word]) -> list[Box]:
    """Return where words, one after the other or joined, spell what is wanted."""
    if len(wanted) < LEAST_INSIDE:
        return []
    begins, text = [], ""
    for word in words:
        begins.append(len(text))
        text += plain(word[0])
    found: list[Box] = []
    at = text.find(wanted)
    while at >= 0:
        ends = [*begins[1:], len(text)]
        spans = enumerate(zip(begins, ends, strict=True))
        covered = [place for place, (start, end) in spans if start < at + len(wanted) and end > at]
        box: Box = words[covered[0]][1:5]
        for place in covered[1:]:
            box = hiding.joined(box, words[place][1:5])
        # Two ends of neighbours that spell a name by chance are none; a word must begin there.
        if begins[covered[0]] == at:
            found.append(box)
        at = text.find(wanted, at + 1)
    return found


def _parts(text: str) -> list[str]:
    return [*(plain(part) for part in _OTHERS.split(text)), plain(text)]


def _forms(needle: str) -> Iterator[bytes]:
    """Yield the ways to write a needle down that are long enough to say something."""
    spellings = {needle, needle.lower(), needle.upper(), analysis.fold(needle), needle.replace(" ", "")}
    for spelling in sorted(spellings):
        for form in ("NFC", "NFD"):
            said = unicodedata.normalize(form, spelling)
            if len(said.encode()) >= LEAST_BYTES:
                yield from (said.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be"))
