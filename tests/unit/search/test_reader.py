"""The language of queries, and how broken ones are mended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search import reader
from portal.search.language import (
    All,
    Any,
    Beginning,
    Days,
    Expression,
    Field,
    In,
    Phrase,
    Repair,
    Without,
    Words,
)

A, B, C = Words("đất"), Words("rừng"), Words("cấp")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("đất rừng cấp", Words("đất rừng cấp")),
        ("93/QĐ-UBND", Words("93/QĐ-UBND")),
        ("Luật Đất đai - Điều 5", Words("Luật Đất đai Điều 5")),
        ("Số: 93/QĐ-UBND", Words("Số: 93/QĐ-UBND")),
        ('"giao đất"', Phrase("giao đất")),
        ("“giao đất” rừng", All((Phrase("giao đất"), B))),
        ("đất AND rừng", Words("đất rừng")),
        ("đất OR rừng", Any((A, B))),
        ("đất OR rừng cấp", Any((A, Words("rừng cấp")))),
        ("(đất OR rừng) AND cấp", All((Any((A, B)), C))),
        ("đất -rừng", All((A, Without(B)))),
        ("đất NOT rừng", All((A, Without(B)))),
        ("đất NOT NOT rừng", Words("đất rừng")),
        ('đất -"giao rừng"', All((A, Without(Phrase("giao rừng"))))),
        ("đất -(rừng OR cấp)", All((A, Without(Any((B, C)))))),
        ("là gì?", Words("là gì")),
        ("chỉnh*", Beginning("chinh")),
        ("so:93/QĐ-UBND", In(Field.NUMBER, Words("93/QĐ-UBND"))),
        ('tiêu_đề:"giao đất"', In(Field.TITLE, Phrase("giao đất"))),
        ("title:giao*", In(Field.TITLE, Beginning("giao"))),
        ("Loại:tờ*", In(Field.KIND, Words("tờ"))),
        ("cơ-quan:UBND", In(Field.ISSUER, Words("UBND"))),
        ("nam:1990", Days("19900101", "19901231")),
        ("nam:1990..1995", Days("19900101", "19951231")),
        ("nam:1995..1990", Days("19900101", "19951231")),
        ("year:1990-1995", Days("19900101", "19951231")),
        ("nam:1990..", Days("19900101", "")),
        ("nam:..1990", Days("", "19901231")),
        ("ngay:02/1992", Days("19920201", "19920229")),
        ("date:05/03/1990..06/1990", Days("19900305", "19900630")),
        ("đất nam:1990", All((A, Days("19900101", "19901231")))),
        ("", None),
        ("  \x00 ", None),
        ("* ? ~ ^ : ! + - && ||", None),
    ],
)
def test_what_is_typed_is_what_is_meant(typed: str, meant: Expression | None) -> None:
    asked = reader.read(typed)
    assert asked.expression == meant
    assert set(asked.repairs) <= ({Repair.PREFIX} if typed == "Loại:tờ*" else set())


@pytest.mark.parametrize(
    ("typed", "meant", "repair"),
    [
        ('"giao đất', Phrase("giao đất"), Repair.QUOTE),
        ("(đất OR rừng", Any((A, B)), Repair.BRACKET),
        ("đất) rừng", All((A, B)), Repair.BRACKET),
        ("AND đất", A, Repair.OPERATOR),
        ("đất OR", A, Repair.OPERATOR),
        ("đất NOT", A, Repair.OPERATOR),
        ("đất AND AND rừng", Words("đất rừng"), Repair.OPERATOR),
        ("mau:đỏ", Words("mau đỏ"), Repair.FIELD),
        ("nam:xưa", Words("xưa"), Repair.VALUE),
        ("ngay:31/02/1990", Words("31/02/1990"), Repair.VALUE),
        ("đấ*", Words("đấ"), Repair.PREFIX),
        ("*đất", A_FOLDED := Words("dat"), Repair.WILDCARD),
        ("đ?t", Words("d t"), Repair.WILDCARD),
        ("-đất", None, Repair.ONLY_WITHOUT),
        ("đất OR -rừng", A, Repair.ONLY_WITHOUT),
        (
            " ".join(f'"đất {n}"' for n in range(40)),
            All(tuple(Phrase(f"đất {n}") for n in range(16))),
            Repair.CUT,
        ),
        ("(((((đất OR rừng)))))", Any((A, B)), Repair.BRACKET),
    ],
)
def test_what_is_broken_is_mended_and_told(typed: str, meant: Expression | None, repair: Repair) -> None:
    asked = reader.read(typed)
    assert asked.expression == meant
    assert repair in asked.repairs


def test_words_left_out_are_not_among_those_looked_for() -> None:
    assert reader.read('tiêu_đề:"giao đất" (rừng OR chỉnh*) -mật nam:1990').words == "giao đất rừng chinh"


@given(st.text(alphabet='đất rừng()"-+*?:.ANDORT so1990/\x00', max_size=700))
def test_nothing_typed_fails(text: str) -> None:
    asked = reader.read(text)
    assert asked.expression is None or asked.words or "19" in text or ".." in text
