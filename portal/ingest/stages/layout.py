"""Fifth stage: recognised lines in the order in which a person reads them.

Tesseract joins what stands side by side: the two halves of a letterhead, the list of
recipients and the signature. Here such lines are cut at the gutter that all of them
share; the left block comes first. Everything else stays as it was recognised: above
all tables, which are read by rows. Before this `stamps` took out what is not the page's;
after it the text of the page is made.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from portal.ingest.ocr.lines import Line, letters, usual_height

GUTTER = 1.5
"""Width of the gap between two blocks, in heights of a line, where it is looked for first."""

NARROWEST = 0.6
"""What must be left of the gutter when the widest line of each block is known."""

APART = 2.2
"""Distance, in heights of a line, from which a line is no part of the block above it."""

ROOM = 2.5
"""Distance, in heights of a line, between a post and the name of who signed; rows of a table are closer."""

HEAD = 0.4
"""Share of the page in which a letterhead stands."""

MOST_HEAD_ROWS = 12
DOUBTFUL = 40.0
MOTTO = ("conghoa", "doclap")
"""One of its two lines is in every letterhead, and in no table."""

RECIPIENTS = "noinhan"
ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class _Row:
    """Lines, or pieces of lines, that stand side by side."""

    pieces: list[Line]

    @property
    def top(self) -> int:
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> int:
        return max(piece.bottom for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class _Zone:
    """Rows of two blocks, and where the gutter between them lies."""

    rows: list[_Row]
    gutter: tuple[float, float]

    def blocks(self) -> tuple[list[Line], list[Line]]:
        middle = sum(self.gutter) / 2
        pieces = [piece for row in self.rows for piece in row.pieces]
        return (
            [piece for piece in pieces if piece.left < middle],
            [piece for piece in pieces if piece.left >= middle],
        )


def arranged(
    lines: Sequence[Line], size: tuple[int, int], is_noise: Callable[[Line], bool] | None = None
) -> list[Line]:
    """Return the lines in reading order, without noise.

    Args:
        size: width and height of the picture that was read, in px.
        is_noise: what is left out; specks that were taken for letters, if not told otherwise.
    """
    is_noise = is_noise or is_speck
    lines = [line for line in lines if not is_noise(line)]
    if not lines:
        return []
    height = usual_height(lines)
    rows = _rows(lines, height)
    signatures = _signatures(rows, height)
    if signatures is not None:
        # The recipients below are no part of it, nor it of them.
        rows = [row for row in rows if row not in signatures.rows]
    for zone in (_head(rows, size, height), signatures, _foot(rows, size, height)):
        lines = lines if zone is None else _put(zone, lines, is_noise)
    return lines


def text_of(lines: Sequence[Line]) -> str:
    """Return the lines as text, an empty line between paragraphs."""
    text: list[str] = []
    before: Line | None = None
    for line in lines:
        if before is not None and line.paragraph != before.paragraph:
            text.append("")
        text.append(" ".join(word[0] for word in line.words))
        before = line
    return "\n".join(text)


def is_recipients(line: Line) -> bool:
    """Tell whether the line is the heading of the list of recipients, even if misread a little."""
    start = letters(" ".join(word[0] for word in line.words[:2]))
    return SequenceMatcher(None, start, RECIPIENTS).ratio() >= ALIKE


def is_speck(line: Line) -> bool:
    """Tell whether no word of the line is believable: bits of seals, of signatures, of dirt."""
    sure = [word for word in line.words if word[5] >= DOUBTFUL and letters(word[0])]
    if not sure:
        return True
    alone = len(letters("".join(word[0] for word in line.words)))
    return alone <= 2 and all(word[5] < 80 and not word[0].strip(".").isdigit() for word in sure)


def nothing(line: Line) -> bool:
    """Tell that the line is no noise, whatever it says: for text that nobody had to recognise."""
    return False


def _rows(lines: Sequence[Line], height: float) -> list[_Row]:
    """Cut lines at wide gaps, and put the pieces that stand side by side into rows."""
    pieces = [piece for line in lines for piece in _cut(line, GUTTER * height)]
    rows: list[_Row] = []
    for piece in sorted(pieces, key=lambda one: one.middle):
        # Neighbours differ by a few px, lines of one block by more than half of their height.
        if rows and piece.middle - rows[-1].pieces[0].middle < 0.5 * height:
            rows[-1].pieces.append(piece)
        else:
            rows.append(_Row([piece]))
    for row in rows:
        row.pieces.sort(key=lambda one: one.left)
    return rows


def _cut(line: Line, gap: float) -> list[Line]:
    pieces = [[line.words[0]]]
    for word in line.words[1:]:
        _, left, _, width, _, _ = pieces[-1][-1]
        if word[1] - (left + width) >= gap:
            pieces.append([])
        pieces[-1].append(word)
    return [replace(line, words=words) for words in pieces]


def _head(rows: Sequence[_Row], size: tuple[int, int], height: float) -> _Zone | None:
    """Return the letterhead: rows of two blocks at the top, the left block going on alone."""
    upper = [row for row in rows if row.bottom < HEAD * size[1]]
    for start, row in enumerate(upper[:4]):
        if len(row.pieces) >= 2:
            zone = _grown(upper[start:], _widest_gap(row), height)
            rows_of_two = sum(len(one.pieces) >= 2 for one in zone.rows)
            is_head = (
                rows_of_two >= 2 and len(zone.rows) <= MOST_HEAD_ROWS and not _is_table(zone.rows, height)
            )
            return zone if is_head else None
    return None


def _is_table(rows: Sequence[_Row], height: float) -> bool:
    """Tell whether the rows share more than one gutter, and so three columns; a letterhead has two blocks."""
    if any(motto in letters(piece.text) for row in rows for piece in row.pieces for motto in MOTTO):
        return False
    shared = [(float("-inf"), float("inf"))]
    for row in rows:
        shared = [
            (max(one[0], gap[0]), min(one[1], gap[1]))
            for one in shared
            for gap in _gaps(row)
            if min(one[1], gap[1]) - max(one[0], gap[0]) >= NARROWEST * height
        ]
    return sum(math.isfinite(right - left) for left, right in shared) >= 2


def _grown(rows: Sequence[_Row], gutter: tuple[float, float], height: float) -> _Zone:
    """Add rows as long as they leave the gutter free and belong to the left block."""
    taken: list[_Row] = []
    bottom = rows[0].bottom
    waiting: list[_Row] = []
    for row in rows:
        free = _free(row, gutter)
        if free[1] - free[0] < NARROWEST * height:
            break
        lefts = [piece for piece in row.pieces if piece.right <= free[0]]
        if lefts and min(piece.top for piece in lefts) - bottom > APART * height:
            break
        gutter = free
        waiting.append(row)
        if lefts:
            # Rows of the right block alone belong to the zone only if the left one goes on below.
            taken += waiting
            waiting = []
            bottom = max(piece.bottom for piece in lefts)
    return _Zone(taken, gutter)


def _foot(rows: Sequence[_Row], size: tuple[int, int], height: float) -> _Zone | None:
    """Return the recipients on the left with the signature on the right of them."""
    start = next(
        (
            number
            for number, row in enumerate(rows)
            if row.pieces[0].left < size[0] / 2 and is_recipients(row.pieces[0])
        ),
        None,
    )
    if start is None:
        return None
    gutter = (float(rows[start].pieces[0].right), float(size[0]))
    taken: list[_Row] = []
    for row in _with_rows_above(rows, start, gutter[0], height):
        free = _free(row, gutter)
        if free[1] - free[0] < NARROWEST * height:
            break
        gutter = free
        taken.append(row)
    return _Zone(taken, gutter)


def _signatures(rows: Sequence[_Row], height: float) -> _Zone | None:
    """Return two signatures side by side, as on minutes: a post each, room to sign, a name each."""
    for row, below in itertools.pairwise(rows):
        if [len(row.pieces), len(below.pieces)] == [2, 2] and all(map(_is_post, row.pieces)):
            gutter = _free(below, _widest_gap(row))
            if below.top - row.bottom > ROOM * height and gutter[1] - gutter[0] >= NARROWEST * height:
                return _Zone([row, below], gutter)
    return None


def _is_post(piece: Line) -> bool:
    return piece.text.isupper() and letters(piece.text).isalpha()


def _with_rows_above(rows: Sequence[_Row], start: int, left: float, height: float) -> Sequence[_Row]:
    """Begin with the signature's heading, which may stand a little higher than the recipients."""
    while (
        start > 0
        and rows[start - 1].pieces[0].left > left
        and rows[start].top - rows[start - 1].bottom < APART * height
    ):
        start -= 1
    return rows[start:]


def _free(row: _Row, gutter: tuple[float, float]) -> tuple[float, float]:
    """Return the widest part of the gutter on which the row has nothing."""
    parts = [(max(gutter[0], left), min(gutter[1], right)) for left, right in _gaps(row)]
    return max(parts, key=lambda part: part[1] - part[0])


def _gaps(row: _Row) -> list[tuple[float, float]]:
    """Return where the row has nothing: left of it, between its pieces, right of it."""
    lefts = [*(float(piece.left) for piece in row.pieces), float("inf")]
    rights = [float("-inf"), *(float(piece.right) for piece in row.pieces)]
    return list(zip(rights, lefts, strict=True))


def _widest_gap(row: _Row) -> tuple[float, float]:
    gaps = [(one.right, other.left) for one, other in zip(row.pieces, row.pieces[1:], strict=False)]
    return max(gaps, key=lambda gap: gap[1] - gap[0])


def _put(zone: _Zone, lines: Sequence[Line], is_noise: Callable[[Line], bool]) -> list[Line]:
    """Put the blocks of the zone, one after the other, where its first line stood."""
    inside = {word for row in zone.rows for piece in row.pieces for word in piece.words}
    first = min(number for number, line in enumerate(lines) if inside.intersection(line.words))
    left, right = zone.blocks()
    blocks = [
        replace(piece, paragraph=(-1 - side, round(zone.gutter[0]), first))
        for side, block in enumerate((_joined(left), _joined(right)))
        for piece in block
        if not is_noise(piece)
    ]
    rest = [line for line in lines[first:] if not inside.intersection(line.words)]
    return [*lines[:first], *blocks, *rest]


def _joined(pieces: Sequence[Line]) -> list[Line]:
    """Join pieces of one line again that were cut within their block: "Số:" and "/TTr-UBND"."""
    joined: list[Line] = []
    for piece in pieces:
        if joined and joined[-1].number == piece.number and joined[-1].paragraph == piece.paragraph:
            joined[-1] = replace(piece, words=[*joined[-1].words, *piece.words])
        else:
            joined.append(piece)
    return joined
