"""Watchers that are killed at each of their steps, and others that go on behind them.

    python -m tests.faults.watching FOLDER

FOLDER/home is a migrated home with a fonds for each of `cases`. There, before or after its step, a watcher is
killed over five files, and a second one looks at the folder until nothing is left. Prints what there is then,
a line of JSON each. Every watcher is a fork of this process, which has no thread and no open database.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from config import Settings
from portal.accounts.actors import OPERATOR_AT_THE_MACHINE
from portal.app import create_app
from portal.catalogue import tree
from portal.core.db import db, end_reading
from portal.ingest import hot_folder, scans, watching
from portal.ingest.hot_folder import HotFolder
from portal.ingest.manifests import Manifest
from portal.ingest.watching import Orders
from portal.storage import originals
from tests.fixtures import papers

STEPS: dict[str, tuple[Any, str]] = {
    "claim": (HotFolder, "claim"),
    "bytes": (originals, "stage"),
    "batch": (watching, "_open_batch"),
    "row": (scans, "take_in"),
    "manifest": (Manifest, "note"),
    "refuse": (HotFolder, "refuse"),
    "put away": (HotFolder, "put_away"),
    "rename": (hot_folder.os, "rename"),
}
SECOND = 2
"""At which call of the step the watcher is killed, so that some is done and some is not."""

FILES = {"h/1.png": ("Một",), "h/2.png": ("Hai",), "3.png": ("Ba",)}
REFUSED = ("h/4.doc", "5.doc")
TURNS = 6


def cases() -> dict[str, tuple[str, str]]:
    """Return each step, before and after it, by the code of its fonds."""
    return {f"{step} {when}": (step, when) for step in STEPS for when in ("before", "after")}


def main() -> None:
    """Kill at each step and tell what came of it."""
    ground = Path(sys.argv[1])
    app = create_app(Settings.from_environment({**os.environ, "PORTAL_HOME": str(ground / "home")}))
    for code, (step, when) in cases().items():
        root = ground / code
        fill(root)
        ended = forked(app, root, lambda step=step, when=when: killed_at(step, when))
        forked(app, root, lambda: None)
        print(json.dumps({"code": code, "killed": ended, **state(ground / "home", root)}), flush=True)


@cache
def pictures() -> dict[str, bytes]:
    """Return what can be taken in, by its name."""
    return {name: papers.png(papers.picture(lines)) for name, lines in FILES.items()}


def fill(root: Path) -> None:
    """Lay files that can be taken in, and others that cannot, into a folder."""
    for name, content in pictures().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    for name in REFUSED:
        (root / name).write_bytes(b"MZ " + name.encode())


def forked(app: Flask, root: Path, prepare: Callable[[], None]) -> bool:
    """Watch in a fork of this process; tell whether it was killed."""
    pid = os.fork()
    if not pid:
        try:
            prepare()
            watch(app, root)
        except BaseException as error:  # noqa: BLE001 - a fork must not go on as its parent
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a watcher failed")
    return os.WIFSIGNALED(status)


def killed_at(step: str, when: str) -> None:
    """Have this process killed before or after a call of the step."""
    owner, name = STEPS[step]
    real, calls = getattr(owner, name), 0

    def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == SECOND and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(*arguments, **named)
        if calls == SECOND:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(owner, name, dying)


def watch(app: Flask, root: Path) -> None:
    """Look at the folder a few times, as the command does."""
    with app.app_context():
        db.engine.dispose(close=False)
        fonds = tree.fonds_by_code(root.name)
        if fonds is None:
            raise SystemExit("there is no fonds")
        orders = Orders(fonds.id)
        end_reading()
        folder = HotFolder(root, 0.0)
        with folder.alone():
            for _ in range(TURNS):
                list(watching.turn(OPERATOR_AT_THE_MACHINE, folder, orders))


def state(home: Path, root: Path) -> dict[str, Any]:
    """Return what stands in the database and lies in the folder."""
    of_case = "FROM batches b JOIN nodes n ON n.id = b.fonds_id"
    with closing(sqlite3.connect(home / "portal.db")) as connection:
        rows = connection.execute(
            f"SELECT s.file_name, s.state, count(*) {of_case} JOIN scans s ON s.batch_id = b.id"
            " WHERE n.code = ? GROUP BY s.file_name, s.state ORDER BY s.file_name",
            (root.name,),
        ).fetchall()
        found = connection.execute(f"SELECT count(*) {of_case} WHERE n.code = ?", (root.name,))
        batches = found.fetchone()[0]
    lines = [
        json.loads(line)
        for path in sorted((root / hot_folder.CLAIMED).glob("manifest-*.jsonl"))
        for line in path.read_text().splitlines()
    ]

    def below(name: str) -> list[str]:
        inside = root / name
        return sorted(str(path.relative_to(inside)) for path in inside.rglob("*") if path.is_file())

    return {
        "rows": rows,
        "batches": batches,
        "manifest": sorted(line["name"] for line in lines),
        "done": below(hot_folder.DONE),
        "refused": below(hot_folder.REFUSED),
        "left": [name for name in below(".") if not name.startswith((".claimed", "done", "refused"))],
        "claims": [path.name for path in (root / hot_folder.CLAIMED).iterdir() if path.is_dir()],
    }


if __name__ == "__main__":
    main()
