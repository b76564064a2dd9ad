"""What once was in an index tells nothing: not in what is found, not in its order, not in counts.

Two indexes hold the same. Into one of them other things were written before, between and after, and
removed again; the asker gets the same from both, however much is found.
"""

from __future__ import annotations

import random

import pytest

from portal.search import evaluation, matching, tantivy_finding
from portal.search.documents import Facet, Order, Query, Refinement, SearchDocument
from portal.search.engine import Engine
from portal.search.visibility import Visibility
from tests.unit.search.engines import ALL, ENGINES

TEXT = (
    "giao đất rừng thuế nhà ở hộ vùng lòng hồ quyết định thông báo xã huyện tỉnh ủy ban nhân dân cán bộ năm "
    "tháng ngày về việc cấp giấy chứng nhận quyền sử dụng kế hoạch công tác trường học bệnh viện kênh mương "
    "nghĩa nghịch"
)
SYLLABLES = TEXT.split(" ")

QUERIES = [
    "đất", "giao đất", "giao dat", "nhà ở", "quyết định giao đất", '"quyền sử dụng đất"', "đất -rừng",
    "kế hoạch công tác năm huyện", "bệnh viện trường học kênh mương ở đâu", "thuế OR kênh", "ngh*",
    "tieude:đất", "nghiêm trang", "nghim", "12/QĐ-UBND", "so:1*", "1991 đất", "giaođất", '"nhà ở" đất',
    "công tác trường học bệnh viện xã huyện tỉnh năm",
]  # fmt: skip


def things(which: str, count: int) -> list[SearchDocument]:
    """Return pages and descriptions by chance, the same for the same name."""
    chance = random.Random(which)
    made = []
    for place in range(count):
        title = " ".join(chance.choices(SYLLABLES, k=6))
        number = f"{place}/QĐ-UBND"
        is_page = place % 5
        made.append(
            SearchDocument(
                key=f"p:{which}{place}" if is_page else f"r:{which}{place}",
                document_id=f"{which}{place // 5}",
                ancestors=("f1", f"{which}{place // 5}"),
                body=" ".join(chance.choices(SYLLABLES, k=chance.randint(30, 90))) if is_page else title,
                title=title,
                number="" if is_page else number,
                day=19900101 + place % 4 * 10_000,
                facets=((Facet.FONDS, "f1"), (Facet.TYPE, "Quyết định" if place % 3 else "Thông báo")),
            )
        )
    return made


def closed(count: int) -> list[SearchDocument]:
    """Return things of other words, other lengths and other numbers than those that stay."""
    made = []
    for place in range(count):
        rare = [f"nghi{place}", f"ngh{chr(97 + place % 26)}{place}", "nghiêm"]
        words = [*rare, "giao đất", *SYLLABLES[place % 9 :: 7]]
        made.append(
            SearchDocument(
                key=f"r:closed{place}",
                document_id=f"closed{place}",
                ancestors=("f1", f"closed{place}"),
                body=" ".join(words * (1 + place % 12)),
                title="kênh mương đất",
                number=f"1{place}/MV",
                day=19310503,
                facets=((Facet.FONDS, "f1"), (Facet.TYPE, "Công văn")),
            )
        )
    return made


def fill(engine: Engine, gone: list[SearchDocument]) -> Engine:
    """Write the same things in the same order; what is to go stands between them until all is written."""
    engine.prepare()
    public = things("kept", 400)
    share = len(gone) // 8
    for part in range(8):
        engine.write([*public[part * 50 : part * 50 + 50], *gone[part * share : part * share + share]], [])
    engine.write([], [one.key for one in gone])
    return engine


@pytest.fixture(scope="module", params=ENGINES)
def indexes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Engine, Engine]:
    """One index in which nothing else ever was, and one in which much was."""
    make, folder = ENGINES[request.param], tmp_path_factory.mktemp("gone")
    return fill(make(folder / "b"), []), fill(make(folder / "a"), closed(160))


@pytest.mark.parametrize("typed", QUERIES)
def test_what_is_gone_changes_no_answer(indexes: tuple[Engine, Engine], typed: str) -> None:
    never, once = indexes
    for order in Order:
        query = Query(typed, refined=Refinement(order=order))
        assert once.search(query, ALL, 0, 500) == never.search(query, ALL, 0, 500)


@pytest.mark.parametrize("typed", QUERIES)
def test_what_is_gone_changes_no_answer_of_more_than_is_looked_at(
    indexes: tuple[Engine, Engine], typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits of very large archives, on a small one."""
    monkeypatch.setattr(evaluation, "LOOKED_AT", 20)
    monkeypatch.setattr(tantivy_finding, "MOST_EXACT", 60)
    monkeypatch.setattr(matching, "MOST_CHECKED", 5)
    never, once = indexes
    assert once.search(Query(typed), ALL, 0, 500) == never.search(Query(typed), ALL, 0, 500)


@pytest.mark.parametrize("typed", QUERIES)
def test_what_is_closed_counts_no_more_at_once(indexes: tuple[Engine, Engine], typed: str) -> None:
    """Before the indexer took it out, too."""
    never, once = indexes
    lagging = Visibility(not_under=frozenset(one.document_id for one in closed(160)))
    once.write(closed(160), [])
    try:
        assert once.search(Query(typed), ALL, 0, 500) is not None, "as somebody asked before the closing"
        assert once.search(Query(typed), lagging, 0, 500) == never.search(Query(typed), lagging, 0, 500)
    finally:
        once.write([], [one.key for one in closed(160)])
