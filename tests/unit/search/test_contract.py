"""What every engine must answer: one table of papers and one of questions, run on all of them.

A line is a query, what must be found, and in which order where the order is promised.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.search.documents import Facet, Order, Query, Refinement, SearchDocument
from portal.search.engine import Engine
from portal.search.memory_engine import MemorySource
from portal.search.source import Terms
from portal.search.visibility import Visibility
from tests.unit.search.engines import Shelf, filled

ALL = Visibility(not_under=frozenset(), withheld=True)
PUBLIC = Visibility(not_under=frozenset())


def paper(
    name: str, text: str, number: str = "", title: str = "", day: int = 0, above: str = "f1", **more: str
) -> SearchDocument:
    facets = ((Facet.FONDS, above), *((Facet(facet), value) for facet, value in more.items()))
    return SearchDocument(
        key=f"p:{name}",
        document_id=name,
        ancestors=(above, name),
        body=text,
        title=title,
        number=number,
        day=day,
        facets=facets,
        withheld=name.startswith("kin"),
    )


UBND, SNV = "Ủy ban nhân dân tỉnh", "Sở Nội vụ"
PAPERS = [
    paper("giao", "Quyết định giao đất làm nhà ở cho các hộ vùng lòng hồ", "93/QĐ-UBND", "Về việc giao đất",
          19930719, issuer=UBND, type="Quyết định", access="open", language="vie"),
    paper("thue", "Thông báo nộp thuế nhà đất năm một chín chín năm", "05/TB-UBND", "Nộp thuế nhà đất",
          19950105, issuer=UBND, type="Thông báo", access="open", language="vie"),
    paper("can_bo", "Danh sách cán bộ xã được cử đi học", "01/2016/DS-SNV", "Cán bộ đi học",
          20160301, "f2", issuer=SNV, type="Danh sách", access="conditional", language="vie"),
    paper("hoa", "Cộng hòa xã hội chủ nghĩa Việt Nam, thủy lợi và khoẻ mạnh", "", "", 0, "f2", access="open"),
    paper("ma", "con má nuôi con ma của con mạ", "", "", 20010101, "f2", access="open"),
    paper("rung", "Bảo vệ rừng đầu nguồn và giao rừng cho hộ nhận khoán", "94/QĐ-UBND", "Giao rừng",
          19940228, issuer=UBND, type="Quyết định", access="open", language="vie"),
    paper("nghieng", "Cột điện bị nghiêng sau bão", "", "", 20051109, access="open"),
    paper("letter", "Letter about the harvest of cinnamon in the province", "", "", 20110101, access="open",
          language="eng"),
    paper("kin", "giao đất quốc phòng", "95/QĐ-UBND", "Giao đất kín", 19930101, access="withheld"),
]  # fmt: skip


BATCHES = (PAPERS[:4], PAPERS[4:])


@pytest.fixture
def engine(name: str, shelf: Shelf) -> Engine:
    return shelf.read_only(name, "papers", BATCHES)


@pytest.fixture
def own(name: str, tmp_path: Path) -> Engine:
    """The same papers in an index that a test may write into."""
    return filled(name, tmp_path, BATCHES)


def found(engine: Engine, query: Query | str, visibility: Visibility = PUBLIC) -> list[str]:
    asked = Query(query) if isinstance(query, str) else query
    return [hit.document_id for hit in engine.search(asked, visibility, 0, 50).rows]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("giao đất", "giao"),
        ("giao dat", "giao"),
        ("GIAO ĐẤT", "giao"),
        ("đất giao", "giao"),
        ("giao rừng", "rung"),
        ("thuế", "thue"),
        ("thue", "thue"),
        ("thuê", "thue"),
        ("93/QĐ-UBND", "giao"),
        ("93 qd ubnd", "giao"),
        ("số 93 QĐ/UBND", "giao"),
        ("93 QĐUBND", "giao"),
        ("94/QĐ-UBND", "rung"),
        ("5/TB-UBND", "thue"),
        ("05 tb ubnd", "thue"),
        ("O5/TB-UBND", "thue"),
        ("1/2016/DS-SNV", "can_bo"),
        ("01/DS-SNV", "can_bo"),
        ("l/DS-SNV", "can_bo"),
        ("cộng hoà", "hoa"),
        ("cộng hòa", "hoa"),
        ("thuỷ lợi", "hoa"),
        ("khỏe mạnh", "hoa"),
        ("má", "ma"),
        ("ma", "ma"),
        ("nghiêng", "nghieng"),
        ("nghieng", "nghieng"),
        ("nghiẽng", "nghieng"),
        ("nghicng", "nghieng"),
        ("nghienq", "nghieng"),
        ("nghieg", "nghieng"),
        ("nghieeng", "nghieng"),
        ("ngihêng", "nghieng"),
        ("cinnarnon", "letter"),
        ("cinamon", "letter"),
        ("harvest of cinnamon", "letter"),
        ("y", "nothing"),
        ("o", "giao"),
        ("nhà ở", "giao"),
        ("hộ vùng lòng hồ", "giao"),
        ("danh sách cán bộ xã", "can_bo"),
        ("danh sach can bo xa duoc cu", "can_bo"),
        ("cán bộ đi học ở đâu và bao giờ", "can_bo"),
        ("vùng lòng hồ", "giao"),
        ("long ho", "giao"),
        ("lòng", "giao"),
        ("sau bao", "nghieng"),
        ("cột điện", "nghieng"),
        ("cot dien bi nghieng", "nghieng"),
        ("chủ nghĩa", "hoa"),
        ("xa hoi chu nghia", "hoa"),
        ("VIET NAM", "hoa"),
        ("bảo vệ rừng", "rung"),
        ("đầu nguồn", "rung"),
        ("hộ nhận khoán", "rung"),
        ("95/QĐ-UBND", "nothing"),
        ("số 5 TB UBND", "thue"),
        ("94 qđ-ubnd", "rung"),
        ("con mạ", "ma"),
        ("the province", "letter"),
        ("HARVEST", "letter"),
        ("một chín chín năm", "thue"),
        ("mạnh khỏe", "hoa"),
        ("đi học", "can_bo"),
        ("khoán", "rung"),
        ("lam nha o", "giao"),
        ("đ", "nothing"),
    ],
)  # fmt: skip
def test_the_paper_meant_comes_first(engine: Engine, typed: str, first: str) -> None:
    rows = found(engine, typed)
    assert (rows[0] if rows else "nothing") == first


@pytest.mark.parametrize(
    ("typed", "all_of"),
    [
        ('"giao đất"', {"giao"}),
        ('"nhà đất"', {"thue"}),
        ('"lòng hồ"', {"giao"}),
        ('"hộ vùng lòng hồ"', {"giao"}),
        ("giao -đất", {"rung"}),
        ("giao NOT rừng", {"giao"}),
        ('giao -"giao rừng"', {"giao"}),
        ("thuế OR rừng", {"thue", "rung"}),
        ("(thuế OR rừng) AND năm", {"thue"}),
        ("thuế OR rừng OR nghiêng", {"thue", "rung", "nghieng"}),
        ("rừn*", {"rung"}),
        ("nghi*", {"hoa", "nghieng"}),
        ("so:93/QĐ-UBND", {"giao"}),
        ("số:93 -rừng", set()),
        ("so:05/TB-UBND", {"thue"}),
        ('tieu_de:"giao đất"', {"giao"}),
        ("tieu_de:giao", {"giao", "rung"}),
        ("title:gia*", {"giao", "rung"}),
        ('loai:"quyết định"', {"giao", "rung"}),
        ("loai:thông*", {"thue"}),
        ('co_quan:"nội vụ"', {"can_bo"}),
        ("issuer:sở", {"can_bo"}),
        ("nam:1993", {"giao"}),
        ("nam:1993..1995", {"giao", "rung", "thue"}),
        ("nam:..1993", {"giao"}),
        ("nam:2011..", {"can_bo", "letter"}),
        ("ngay:19/07/1993", {"giao"}),
        ("ngay:02/1994", {"rung"}),
        ("giao nam:1994", {"rung"}),
        ("giao nam:1994 OR thuế", {"rung", "thue"}),
        ("nam:1900..1950", set()),
        ("giao nam:2020", set()),
        ('loai:"quyết định" -nam:1993', {"rung"}),
        ('"con ma"', {"ma"}),
        ("con -mạ", set()),
        ('"cột điện"', {"nghieng"}),
        ('tieu_de:"giao rừng"', {"rung"}),
        ("tieu_de:đất -thuế", {"giao"}),
        ("so:94/QĐ-UBND OR so:05/TB-UBND", {"rung", "thue"}),
        ('co_quan:"ủy ban"', {"giao", "rung", "thue"}),
        ("co_quan:sở loai:danh", {"can_bo"}),
        ("nam:2005..2011", {"letter", "nghieng"}),
        ("ngay:28/02/1994", {"rung"}),
        ("ngay:09/11/2005..01/01/2012", {"letter", "nghieng"}),
        ("hòa*", {"hoa"}),
        ("(giao OR thuế) -rừng", {"giao", "thue"}),
        ('"giao rừng cho hộ"', {"rung"}),
        ('"bảo vệ rừng đầu nguồn"', {"rung"}),
        ('title:"cán bộ"', {"can_bo"}),
        ("number:01/2016/DS-SNV", {"can_bo"}),
        ("so:93*", set()),
        ("co_quan:nhân*", {"giao", "rung", "thue"}),
        ('"nuôi con" OR "cán bộ"', {"can_bo", "ma"}),
        ("nam:1994 OR nam:1995", {"rung", "thue"}),
        ("(nam:1994 OR nam:1995) giao", {"rung"}),
    ],
)
def test_what_is_demanded_is_all_that_is_found(engine: Engine, typed: str, all_of: set[str]) -> None:
    assert set(found(engine, typed)) == all_of


@pytest.mark.parametrize("typed", ['"đất giao"', '"hộ vùng hồ"', 'hộ "nhà giao"'])
def test_where_nothing_has_the_wording_the_words_are_looked_for(engine: Engine, typed: str) -> None:
    hits = engine.search(Query(typed), PUBLIC, 0, 50)
    assert hits.is_loosened
    assert hits.rows[0].document_id == "giao"
    assert not engine.search(Query("giao đất"), PUBLIC, 0, 50).is_loosened


@pytest.mark.parametrize("typed", ["giao nam:2020", "giao -giao", 'so:1 "đất giao"'])
def test_what_is_demanded_beyond_wording_is_never_let_go(engine: Engine, typed: str) -> None:
    assert found(engine, typed) == []


@pytest.mark.parametrize(
    ("query", "all_of"),
    [
        (Query("má", exact=True), ["ma"]),
        (Query("mã", exact=True), []),
        (Query("con má", exact=True), ["ma"]),
        (Query("hoà", exact=True), ["hoa"]),
        (Query("giao dat", exact=True), []),
        (Query("giao đất", exact=True), ["giao"]),
        (Query('"giao đất"', exact=True), ["giao"]),
        (Query('"giao dat"', exact=True), []),
        (Query("giao", refined=Refinement(chosen=((Facet.FONDS, "f1"),))), ["giao", "rung"]),
        (Query("giao", refined=Refinement(chosen=((Facet.FONDS, "f2"),))), []),
        (Query("giao", refined=Refinement(chosen=((Facet.TYPE, "Quyết định"),))), ["giao", "rung"]),
        (Query("nhà đất", refined=Refinement(chosen=((Facet.TYPE, "Thông báo"),))), ["thue"]),
        (Query("giao", refined=Refinement(chosen=((Facet.ISSUER, UBND),))), ["giao", "rung"]),
        (Query("giao", refined=Refinement(chosen=((Facet.ISSUER, SNV),))), []),
        (Query("cán bộ", refined=Refinement(chosen=((Facet.ACCESS, "conditional"),))), ["can_bo"]),
        (Query("cán bộ", refined=Refinement(chosen=((Facet.ACCESS, "open"),))), []),
        (Query("letter", refined=Refinement(chosen=((Facet.LANGUAGE, "eng"),))), ["letter"]),
        (Query("letter", refined=Refinement(chosen=((Facet.LANGUAGE, "vie"),))), []),
        (
            Query("giao", refined=Refinement(chosen=((Facet.TYPE, "Quyết định"), (Facet.ISSUER, UBND)))),
            ["giao", "rung"],
        ),
        (Query("giao", refined=Refinement(chosen=((Facet.TYPE, "Không có"),))), []),
        (Query("giao", refined=Refinement(years=(1993, 1993))), ["giao"]),
        (Query("giao", refined=Refinement(years=(1994, 2000))), ["rung"]),
        (Query("giao", refined=Refinement(years=(1800, 1900))), []),
        (Query("giao", refined=Refinement(order=Order.NEWEST)), ["rung", "giao"]),
        (Query("giao", refined=Refinement(order=Order.OLDEST)), ["giao", "rung"]),
        (Query("con", refined=Refinement(order=Order.OLDEST)), ["ma"]),
    ],
)
def test_what_is_chosen_is_kept_to(engine: Engine, query: Query, all_of: list[str]) -> None:
    rows = found(engine, query)
    assert rows == all_of if query.refined.order is not Order.BEST else sorted(rows) == sorted(all_of)


def test_what_has_no_date_comes_last_in_either_order(own: Engine) -> None:
    own.write([paper("undated", "nghiêng"), paper("dated", "nghiêng", day=19000101)], [])
    assert found(own, Query("nghiêng", refined=Refinement(order=Order.NEWEST))) == [
        "nghieng",
        "dated",
        "undated",
    ]
    assert found(own, Query("nghiêng", refined=Refinement(order=Order.OLDEST))) == [
        "dated",
        "nghieng",
        "undated",
    ]


def test_counts_are_of_documents_and_of_what_may_be_seen(engine: Engine) -> None:
    counts = engine.search(Query("giao"), PUBLIC, 0, 10).counts
    assert counts.facets[Facet.TYPE] == {"Quyết định": 2}
    assert counts.facets[Facet.ISSUER] == {UBND: 2}
    assert counts.facets[Facet.FONDS] == {"f1": 2}
    assert counts.facets[Facet.ACCESS] == {"open": 2}
    assert counts.facets[Facet.LANGUAGE] == {"vie": 2}
    assert counts.years == {1993: 1, 1994: 1}
    every = engine.search(Query("giao"), ALL, 0, 10).counts
    assert every.facets[Facet.ACCESS] == {"open": 2, "withheld": 1}
    assert every.years == {1993: 2, 1994: 1}
    closed = engine.search(Query("giao"), Visibility(not_under=frozenset({"giao"})), 0, 10).counts
    assert closed.years == {1994: 1}


def test_pages_of_one_document_stand_below_the_best(own: Engine) -> None:
    pages = [
        SearchDocument(f"p:long{place}", "long", ("f1", "long"), "kênh mương " * place + "ruộng " * 9)
        for place in range(1, 7)
    ]
    own.write([*pages, paper("short", "kênh mương")], [])
    hits = own.search(Query("kênh mương"), PUBLIC, 0, 10)
    assert {hit.document_id for hit in hits.rows} == {"long", "short"}
    assert hits.total == 2
    long = next(hit for hit in hits.rows if hit.document_id == "long")
    assert long.more == 5
    assert len(long.others) == 3
    assert long.key not in long.others


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nghienngg", "nghiêng"),
        ("cột điện nghxixng", "cột điện nghiêng"),
        ("bảo v ệ rừng", "bảo vệ rừng"),
        ("kho án", "khoán"),
        ("harvesst of cinamonn", "harvest of cinnamon"),
        ("giaođất", "giao đất"),
        ("quốcxx phongxx", ""),
        ("qu ốc", ""),
    ],
)
def test_what_was_perhaps_meant_is_a_word_of_what_may_be_seen(engine: Engine, typed: str, meant: str) -> None:
    assert engine.search(Query(typed), PUBLIC, 0, 20).meant == meant


def test_a_phrase_of_three_words_is_not_found_in_two_places(own: Engine) -> None:
    own.write([paper("apart", "một hai rồi lại hai ba"), paper("whole", "một hai ba")], [])
    assert found(own, '"một hai ba"') == ["whole"]


def test_what_was_removed_tells_nothing_of_how_rare_a_word_is() -> None:
    """Else the order of what is left would show what once was there."""
    kept = [paper(f"kept{place}", f"alpha beta {place}") for place in range(3)]
    gone = [paper(f"gone{place}", "beta " * 50) for place in range(9)]
    source = MemorySource([*kept, *gone])
    source.alive[len(kept) :] = False
    alone = MemorySource(kept)
    for term in ("alpha", "beta", "gamma"):
        rarities = [one.measure().rarity(Terms.FOLDED, term) for one in (source, alone)]
        assert rarities[0] == rarities[1]


def test_the_page_with_the_very_wording_is_the_best_of_its_document(own: Engine) -> None:
    texts = (
        "kế hoạch công việc năm " * 12,
        "báo cáo về công việc và kế hoạch " + "chữ khác " * 60 + "hoạch công việc tình huống kế",
        "tình huống công việc kế hoạch " * 9,
    )
    pages = [
        SearchDocument(f"p:of{place}", "of", ("f1", "of"), text) for place, text in enumerate(texts, start=1)
    ]
    own.write(pages, [])
    assert own.search(Query("hoạch công việc tình huống kế"), PUBLIC, 0, 10).rows[0].key == "p:of2"
