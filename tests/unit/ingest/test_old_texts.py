"""Texts in the encodings of before Unicode are told apart by what reads as Vietnamese."""

from __future__ import annotations

import unicodedata

import pytest

from portal.core.errors import InvalidError
from portal.ingest import old_texts
from portal.ingest.old_texts import Encoding
from tests.fixtures import lists

SENTENCE = lists.TCVN3_SENTENCE
LONGER = "Báo cáo tình hình sản xuất nông nghiệp; số: 27/QĐ-UBND ngày 05/03/1978"


def test_tcvn3_is_read_as_the_standard_says() -> None:
    assert lists.tcvn3(SENTENCE) == lists.TCVN3_BYTES
    found = old_texts.read(lists.TCVN3_BYTES)
    assert (found.text, found.encoding) == (SENTENCE, Encoding.TCVN3)


def test_capitals_of_tcvn3_come_from_the_font() -> None:
    text = lists.tcvn3("QUYếT ĐịNH về việc GIAO ĐấT")
    assert old_texts.read(text, Encoding.TCVN3).text == "QUYẾT ĐỊNH về việc GIAO ĐẤT"


def test_vni_is_read() -> None:
    found = old_texts.read(lists.VNI_LETTERS.encode("cp1252"))
    assert (found.text, found.encoding) == (lists.VNI_SENTENCE, Encoding.VNI)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (LONGER.encode(), Encoding.UTF8),
        (LONGER.encode("utf-8-sig"), Encoding.UTF8),
        (unicodedata.normalize("NFD", LONGER).encode(), Encoding.UTF8),
        (LONGER.encode("utf-16"), Encoding.UTF16),
        (lists.cp1258(LONGER), Encoding.CP1258),
        (lists.tcvn3(LONGER), Encoding.TCVN3),
    ],
)
def test_each_encoding_gives_the_same_text(content: bytes, encoding: Encoding) -> None:
    found = old_texts.read(content)
    assert (found.text, found.encoding) == (LONGER, encoding)


def test_what_reads_as_nothing_is_not_guessed_at() -> None:
    with pytest.raises(InvalidError, match="text_encoding_unknown"):
        old_texts.read("Ärger über größere Straßen, öde Wüsten".encode("latin-1"))
    with pytest.raises(InvalidError, match="text_not_in_encoding"):
        old_texts.read(LONGER.encode("utf-16"), Encoding.UTF8)


def test_what_was_typed_in_an_old_font_is_mended_and_the_rest_is_left() -> None:
    assert old_texts.mended(lists.TCVN3_BYTES.decode("cp1252")) == SENTENCE
    assert old_texts.mended(lists.VNI_LETTERS) == lists.VNI_SENTENCE
    for text in (SENTENCE, "Hà Nam, là bà", "27/CV-UB", ""):
        assert old_texts.mended(text) == text
