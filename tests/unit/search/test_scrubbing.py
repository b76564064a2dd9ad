"""What was removed and scrubbed stands in no file of an index, and all the rest is found as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.search.engine import Engine
from portal.search.whoosh_engine import WhooshEngine
from tests.unit.search.engines import ENGINES, keys, page

SECRET = "xylocanaria"


@pytest.fixture
def engine(name: str, root: Path) -> Engine:
    made: Engine = ENGINES[name](root)
    made.prepare()
    return made


def holding(root: Path) -> list[str]:
    """Return the files under the folder that hold the word."""
    return [path.name for path in root.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def test_what_is_left_is_found_as_before(engine: Engine) -> None:
    engine.write([page("a", "đất cũ"), page("b", f"đất {SECRET}"), page("c", "đất mới")], [])
    engine.write([], ["p:b"])
    engine.scrub()
    assert engine.count() == 2
    assert sorted(keys(engine, "đất")) == ["p:a", "p:c"]
    assert keys(engine, SECRET) == []
    engine.check(thorough=True)


def test_scrubbing_what_holds_nothing_removed_changes_nothing(engine: Engine) -> None:
    engine.write([page("a", "đất")], [])
    engine.scrub()
    engine.scrub()
    assert keys(engine, "đất") == ["p:a"]


def test_no_file_of_whoosh_holds_a_word_of_it(root: Path) -> None:
    engine = WhooshEngine(root)
    engine.prepare()
    engine.write([page(f"a{place}", f"đất {place}") for place in range(9)] + [page("b", SECRET)], [])
    engine.write([page("c", "đất khác")], [])
    engine.write([], ["p:b"])
    # The engine alone keeps it: a segment is written anew when more than half of it is gone.
    assert holding(root)
    assert engine.scrub()
    assert holding(root) == []
    assert len(keys(engine, "đất")) == 10


def test_a_segment_of_which_nothing_is_left_goes(root: Path) -> None:
    engine = WhooshEngine(root)
    engine.prepare()
    engine.write([page("a", "đất")], [])
    engine.write([page("b", SECRET), page("c", SECRET)], [])
    engine.write([], ["p:b", "p:c"])
    assert engine.scrub()
    assert holding(root) == []
    assert keys(engine, "đất") == ["p:a"]


def test_what_a_rebuild_fills_is_scrubbed_as_well(root: Path) -> None:
    engine = WhooshEngine(root)
    engine.prepare()
    both = [page("a", "đất"), page("b", SECRET), page("c", "đất")]
    engine.write(both, [])
    with engine.rebuilding():
        engine.fill(both)
        engine.write([], ["p:b"])
        assert engine.scrub()
        assert holding(root) == []
        engine.swap()
    assert sorted(keys(engine, "đất")) == ["p:a", "p:c"]
