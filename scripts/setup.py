"""Bring a clone to where it can start: Debian packages, the virtual environment, assets, translations.

Runs on the bare Python 3.11 of Debian 12, so it imports nothing from outside the
standard library. What is there already is left alone: the second call only compares
digests. Usage: `python3 scripts/setup.py run|tests|benches`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import assets

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ["run.txt"], "tests": ["run.txt", "dev.txt"], "benches": ["run.txt", "dev.txt"]}

Probe = Callable[[], bool]


def main(arguments: list[str]) -> int:
    """Set up for `run`, `tests` or `benches`; return the exit code."""
    if arguments not in ([purpose] for purpose in LOCKS):
        print("usage: setup.py run|tests|benches", file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - this file also starts where the Python is too old
        print("Mét Giá needs Python 3.11 or newer.", file=sys.stderr)
        return 1
    purpose = arguments[0]
    missing = missing_packages(purpose)
    if missing and not install_packages(missing):
        return 1
    prepare_environment(purpose)
    register_project()
    assets.prepare(PYTHON, with_tests=purpose != "run")
    compile_translations()
    compile_code()
    compile_templates()
    return 0


def missing_packages(purpose: str) -> list[str]:
    """Return the Debian packages whose use a probe does not find."""
    probes: dict[str, Probe] = {
        "bubblewrap": has("bwrap"),
        "python3-venv": lambda: importlib.util.find_spec("ensurepip") is not None,
        "tesseract-ocr": has("tesseract"),
        "tesseract-ocr-vie": lambda: "vie" in languages(),
    }
    if purpose == "benches":
        # A peer that reading is measured beside.
        probes["ocrmypdf"] = has("ocrmypdf")
    if purpose in ("tests", "benches"):
        probes |= {
            # Half the work of the one with windows, which draws its own tool bars also where nobody looks.
            "chromium-headless-shell": has("chromium-headless-shell"),
            "nginx-light": lambda: Path("/usr/sbin/nginx").exists(),
            "openssl": has("openssl"),
            "fonts-dejavu-core": Path("/usr/share/fonts/truetype/dejavu").is_dir,
            "poppler-utils": has("pdftotext"),
            "strace": has("strace"),
            "postgresql": lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        }
    return [package for package, is_there in probes.items() if not is_there()]


def has(command: str) -> Probe:
    """Return a probe for a command on the path."""
    return lambda: shutil.which(command) is not None


def languages() -> list[str]:
    """Return the languages that the installed Tesseract can read."""
    if shutil.which("tesseract") is None:
        return []
    answer = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return answer.stdout.split()


def install_packages(packages: list[str]) -> bool:
    """Install by apt as root; otherwise print the one line to run. Return whether they are there."""
    line = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0:
        print(f"Some Debian packages are missing. Run this line, then start again:\n  sudo sh -c '{line}'")
        return False
    if shutil.which("apt-get") is None:
        print(f"These Debian packages, or what stands for them here, are missing: {' '.join(packages)}")
        return False
    print(f"Installing {', '.join(packages)} …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q=2", "--no-install-recommends"]
    subprocess.run(["apt-get", "update", "-q=2"], env=quiet, stdout=sys.stderr, check=True)
    if "postgresql" in packages:
        subprocess.run([*install, "postgresql-common"], env=quiet, stdout=sys.stderr, check=True)
        keep_postgresql_still()
    subprocess.run([*install, *packages], env=quiet, stdout=sys.stderr, check=True)
    return True


def keep_postgresql_still() -> None:
    """Have the package start no server: tests make clusters of their own in temporary folders."""
    settings = Path("/etc/postgresql-common/createcluster.conf")
    settings.write_text(
        settings.read_text(encoding="utf-8") + "\ncreate_main_cluster = false\n", encoding="utf-8"
    )


def prepare_environment(purpose: str) -> None:
    """Make `.venv` and install exactly what is locked, unless it holds that already."""
    if is_current(purpose):
        return
    print(f"Installing Python packages for {purpose} …", flush=True)
    fresh = [] if made_by_this_python() else ["--clear"]
    subprocess.run([sys.executable, "-m", "venv", *fresh, str(VENV)], check=True)
    locked = [word for lock in LOCKS[purpose] for word in ("-r", str(PROJECT / "requirements" / lock))]
    options = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-input", "--quiet"]
    subprocess.run(
        [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *options, *locked], check=True
    )
    stamp(purpose).write_text(digest(purpose), encoding="ascii")


def is_current(purpose: str) -> bool:
    """Tell whether the environment holds what the locks say; one for tests also serves all else."""
    return PYTHON.exists() and any(
        stamp(kind).exists() and stamp(kind).read_text(encoding="ascii") == digest(kind)
        for kind in {purpose, "tests", "benches"}
    )


def made_by_this_python() -> bool:
    """Tell whether the environment there runs the Python that runs this script."""
    if not PYTHON.exists():
        return False
    question = [str(PYTHON), "-c", "import sys; print(sys.version_info[:3], end='')"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    return answer.stdout == str(sys.version_info[:3])


def stamp(purpose: str) -> Path:
    """Return the file that says for which locks the environment was made."""
    return VENV / f"made-for-{purpose}"


def digest(purpose: str) -> str:
    """Return one digest over the locks and the Python they are installed for."""
    summary = hashlib.sha256(str(sys.version_info[:3]).encode())
    for lock in LOCKS[purpose]:
        summary.update((PROJECT / "requirements" / lock).read_bytes())
    return summary.hexdigest()


def register_project() -> None:
    """Let the environment know the project and its entry points, as an editable install would.

    `flask` has a command `routes` of its own, which only an entry point can replace. No build
    tool is needed for these three files.
    """
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = next((VENV / "lib").glob("python*/site-packages"))
    about = packages / f"met_gia-{project['version']}.dist-info"
    lines = []
    for group, entries in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {target}" for name, target in entries.items())]
    identity = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    about.mkdir(exist_ok=True)
    (about / "METADATA").write_text(identity, encoding="utf-8")
    (about / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (packages / "met_gia.pth").write_text(f"{PROJECT}\n", encoding="utf-8")


def compile_translations() -> None:
    """Build the catalogues that are older than their sources; they are never committed."""
    sources = (PROJECT / "portal" / "translations").glob("*/LC_MESSAGES/*.po")
    if all(is_built(source) for source in sources):
        return
    code = "from portal.web import catalogues; catalogues.compile_all()"
    subprocess.run([str(PYTHON), "-c", code], cwd=PROJECT, check=True)


def compile_code() -> None:
    """Compile the modules once: a child behind walls may write nothing, and would do it each time."""
    command = [str(PYTHON), "-m", "compileall", "-q", "portal", "config.py", "wsgi.py"]
    subprocess.run(command, cwd=PROJECT, check=True)


def compile_templates() -> None:
    """Compile the templates when one has changed: the first reader of each page would wait for it."""
    templates = PROJECT / "portal" / "templates"
    made = templates / "__pycache__" / "made"
    locks = [PROJECT / "requirements" / lock for lock in LOCKS["run"]]
    sources = [*templates.rglob("*.html"), *(PROJECT / "portal" / "web").glob("*.py"), *locks]
    if made.exists() and all(path.stat().st_mtime <= made.stat().st_mtime for path in sources):
        return
    subprocess.run([str(PYTHON), "scripts/templates.py"], cwd=PROJECT, check=True)
    made.touch()


def is_built(source: Path) -> bool:
    """Tell whether the compiled catalogue beside the source is no older than it."""
    built = source.with_suffix(".mo")
    return built.exists() and built.stat().st_mtime >= source.stat().st_mtime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
