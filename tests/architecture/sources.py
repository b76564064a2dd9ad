"""The project's own files as guard tests read them: committed files and syntax trees."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@cache
def committed() -> tuple[Path, ...]:
    """Return all files that are, or are about to be, in the repository.

    A copy without a repository (the saboteur's) gives every file of the known folders.
    """
    if (PROJECT / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
        found = [PROJECT / name for name in names.split("\0") if name]
    else:
        found = [path for path in PROJECT.rglob("*") if path.suffix not in (".pyc", ".mo", ".xml")]
    return tuple(path for path in found if path.is_file())


@cache
def modules(folder: str = "portal") -> dict[Path, ast.Module]:
    """Return the syntax tree of every module below a folder, by its path in the project."""
    return {
        path.relative_to(PROJECT): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((PROJECT / folder).rglob("*.py"))
    }
