"""A corpus of pages and a log of queries for measuring how fast search is.

Pages of 300 to 400 syllables are cut from shuffled sentences of real texts, so that words are as
common as in papers. Each begins with a number and a title, as papers do. The log has what readers
type: common words, titles without marks, numbers, questions, words with a letter wrong, phrases.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.search import analysis

SHARES = {"one word": 25, "two words": 25, "title": 15, "number": 10, "question": 10, "typo": 10, "phrase": 5}
"""Hundredths of the log, by kind of query."""

_KINDS = ("QĐ-UBND", "TTr-SXD", "NQ-HĐND", "CV-SNN", "BC-STC", "KH-UBND", "TB-VP")


@dataclass(frozen=True)
class Sheet:
    """One page of the corpus, a document of its own."""

    id: str
    title: str
    number: str
    text: str

    @property
    def line(self) -> str:
        """The page as a line of a corpus in BEIR's layout."""
        return json.dumps({"_id": self.id, "title": self.title, "text": self.text}, ensure_ascii=False)


def sentences(texts: Path) -> list[str]:
    """Return the Vietnamese sentences of a file of texts, one JSON object a line."""
    found: list[str] = []
    with gzip.open(texts, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row.get("lang", "vi") == "vi":
                found += [one.strip() for one in re.split(r"(?<=[.;:])\s+", row["text"]) if len(one) > 20]
    return found


def sheets(pool: Sequence[str], seed: int, first: int, last: int) -> Iterator[Sheet]:
    """Yield pages by number; each depends on the seed and its number only."""
    for number in range(first, last):
        chance = random.Random(f"{seed} {number}")
        words: list[str] = []
        wanted = chance.randint(300, 400)
        while len(words) < wanted:
            words += chance.choice(pool).split()
        title = " ".join(words[: chance.randint(8, 18)])
        sign = f"{number % 2_000 + 1}/{1990 + number // 2_000 % 35}/{chance.choice(_KINDS)}"
        yield Sheet(f"s{number:07}", title, sign, f"Số: {sign}\n{title}\n{' '.join(words[:wanted])}")


def log(
    pool: Sequence[str], some: Sequence[Sheet], questions: Sequence[str], size: int, seed: int
) -> dict[str, str]:
    """Return distinct queries and the kind of each, in the order in which they are asked."""
    chance = random.Random(f"log {seed}")
    times = Counter(word for one in pool for word in analysis.exact_words(one) if word.isalpha())
    common = [word for word, _ in times.most_common(3_000)]
    made: dict[str, str] = {}
    for kind, share in SHARES.items():
        wanted = size * share // 100
        if kind == "question" and not questions:
            continue
        before, tries = len(made), 0
        while len(made) - before < wanted and tries < 50 * wanted:
            tries += 1
            made.setdefault(_one(kind, chance, common, some, questions), kind)
    order = list(made)
    chance.shuffle(order)
    return {text: made[text] for text in order}


def _one(
    kind: str, chance: random.Random, common: Sequence[str], some: Sequence[Sheet], questions: Sequence[str]
) -> str:
    sheet = chance.choice(some)
    words = analysis.exact_words(sheet.text)
    place = chance.randrange(20, len(words) - 6)
    made: dict[str, Callable[[], str]] = {
        "one word": lambda: chance.choice(common),
        "two words": lambda: " ".join(words[place : place + 2]),
        "title": lambda: " ".join(analysis.folded_words(sheet.title)),
        "number": lambda: chance.choice([sheet.number, _sloppy(sheet.number)]),
        "question": lambda: chance.choice(questions),
        "typo": lambda: _typo(chance, words[place : place + 4]),
        "phrase": lambda: f'"{" ".join(words[place : place + chance.randint(3, 5)])}"',
    }
    return made[kind]()


def _sloppy(number: str) -> str:
    return number.lower().replace("/", " ").replace("đ", "d")


def _typo(chance: random.Random, words: Sequence[str]) -> str:
    """Return words with one letter wrong, or a word that stands nowhere."""
    if chance.random() < 0.3:
        return "".join(chance.choice("bcdghklmnpqtvx") for _ in range(9))
    spoilt = list(words)
    place = max(range(len(spoilt)), key=lambda one: len(spoilt[one]))
    letter = chance.randrange(len(spoilt[place]))
    spoilt[place] = (
        f"{spoilt[place][:letter]}{chance.choice('abcdeghiklmnopqrstuvxy')}{spoilt[place][letter + 1 :]}"
    )
    return " ".join(spoilt)
