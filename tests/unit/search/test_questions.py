"""Words that only ask are not looked for in questions; short queries keep every word."""

from __future__ import annotations

import pytest

from portal.search import plan
from portal.search.documents import Query


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Cầu treo được xây dựng bao nhiêu lần?", "cau treo duoc xay dung lan"),
        ("cau treo duoc xay dung bao nhieu lan", "cau treo duoc xay dung lan"),
        ("Thủ tục chuyển nhượng đất như thế nào?", "thu tuc chuyen nhuong dat"),
        ("thu tuc sang ten nha dat la gi", "thu tuc sang ten nha dat la"),
        ("Xã Bình Sơn nằm ở đâu trong tỉnh?", "xa binh son nam o trong tinh"),
        ("may keo cua hop tac xa o dau", "may keo cua hop tac xa o dau"),
        ("là gì", "la gi"),
        ("bao nhiêu bao lâu bao giờ", "bao nhieu lau gio"),
    ],
)
def test_what_only_asks_is_left_out_of_a_question(typed: str, words: str) -> None:
    assert " ".join(plan.understand(Query(typed)).words) == words


def test_right_marks_demand_every_word() -> None:
    asked = plan.understand(Query("Cầu treo được xây bao nhiêu lần?", exact=True))
    assert "nhiêu" in asked.exact
