"""Measure plain Tesseract on the pages of the demo, by kind of damage.

    make bench-demo [ARGS="KIND … --most N --pages"]

What is damaged must really be damaged: plain reading has an error rate of 0.05 at least
there, and nearly none on clean running text. Errors are counted as in `scoring`, order
free; the truth is the text that the pages were drawn from.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import measuring
import peer
from damaged_pages import drawn
from scoring import NOTHING, Score, score

from portal.demo.damage import Damage
from portal.demo.truth import Sample

RUNNING, HEADED, TABLES = "running text", "letterhead", "table"
"""Plain reading joins the two blocks of a letterhead and columns of tables, damaged or not."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the pages and print one line for each kind of damage and of page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("kinds", nargs="*", type=Damage, metavar="KIND", help=", ".join(Damage))
    options.add_argument("--most", type=int, default=1000, metavar="N", help="pages of each kind")
    options.add_argument("--pages", action="store_true", help="print each page too")
    chosen = options.parse_args(arguments)
    scores: dict[tuple[Damage, str], list[Score]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="bench-demo-") as folder:
        taken = drawn(chosen.kinds, chosen.most, Path(folder))
        texts, _ = peer.read({path: path for _, path in taken})
    for sample, path in taken:
        one = score(sample.text, texts[path])
        scores[sample.damage, _kind(sample)].append(one)
        if chosen.pages:
            print(f"{sample.damage:<12} {sample.name} {sample.number} {one.free_cer:.4f}")
    _report(scores)


def _kind(sample: Sample) -> str:
    if sample.number == 1:
        return HEADED
    return TABLES if sample.has_table else RUNNING


def _report(scores: dict[tuple[Damage, str], list[Score]]) -> None:
    """Print one line for each kind of damage and of page, and write var/bench/demo.json."""
    heads = f"{'number':>6} {'CER free':>9} {'CER':>7} {'recall':>7} {'best page':>9}"
    print(f"{'damage':<12} {'pages':<14} {heads}")
    rows, totals = [], {}
    for damage in Damage:
        of_kind = {kind: ones for (where, kind), ones in sorted(scores.items()) if where is damage}
        if of_kind:
            of_kind["all"] = list(chain(*of_kind.values()))
        for kind, ones in of_kind.items():
            rows.append(row := _row(damage, kind, ones))
            print(
                f"{damage:<12} {kind:<14} {row['pages']:>6} {row['cer_order_free']:>9.4f} "
                f"{row['cer']:>7.4f} {row['word_recall']:>7.4f} {row['best_page']:>9.4f}"
            )
            totals[damage.value] = row["cer_order_free"]
    measuring.write("demo", peer.COMMAND, rows, totals)


def _row(damage: Damage, kind: str, ones: Sequence[Score]) -> dict[str, str | int | float]:
    total = sum(ones, start=NOTHING)
    return {
        "damage": damage.value,
        "kind": kind,
        "pages": len(ones),
        "cer_order_free": round(total.free_cer, 4),
        "cer": round(total.cer, 4),
        "word_recall": round(total.recall, 4),
        "best_page": round(min(one.free_cer for one in ones), 4),
    }


if __name__ == "__main__":
    main()
