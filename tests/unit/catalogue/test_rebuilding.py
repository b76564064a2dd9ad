"""A rebuild that was killed goes on from its last chunk, and brings nothing back that was closed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config import PROJECT, Settings
from portal.catalogue import indexing, rebuilding
from portal.core.db import db
from portal.rights.levels import Level
from portal.search import engine
from portal.search.documents import Query
from portal.search.engine import Engine
from portal.search.visibility import Visibility
from portal.search.whoosh_engine import WhooshEngine
from tests.unit.catalogue.archive import Archive

ALL = Visibility(not_under=frozenset(), withheld=True)


class Killed(BaseException):
    """Ends the rebuild where it stands, as a kill does; nothing catches it."""


def keys(index: Engine, text: str) -> set[str]:
    return {hit.key for hit in index.search(Query(text), ALL, 0, 50).rows}


def holdings() -> tuple[list[str], list[str]]:
    return sorted(engine.public().keys()), sorted(engine.restricted().keys())


@pytest.fixture
def documents(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return six open documents of one page; a chunk holds two things."""
    monkeypatch.setattr(WhooshEngine, "at_once", 2)
    made = [archive.opened(f"đất lượt {place}", name=f"{place}.pdf") for place in range(6)]
    archive.catch_up()
    return made


def kill_at(monkeypatch: pytest.MonkeyPatch, verb: str, turn: int) -> None:
    """Run a rebuild that dies before the so-manieth call of a verb of an index; a chunk calls each twice."""
    kind = type(engine.public())
    whole: Callable[..., object] = getattr(kind, verb)
    calls = 0

    def dying(self: Engine, *arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls > turn:
            raise Killed
        return whole(self, *arguments)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(kind, verb, dying)
        rebuilding.rebuild()
    db.session.rollback()


@pytest.mark.parametrize("verb", ["fill", "mark"])
@pytest.mark.parametrize("turn", range(0, 12, 3))
def test_it_goes_on_from_its_last_chunk(
    archive: Archive, documents: list[str], monkeypatch: pytest.MonkeyPatch, verb: str, turn: int
) -> None:
    before = holdings()
    kill_at(monkeypatch, verb, turn)
    assert holdings() == before
    reached = rebuilding.halfway()
    told: list[int] = []
    assert rebuilding.rebuild(tell=lambda progress: told.append(progress.looked_at)) == 12
    assert told[0] == (reached.looked_at if reached else 0) + 2
    assert holdings() == before
    assert rebuilding.halfway() is None


def test_it_begins_anew_where_that_is_asked(
    archive: Archive, documents: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_at(monkeypatch, "fill", 8)
    told: list[int] = []
    rebuilding.rebuild(fresh=True, tell=lambda progress: told.append(progress.looked_at))
    assert told == [2, 4, 6, 8, 10, 12]


def test_what_was_closed_between_two_runs_does_not_come_back(
    archive: Archive, documents: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_at(monkeypatch, "swap", 0)
    for document in documents:
        archive.unpublish(document)
    archive.catch_up()
    told: list[int] = []
    rebuilding.rebuild(tell=lambda progress: told.append(progress.looked_at))
    assert told == []
    assert keys(engine.public(), "đất") == set()
    assert keys(engine.restricted(), "đất") == {f"p:{archive.first_page(one)}" for one in documents}


def test_what_was_closed_and_not_yet_indexed_leaves_the_new_index_too(
    archive: Archive, documents: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_at(monkeypatch, "swap", 0)
    archive.set_level(archive.fonds, Level.CONDITIONAL)
    rebuilding.rebuild()
    archive.catch_up()
    assert keys(engine.public(), "đất") == set()
    assert len(keys(engine.restricted(), "đất")) == 6


def test_what_came_and_changed_between_two_runs_is_in_the_new_index(
    archive: Archive, documents: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_at(monkeypatch, "fill", 5)
    archive.read_again(archive.first_page(documents[0]), "biển xanh")
    archive.opened("núi cao")
    archive.catch_up()
    rebuilding.rebuild()
    assert len(keys(engine.public(), "biển xanh")) == 1
    assert len(keys(engine.public(), "núi cao")) == 1
    assert keys(engine.public(), "lượt 0") & {f"p:{archive.first_page(documents[0])}"} == set()


def test_what_was_filled_and_is_damaged_is_filled_anew(
    archive: Archive, documents: list[str], monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    before = holdings()
    kill_at(monkeypatch, "fill", 9)
    root = settings.index_folder / "public"
    segment = next((root / (root / "next").read_text()).glob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:-9])
    assert rebuilding.halfway() is None
    rebuilding.rebuild()
    assert holdings() == before


def test_writing_goes_on_where_what_was_filled_is_damaged(
    archive: Archive, documents: list[str], monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    kill_at(monkeypatch, "fill", 9)
    root = settings.index_folder / "public"
    for path in (root / (root / "next").read_text()).iterdir():
        path.write_bytes(b"\x00")
    archive.opened("núi cao")
    archive.catch_up()
    assert len(keys(engine.public(), "núi cao")) == 1


@pytest.mark.parametrize("side", ["public", "restricted"])
@pytest.mark.parametrize("kind", ["toc", "seg", "json"])
def test_the_indexer_builds_a_damaged_index_anew_and_finds_the_same(
    archive: Archive, documents: list[str], settings: Settings, side: str, kind: str
) -> None:
    archive.scan("đất chưa mở", name="rieng.pdf")
    archive.catch_up()
    before = holdings()
    for path in settings.index_folder.glob(f"{side}/v*/*.{kind}"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    archive.catch_up()
    assert holdings() == before


def test_the_indexer_goes_on_with_what_it_began_where_an_index_is_lost(
    archive: Archive, documents: list[str], monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    before = holdings()
    (settings.index_folder / "public" / "current").unlink()
    kind = type(engine.public())
    whole, calls = kind.fill, 0

    def dying(self: Engine, *arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls > 6:
            raise Killed
        whole(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(kind, "fill", dying)
        indexing.drain()
    db.session.rollback()
    reached = rebuilding.halfway()
    assert reached is not None
    assert reached.looked_at == 6
    archive.catch_up()
    assert holdings() == before


def test_a_process_group_that_is_killed_loses_a_chunk_at_most(
    archive: Archive, documents: list[str], settings: Settings, tmp_path: Path
) -> None:
    """The command itself, killed while it works, again and again, then let go."""
    before = holdings()
    script = (
        "import sys, time\n"
        "from portal.catalogue import rebuilding\n"
        "from portal.app import create_app\n"
        "from portal.search.whoosh_engine import WhooshEngine\n"
        "WhooshEngine.at_once = 2\n"
        "def tell(progress):\n"
        "    print(progress.looked_at, flush=True)\n"
        "    time.sleep(0.05)\n"
        "with create_app().app_context():\n"
        "    print('done', rebuilding.rebuild(tell=tell), flush=True)\n"
    )
    environment = os.environ | {"PORTAL_HOME": str(settings.home), "SECRET_KEY": "x" * 40}
    seen: list[int] = []
    for chunks in (1, 2, 1):
        child = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert child.stdout is not None
        for _ in range(chunks):
            seen.append(int(child.stdout.readline()))
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
    assert seen == sorted(set(seen))
    assert len(seen) == 4
    reached = rebuilding.halfway()
    assert reached is not None
    assert reached.looked_at >= seen[-1]
    assert rebuilding.rebuild() == 12
    assert holdings() == before
