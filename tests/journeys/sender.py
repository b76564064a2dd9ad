"""Somebody who sends scans on the page of a batch, at Chromium, and the scans."""

from __future__ import annotations

import hashlib
import io
import os
import random
import signal
from base64 import b64encode
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.face.onlooker import both_widths
from tests.face.typist import Typist
from tests.faults.portal import WatchedPortal

LEAST_BYTES, SIDE = 150 * 1024, 400
OPERATOR = "op@example.vn"
DROP = """([zone, files]) => {
  const transfer = new DataTransfer();
  for (const {name, content} of files) {
    const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0));
    transfer.items.add(new File([bytes], name, {lastModified: 1000}));
  }
  for (const kind of ["dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
  }
}"""


def noise(path: Path, seed: int) -> bytes:
    """Write a page that is like no other and cannot be made smaller; return its bytes."""
    content = random.Random(seed).randbytes(SIDE * SIDE)
    Image.frombytes("L", (SIDE, SIDE), content).save(path, "PNG", dpi=(300, 300))
    return path.read_bytes()


def folder_of_scans(folder: Path, number: int, seed: int) -> dict[str, str]:
    """Write different page images into a folder; return their digests by name."""
    folder.mkdir()
    made = {}
    for index in range(number):
        name = f"tờ {index + 1}.png"
        content = noise(folder / name, seed * 10_000 + index + 1)
        assert len(content) >= LEAST_BYTES
        made[name] = hashlib.sha256(content).hexdigest()
    return made


def separators(printed: bytes) -> list[bytes]:
    """Return the pages of a printed file as a scanner sends them, in grey at 150 dpi."""
    found = []
    for sheet in pypdfium2.PdfDocument(printed):
        file = io.BytesIO()
        sheet.render(scale=150 / 72).to_pil().convert("L").save(file, "PNG", dpi=(150, 150))
        found.append(file.getvalue())
    return found


class Sending:
    """Somebody who sends files on the page of a batch, at Chromium."""

    def __init__(self, portal: WatchedPortal, browser: Browser, name: str, sheets: int | None = None) -> None:
        self.portal = portal
        self.page: Page = browser.new_context(base_url=portal.base, locale="vi-VN").new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda told: self._hear(told.text))
        self.page.goto(portal.flask("login-link", OPERATOR)["url"])
        self.page.goto("/tiep-nhan")
        fonds = self.page.locator("[name=fonds] option").nth(1).get_attribute("value")
        self.page.locator("[name=fonds]").select_option(fonds)
        self.page.fill("[name=name]", name)
        if sheets is not None:
            self.page.fill("[name=expected_sheets]", str(sheets))
        self.page.check("[name=declared]")
        with self.page.expect_navigation():
            self.page.click("main form button[type=submit]")
        self.batch = self.page.url.rpartition("/")[2]
        self.keys = Typist(self.page)

    def choose(self, folder: Path) -> None:
        """Choose a folder by the keyboard."""
        self.keys.hand_over("#send-folder", folder)

    def drop(self, files: dict[str, bytes]) -> None:
        """Drop files on the zone."""
        packed = [{"name": name, "content": b64encode(content).decode()} for name, content in files.items()]
        self.page.evaluate(DROP, [self.page.locator("[data-zone]").element_handle(), packed])

    def press(self, act: str) -> None:
        """Reach a button by Tab and press Enter."""
        self.keys.reach(f"button[data-act={act}]")
        self.page.keyboard.press("Enter")

    def is_shown(self, part: str) -> bool:
        return self.page.locator(f"[data-part={part}]").is_visible()

    def text(self, part: str) -> str:
        return self.page.locator(f"[data-part={part}]").inner_text()

    def arrived(self) -> dict[str, str]:
        """Return the digests of the files that the batch has, by name; each must be there once."""
        rows = self.portal.rows(
            f"SELECT file_name, blob_sha256, state FROM scans WHERE batch_id = '{self.batch}'"
        )
        found = {name: sha256 for name, sha256, _ in rows}
        assert len(found) == len(rows), "a file stands in the batch twice"
        assert {state for *_, state in rows} <= {"received", "split"}
        return found

    def wait_for(self, number: int) -> None:
        """Wait until so many files have arrived; where they do not, tell what the sender is told."""
        try:
            self.portal.wait_until(lambda: len(self.arrived()) >= number, f"{number} files to arrive")
        except AssertionError as late:
            told = " ".join(self.page.locator("[data-send]").inner_text().split())
            raise AssertionError(f"{late}, {len(self.arrived())} came; the page says: {told}") from late

    def loses_the_line(self) -> None:
        """Cut the line until the page says so, then let it come back."""
        self.page.context.set_offline(True)
        self.page.get_by_text("Không liên lạc được với máy chủ").first.wait_for()
        self.page.context.set_offline(False)

    def comes_anew(self) -> None:
        """Leave the page and open it again."""
        self.page.goto(f"/tiep-nhan/{self.batch}")
        self.keys = Typist(self.page)

    def sees_nothing_wrong(self) -> None:
        """See the page at both widths, and go on at a desktop."""
        both_widths(self.page)
        self.page.set_viewport_size({"width": 1280, "height": 800})

    def kill_the_server(self) -> None:
        """Kill all web processes; the supervisor starts others."""
        pid = self.portal.pid_of("web")
        os.killpg(pid, signal.SIGKILL)
        self.portal.wait_until(lambda: self.portal.pid_of("web") not in (0, pid), "web to come back")

    def _hear(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.complaints.append(text)
