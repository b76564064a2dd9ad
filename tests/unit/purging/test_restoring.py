"""A backup of before a purge does not bring back what went: `flask restore` purges it again by the list."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from config import Settings
from portal.accounts.actors import Actor
from portal.core import house
from portal.core.db import end_reading, transaction
from portal.core.errors import InvalidError
from portal.purging import lists, views
from portal.storage import backups
from tests.unit.purging.conftest import BYTES, NAME, WORD, Held, Store

PROJECT = Path(__file__).resolve().parents[3]
Purge_ = Callable[..., str]


@pytest.fixture
def held(store: Store) -> Held:
    store.take_in(b"another original" * 10, word="daisyremains")
    return store.take_in()


@pytest.fixture
def before(held: Held, settings: Settings, tmp_path: Path) -> Path:
    """A backup of before the purge."""
    end_reading()
    backups.write(tmp_path / "before.tar", settings.database_url)
    return tmp_path / "before.tar"


def restored(backup: Path, home: Path, *options: str) -> dict[str, object]:
    environment = {**os.environ, "PORTAL_HOME": str(home), "DEMO": "0", "DISK_RESERVE_MB": "0"}
    answer = subprocess.run(
        [sys.executable, "-m", "flask", "restore", str(backup), "--json", *options],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    found: dict[str, object] = json.loads(answer.stdout)
    return found


def holding(home: Path) -> list[str]:
    """Return which files of a home hold a word, a name or a byte of what was purged."""
    wanted = (BYTES[:32], WORD.encode())
    return [
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in wanted)
    ]


def test_a_restored_backup_does_not_bring_it_back(
    held: Held, before: Path, purge: Purge_, tmp_path: Path
) -> None:
    purge_id = purge(held.document)
    after = tmp_path / "after"
    restored(before, after, "--purged", str(lists.path()))
    assert holding(after) == []
    with closing(sqlite3.connect(after / "portal.db")) as connection:
        ((state,),) = connection.execute("SELECT state FROM purges WHERE id = ?", (purge_id,)).fetchall()
        names = connection.execute("SELECT file_name FROM scans WHERE id = ?", (held.scan,)).fetchall()
        stones = connection.execute("SELECT count(*) FROM purge_tombstones").fetchone()
        copies = connection.execute("SELECT name FROM backup_copies").fetchall()
    assert state == "done"
    # What it was filled from holds it still.
    assert copies == [("before.tar",)]
    assert names == [("",)]
    assert stones == (4,)
    # It is in the list of the new home as well, for the next time.
    assert [one.purge for one in lists.read(after / lists.NAME)] == [purge_id]


def test_without_a_list_the_list_of_the_home_is_used(
    held: Held, before: Path, purge: Purge_, tmp_path: Path
) -> None:
    purge(held.document)
    after = tmp_path / "after"
    after.mkdir()
    shutil.copy(lists.path(), after / lists.NAME)
    restored(before, after)
    assert holding(after) == []


def test_a_backup_of_after_the_purge_holds_nothing_of_it(
    held: Held, purge: Purge_, settings: Settings, tmp_path: Path
) -> None:
    purge(held.document)
    backups.write(tmp_path / "after.tar", settings.database_url)
    content = (tmp_path / "after.tar").read_bytes()
    assert BYTES[:32] not in content
    assert WORD.encode() not in content
    assert NAME.encode() in content  # the neighbour came under the same name


def test_it_is_known_which_backups_still_hold_it(
    held: Held, before: Path, purge: Purge_, settings: Settings, tmp_path: Path, people: dict[str, Actor]
) -> None:
    purge_id = purge(held.document)
    end_reading()
    backups.write(tmp_path / "later.tar", settings.database_url)
    archivist = people["archivist"]
    assert [one.name for one in views.remains(archivist, purge_id).backups] == ["before.tar"]
    with transaction():
        backups.destroyed(views.remains(archivist, purge_id).backups[0].id)
    assert views.remains(archivist, purge_id).backups == []


def test_a_list_that_a_kill_cut_off_is_read_up_to_there(held: Held, purge: Purge_) -> None:
    purge_id = purge(held.document)
    with lists.path().open("ab") as file:
        file.write(b'{"purge": "ab')
    assert [one.purge for one in lists.read(lists.path())] == [purge_id]


def test_a_list_of_something_else_is_refused(app: object, tmp_path: Path) -> None:
    source = tmp_path / "list.jsonl"
    source.write_text('{"other": 1}\n')
    with pytest.raises(InvalidError, match="purge_list_damaged"):
        list(lists.read(source))


def test_a_home_without_purges_has_no_list(app: object) -> None:
    assert list(lists.read(house.settings().home / lists.NAME)) == []
    assert backups.listed() == []
