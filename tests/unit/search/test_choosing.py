"""Which engine serves is a setting; a change of it never serves what another engine wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import PROJECT, Settings, UnsafeSettingError
from portal.core import house
from portal.search import engine
from portal.search.documents import Query, SearchDocument
from portal.search.errors import NeedsRebuildError
from portal.search.tantivy_engine import TantivyEngine
from portal.search.visibility import Visibility
from portal.search.whoosh_engine import WhooshEngine

ALL = Visibility(not_under=frozenset())


def test_whoosh_serves_unless_another_is_chosen(tmp_path: Path) -> None:
    assert Settings.from_environment({"PORTAL_HOME": str(tmp_path)}).search_engine == "whoosh"
    chosen = {"PORTAL_HOME": str(tmp_path), "SEARCH_ENGINE": "tantivy"}
    assert Settings.from_environment(chosen).search_engine == "tantivy"


def test_an_engine_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeSettingError, match="SEARCH_ENGINE must be one of: whoosh, tantivy"):
        Settings.from_environment({"PORTAL_HOME": str(tmp_path), "SEARCH_ENGINE": "sphinx"})


def test_what_another_engine_wrote_is_built_anew(tmp_path: Path) -> None:
    document = SearchDocument("p:a", "d", ("f1", "d"), "đất")
    for first, second in ((WhooshEngine, TantivyEngine), (TantivyEngine, WhooshEngine)):
        root = tmp_path / first.__name__
        before, after = first(root), second(root)
        before.prepare()
        before.write([document], [])
        assert not after.exists()
        with pytest.raises(NeedsRebuildError):
            after.search(Query("đất"), ALL, 0, 10)
        with after.rebuilding():
            after.swap()
        assert after.search(Query("đất"), ALL, 0, 10).total == 0
        assert not before.exists()


def test_the_portal_does_not_start_on_an_engine_that_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "tantivy.py").write_text("raise ModuleNotFoundError('no', name='tantivy')")
    home = tmp_path / "home"
    chosen = {"PYTHONPATH": str(tmp_path), "PORTAL_HOME": str(home), "SEARCH_ENGINE": "tantivy"}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=PROJECT,
        env=os.environ | chosen,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "the search engine tantivy needs tantivy, which is not installed" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home / "portal.db").exists()


def test_engines_of_homes_that_are_gone_are_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process serves one home; one that is given many keeps neither files nor memory of the former ones."""
    for chosen in engine.CLASSES:
        first = None
        for place in range(6):
            home = {"PORTAL_HOME": str(tmp_path / chosen / str(place)), "SEARCH_ENGINE": chosen}
            monkeypatch.setattr(house, "settings", lambda home=home: Settings.from_environment(home))
            for side in (engine.public(), engine.restricted()):
                side.prepare()
                side.write([SearchDocument("p:a", "d", ("f1", "d"), f"đất {chosen} {place}")], [])
                assert side.search(Query("đất"), ALL, 0, 10).total == 1
            assert engine.public() is engine.public()
            first = first or engine.public()
        assert len(engine._engines) == engine.MOST_KEPT
        mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
        assert f"{tmp_path / chosen / '0'}/" not in mapped
        assert f"{tmp_path / chosen / '5'}/" in mapped
        assert first is not None
        assert first.search(Query("đất"), ALL, 0, 10).total == 1, "who still holds it may still ask"
