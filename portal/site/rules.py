"""What may be said under each key: how long it may be, and in which languages it stands."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from portal.core.errors import InvalidError
from portal.core.nameplate import LONGEST, TEXTS, Key


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one key."""

    most: int
    """Characters."""
    languages: int = 2
    """1: the same for all readers. 2: English beside Vietnamese."""
    both: bool = False
    """Whether English may not be left out where Vietnamese is given, nor the other way round."""


RULES: dict[Key, Rule] = {
    Key.PROVINCE: Rule(100),
    Key.EMBLEM: Rule(64, languages=1),
    Key.ADDRESS: Rule(300),
    Key.HOURS: Rule(300),
    Key.PHONE: Rule(60, languages=1),
    Key.EMAIL: Rule(254, languages=1),
    Key.LETTER_ABOVE: Rule(120, languages=1),
    Key.LETTER_SYMBOL: Rule(20, languages=1),
    Key.LETTER_PLACE: Rule(60, languages=1),
    Key.LETTER_SIGNER: Rule(60, languages=1),
    **{key: Rule(LONGEST, both=True) for key in TEXTS},
}

_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


def cleaned(key: Key, value: str, value_en: str) -> tuple[str, str]:
    """Return both texts as they are kept: NFC, one kind of line end, nothing around them.

    Raises:
        InvalidError: one is too long, is no address, or lacks its other language; `fields` names which.
    """
    rule = RULES[key]
    texts = {"value": _plain(key, value), "value_en": _plain(key, value_en) if rule.languages == 2 else ""}
    for name, text in texts.items():
        if len(text) > rule.most:
            raise InvalidError("too_long", fields={name: "too_long"}, most=rule.most)
    if key is Key.EMAIL and texts["value"] and not _EMAIL.fullmatch(texts["value"]):
        raise InvalidError("not_an_email", fields={"value": "not_an_email"})
    if rule.both and bool(texts["value"]) != bool(texts["value_en"]):
        lacking = "value" if not texts["value"] else "value_en"
        raise InvalidError("both_languages", fields={lacking: "both_languages"})
    return texts["value"], texts["value_en"]


def _plain(key: Key, text: str) -> str:
    clean = unicodedata.normalize("NFC", text).replace("\x00", "").replace("\r\n", "\n").strip()
    return clean if key in TEXTS else " ".join(clean.split())
