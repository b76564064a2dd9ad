"""What only an engine on disk must do: serve threads, survive kills, be durable, say when it is broken."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.core.errors import UnavailableError
from portal.search import evaluation, folders, locks, plan, whoosh_storage
from portal.search.documents import Query
from portal.search.errors import DamagedIndexError, NeedsRebuildError
from portal.search.whoosh_engine import WhooshEngine
from tests.unit.search.engines import ALL, keys, page

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def engine(root: Path) -> WhooshEngine:
    made = WhooshEngine(root)
    made.prepare()
    return made


def test_eight_threads_on_one_engine_are_right_each_time(engine: WhooshEngine) -> None:
    syllables = [f"âm{place}" for place in range(40)]
    chance = random.Random(7)
    bodies = {f"{place:03}": chance.sample(syllables, 12) for place in range(60)}
    for part in range(4):
        names = sorted(bodies)[part * 15 : part * 15 + 15]
        engine.write([page(name, " ".join(bodies[name])) for name in names], [])
    queries = [chance.sample(syllables, 2) for _ in range(400)]
    expected = [{name for name, body in bodies.items() if {*query} <= {*body}} for query in queries]

    def ask(turn: int) -> bool:
        found = engine.search(Query(" ".join(queries[turn])), ALL, 0, 60)
        full = {name for name in expected[turn] if f"p:{name}" in {hit.key for hit in found.rows}}
        return full == expected[turn] and found.total >= len(expected[turn])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, [turn for _ in range(8) for turn in range(400)]))
    assert (sum(answers), len(answers)) == (3200, 3200)


def test_readers_go_on_while_commits_replace_files(engine: WhooshEngine) -> None:
    engine.write([page("fixed", "mốc đứng yên")], [])

    def read(_: int) -> list[str]:
        return keys(engine, "mốc đứng yên")

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(read, range(200))
        for turn in range(15):
            engine.write([page(f"n{turn}", f"trang {turn}")], [])
    assert [answer for answer in answers if answer != ["p:fixed"]] == []
    assert engine.count() == 16


def test_a_search_out_of_time_says_so_and_gives_what_it_has(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.write([page(f"{place}", "một hai ba") for place in range(30)], [])
    monkeypatch.setattr(evaluation, "SECONDS", -1.0)
    assert engine.search(Query("một hai"), ALL, 0, 10).is_cut


def test_a_query_is_cut_to_its_limits(engine: WhooshEngine) -> None:
    asked = plan.understand(Query("a b c d e f g h " * 100))
    assert len(asked.words) <= plan.MOST_WORDS
    assert plan.understand(Query("x" * 400 + " " + "y" * 400)).words == ("x" * 64, "y" * 64)


def test_new_files_are_on_disk_before_the_table_names_them(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    sync, rename = os.fsync, os.rename

    def noted_sync(handle: int) -> None:
        events.append("sync " + Path(os.readlink(f"/proc/self/fd/{handle}")).suffix)
        sync(handle)

    def noted_rename(old: str, new: str) -> None:
        events.append("rename " + Path(new).suffix)
        rename(old, new)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(os, "rename", noted_rename)
    engine.write([page("a", "đất")], [])
    table = events.index("rename .toc")
    assert "sync .seg" in events[:table]
    assert any(event.startswith("sync") for event in events[table + 1 :])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:40]),
        lambda path: path.write_bytes(bytes(byte ^ 0xFF for byte in path.read_bytes())),
    ],
    ids=["missing", "empty", "truncated", "flipped"],
)
@pytest.mark.parametrize("kind", ["seg", "toc"])
def test_a_damaged_index_is_told_and_not_emptied(
    root: Path, engine: WhooshEngine, kind: str, spoil: Callable[[Path], object]
) -> None:
    engine.write([page("a", "đất")], [])
    for path in root.glob(f"v*/*.{kind}"):
        spoil(path)
    left = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    with pytest.raises(DamagedIndexError):
        keys(WhooshEngine(root), "đất")
    with pytest.raises(DamagedIndexError):
        WhooshEngine(root).count()
    assert {path: path.read_bytes() for path in left} == left


def test_a_damaged_index_can_be_rebuilt(root: Path, engine: WhooshEngine) -> None:
    engine.write([page("a", "đất")], [])
    for path in root.glob("v*/*.toc"):
        path.write_bytes(b"\x00")
    mended = WhooshEngine(root)
    with mended.rebuilding():
        mended.fill([page("a", "đất")])
        mended.swap()
    assert keys(mended, "đất") == ["p:a"]


def test_an_index_of_another_version_asks_to_be_rebuilt(
    root: Path, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.write([page("a", "đất")], [])
    shelf = folders.Shelf(root, "99.1")
    with pytest.raises(NeedsRebuildError) as refused:
        shelf.current()
    assert refused.value.code == "index_outdated"


def test_a_pointer_that_leads_elsewhere_is_not_followed(root: Path, engine: WhooshEngine) -> None:
    (root / "current").write_text("../../etc")
    with pytest.raises(NeedsRebuildError):
        keys(WhooshEngine(root), "đất")


def test_what_a_dead_rebuild_left_is_swept_by_the_next(root: Path, engine: WhooshEngine) -> None:
    shelf = folders.Shelf(root, engine._shelf.version)
    shelf.point("next", shelf.fresh())
    assert engine.reached() == ""
    with engine.rebuilding(anew=False):
        engine.fill([page("a", "đất")])
        engine.swap()
    assert len(list(root.glob("v*"))) == 1
    assert keys(engine, "đất") == ["p:a"]


def test_other_readers_follow_a_swap(root: Path, engine: WhooshEngine) -> None:
    engine.write([page("a", "đất")], [])
    reader = WhooshEngine(root)
    assert keys(reader, "đất") == ["p:a"]
    with engine.rebuilding():
        engine.fill([page("b", "đất")])
        engine.swap()
    assert keys(reader, "đất") == ["p:b"]


def test_a_held_lock_makes_others_wait_and_then_give_up(tmp_path: Path) -> None:
    path = tmp_path / "writer.lock"
    assert not locks.is_held(path)
    with locks.held(path):
        assert locks.is_held(path)
        with pytest.raises(UnavailableError), locks.held(path, patience=0):
            pass
    assert not locks.is_held(path)


def test_a_failed_write_leaves_the_index_as_it_was_and_writable(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.write([page("a", "đất")], [])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(whoosh_storage, "_sync", full)
        with pytest.raises(OSError, match="No space"):
            engine.write([page("a", "rừng"), page("b", "rừng")], [])
    assert keys(engine, "đất") == ["p:a"]
    engine.write([page("a", "rừng")], [])
    assert keys(engine, "rừng") == ["p:a"]
    assert engine.count() == 1


@pytest.mark.faults
def test_a_kill_in_the_middle_of_commits_leaves_each_key_once(root: Path, engine: WhooshEngine) -> None:
    """What a batch acknowledged stands; what was killed comes again and stands once."""
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from portal.search.documents import SearchDocument
        from portal.search.whoosh_engine import WhooshEngine

        engine, turn = WhooshEngine(Path(sys.argv[1])), 0
        while True:
            turn += 1
            engine.write(
                [
                    SearchDocument(f"p:{key}", f"d{key}", ("f1",), f"trang lượt {turn}")
                    for key in range(20)
                ],
                [],
            )
            print(turn, flush=True)
        """
    )
    chance = random.Random(11)
    for _ in range(8):
        child = subprocess.Popen(
            [sys.executable, "-c", script, str(root)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        child.stdout.readline()
        for _ in range(chance.randrange(4)):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.communicate()
        assert engine.count() == 20
        assert len(set(keys(engine, "trang lượt"))) == 20
