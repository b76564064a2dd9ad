"""An index that is missing, cut or flipped is noticed before it is believed, and left as it is."""

from __future__ import annotations

import os
import pickle
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.search import seals, whoosh_writing
from portal.search.errors import DamagedIndexError, NeedsRebuildError
from portal.search.whoosh_engine import WhooshEngine
from tests.unit.search.engines import keys, page


@pytest.fixture
def filled(root: Path) -> WhooshEngine:
    """An index of three segments, one of which has something deleted."""
    engine = WhooshEngine(root)
    engine.prepare()
    for part in "abc":
        engine.write([page(f"{part}{place}", f"đất {part} lượt {place}") for place in range(3)], [])
    engine.write([], ["p:a0"])
    return engine


def files(root: Path) -> list[Path]:
    """Return the files of the folder that serves."""
    folder = root / (root / "current").read_text()
    return sorted(path for path in folder.iterdir() if path.suffix in {".seg", ".toc", ".json"})


def copies(root: Path) -> Iterator[tuple[Path, Path]]:
    """Yield a copy of the index for each of its files, and that file in it."""
    for place, path in enumerate(files(root)):
        copy = root.parent / f"copy-{place}"
        shutil.copytree(root, copy)
        yield copy, copy / path.relative_to(root)


def is_noticed(root: Path) -> bool:
    """Tell whether one who opens the index, and one who only looks after it, both see that it is damaged."""
    engine = WhooshEngine(root)
    with pytest.raises(DamagedIndexError):
        keys(engine, "đất")
    with pytest.raises(DamagedIndexError):
        WhooshEngine(root).check()
    with pytest.raises(DamagedIndexError):
        engine.write([page("z", "đất")], [])
    return True


def test_each_file_cut_anywhere_is_noticed(root: Path, filled: WhooshEngine) -> None:
    noticed = 0
    for copy, path in copies(root):
        whole = path.read_bytes()
        for length in {0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 1}:
            path.write_bytes(whole[:length])
            (path.parent / "damaged").unlink(missing_ok=True)
            noticed += is_noticed(copy)
    assert noticed >= 5 * 5


def test_each_file_with_one_bit_flipped_anywhere_is_noticed(root: Path, filled: WhooshEngine) -> None:
    chance = random.Random(3)
    noticed = 0
    for copy, path in copies(root):
        whole = path.read_bytes()
        for _ in range(12):
            place = chance.randrange(len(whole))
            broken = bytearray(whole)
            broken[place] ^= 1 << chance.randrange(8)
            path.write_bytes(broken)
            (path.parent / "damaged").unlink(missing_ok=True)
            noticed += is_noticed(copy)
    assert noticed >= 12 * 5


def test_each_file_that_is_gone_is_noticed(root: Path, filled: WhooshEngine) -> None:
    for copy, path in copies(root):
        path.unlink()
        assert is_noticed(copy)


def test_what_cannot_be_read_is_noticed(root: Path, filled: WhooshEngine) -> None:
    folder = files(root)[0].parent
    shutil.rmtree(folder)
    with pytest.raises(NeedsRebuildError):
        filled.check()
    folder.mkdir()
    assert is_noticed(root)


def test_damage_under_an_open_index_is_noticed_by_the_next_search(root: Path, filled: WhooshEngine) -> None:
    assert len(keys(filled, "đất")) == 8
    largest = max(files(root), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-5])
    with pytest.raises(DamagedIndexError):
        keys(filled, "đất")


def test_damage_that_leaves_size_and_time_alone_is_noticed_by_a_thorough_look(
    root: Path, filled: WhooshEngine
) -> None:
    filled.check()
    segment = next(path for path in files(root) if path.suffix == ".seg")
    found = segment.stat()
    broken = bytearray(segment.read_bytes())
    broken[len(broken) // 2] ^= 4
    with segment.open("r+b") as file:
        file.write(broken)
    os.utime(segment, ns=(found.st_atime_ns, found.st_mtime_ns))
    filled.check()
    with pytest.raises(DamagedIndexError):
        filled.check(thorough=True)
    # What one process found, all others know.
    with pytest.raises(DamagedIndexError):
        keys(WhooshEngine(root), "đất")


def test_a_table_that_is_not_under_seal_is_never_unpickled(root: Path, filled: WhooshEngine) -> None:
    """Whoosh's table is a pickle: opening one from elsewhere would run what is in it."""
    trap = root / "sprung"
    table = next(path for path in files(root) if path.suffix == ".toc")
    harm = pickle.dumps(_Trap(trap), 2)
    later = table.with_name("_MAIN_999.toc")
    later.write_bytes(_header(table.read_bytes()) + _length(harm) + harm)
    shutil.copy(seals.path_of(table.parent, 4), seals.path_of(table.parent, 999))
    with pytest.raises(DamagedIndexError):
        keys(WhooshEngine(root), "đất")
    with pytest.raises(DamagedIndexError):
        filled.write([page("z", "đất")], [])
    assert not trap.exists()


class _Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def _header(table: bytes) -> bytes:
    """Return what stands in a table of Whoosh before its first pickle and the two bytes of its length."""
    return table[: table.index(b"\x80\x02") - 2]


def _length(pickled: bytes) -> bytes:
    """Return the length as Whoosh writes it: seven bits to a byte, the low ones first."""
    return bytes([len(pickled) & 0x7F | 0x80, len(pickled) >> 7])


def test_what_others_wrote_is_followed_without_a_false_alarm(root: Path, filled: WhooshEngine) -> None:
    reader = WhooshEngine(root)
    for turn in range(30):
        filled.write([page(f"n{turn}", "đất mới")], ["p:b0"])
        reader.check()
        assert len(keys(reader, "đất mới")) >= min(turn + 1, 50)
    assert not list(root.rglob("damaged"))


def test_a_rebuild_serves_in_place_of_what_was_damaged(root: Path, filled: WhooshEngine) -> None:
    before = keys(filled, "đất")
    for path in files(root):
        path.write_bytes(b"")
    with pytest.raises(DamagedIndexError):
        filled.check()
    with filled.rebuilding():
        filled.fill([page(key.removeprefix("p:"), f"đất {key[2]} lượt {key[3]}") for key in before])
        filled.swap()
    filled.check(thorough=True)
    assert sorted(keys(filled, "đất")) == sorted(before)


def test_small_segments_become_few_and_nothing_is_lost(root: Path, filled: WhooshEngine) -> None:
    for turn in range(80):
        filled.write([page(f"m{turn}", f"rừng {turn}")], [])
    assert len([path for path in files(root) if path.suffix == ".seg"]) <= 3 * whoosh_writing.FACTOR
    assert sorted(filled.keys()) == sorted(
        [f"p:m{turn}" for turn in range(80)]
        + [f"p:{part}{place}" for part in "abc" for place in range(3) if (part, place) != ("a", 0)]
    )


def test_tidying_where_there_is_nothing_to_do_leaves_no_files(root: Path, filled: WhooshEngine) -> None:
    before = sorted(root.rglob("*"))
    assert not filled.tidy(lambda: False)
    assert sorted(root.rglob("*")) == before


def test_tidying_gives_way_and_loses_nothing(
    root: Path, filled: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_writing, "MOST_AT_ONCE", 0)
    for turn in range(whoosh_writing.FACTOR):
        filled.write([page(f"m{turn}", f"rừng {turn}")], [])
    before = files(root)
    assert not filled.tidy(lambda: True)
    assert files(root) == before
    while filled.tidy(lambda: False):
        pass
    assert len(files(root)) < len(before)
    assert len(keys(filled, "rừng")) == whoosh_writing.FACTOR
    assert filled.count() == 8 + whoosh_writing.FACTOR


def test_too_many_segments_are_put_together_even_if_something_waits(
    root: Path, filled: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_writing, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(whoosh_writing, "MOST_SEGMENTS", 4)
    for turn in range(whoosh_writing.FACTOR):
        filled.write([page(f"m{turn}", f"rừng {turn}")], [])
    assert filled.tidy(lambda: True)


def test_seals_of_older_files_are_kept_and_not_taken_anew(root: Path, filled: WhooshEngine) -> None:
    """Else a commit after a flip would put its own seal under the damage."""
    segment = next(path for path in files(root) if path.suffix == ".seg")
    found = segment.stat()
    broken = bytearray(segment.read_bytes())
    broken[len(broken) // 2] ^= 1
    with segment.open("r+b") as file:
        file.write(broken)
    os.utime(segment, ns=(found.st_atime_ns, found.st_mtime_ns))
    filled.write([page("z", "đất")], [])
    with pytest.raises(DamagedIndexError):
        filled.check(thorough=True)


def test_seals_that_are_no_seals_are_refused(tmp_path: Path) -> None:
    for text in ("", "[]", "{", '{"a": 1}', '{"a": ["x", "y"]}'):
        seals.path_of(tmp_path, 1).write_text(text)
        with pytest.raises(seals.BrokenSealError):
            seals.read(tmp_path, 1)
