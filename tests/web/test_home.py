"""The home page tells what everybody may know, and nothing more; the shelf is drawn to scale."""

from __future__ import annotations

import pytest

from portal.accounts.actors import Actor
from portal.blueprints.reading import shelf
from portal.catalogue import documents, figures
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
    assert '<svg class="mg-shelf"' not in browser.get("/").text
    figures.keep(figures.take())
    page = browser.get("/").text
    assert '<svg class="mg-shelf"' in page
    assert "trang ai cũng đọc được hôm nay" in page
    assert f"/r/{archive.documents['open']}" in page
    assert f"/r/{archive.documents['withheld']}" not in page


def test_without_records_there_is_nothing_to_draw() -> None:
    assert shelf.draw([]) is None
    assert shelf.draw([0, 0]) is None


@pytest.mark.parametrize("counts", [[1], [3, 0, 40], [100_000, 50_000, 1], [1] * 40])
def test_the_drawing_keeps_its_scale_and_forgets_no_fonds(counts: list[int]) -> None:
    drawing = shelf.draw(counts)
    assert drawing is not None
    assert len(drawing.spines) == sum(-(-count // drawing.documents_a_spine) for count in counts)
    assert len(drawing.spines) <= shelf.MOST_SPINES + len(counts)
    lefts = [spine.left for spine in drawing.spines]
    assert lefts == sorted(set(lefts))
    assert lefts[-1] + shelf.SPINE_WIDTH <= drawing.width
