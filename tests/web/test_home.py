"""The home page tells what everybody may know, and nothing more; the shelf is drawn to scale."""

from __future__ import annotations

import pytest

from portal.accounts.actors import Actor
from portal.blueprints.reading import shelf
from portal.catalogue import documents, figures, tree
from portal.core.db import end_reading, transaction
from portal.rights.levels import Level
from tests.web.archive import STATES, Archive
from tests.web.conftest import Browsers

PUBLIC = ("open", "conditional", "granted", "expired", "revoked")
"""States whose description everybody may read; of these, one opens its pages to everybody."""


def test_the_figures_count_what_everybody_may_see(archive: Archive) -> None:
    taken = figures.take()
    assert taken.documents == len(PUBLIC) < len(STATES)
    assert taken.pages == 1
    assert taken.by_fonds == {archive.fonds: len(PUBLIC)}
    assert set(taken.newest) == {archive.documents[state] for state in PUBLIC}


def test_kept_figures_come_back_as_they_were(archive: Archive) -> None:
    assert figures.latest() is None
    taken = figures.take()
    figures.keep(taken)
    assert figures.latest() == taken


def test_what_was_closed_since_the_counting_is_not_named(archive: Archive, people: dict[str, Actor]) -> None:
    taken = figures.take()
    with transaction():
        documents.set_level(people["archivist"], archive.documents["open"], Level.WITHHELD, "có khiếu nại")
    end_reading()
    assert archive.documents["open"] not in {node.id for node in figures.newest(taken)}


def test_the_home_page_shows_figures_shelf_and_news_once_they_are_counted(
    archive: Archive, browse: Browsers
) -> None:
    browser = browse("anonymous")
    assert "Các phông trên giá" in browser.get("/").text, "also before the first counting"
    figures.keep(figures.take())
    page = browser.get("/").text
    assert "trang ai cũng đọc được hôm nay" in page
    assert f"/r/{archive.documents['open']}" in page
    assert f"/r/{archive.documents['withheld']}" not in page


def test_the_shelf_holds_the_fonds_that_the_person_may_know_of(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    with transaction():
        hidden = tree.create_fonds(people["archivist"], code="P09", name="Phông kín")
        documents.set_level(people["archivist"], hidden.id, Level.WITHHELD, "có khiếu nại")
        for fonds_id, extent in ((archive.fonds, 12_500), (hidden.id, 40_000)):
            tree.measure(people["archivist"], fonds_id, extent)
    end_reading()
    public, staff = browse("anonymous").get("/").text, browse("archivist").get("/").text
    assert "12,5" in public
    assert "Phông kín" not in public
    assert "52,5" not in public
    assert "Phông kín" in staff
    assert "52,5" in staff


def test_a_fonds_without_an_extent_is_named_and_not_drawn(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    browser = browse("anonymous")
    empty = browser.get("/").text
    assert '<svg class="mg-shelf"' not in empty
    assert "Chưa ghi các phông này chiếm bao nhiêu mét giá." in empty
    with transaction():
        other = tree.create_fonds(people["archivist"], code="P09", name="Phông đã đo")
        tree.measure(people["archivist"], other.id, 3_250)
    end_reading()
    page = browser.get("/").text
    assert '<svg class="mg-shelf"' in page
    assert "Có 1 phông chưa ghi số mét giá nên không vẽ." in page
    assert "chưa ghi</span>" in page
    assert "Tổng cộng phần đã ghi" in page
    assert "3.25" in browser.get("/en/").text


def test_without_extents_there_is_nothing_to_draw() -> None:
    assert shelf.draw([]) is None
    assert shelf.draw([None, None]) is None


EXTENTS = ([1], [12_500], [46_500, None, 8_750, 27_125], [100_000_000, 50_000_000, 10], [333] * 40)


@pytest.mark.parametrize("extents", EXTENTS)
def test_the_drawing_keeps_its_scale_and_forgets_no_fonds(extents: list[int | None]) -> None:
    drawing = shelf.draw(extents)
    assert drawing is not None
    assert len(drawing.boards) <= shelf.MOST_BOARDS
    assert drawing.total_mm == sum(extent or 0 for extent in extents)
    for place, extent in enumerate(extents):
        pieces = [piece for board in drawing.boards for piece in board.pieces if piece.place == place]
        assert (drawing.colours[place] is None) == (extent is None)
        drawn = sum(piece.width for piece in pieces)
        # Each end of a piece is rounded to a unit of the drawing, and a line stands for less than one.
        assert abs(drawn - (extent or 0) * shelf.WIDTH / drawing.board_mm) <= 2 * len(pieces)
        assert bool(pieces) == bool(extent)
    for board in drawing.boards:
        ends = [piece.left + piece.width for piece in board.pieces]
        assert [piece.left for piece in board.pieces] == sorted(piece.left for piece in board.pieces)
        assert max(ends) <= shelf.WIDTH + 1


@pytest.mark.parametrize("extents", EXTENTS)
def test_boards_and_marks_have_round_lengths(extents: list[int | None]) -> None:
    drawing = shelf.draw(extents)
    assert drawing is not None
    assert int(str(drawing.board_mm).rstrip("0")) < 10
    assert str(drawing.mark_mm).rstrip("0") in ("1", "5")
    assert drawing.board_mm % drawing.mark_mm == 0
    assert len(drawing.marks) + 1 == drawing.board_mm // drawing.mark_mm <= shelf.MOST_MARKS
