"""What was acknowledged is there after a kill at any moment, and a rebuild is felt by nobody who searches."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from config import PROJECT
from portal.search.documents import Query
from portal.search.engine import Engine
from tests.unit.search.engines import ALL, ON_DISK, page

KILLS = 10

WRITING = """
import sys
from pathlib import Path
from tests.unit.search.engines import ON_DISK, page

engine = ON_DISK[sys.argv[1]](Path(sys.argv[2]))
turn = int(sys.argv[3])
print("ready", flush=True)
while True:
    turn += 1
    engine.write([page(f"{turn}x{place}", f"đất lượt{turn}") for place in range(20)], [f"p:{turn - 3}x0"])
    print(turn, flush=True)
"""


@pytest.fixture(params=sorted(ON_DISK))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def keys(engine: Engine, text: str) -> set[str]:
    return {hit.key for hit in engine.search(Query(text), ALL, 0, 100).rows}


def require_all(engine: Engine, first: int, reached: int) -> None:
    """Raise unless all acknowledged is there, and found from this turn on, and what was removed is not."""
    held = set(engine.keys())
    for turn in range(1, reached + 1):
        gone = {f"p:{turn}x0"} if turn <= reached - 3 else set()
        found = keys(engine, f"lượt{turn}") if turn >= first - 3 else held
        for known in (held, found):
            assert {f"p:{turn}x{place}" for place in range(1, 20)} <= known
            assert not gone & known


def test_what_was_acknowledged_outlives_kills_in_the_middle_of_commits(name: str, tmp_path: Path) -> None:
    root = tmp_path / "public"
    ON_DISK[name](root).prepare()
    chance = random.Random(5)
    reached = before = 0
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITING, name, str(root), str(reached)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.05, 0.6))
        child.send_signal(signal.SIGKILL)
        said = [int(line) for line in child.stdout.read().split()]
        child.wait()
        child.stdout.close()
        reached = max([reached, *said])
        again = ON_DISK[name](root)
        again.check(thorough=True)
        # A search costs with the commits there were: each turn is searched for after the kill that ended it.
        require_all(again, before + 1, reached)
        before = reached
    assert reached >= KILLS // 2
    counted = ON_DISK[name](root)
    assert len(set(counted.keys())) == counted.count()


def test_an_index_is_the_same_when_it_is_opened_again(name: str, tmp_path: Path) -> None:
    first = ON_DISK[name](tmp_path / "public")
    first.prepare()
    for turn in range(5):
        first.write([page(f"{turn}", f"đất số {turn}")], [f"p:{turn - 2}"])
    again = ON_DISK[name](tmp_path / "public")
    assert keys(again, "đất") == keys(first, "đất") == {"p:3", "p:4"}
    assert (again.count(), sorted(again.keys())) == (2, ["p:3", "p:4"])
    again.write([page("5", "đất")], [])
    assert keys(first, "đất") == {"p:3", "p:4", "p:5"}


def test_a_rebuild_goes_on_while_others_search_and_write(name: str, tmp_path: Path) -> None:
    engine = ON_DISK[name](tmp_path / "public")
    engine.prepare()
    old = [page(f"{place:03}", f"đất {place} cũ") for place in range(60)]
    engine.write(old, [])
    seen: list[int] = []
    over = threading.Event()

    def read() -> None:
        reader = ON_DISK[name](tmp_path / "public")
        while not over.is_set():
            seen.append(reader.search(Query("đất"), ALL, 0, 5).total)

    reading = threading.Thread(target=read)
    reading.start()
    try:
        with engine.rebuilding():
            for start in range(0, 60, 20):
                engine.fill([page(f"{place:03}", "đất mới") for place in range(start, start + 20)])
                engine.write([page(f"fresh{start}", "đất tươi")], ["p:000"])
                assert keys(engine, "cũ") >= {"p:001"}
                assert keys(engine, "mới") == set()
            engine.swap()
        for _ in range(3):
            engine.search(Query("đất"), ALL, 0, 5)
    finally:
        over.set()
        reading.join()
    assert keys(engine, "cũ") == set()
    # The first chunk was filled before 000 was removed, the removal came after: it is gone from both.
    assert engine.search(Query("đất"), ALL, 0, 5).total == 59 + 3
    assert seen
    assert set(seen) <= {59 + written for written in range(4)} | {60}
