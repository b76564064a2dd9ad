"""The engines of the tests, each by its name, and indexes that many tests read and none changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from portal.search.documents import Query, SearchDocument
from portal.search.engine import Engine
from portal.search.memory_engine import MemoryEngine
from portal.search.tantivy_engine import TantivyEngine
from portal.search.visibility import Visibility
from portal.search.whoosh_engine import WhooshEngine

ON_DISK: dict[str, Callable[[Path], Engine]] = {"whoosh": WhooshEngine, "tantivy": TantivyEngine}
ENGINES: dict[str, Callable[[Path], Engine]] = {"memory": lambda _: MemoryEngine(), **ON_DISK}

ALL = Visibility(not_under=frozenset())

Batches = Sequence[Sequence[SearchDocument]]


def page(key: str, body: str) -> SearchDocument:
    """Return a page that is the only one of its document."""
    return SearchDocument(key=f"p:{key}", document_id=f"d{key}", ancestors=("f1", f"d{key}"), body=body)


def keys(engine: Engine, text: str) -> list[str]:
    """Return the keys of what is found, best first."""
    return [hit.key for hit in engine.search(Query(text), ALL, 0, 50).rows]


def filled(name: str, root: Path, batches: Batches) -> Engine:
    """Return a new engine with each of the batches written in a commit of its own."""
    engine = ENGINES[name](root)
    engine.prepare()
    for batch in batches:
        engine.write(batch, [])
    return engine


class Shelf:
    """Indexes by the name of the engine and of what is in them: each is made once, and read only."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: dict[tuple[str, str], Engine] = {}

    def read_only(self, name: str, title: str, batches: Batches) -> Engine:
        """Return the index of that title; whoever writes into it fails."""
        if (name, title) not in self._made:
            engine = filled(name, self._root / name / title, batches)
            engine.write = engine.prepare = engine.rebuilding = _refuse  # type: ignore[method-assign]
            self._made[name, title] = engine
        return self._made[name, title]


def _refuse(*_: object, **__: object) -> NoReturn:
    raise AssertionError("other tests read this index: make one of your own with filled()")
