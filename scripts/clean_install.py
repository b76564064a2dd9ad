"""Install the last commit into a bare Debian 12 and time the way from `make run` to a found page.

Needs root and debootstrap. The client settings of this machine for apt, pip and npm and
its certificates are copied into the root, so that the same mirrors answer; none of them
is kept. `KEEP=folder` keeps the root for a look afterwards, `BASE=folder` starts from a
copy of a bare root made before, `PORT` is the port (the root shares this machine's network).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PORT = os.environ.get("PORT", "8000")
CLONE = "/root/portal"
PATIENCE_SECONDS = 600
CLIENT_FILES = (
    "/etc/pip.conf",
    "/etc/npmrc",
    "/usr/etc/npmrc",
    "/etc/apt/sources.list",
    "/etc/apt/sources.list.d",
    "/etc/apt/apt.conf.d",
    "/etc/apt/auth.conf.d",
    "/etc/apt/preferences.d",
    "/etc/apt/keyrings",
    "/usr/share/keyrings",
    "/usr/local/share/ca-certificates",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/resolv.conf",
    "/etc/hosts",
)
CLIENT_FILES_AT_HOME = (".npmrc", ".pip", ".config/pip")
CLIENT_VARIABLES = re.compile(
    r"(PIP|NPM_CONFIG|npm_config)_\w+|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE"
    r"|(https?|no)_proxy|(HTTPS?|NO)_PROXY"
)
SENTENCE = "Tờ trình về việc tu bổ đê Cổ Lũy"
"""What the small paper says; the search asks for it without marks."""

DRAW = """
import sys
from pathlib import Path
import fontpkg_be_vietnam_pro
from PIL import Image, ImageDraw, ImageFont
font = next(Path(fontpkg_be_vietnam_pro.__file__).parent.rglob("*-Regular.ttf"))
page = Image.new("L", (1654, 1169), 255)
ImageDraw.Draw(page).text((150, 300), sys.argv[1], fill=0, font=ImageFont.truetype(font, 60))
page.save(sys.argv[2], dpi=(200, 200))
"""


class FailedError(RuntimeError):
    """The clean install did not do what the README promises."""


class Root:
    """A bare Debian in a folder, with what is mounted and running in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.environment = {
            "HOME": "/root",
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "PORT": PORT,
            **{key: value for key, value in os.environ.items() if CLIENT_VARIABLES.fullmatch(key)},
        }

    def build(self) -> None:
        """Make the root by debootstrap, or copy the one that BASE names."""
        base = os.environ.get("BASE")
        if base:
            subprocess.run(["cp", "-a", f"{base}/.", str(self.folder)], check=True)
        else:
            packages = "--include=git,make,python3,ca-certificates"
            command = ["debootstrap", "--variant=minbase", packages, "bookworm", str(self.folder), mirror()]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for kind, place in (("proc", "proc"), ("sysfs", "sys"), ("devpts", "dev/pts"), ("tmpfs", "dev/shm")):
            (self.folder / place).mkdir(exist_ok=True)
            subprocess.run(["mount", "-t", kind, kind, str(self.folder / place)], check=True)

    def copy_client_settings(self) -> None:
        """Let apt, pip and npm inside ask the same mirrors as those of this machine."""
        pairs = [(Path(name), self.folder / name.lstrip("/")) for name in CLIENT_FILES]
        pairs += [(Path.home() / name, self.folder / "root" / name) for name in CLIENT_FILES_AT_HOME]
        for source, target in pairs:
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            elif source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                shutil.copyfile(source, target)

    def call(self, *command: str) -> str:
        """Run a command inside the clone; return what it prints."""
        try:
            answer = subprocess.run(
                ["chroot", str(self.folder), "/usr/bin/env", "-C", CLONE, *command],
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise FailedError(f"no end in sight of {' '.join(command)}") from None
        if answer.returncode != 0:
            raise FailedError(f"{' '.join(command)}\n{answer.stdout}{answer.stderr}")
        return answer.stdout

    def start_portal(self) -> subprocess.Popen[bytes]:
        """Start `make run` as a terminal would: a foreground group that Ctrl-C reaches as a whole."""
        with (self.folder / "root/run.log").open("ab") as log:
            return subprocess.Popen(
                ["chroot", str(self.folder), "/usr/bin/env", "-C", CLONE, "make", "run"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def processes(self) -> list[int]:
        """Return the ids of all processes whose root is this folder."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "root").readlink() == self.folder:
                    found.append(int(process.name))
            except OSError:
                continue
        return found

    def remove(self) -> None:
        """End what still runs inside, unmount, and remove the folder unless KEEP names it."""
        for process in self.processes():
            os.kill(process, signal.SIGKILL)
        for place in ("dev/shm", "dev/pts", "sys", "proc"):
            subprocess.run(["umount", "-l", str(self.folder / place)], check=False, stderr=subprocess.DEVNULL)
        if "KEEP" not in os.environ:
            subprocess.run(["rm", "-rf", "--one-file-system", str(self.folder)], check=True)


def main() -> int:
    """Run the whole way once; return the exit code."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        print("Run this as root, with debootstrap installed.", file=sys.stderr)
        return 1
    # A parent that ignores Ctrl-C (a job in the background) would hand that on to `make run`.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = Path(os.environ.get("KEEP") or tempfile.mkdtemp(prefix="clean-install-"))
    folder.mkdir(parents=True, exist_ok=True)
    root = Root(folder)
    try:
        walk(root)
    except FailedError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    finally:
        root.remove()
    print("OK")
    return 0


def walk(root: Root) -> None:
    """Build, start, take in a paper, find it, stop, start again, find it again, stop."""
    print(f"commit {head()}, {os.cpu_count()} cores", flush=True)
    began = time.monotonic()
    root.build()
    root.copy_client_settings()
    subprocess.run(
        ["git", "clone", "--quiet", "--no-hardlinks", PROJECT, f"{root.folder}{CLONE}"], check=True
    )
    tell("bare Debian with a clone", began)

    began = time.monotonic()
    portal = root.start_portal()
    wait_for_health(root, portal)
    tell("first make run to /healthz 200", began)
    take_in_a_paper(root)
    find_it()
    tell("first make run to a found page", began)
    stop(root, portal)

    began = time.monotonic()
    portal = root.start_portal()
    wait_for_health(root, portal)
    tell("second make run to /healthz 200", began)
    find_it()
    stop(root, portal)


def take_in_a_paper(root: Root) -> None:
    """Draw a small paper and take it in as an open document, by the commands of the README."""
    root.call(".venv/bin/python", "-c", DRAW, SENTENCE, "/root/paper.png")
    root.call(".venv/bin/flask", "user", "create", "probe@example.org", "--role", "archivist", "--json")
    answer = root.call(
        *(".venv/bin/flask", "ingest", "/root/paper.png", "--fonds", "P1", "--new-fonds", "Phông thử"),
        *("--access", "open", "--as", "probe@example.org", "--wait", "--json"),
    )
    if len(json.loads(answer)["files"][0]["pages"]) != 1:
        raise FailedError(f"the paper has no page: {answer}")


def find_it() -> None:
    """Search over HTTP as anonymous, without marks, until the page is the first result."""
    query = urllib.parse.quote("to trinh ve viec tu bo de co luy")
    for _ in range(120):
        answer = fetch(f"/api/v1/search?q={query}")
        results = json.loads(answer)["results"] if answer else []
        if results and "Lũy" in results[0]["snippet"].replace("<mark>", "").replace("</mark>", ""):
            return
        time.sleep(0.5)
    raise FailedError("the search does not find the paper")


def wait_for_health(root: Root, portal: subprocess.Popen[bytes]) -> None:
    """Wait until the portal answers and its worker lives.

    Raises:
        FailedError: `make run` ended, or ten minutes passed.
    """
    for _ in range(2400):
        answer = fetch("/healthz")
        if answer and json.loads(answer)["worker_alive"]:
            return
        if portal.poll() is not None:
            break
        time.sleep(0.25)
    log = (root.folder / "root/run.log").read_text(encoding="utf-8", errors="replace")
    raise FailedError("make run does not answer\n" + "\n".join(log.splitlines()[-40:]))


def fetch(path: str) -> bytes | None:
    """Return the body of a page of the portal inside, or None where there is no 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=10) as answer:
            body: bytes = answer.read()
            return body
    except OSError:
        return None


def stop(root: Root, portal: subprocess.Popen[bytes]) -> None:
    """Press Ctrl-C and see that nothing stays behind."""
    began = time.monotonic()
    os.killpg(portal.pid, signal.SIGINT)
    portal.wait(60)
    left = root.processes()
    if left:
        names = [Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ") for process in left]
        raise FailedError(f"left behind after Ctrl-C: {names}")
    tell("Ctrl-C to no process left", began)


def mirror() -> str:
    """Return where this machine gets its Debian packages from."""
    lists = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("debian.sources")]
    text = "".join(path.read_text(encoding="utf-8") for path in lists if path.exists())
    found = re.search(r"^(?:URIs:|deb(?: \[.*?\])?) +(\S+)", text, re.MULTILINE)
    if found is None:
        raise FailedError("no Debian mirror found in the settings of apt")
    return found[1]


def head() -> str:
    """Return the short name of the last commit, which is what is installed."""
    command = ["git", "-C", str(PROJECT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def tell(what: str, began: float) -> None:
    """Print how long a step took."""
    print(f"{what:<34} {time.monotonic() - began:7.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
