"""Sets of questions with known answers, and the errors of machines that are put into their papers.

A set is a folder as BEIR lays it out: `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl`
(`_id`, `text`) and `qrels.tsv` (query, paper, worth). Known items are a table of queries with
their type and the one right paper, over texts that lie beside.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Paper:
    """One paper to be found."""

    id: str
    text: str
    title: str = ""
    number: str = ""
    about: str = ""
    """What else its description tells: kind, issuer, date."""


@dataclass(frozen=True)
class Set:
    """Papers, queries by id, worth of papers by query, and the type of each query."""

    name: str
    papers: list[Paper]
    queries: dict[str, str]
    worth: dict[str, dict[str, int]]
    types: dict[str, str]
    is_judged: bool = False
    """Whether worth is graded; else one paper is right."""
    is_text_only: bool = True


def all_in(folder: Path, texts: Path) -> Iterator[Set]:
    """Yield all sets of a folder, known items without and with catalogue fields."""
    for path in sorted(folder.iterdir()):
        if (path / "corpus.jsonl").is_file():
            yield judged(path)
        elif path.name.startswith("known_item") and path.suffix == ".tsv":
            yield known_items(path, texts, fields=False)
            yield known_items(path, texts, fields=True)


def judged(folder: Path) -> Set:
    """Read a folder laid out as BEIR does. The title of a text is read as its first words."""
    papers = [
        Paper(row["_id"], f"{row.get('title') or ''} {row['text']}".strip())
        for row in _lines(folder / "corpus.jsonl")
    ]
    worth: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "qrels.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            worth[row["query-id"]][row["corpus-id"]] = int(row["score"])
    queries = {row["_id"]: row["text"] for row in _lines(folder / "queries.jsonl") if row["_id"] in worth}
    return Set(folder.name, papers, queries, dict(worth), dict.fromkeys(queries, "ndcg@10"), is_judged=True)


def known_items(table: Path, texts: Path, *, fields: bool) -> Set:
    """Read known items; with `fields` papers carry their number, their subject and what else is described."""
    papers = [_described(row) if fields else Paper(row["id"], row["text"]) for row in _lines(texts)]
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return Set(
        f"{table.stem}+fields" if fields else table.stem,
        papers,
        {row["qid"]: row["query"] for row in rows},
        {row["qid"]: {row["relevant_id"]: 1} for row in rows},
        {row["qid"]: row["type"] for row in rows},
        is_text_only=not fields,
    )


def _described(row: Mapping[str, str]) -> Paper:
    about = (row.get(name) or "" for name in ("loai_van_ban", "co_quan_ban_hanh", "ngay"))
    title = row.get("trich_yeu") or row.get("title") or ""
    return Paper(row["id"], row["text"], title, row.get("so_ky_hieu") or "", " · ".join(about))


def misread(given: Set, kind: str, share: float, seed: int) -> Set:
    """Return the set with one error of a kind in so large a share of the words of its papers."""
    chance = random.Random(f"{seed} {kind} {given.name}")
    spoil = ERRORS[kind]
    papers = [replace(paper, text=_spoilt(paper.text, spoil, share, chance)) for paper in given.papers]
    return replace(given, name=f"{given.name}, {kind}", papers=papers)


def _spoilt(
    text: str, spoil: Callable[[str, random.Random], str], share: float, chance: random.Random
) -> str:
    def one(match: re.Match[str]) -> str:
        return spoil(match.group(), chance) if chance.random() < share else match.group()

    return re.sub(r"\S+ ?", one, text)


def _wrong_mark(word: str, chance: random.Random) -> str:
    """Give one letter with a tone another tone."""
    letters = list(unicodedata.normalize("NFD", word))
    places = [place for place, letter in enumerate(letters) if letter in _TONES]
    if places:
        letters[chance.choice(places)] = chance.choice(_TONES)
    return unicodedata.normalize("NFC", "".join(letters))


def _split(word: str, chance: random.Random) -> str:
    bare = len(word.rstrip())
    if bare < 2:
        return word
    place = chance.randrange(1, bare)
    return f"{word[:place]} {word[place:]}"


_TONES = "\u0300\u0301\u0303\u0309\u0323"

ERRORS: Mapping[str, Callable[[str, random.Random], str]] = {
    "wrong mark": _wrong_mark,
    "l/1": lambda word, _: word.translate(str.maketrans("l1", "1l")),
    "rn/m": lambda word, _: word.replace("rn", "m") if "rn" in word else word.replace("m", "rn"),
    "lost stroke": lambda word, _: word.translate(str.maketrans("đĐ", "dD")),
    "split word": _split,
    "merged words": lambda word, _: word.rstrip(" "),
}
"""Kinds of errors: each makes another word of one word with the space behind it."""


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        for line in file:
            yield json.loads(line)
