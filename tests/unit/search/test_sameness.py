"""Every engine gives the same documents, in the same order, with the same counts and the same highlights."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.catalogue.snippets import Cutter
from portal.search import evaluation
from portal.search.documents import Facet, Hits, Order, Query, Refinement, SearchDocument
from portal.search.engine import Engine
from portal.search.memory_engine import MemoryEngine
from portal.search.tantivy_engine import TantivyEngine
from portal.search.visibility import Visibility
from portal.search.whoosh_engine import WhooshEngine

TEXT = (
    "giao đất rừng thuế nhà ở hộ vùng lòng hồ quyết định thông báo xã huyện tỉnh ủy ban nhân dân cán bộ năm "
    "tháng ngày về việc cấp giấy chứng nhận quyền sử dụng kế hoạch công tác trường học bệnh viện kênh mương "
    "nghiêng thủy lợi hòa bình má mạ ma khoán bảo vệ đầu nguồn danh sách"
)
SYLLABLES = TEXT.split(" ")
QUERIES = [
    "giao đất", "giao dat", "đất rừng", "quyết định giao đất", "má", "ma", "thủy lợi", "thuỷ lợi hoà bình",
    "nghiêng", "nghicng", "kế hoạch công tác năm", "cấp giấy chứng nhận quyền sử dụng đất", "12/QĐ-UBND",
    "12 qd ubnd", "so 7 QĐ/UBND", '"giao đất"', '"quyền sử dụng đất"', '"đất quyền"', "đất -rừng",
    "thuế OR nghiêng", "nam:1990..1992 đất", 'loai:"thông báo" đất', "nghi*", "tieu_de:đất", "so:12",
    "bệnh viện trường học kênh mương nghiêng", "danh sách cán bộ xã ở đâu và bao giờ thì có",
]  # fmt: skip
VISIBLE = Visibility(not_under=frozenset({"n3"}))


def papers() -> Iterator[SearchDocument]:
    """Yield 240 pages and 60 descriptions of 60 documents, by chance but the same each time."""
    chance = random.Random(11)
    for place in range(60):
        above = ("f1" if place % 3 else "f2", f"n{place % 7}", f"d{place}")
        kind = "Quyết định" if place % 2 else "Thông báo"
        facets = ((Facet.FONDS, above[0]), (Facet.TYPE, kind), (Facet.ISSUER, "Ủy ban nhân dân"))
        title = " ".join(chance.choices(SYLLABLES, k=8))
        common = {
            "document_id": f"d{place}",
            "ancestors": above,
            "title": title,
            "withheld": place % 11 == 0,
            "day": 19900101 + place % 5 * 10_000,
            "facets": facets,
        }
        number = f"{place}/QĐ-UBND"
        yield SearchDocument(key=f"r:d{place}", body=f"{title} {number}", number=number, **common)
        for page in range(4):
            text = " ".join(chance.choices(SYLLABLES, k=60 + place + 7 * page))
            yield SearchDocument(key=f"p:{place}x{page}", body=text, **common)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give searches all the time they need: what is cut short on a slow machine is another answer."""
    monkeypatch.setattr(evaluation, "SECONDS", 600.0)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Engine]:
    folder: Path = tmp_path_factory.mktemp("same")
    made: dict[str, Engine] = {
        "memory": MemoryEngine(),
        "whoosh": WhooshEngine(folder / "whoosh"),
        "tantivy": TantivyEngine(folder / "tantivy"),
    }
    for engine in made.values():
        engine.prepare()
        engine.write(papers(), [])
        # What was removed must tell nothing in any of them.
        engine.write(
            [SearchDocument(f"p:gone{place}", "gone", ("f1",), "giao đất " * 50) for place in range(9)], []
        )
        engine.write([], [f"p:gone{place}" for place in range(9)])
    return made


def ask(engine: Engine, query: Query) -> Hits:
    return engine.search(query, VISIBLE, 0, 20)


@pytest.mark.parametrize("name", ["whoosh", "tantivy"])
@pytest.mark.parametrize("exact", [False, True], ids=["any marks", "right marks"])
@pytest.mark.parametrize("typed", QUERIES)
def test_the_same_is_found(engines: dict[str, Engine], typed: str, exact: bool, name: str) -> None:
    expected, found = (ask(engines[one], Query(typed, exact)) for one in ("memory", name))
    assert found.total == expected.total
    assert found.counts == expected.counts
    assert found.is_loosened == expected.is_loosened
    assert [hit.document_id for hit in found.rows] == [hit.document_id for hit in expected.rows]
    assert [(hit.key, hit.more) for hit in found.rows] == [(hit.key, hit.more) for hit in expected.rows]


@pytest.mark.parametrize("name", ["whoosh", "tantivy"])
@pytest.mark.parametrize("order", [Order.NEWEST, Order.OLDEST])
@pytest.mark.parametrize("typed", ["giao đất", "nghiêng", "đất OR thuế"])
def test_the_same_is_first_by_day(engines: dict[str, Engine], typed: str, order: Order, name: str) -> None:
    query = Query(typed, refined=Refinement(order=order))
    expected, found = (ask(engines[one], query) for one in ("memory", name))
    assert [hit.document_id for hit in found.rows] == [hit.document_id for hit in expected.rows]


@pytest.mark.parametrize("name", ["whoosh", "tantivy"])
@pytest.mark.parametrize("typed", QUERIES)
def test_the_same_is_highlighted(engines: dict[str, Engine], typed: str, name: str) -> None:
    texts = {one.key: one.body for one in papers()}
    expected, found = (
        [Cutter(Query(typed)).cut(texts[hit.key]) for hit in ask(engines[one], Query(typed)).rows]
        for one in ("memory", name)
    )
    assert found == expected
