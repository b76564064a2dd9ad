"""Letterheads for `bench_ocr`: is the left block first, are number and day right or doubted?

The answers come from `metadata.jsonl` beside the scans. Nothing here uses the portal's
own code, for a measure must not share the errors of what it measures.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HEADER_WORDS = 60
COUNTRY = "conghoaxahoi"
UNSURE = 60.0


def documents(scans: Path) -> list[dict[str, Any]]:
    """Return what is known of each document, nothing where the folder does not tell."""
    path = scans / "metadata.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def counted(
    documents: Sequence[dict[str, Any]], pages: dict[tuple[str, int], dict[str, Any]]
) -> dict[str, object]:
    """Count letterheads with the left block first, and numbers and days that are right or doubted."""
    firsts = {one["file"]: pages[one["file"], 1] for one in documents}
    left_first = [
        one["file"] for one in documents if _is_left_first(firsts[one["file"]]["text"], one["ky_hieu"])
    ]
    number, day = Counter[str](), Counter[str]()
    for one in documents:
        words = firsts[one["file"]]["words"][:HEADER_WORDS]
        number[_verdict(words, "so", one["so"], before="/")] += 1
        day[_verdict(words, "ngay", one["ngay"][-2:], before="thang")] += 1
    return {
        "documents": len(documents),
        "letterhead_left_first": len(left_first),
        "number": dict(number),
        "day": dict(day),
    }


def _is_left_first(text: str, sign: str) -> bool:
    """Tell whether the number's sign, last of the left block, stands before the country's name."""
    bare = _bare(text)
    return 0 <= bare.find(_bare(sign)) < bare.find(COUNTRY)


def _verdict(words: Sequence[Sequence[Any]], label: str, true: str, before: str) -> str:
    """Return right, doubted (below 60, or left out) or wrong for what stands after a label."""
    start = next((place for place, word in enumerate(words) if _bare(word[0]).startswith(label)), None)
    if start is None:
        return "doubted"
    slot = []
    for word in words[start : start + 4]:
        bare = _bare(word[0].split("/")[0]).replace(label, "", 1 if not slot else 0)
        slot.append((bare.removesuffix(before), word[5]))
        if before in word[0] or before in _bare(word[0]):
            break
    told = [(bare, sure) for bare, sure in slot if bare]
    if [bare for bare, _ in told] == [true]:
        return "right"
    return "doubted" if all(sure < UNSURE for _, sure in told) else "wrong"


def _bare(text: str) -> str:
    """Return letters and digits without marks and case."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d").replace("\u00f0", "d"))
    return "".join(filter(str.isalnum, plain))
