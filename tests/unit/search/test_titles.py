"""What a title says: whoever types one finds its document first, on every engine."""

from __future__ import annotations

import pytest

from portal.search import scoring
from portal.search.documents import SearchDocument
from portal.search.engine import Engine
from tests.unit.search.engines import Shelf, keys

LAW = "Quy định chi tiết thi hành một số điều của Luật Thuế giá trị gia tăng"
GUIDE = f"Hướng dẫn thực hiện Nghị định số 181/2025/NĐ-CP của Chính phủ {LAW.lower()}"
LONG = "Trình tự xét duyệt danh sách hộ nghèo được vay vốn ưu đãi làm nhà ở tại các xã vùng cao biên giới"
FILLING = " ".join(f"điều {number} khoản {number + 1}" for number in range(60))


def described(name: str, title: str, number: str, text: str) -> list[SearchDocument]:
    """Return what is written of a document of one page: its text and its description."""
    of_both = {"document_id": name, "ancestors": ("f1", name), "title": title}
    return [
        SearchDocument(key=f"p:{name}", body=text, **of_both),
        SearchDocument(key=f"r:{name}", body=f"{title} · {number} · Chính phủ", number=number, **of_both),
    ]


PAPERS = [
    *described("law", LAW, "181/2025/NĐ-CP", f"NGHỊ ĐỊNH {LAW} {FILLING}"),
    *described("guide", GUIDE, "69/2025/TT-BTC", f"THÔNG TƯ {GUIDE} {LAW} {LAW} {FILLING}"),
    *described("short", "Quản lý bệnh nghề nghiệp", "56/TT-BYT", f"bệnh nghề nghiệp {FILLING}"),
    *described(
        "wordy",
        "Bệnh nghề nghiệp được hưởng bảo hiểm, chẩn đoán và giám định mức suy giảm do bệnh nghề nghiệp",
        "60/TT-BYT",
        f"bệnh nghề nghiệp {FILLING}",
    ),
    *described("list", LONG, "12/TTr-UBND", FILLING),
]
CROWD = [
    SearchDocument(
        key=f"p:crowd{number}",
        document_id=f"crowd{number}",
        ancestors=("f1", f"crowd{number}"),
        body=f"{' '.join(reversed(LONG.split()))} sửa {FILLING}",
    )
    for number in range(25)
]


@pytest.fixture
def engine(name: str, shelf: Shelf) -> Engine:
    return shelf.read_only(name, "titles", (PAPERS, CROWD))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        (GUIDE, "guide"),  # though it cites the number of another
        (GUIDE[:100], "guide"),  # cut within a word
        ("huong dan thuc hien nghi dinh so 181/2025/nd-cp", "guide"),
        ("181/2025/NĐ-CP", "law"),
        ("Nghị định 181/2025/NĐ-CP", "law"),
        (LAW, "law"),
        (LAW.lower().removesuffix(" gia tăng"), "law"),
        ("bệnh nghề nghiệp", "short"),  # the shorter title says less besides
    ],
)
def test_who_types_a_title_finds_its_document_first(engine: Engine, typed: str, first: str) -> None:
    assert keys(engine, typed)[0][2:] == first


def test_a_title_with_a_slip_is_found_though_many_hold_every_word(engine: Engine) -> None:
    assert "r:list" in keys(engine, f"{LONG} sửa")


@pytest.mark.parametrize(
    ("asked", "worth"),
    [
        ("giao dat lam nha", 1.0),
        ("giao dat lam n", 1.0),
        ("giao dat", 0.0),
        ("dat lam nha o", 0.0),
        ("giao dat lam nha o", 0.0),
        ("giao rung lam nha", 0.0),
    ],
)
def test_how_much_of_a_title_was_typed(asked: str, worth: float) -> None:
    assert scoring.titled(asked.split(), ["giao", "dat", "lam", "nha"]) == worth


def test_the_whole_title_tells_more_than_its_beginning() -> None:
    asked = ["giao", "dat", "lam", "nha"]
    assert scoring.titled(asked, asked) > scoring.titled(asked, [*asked, "o"]) > 0
    assert scoring.titled(asked[:2], asked[:2]) == 1


def test_a_title_without_words_tells_nothing() -> None:
    assert scoring.titled(["giao", "dat", "lam", "nha"], []) == 0
