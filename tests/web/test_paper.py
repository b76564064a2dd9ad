"""What a printed page must say: where it came from, and on a receipt, whose it is."""

from __future__ import annotations

import re

from tests.web.archive import Archive
from tests.web.conftest import Browsers

PRINTED = re.compile(r'class="mg-on-paper">In lúc \d\d/\d\d/\d{4} \d\d:\d\d từ (\S+)</p>')


def test_every_page_says_where_it_was_printed_from_without_what_was_typed(browse: Browsers) -> None:
    found = PRINTED.search(browse("anonymous").get("/tim-kiem?q=benh+an").text)
    assert found is not None
    assert found[1].endswith("/tim-kiem")
    assert found[1].startswith("http://127.0.0.1")


def test_in_english_the_address_is_the_english_one(browse: Browsers) -> None:
    assert "/en/lien-he</p>" in browse("anonymous").get("/en/lien-he").text


def test_a_receipt_names_whose_it_is(archive: Archive, browse: Browsers) -> None:
    page = browse("citizen").get(f"/yeu-cau/{archive.requests['granted']}").text
    facts = page.split("<dl")[1].split("</dl>")[0]
    assert "Người citizen" in facts
