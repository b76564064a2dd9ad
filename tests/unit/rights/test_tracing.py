"""Trace codes: what is misread leads to nobody."""

from __future__ import annotations

import itertools

import pytest

from portal.core.errors import InvalidError
from portal.rights import tracing


def test_a_code_is_read_however_it_was_copied() -> None:
    code = tracing.new_code()
    shown = tracing.shown(code)
    assert len(shown) == 11
    for text in (shown, code, shown.lower(), f" {shown.replace('-', ' ')} ", shown.replace("-", " - ")):
        assert tracing.read(text) == code


def test_one_sign_misread_is_noticed() -> None:
    code = tracing.new_code()
    for place, sign in itertools.product(range(tracing.LENGTH), tracing.SIGNS):
        wrong = code[:place] + sign + code[place + 1 :]
        if wrong != code:
            with pytest.raises(InvalidError, match="no_trace_code"):
                tracing.read(wrong)


def test_two_signs_that_changed_places_are_noticed() -> None:
    code = "7K3F92QXY"
    assert tracing.read(code) == code
    for one in range(tracing.LENGTH - 1):
        wrong = code[:one] + code[one + 1] + code[one] + code[one + 2 :]
        with pytest.raises(InvalidError, match="no_trace_code"):
            tracing.read(wrong)


@pytest.mark.parametrize("text", ["", "7K3", "7K3-F92-QX0", "7K3-F92-QXY2", "đ" * 9])
def test_what_is_no_code_is_said_to_be_none(text: str) -> None:
    with pytest.raises(InvalidError, match="no_trace_code"):
        tracing.read(text)
