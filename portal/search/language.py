"""What a query may say beyond words: phrases, fields, AND, OR, NOT, stretches of days, beginnings.

    "giao đất"            these words side by side
    so:93/QĐ-UBND         a field: so, tieu_de, loai, co_quan, nam, ngay (or their English names)
    nam:1990..1995        a range of years or days, open where an end is missing
    chỉnh*                a beginning of three letters or more
    đất -rừng             without; also NOT
    (đất OR rừng) AND cấp

`reader` makes these of what was typed; each engine makes its own query of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What may stand before a colon."""

    NUMBER = "number"
    TITLE = "title"
    KIND = "type"
    ISSUER = "issuer"
    YEAR = "year"
    DAY = "date"


class Repair(StrEnum):
    """What was mended; the web has a sentence for each."""

    QUOTE = "quote_closed"
    BRACKET = "bracket_mended"
    OPERATOR = "operator_dropped"
    FIELD = "field_unknown"
    VALUE = "value_not_understood"
    PREFIX = "prefix_too_short"
    WILDCARD = "wildcard_dropped"
    ONLY_WITHOUT = "only_without"
    CUT = "too_many_parts"


@dataclass(frozen=True, slots=True)
class Words:
    """Words that must all be there, in any order."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand side by side."""

    text: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """A word that begins so; folded."""

    stem: str


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days of issue, both ends included, as yyyymmdd; an empty end is open."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class In:
    """Something that must stand in one field."""

    field: Field
    what: Words | Phrase | Beginning


@dataclass(frozen=True, slots=True)
class Without:
    """What must not be there."""

    what: Expression


@dataclass(frozen=True, slots=True)
class All:
    """Everything of it; at least one part says what must be there."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of it."""

    parts: tuple[Expression, ...]


Expression = Words | Phrase | Beginning | Days | In | Without | All | Any


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query means."""

    expression: Expression | None
    """None where there is nothing to look for."""
    repairs: tuple[Repair, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Tell whether it is nothing but words, which are then ranked and not demanded."""
        return isinstance(self.expression, Words)

    @property
    def is_quoting(self) -> bool:
        """Tell whether it is words and phrases alone: nothing is demanded but wording."""
        return self.expression is not None and _is_quoting(self.expression)

    @property
    def words(self) -> str:
        """All that is looked for, as plain text; what is to be left out and days are not in it."""
        return " ".join(_positive(self.expression)) if self.expression else ""


def _is_quoting(expression: Expression) -> bool:
    match expression:
        case Words() | Phrase():
            return True
        case All(parts):
            return all(_is_quoting(part) for part in parts)
        case _:
            return False


def _positive(expression: Expression) -> Iterator[str]:
    match expression:
        case Words(text) | Phrase(text):
            yield text
        case Beginning(stem):
            yield stem
        case In(_, what):
            yield from _positive(what)
        case All(parts) | Any(parts):
            for part in parts:
                yield from _positive(part)
        case Without() | Days():
            return
