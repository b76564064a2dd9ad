"""Other names: what staff keep of them, and what they make of a query."""

from __future__ import annotations

import pytest

from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.catalogue import aliases, finding
from portal.catalogue.aliases import Names
from portal.core.db import transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from tests.unit.catalogue.archive import Archive


@pytest.mark.parametrize(
    ("typed", "others"),
    [
        ("UBND xã Trà Vân", ("Ủy ban nhân dân xã Trà Vân",)),
        ("ubnd xa", ("Ủy ban nhân dân xa",)),
        ("uỷ ban nhân dân xã", ("UBND xã",)),
        ("hdnd tinh", ("Hội đồng nhân dân tinh",)),
        ("TTr giao đất", ("Tờ trình giao đất",)),
        ("tờ trình giao đất", ()),
        ("Kon Tum 1995", ("Quảng Ngãi 1995",)),
        ("năm 1995 kon tum", ("năm 1995 Quảng Ngãi",)),
        ("Bà Rịa-Vũng Tàu", ("Thành phố Hồ Chí Minh",)),
        ("Phú Thọ", ("Hòa Bình", "Vĩnh Phúc")),
        ("93/QĐ-UBND", ()),
        ("93 qd ubnd", ()),
        ("số 93/2018/QĐ-UBND", ()),
        ("QĐ-UBND", ()),
        ('"Kon Tum"', ()),
        ("tieu_de:kontum UBND", ()),
        ("giá đất", ()),
        ("hoá bình", ()),
    ],
)
@pytest.mark.usefixtures("people")
def test_a_query_is_searched_under_other_names(typed: str, others: tuple[str, ...]) -> None:
    assert aliases.rewritten(typed) == others


def test_a_paper_with_the_old_name_is_found_by_the_new_one(archive: Archive) -> None:
    document = archive.opened("Quyết định của tỉnh Kon Tum về thủy lợi")
    archive.catch_up()
    found = finding.search(ANONYMOUS, "thủy lợi Quảng Ngãi", Paging())
    assert [row.document_id for row in found.rows] == [document]
    assert found.also == ("thủy lợi Kon Tum",)
    marked = [piece.text for piece in found.rows[0].snippet if piece.is_match]
    assert marked[-4:-2] == ["Kon", "Tum"] or "Kon" in marked
    assert finding.search(ANONYMOUS, "Quảng Ngãi", Paging(), as_typed=True).total == 0
    assert finding.search(ANONYMOUS, "Quảng Ngãi", Paging(), exact=True).total == 0


def test_what_staff_change_counts_at_once(archive: Archive, people: dict[str, Actor]) -> None:
    actor = people["archivist"]
    with transaction():
        row = aliases.create(actor, Names("place", "Trà Vân cũ", "Trà Vân Mới"))
        alias_id = row.id
    assert aliases.rewritten("trà vân mới") == ("Trà Vân cũ",)
    with transaction():
        aliases.change(actor, alias_id, Names("place", "Trà Vân cũ", "Xã Nước Biếc"), version=1)
    assert aliases.rewritten("trà vân mới") == ()
    assert aliases.rewritten("xã nước biếc") == ("Trà Vân cũ",)
    assert [one.id for one in aliases.listing("nuoc biec")] == [alias_id]
    with transaction():
        aliases.retire(actor, alias_id)
    assert aliases.rewritten("xã nước biếc") == ()
    assert aliases.listing("nuoc biec") == []
    actions = [event.action for event in trail.of("alias", alias_id)]
    assert sorted(actions) == ["alias.change", "alias.create", "alias.retire"]
    with pytest.raises(NotFoundError):
        aliases.by_id(alias_id)


def test_what_makes_no_sense_is_refused(archive: Archive, people: dict[str, Actor]) -> None:
    actor = people["archivist"]
    for names in (Names("place", "", "Quảng Ngãi"), Names("place", "UBND", "ubnd"), Names("x", "a", "b")):
        with transaction(), pytest.raises(InvalidError):
            aliases.create(actor, names)
    with transaction(), pytest.raises(ConflictError):
        aliases.create(actor, Names("place", "Kon Tum", "Quảng Ngãi"))
    with transaction(), pytest.raises(NotAllowedError):
        aliases.create(people["citizen"], Names("place", "Một", "Hai"))


@pytest.mark.usefixtures("people")
def test_the_provinces_of_the_reform_are_there_with_their_legal_basis() -> None:
    rows = [row for row in aliases.listing() if row.kind == "place"]
    assert len(rows) == 29
    assert len({row.other for row in rows}) == 23
    assert all("202/2025/QH15" in row.legal_basis and row.valid_from for row in rows)
