"""Read what an expert typed into an expression of the language, mending what is broken.

Nothing typed is refused. What cannot be meant as it stands is mended, and the reader is
told how. Text without any sign of the language stays plain words, which `plan` ranks.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from portal.search import analysis
from portal.search.language import (
    All,
    Any,
    Asked,
    Beginning,
    Days,
    Expression,
    Field,
    In,
    Phrase,
    Repair,
    Without,
    Words,
)

LONGEST = 500
"""Characters that are read."""

LEAST_PREFIX = 3
"""Letters that the beginning of a word must have. Shorter ones match half the index."""

MOST_CLAUSES = 16
"""Parts of one query that are asked for."""

MOST_DEPTH = 4
"""Brackets inside brackets."""

NAMES = {
    "so": Field.NUMBER,
    "sokyhieu": Field.NUMBER,
    "number": Field.NUMBER,
    "tieude": Field.TITLE,
    "title": Field.TITLE,
    "loai": Field.KIND,
    "type": Field.KIND,
    "coquan": Field.ISSUER,
    "issuer": Field.ISSUER,
    "nam": Field.YEAR,
    "year": Field.YEAR,
    "ngay": Field.DAY,
    "date": Field.DAY,
}
"""Names of fields as typed, folded and without joiners: co_quan, cơ-quan and coquan are one."""


def read(text: str) -> Asked:
    """Return what was typed as an expression; never fails."""
    reader = _Reader(text[:LONGEST])
    expression = reader.read()
    if isinstance(expression, Without):
        reader.repairs.append(Repair.ONLY_WITHOUT)
        expression = None
    return Asked(expression, tuple(dict.fromkeys(reader.repairs)))


_TOKEN = re.compile(
    r"""
    (?: (?<![^\s(]) (?P<sign>[-+]) (?=[^\s-]) )?
    (?: (?P<field>[^\W\d_][\w-]*) : (?=[^\s:/]) )?
    (?: "(?P<phrase>[^"]*)(?P<end>"?) | (?P<bracket>[()]) | (?P<word>[^\s()"]+) )
    """,
    re.VERBOSE,
)
"""A sign counts at the beginning of a word only, so that QĐ-UBND is one; a colon with a space is prose."""

_QUOTES = str.maketrans("“”„«»″", '""""""')
_AND, _OR, _NOT = "AND", "OR", "NOT"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """word, phrase, open, close, AND, OR or NOT"""
    text: str = ""
    field: str = ""


class _Reader:
    """Goes once through the tokens of a query and mends on the way."""

    def __init__(self, text: str) -> None:
        self.repairs: list[Repair] = []
        self._tokens = list(self._split(analysis.compose(text).translate(_QUOTES)))
        self._at = 0
        self._parts = 0

    def read(self) -> Expression | None:
        found = self._any(0)
        while self._at < len(self._tokens):
            # A closing bracket that none opened.
            self.repairs.append(Repair.BRACKET)
            self._at += 1
            found = _all([part for part in (found, self._any(0)) if part])
        return found

    def _split(self, text: str) -> Iterator[_Token]:
        for match in _TOKEN.finditer(text):
            name, word = match["field"] or "", match["word"] or ""
            if match["sign"] == "-":
                yield _Token(_NOT)
            if match["bracket"]:
                yield _Token(match["bracket"])
            elif match["phrase"] is not None:
                if not match["end"]:
                    self.repairs.append(Repair.QUOTE)
                yield _Token("phrase", match["phrase"], name)
            elif word in (_AND, _OR, _NOT) and not name:
                yield _Token(word)
            elif analysis.exact_words(word):
                yield _Token("word", word, name)

    def _any(self, depth: int) -> Expression | None:
        """Read parts of which one is enough, up to a closing bracket or the end."""
        parts = [self._all(depth)]
        while self._next() == _OR:
            self._at += 1
            parts.append(self._all(depth))
        there = [part for part in parts if part is not None]
        if len(there) < len(parts) and len(parts) > 1:
            self.repairs.append(Repair.OPERATOR)
        wanted = [part for part in there if not isinstance(part, Without)]
        if wanted and len(wanted) < len(there):
            self.repairs.append(Repair.ONLY_WITHOUT)
        if not wanted:
            return there[0] if there else None
        return wanted[0] if len(wanted) == 1 else Any(tuple(wanted))

    def _all(self, depth: int) -> Expression | None:
        """Read parts that must all be there; AND between them may be left out."""
        parts: list[Expression] = []
        waits = True
        while (kind := self._next()) not in ("", ")", _OR):
            if kind == _AND:
                self._at += 1
                if waits:
                    self.repairs.append(Repair.OPERATOR)
                waits = True
                continue
            part = self._part(depth)
            waits = part is None and waits
            if part is not None:
                self._add(parts, part)
        if waits and parts:
            self.repairs.append(Repair.OPERATOR)
        return _all(parts)

    def _add(self, parts: list[Expression], part: Expression) -> None:
        """Put a part behind the others; plain words that follow each other are one part."""
        if isinstance(part, Words) and parts and isinstance(parts[-1], Words):
            parts[-1] = Words(f"{parts[-1].text} {part.text}")
            return
        self._parts += 1
        if self._parts > MOST_CLAUSES:
            self.repairs.append(Repair.CUT)
        else:
            parts.append(part)

    def _part(self, depth: int) -> Expression | None:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == _NOT:
            return self._without(depth)
        if token.kind == "(":
            return self._bracket(depth)
        if not analysis.exact_words(token.text):
            return None
        if token.field:
            return self._in_field(token)
        return Phrase(token.text) if token.kind == "phrase" else self._word(token.text)

    def _without(self, depth: int) -> Expression | None:
        if self._next() in ("", ")", _AND, _OR):
            self.repairs.append(Repair.OPERATOR)
            return None
        what = self._part(depth)
        if isinstance(what, Without):
            return what.what
        return Without(what) if what else None

    def _bracket(self, depth: int) -> Expression | None:
        """Read what stands in brackets. Those too deep are read as if they were not there."""
        if depth >= MOST_DEPTH:
            self.repairs.append(Repair.BRACKET)
            return None
        inside = self._any(depth + 1)
        if self._next() == ")":
            self._at += 1
        else:
            self.repairs.append(Repair.BRACKET)
        return inside

    def _word(self, text: str) -> Expression | None:
        """Read a word, or the beginning of one."""
        text = text.rstrip("?")
        if "*" not in text and "?" not in text:
            return Words(text)
        bare = text.rstrip("*")
        words = analysis.folded_words(bare)
        if "*" in bare or "?" in text or len(words) != 1:
            self.repairs.append(Repair.WILDCARD)
            return Words(" ".join(words)) if words else None
        if len(words[0]) < LEAST_PREFIX:
            self.repairs.append(Repair.PREFIX)
            return Words(bare)
        return Beginning(words[0])

    def _in_field(self, token: _Token) -> Expression | None:
        field = NAMES.get("".join(analysis.folded_words(token.field.replace("_", " "))))
        if field is None:
            self.repairs.append(Repair.FIELD)
            return Words(f"{token.field} {token.text}")
        if field in (Field.YEAR, Field.DAY):
            days = _days(token.text)
            if days is None:
                self.repairs.append(Repair.VALUE)
            return days or Words(token.text)
        what = Phrase(token.text) if token.kind == "phrase" else self._word(token.text)
        return In(field, what) if isinstance(what, Words | Phrase | Beginning) else what

    def _next(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""


def _all(parts: list[Expression]) -> Expression | None:
    if all(isinstance(part, Without) for part in parts):
        return parts[0] if parts else None
    return parts[0] if len(parts) == 1 else All(tuple(parts))


_DATE = re.compile(r"(?:(?:(?P<day>\d{1,2})[/.-])?(?P<month>\d{1,2})[/.-])?(?P<year>\d{4})")


def _days(text: str) -> Days | None:
    """Read 1990, 03/1990, 05/03/1990, or two of them with two points between; either may be missing."""
    first, dots, last = text.partition("..")
    if not dots and re.fullmatch(r"\d{4}-\d{4}", text):
        first, dots, last = text.partition("-")
    begins = _stretch(first) if first else None
    ends = (_stretch(last) if last else None) if dots else begins
    if (first and begins is None) or (dots and last and ends is None) or not (begins or ends):
        return None
    if begins and ends and begins > ends:
        begins, ends = ends, begins
    return Days(begins[0] if begins else "", ends[1] if ends else "")


def _stretch(text: str) -> tuple[str, str] | None:
    """Return the first and the last day that a date may mean."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match["year"]), int(match["month"] or 0), int(match["day"] or 0)
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    last_month = month or 12
    last = date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    return first.strftime("%Y%m%d"), last.strftime("%Y%m%d")
