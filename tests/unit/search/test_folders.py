"""Folders of an index and the pointers to them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from portal.search.errors import NeedsRebuildError
from portal.search.folders import Shelf


def test_who_looks_while_a_new_index_takes_over_finds_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pointer was read, then the old folder was taken away, before anybody looked for it."""
    shelf = Shelf(tmp_path, "1.1")
    old, new = shelf.fresh(), shelf.fresh()
    shelf.point("current", old)
    is_folder = Path.is_dir

    def too_late(path: Path) -> bool:
        if path == old and is_folder(old):
            shelf.point("current", new)
            shutil.rmtree(old)
        return is_folder(path)

    monkeypatch.setattr(Path, "is_dir", too_late)
    assert shelf.current() == new


def test_a_pointer_to_nothing_is_a_loss(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "1.1")
    shelf.point("current", tmp_path / "v1.1-9")
    with pytest.raises(NeedsRebuildError):
        shelf.current()
