"""Names by tables: what is understood, every mistake told, all or nothing, and the way back."""

from __future__ import annotations

import csv
import io

import pytest

from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.catalogue import alias_tables, aliases
from portal.catalogue.aliases import Names
from portal.core.db import transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError

HEADING = ";".join(alias_tables.HEADING)
GOOD = f"{HEADING}\nđịa danh;xã Trà Vân;xã Nước Biếc;có;01/07/2025;Nghị quyết;\n"


def _load(actor: Actor, text: str) -> alias_tables.Load:
    with transaction():
        return alias_tables.load(actor, text)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(";", ","),
        GOOD.replace(";", "\t"),
        GOOD.replace("\n", "\r\n"),
        GOOD.upper()
        .replace("NGHỊ QUYẾT", "Nghị quyết")
        .replace("XÃ TRÀ VÂN", "xã Trà Vân")
        .replace("XÃ NƯỚC BIẾC", "xã Nước Biếc"),
        GOOD.replace("01/07/2025", "2025-07-01").replace("địa danh", "dia danh"),
        GOOD + "\n;;;;;;\n",
        "Ghi chú;Căn cứ pháp lý;Từ ngày;Hai chiều;"
        "Tên hiện nay hoặc viết đầy đủ;Tên cũ hoặc chữ viết tắt;Loại tên\n"
        ";Nghị quyết;1/7/2025;;xã Nước Biếc;xã Trà Vân;Địa danh\n",
    ],
)
def test_tables_are_read_as_spreadsheets_write_them(people: dict[str, Actor], text: str) -> None:
    table = alias_tables.read(people["archivist"], text)
    assert table.mistakes == []
    ((names),) = table.names
    assert (names.kind, names.name, names.other, names.legal_basis) == (
        "place",
        "xã Trà Vân",
        "xã Nước Biếc",
        "Nghị quyết",
    )
    assert names.valid_from is not None
    assert names.valid_from.isoformat() == "2025-07-01"
    assert names.is_both_ways


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_is_utf8_with_a_mark_or_without(mark: bytes) -> None:
    assert alias_tables.decoded(mark + GOOD.encode()) == GOOD


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table_empty"),
        (b"\xef\xbb\xbf \n", "table_empty"),
        (b"a\x00b", "table_empty"),
        (GOOD.encode("utf-16"), "table_not_utf8"),
        ("địa danh".encode("cp1258", "replace") + b"\xff", "table_not_utf8"),
        (b"x" * 500_001, "table_too_large"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(content: bytes, code: str) -> None:
    with pytest.raises(InvalidError, match=code):
        alias_tables.decoded(content)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("xã Trà Vân;xã Nước Biếc\n", "table_heading"),
        ("", "table_heading"),
        (GOOD + 'địa danh;"xã', "table_broken"),
        (GOOD + "\n" * 1_001, "table_too_long"),
    ],
)
def test_what_has_not_our_form_is_refused(people: dict[str, Actor], text: str, code: str) -> None:
    with pytest.raises(InvalidError, match=code):
        alias_tables.read(people["archivist"], text)


def test_every_mistake_of_every_line_is_told_and_nothing_loaded(people: dict[str, Actor]) -> None:
    text = (
        GOOD
        + "huyện;;xã B;ừ;32/07/2025;;\n"
        + "\n"
        + f"địa danh;xã A;Xã A;có;;{'x' * 301};\n"
        + "địa danh;xã Trà Vân;xã Nước Biếc\n"
        + "địa danh;…;xã C\n"
    )
    table = alias_tables.read(people["archivist"], text)
    assert [(one.line, one.column, one.code) for one in table.mistakes] == [
        (3, "Loại tên", "kind_unknown"),
        (3, "Hai chiều", "yes_or_no"),
        (3, "Từ ngày", "not_a_day"),
        (3, "Tên cũ hoặc chữ viết tắt", "missing"),
        (5, "Tên hiện nay hoặc viết đầy đủ", "same_name"),
        (5, "Căn cứ pháp lý", "too_long"),
        (6, "Tên cũ hoặc chữ viết tắt", "name_twice"),
        (7, "Tên cũ hoặc chữ viết tắt", "missing"),
    ]
    with pytest.raises(InvalidError, match="table_wrong"):
        _load(people["archivist"], text)
    assert aliases.listing("nuoc biec") == []


def test_a_table_is_loaded_told_in_the_trail_and_taken_back(people: dict[str, Actor]) -> None:
    archivist = people["archivist"]
    loaded = _load(archivist, GOOD + "cơ quan;UBH;Ủy ban hành chính;không;;;\n")
    assert aliases.rewritten("xã trà vân") == ("xã Nước Biếc",)
    assert aliases.rewritten("Ủy ban hành chính") == ()
    assert [(one.id, one.count) for one in alias_tables.loads()] == [(loaded.id, 2)]
    with transaction():
        assert alias_tables.take_back(archivist, loaded.id) == 2
    assert aliases.rewritten("xã trà vân") == ()
    assert alias_tables.loads() == []
    told = [(event.action, event.details["count"]) for event in trail.of("alias_load", loaded.id)]
    assert sorted(told) == [("alias.load", 2), ("alias.take_back", 2)]
    with pytest.raises(NotFoundError), transaction():
        alias_tables.take_back(archivist, loaded.id)


def test_what_was_taken_back_can_be_loaded_and_typed_again(people: dict[str, Actor]) -> None:
    archivist = people["archivist"]
    first = _load(archivist, GOOD)
    with transaction():
        alias_tables.take_back(archivist, first.id)
    second = _load(archivist, GOOD)
    assert [(one.id, one.count) for one in alias_tables.loads()] == [(second.id, 1)]
    with transaction():
        aliases.retire(archivist, aliases.listing("nuoc biec")[0].id)
    with transaction():
        row = aliases.create(archivist, Names("place", "xã Trà Vân", "xã Nước Biếc"))
    assert aliases.rewritten("xã trà vân") == ("xã Nước Biếc",)
    with pytest.raises(ConflictError), transaction():
        aliases.create(archivist, Names("place", "xã Trà Vân", "xã Nước Biếc"))
    assert (row.legal_basis, row.load_id) == ("", None)


def test_the_table_that_was_written_out_adds_nothing_when_read_in(people: dict[str, Actor]) -> None:
    archivist = people["archivist"]
    _load(archivist, GOOD + "địa danh;'=SUM(A1);'-xã C;;;;\n")
    written = io.StringIO()
    csv.writer(written).writerows([alias_tables.HEADING, *alias_tables.rows(archivist)])
    table = alias_tables.read(archivist, written.getvalue())
    assert (table.names, table.mistakes) == ([], [])
    assert table.known == len(aliases.listing())
    with pytest.raises(InvalidError, match="table_wrong"):
        _load(archivist, written.getvalue())


def test_only_who_may_arrange_reads_or_loads_tables(people: dict[str, Actor]) -> None:
    for actor in (ANONYMOUS, people["citizen"], people["operator"], people["approver"]):
        with pytest.raises(NotAllowedError):
            alias_tables.read(actor, GOOD)
        with pytest.raises(NotAllowedError):
            list(alias_tables.rows(actor))
        with pytest.raises(NotAllowedError):
            _load(actor, GOOD)
        with pytest.raises(NotAllowedError), transaction():
            alias_tables.take_back(actor, "0000000000")
