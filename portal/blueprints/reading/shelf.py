"""The fonds drawn as file spines on shelf boards, to scale in metres.

The boards hold the fonds one after the other, as a shelf does: where a board ends, the fonds goes on
on the next. The width of a fonds is its extent; how many spines it is cut into means nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH = 800
"""Of a board, in the units of the drawing."""
ROW = 92
"""From board to board."""
BOARD = 8
MOST_BOARDS = 4
MOST_MARKS = 30
SPINE = 16
_LABEL = 8
_HEIGHTS = (72, 64, 69, 59, 75, 66, 62, 70)
"""In turn, so that the row stands unevenly and the same each time."""
COLOURS = 4
_SHORTEST_BOARD_MM = 1_000
_FINEST_MARK_MM = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a fonds stands on one board."""

    place: int
    """Of the fonds in the list, counted from 0."""
    colour: int
    left: int
    width: int
    spines: str
    """The file spines as the data of one path."""
    labels: str
    """The labels on them, the same way."""


@dataclass(frozen=True, slots=True)
class Board:
    """One board with what stands on it; `top` is its upper edge."""

    top: int
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All boards, and the scale that they are drawn to."""

    boards: Sequence[Board]
    colours: Sequence[int | None]
    """Of each fonds of the list; None for one that has no extent and is not drawn."""
    marks: Sequence[int]
    """Where the edge of each board bears a mark."""
    board_mm: int
    mark_mm: int
    total_mm: int

    @property
    def height(self) -> int:
        return ROW * len(self.boards)


def draw(extents: Sequence[int | None]) -> Drawing | None:
    """Return the drawing of fonds of such extents in millimetres; None where nobody has recorded any."""
    known = [(place, extent) for place, extent in enumerate(extents) if extent]
    total = sum(extent for _, extent in known)
    if not total:
        return None
    board = _board(total)
    mark = _mark(board)
    colours: list[int | None] = [None] * len(extents)
    pieces: list[list[Piece]] = [[] for _ in range(-(-total // board))]
    start = 0
    for turn, (place, extent) in enumerate(known):
        colours[place] = turn % COLOURS
        for row, left, right in _cut(start, start + extent, board):
            pieces[row].append(_piece(place, turn % COLOURS, row, left, right))
        start += extent
    boards = [Board(ROW * (row + 1) - BOARD, held) for row, held in enumerate(pieces)]
    marks = [WIDTH * each * mark // board for each in range(1, board // mark)]
    return Drawing(boards, colours, marks, board, mark, total)


def _board(total: int) -> int:
    """Return the shortest round length of board that holds so many millimetres on few boards."""
    length = _SHORTEST_BOARD_MM
    while True:
        for times in (1, 2, 3, 4, 5, 6, 8):
            if length * times * MOST_BOARDS >= total:
                return length * times
        length *= 10


def _mark(board: int) -> int:
    """Return the finest round distance at which marks on a board can still be told apart."""
    distance = _FINEST_MARK_MM
    while True:
        for times in (1, 5):
            if board <= distance * times * MOST_MARKS and board % (distance * times) == 0:
                return distance * times
        distance *= 10


def _cut(start: int, end: int, board: int) -> Iterator[tuple[int, int, int]]:
    """Yield row, left and right in units of the drawing for what stands from `start` to `end` millimetres."""
    for row in range(start // board, -(-end // board)):
        left, right = max(start - row * board, 0), min(end - row * board, board)
        yield row, WIDTH * left // board, WIDTH * right // board


def _piece(place: int, colour: int, row: int, left: int, right: int) -> Piece:
    # What is thinner than a line is drawn as a line: it is there, and the table says how much it is.
    width = max(1, right - left)
    number = max(1, round(width / SPINE))
    floor = ROW * (row + 1) - BOARD
    spines, labels = [], []
    edges = [left + width * each // number for each in range(number + 1)]
    for each, (here, there) in enumerate(pairwise(edges)):
        height = _HEIGHTS[(each + place) % len(_HEIGHTS)]
        spines.append(f"M{here} {floor}v-{height}h{there - here}v{height}z")
        if there - here > _LABEL + 2:
            labels.append(f"M{(here + there - _LABEL) // 2} {floor - height + 9}h{_LABEL}v13h-{_LABEL}z")
    return Piece(place, colour, left, width, "".join(spines), "".join(labels))
