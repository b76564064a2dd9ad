"""Break each guard in a copy of the tree, one line at a time, and see its test go red.

A test that stays green while its guard is broken proves nothing; this finds such tests.
The breaks stand in `tests/sabotage/breaks.toml`. Exit code 1: a test was not green on the
unbroken tree, a break's line is not there exactly once, or a broken guard went unnoticed.
"""

from __future__ import annotations

import argparse
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

PROJECT = Path(__file__).resolve().parent.parent
NOT_COPIED_AT_TOP = {
    *(".git", ".venv", "var", "node_modules", "index", "uploads", "run", "log", "mail", "backups"),
    *("secret_key", "data_key", "demo-accounts.json"),
}
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Break:
    """One line put out of order, and the test that must notice."""

    id: str
    file: str
    line: str
    """Text that stands exactly once in the file."""
    broken: str
    test: str
    """Node of pytest."""

    def apply(self, tree: Path) -> str:
        """Break the copy; return the text as it was."""
        path = tree / self.file
        before = path.read_text(encoding="utf-8")
        path.write_text(before.replace(self.line, self.broken), encoding="utf-8")
        return before


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen breaks; print one line for each; return the exit code."""
    options = _options().parse_args(arguments)
    breaks = read_breaks(options.tree / "tests/sabotage/breaks.toml")
    if options.only:
        breaks = [one for one in breaks if one.id in options.only]
    if options.sample:
        breaks = random.Random(options.seed).sample(breaks, min(options.sample, len(breaks)))
    if not breaks:
        print("No break of that name.")
        return 1
    misplaced = [one for one in breaks if count_of_line(one, options.tree) != 1]
    for one in misplaced:
        print(f"{one.id}: its line stands {count_of_line(one, options.tree)} times in {one.file}")
    if misplaced:
        return 1
    return run(breaks, options.tree)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=PROJECT, help="the project to break a copy of")
    parser.add_argument("--only", nargs="*", metavar="ID", help="run these breaks")
    parser.add_argument("--sample", type=int, metavar="N", help="run N breaks drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    return parser


def read_breaks(path: Path) -> list[Break]:
    """Read the list of breaks."""
    with path.open("rb") as file:
        return [Break(**entry) for entry in tomllib.load(file)["break"]]


def count_of_line(one: Break, tree: Path) -> int:
    """Return how often the line of a break stands in its file."""
    path = tree / one.file
    return path.read_text(encoding="utf-8").count(one.line) if path.is_file() else 0


def run(breaks: list[Break], tree: Path) -> int:
    """See all named tests green, then each one red; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="sabotage-") as folder:
        copies: queue.Queue[Path] = queue.Queue()
        for number in range(min(AT_ONCE, len(breaks))):
            copy = Path(folder) / str(number) / tree.name
            shutil.copytree(tree, copy, ignore=_left_out(tree), symlinks=True)
            copies.put(copy)
        unproven = run_tests(sorted({one.test for one in breaks}), copies.queue[0], tree)
        if unproven != "passed":
            print(f"not green on the unbroken tree: {unproven}")
            return 1
        with ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = list(pool.map(lambda one: _break_one(one, copies, tree), breaks))
    caught = outcomes.count("failed")
    print(f"{caught} of {len(breaks)} breaks were noticed")
    return 0 if caught == len(breaks) else 1


def _left_out(tree: Path) -> Callable[[str, list[str]], set[str]]:
    """Return what copying leaves out: caches, the environment, and a home in the project folder."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        at_top = NOT_COPIED_AT_TOP if Path(folder) == tree else set()
        return {
            name
            for name in names
            if name in at_top
            or name.startswith("portal.db")
            or name == "__pycache__"
            or name.endswith("_cache")
        }

    return left_out


def _break_one(one: Break, copies: queue.Queue[Path], tree: Path) -> str:
    copy = copies.get()
    before = one.apply(copy)
    try:
        outcome = run_tests([one.test], copy, tree)
    finally:
        (copy / one.file).write_text(before, encoding="utf-8")
        copies.put(copy)
    print(
        f"{'noticed' if outcome == 'failed' else 'NOT NOTICED (' + outcome + ')'}: {one.id} by {one.test}",
        flush=True,
    )
    return outcome


def run_tests(tests: Sequence[str], copy: Path, tree: Path) -> str:
    """Run tests in the copy; return `passed`, `failed`, or what else became of them.

    Only an assertion that fails counts as `failed`: a break that keeps the module from
    being imported, or a test that is skipped, would prove nothing.
    """
    report = copy / "report.xml"
    report.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "PORTAL_TEST_DATA": os.environ.get("PORTAL_TEST_DATA") or str(tree.parent / "shared" / "data"),
        # A compiled file is told from its source by size and second, and a break may change neither.
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(copy),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", f"--junit-xml={report}", *tests]
    answer = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    suite = ElementTree.parse(report).getroot().find("testsuite") if report.exists() else None
    if suite is None:
        return f"not run\n{answer.stdout}{answer.stderr}"
    if len(tests) > 1 and answer.returncode != 0:
        return answer.stdout[answer.stdout.rfind("short test summary") :]
    if int(suite.get("failures", "0")):
        return "failed"
    if int(suite.get("errors", "0")) or answer.returncode != 0:
        return "error"
    return "skipped" if int(suite.get("skipped", "0")) else "passed"


if __name__ == "__main__":
    sys.exit(main())
