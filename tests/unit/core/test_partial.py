"""Partial dates: read as people write them, written as they were typed, sorted by what is known."""

from __future__ import annotations

from datetime import date

import pytest

from portal.core.partial import Exactness, PartialDate


@pytest.mark.parametrize(
    ("typed", "written", "first", "exactness"),
    [
        ("1978", "1978", date(1978, 1, 1), Exactness.YEAR),
        ("03/1978", "03/1978", date(1978, 3, 1), Exactness.MONTH),
        ("3/1978", "03/1978", date(1978, 3, 1), Exactness.MONTH),
        ("05/03/1978", "05/03/1978", date(1978, 3, 5), Exactness.DAY),
        (" 5/3/1978 ", "05/03/1978", date(1978, 3, 5), Exactness.DAY),
        ("29/02/2024", "29/02/2024", date(2024, 2, 29), Exactness.DAY),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(
    typed: str, written: str, first: date, exactness: Exactness
) -> None:
    read = PartialDate.read(typed)
    assert (read.first, read.exactness) == (first, exactness)
    assert str(read) == written
    assert PartialDate.read(written) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "78",
        "13/1978",
        "0/1978",
        "31/02/1978",
        "1978-03-05",
        "1/2/3/1978",
        "03/",
        "0000",
        "năm 1978",
        "１９７８",
    ],
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate.read(typed)
