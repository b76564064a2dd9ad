"""Words that are hidden in different places of a page are looked for each by itself."""

from __future__ import annotations

from portal.catalogue import seeking
from portal.catalogue.readings import Word
from portal.ingest import redacting


def test_two_hidden_places_of_a_page_are_two_runs() -> None:
    words: list[Word] = [
        (text, 10 * place, 0, 9, 9, 90.0)
        for place, text in enumerate(["Lê", "Thị", "Hoa", "sinh", "tại", "Trần", "Văn", "An"])
    ]
    kept = [word[0] for word in redacting._apart(words, [0, 1, 2, 5, 6, 7])]
    assert kept == ["Lê", "Thị", "Hoa", "", "Trần", "Văn", "An"]
    looked_for = seeking.needles(kept, [place for place, word in enumerate(kept) if word])
    assert "Lê Thị Hoa" in looked_for
    assert "Trần Văn An" in looked_for
    assert "Lê Thị Hoa Trần Văn An" not in looked_for
