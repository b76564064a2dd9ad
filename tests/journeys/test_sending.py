"""An operator gives a folder of two hundred scans to a batch, while line and server break off.

What arrives is, digest for digest, what lies in the folder: each file once. `Sending` is what somebody does
who sends; journeys that begin with a sent batch use it, too.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Request

from tests.face.onlooker import both_widths
from tests.face.typist import Typist
from tests.faults.portal import WatchedPortal
from tests.fixtures import engines
from tests.journeys.persons import chromium

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.xdist_group("faults")]

FILES, LEAST_BYTES, SIDE = 200, 150 * 1024, 400
SETTINGS = {"OCR_WORKERS": "1", "WEB_WORKERS": "2", "DISK_RESERVE_MB": "50"}
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


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedPortal]:
    folder = tmp_path_factory.mktemp("sending")
    stub = engines.write_stub(folder, seconds=0.1)
    running = WatchedPortal(folder / "home", {**SETTINGS, "TESSERACT_CMD": str(stub)})
    running.flask("user", "create", OPERATOR, "--role", "operator")
    first = folder / "first.png"
    first.write_bytes(noise(folder / "first.png", 0))
    running.flask("ingest", str(first), "--fonds", "K1", "--new-fonds", "Phông thử")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


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


class Sending:
    """Somebody who sends files on the page of a batch, at Chromium."""

    def __init__(self, portal: WatchedPortal, browser: Browser, name: str) -> None:
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

    def kill_the_server(self) -> None:
        """Kill all web processes; the supervisor starts others."""
        pid = self.portal.pid_of("web")
        os.killpg(pid, signal.SIGKILL)
        self.portal.wait_until(lambda: self.portal.pid_of("web") not in (0, pid), "web to come back")

    def _hear(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.complaints.append(text)


@pytest.fixture(scope="module")
def sending(portal: WatchedPortal, browser: Browser) -> Sending:
    return Sending(portal, browser, "Lô hai trăm tờ")


def test_a_folder_arrives_whole_though_line_and_server_break_off(sending: Sending, tmp_path: Path) -> None:
    folder, page = tmp_path / "hộp 12", sending.page
    made = folder_of_scans(folder, FILES, seed=1)
    (folder / "Thumbs.db").write_bytes(b"left by a system")
    sending.choose(folder)
    sending.wait_for(20)
    sending.press("pause")
    page.locator("button[data-act=resume]").wait_for()
    both_widths(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    sending.press("resume")
    sending.wait_for(50)
    page.context.set_offline(True)
    page.get_by_text("Không liên lạc được với máy chủ").first.wait_for()
    assert len(sending.arrived()) < FILES
    page.context.set_offline(False)
    sending.wait_for(90)
    sending.kill_the_server()
    sending.wait_for(130)
    there = len(sending.arrived())
    assert there < FILES
    # The page is left, and the same folder given once more: what is there does not travel again.
    begun: list[Request] = []
    page.on("request", lambda asked: begun.append(asked) if asked.method == "POST" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/tiep-nhan/{sending.batch}")
    sending.keys = Typist(page)
    sending.choose(folder)
    page.locator("[data-part=over]").wait_for(timeout=120_000)
    assert sending.arrived() == made
    assert len(begun) <= FILES - there + 5, "what was there did not travel again"
    shown = sending.text("arrived")
    assert sum(digest in shown for digest in made.values()) == 20, "the digests of twenty at a time"
    both_widths(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    sending.keys.leaves()
    assert sending.complaints == []


def test_dropped_files_arrive_once(sending: Sending, tmp_path: Path) -> None:
    page = sending.page
    page.goto(f"/tiep-nhan/{sending.batch}")
    content = noise(tmp_path / "thả.png", 77)
    sending.drop({"thả.png": content})
    page.locator("[data-part=over]").wait_for()
    assert sending.arrived()["thả.png"] == hashlib.sha256(content).hexdigest()
    sending.drop({"thả.png": content})
    page.get_by_text("Đã có trong danh sách").wait_for()
    page.goto(f"/tiep-nhan/{sending.batch}")
    sending.drop({"thả.png": content})
    page.get_by_text("Đã có ở đây, không gửi lại: 1").wait_for()
    page.locator("[data-part=arrived]").get_by_text(hashlib.sha256(content).hexdigest()).wait_for()


def test_what_the_server_does_not_take_says_why(sending: Sending, tmp_path: Path) -> None:
    page, folder = sending.page, tmp_path / "lớn"
    page.goto(f"/tiep-nhan/{sending.batch}")
    folder.mkdir()
    good = hashlib.sha256(noise(folder / "vừa.png", 88)).hexdigest()
    for number in range(21):
        with (folder / f"quá lớn {number}.tif").open("wb") as file:
            file.truncate(2 * 1024**3 + 1)
    sending.keys = Typist(page)
    sending.choose(folder)
    trouble = page.locator("[data-part=trouble]")
    trouble.get_by_text("1 đến 20 trên 21").wait_for()
    assert trouble.locator("li").count() == 20, "a list is never longer in the page"
    assert "2048" in trouble.locator("li").first.inner_text()
    both_widths(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    sending.keys.reach("[data-part=trouble] button[data-turn='1']")
    page.keyboard.press("Enter")
    trouble.get_by_text("21 đến 21 trên 21").wait_for()
    sending.keys.reach("[data-part=trouble] button[data-each=cancel]")
    page.keyboard.press("Enter")
    trouble.get_by_text("1 đến 20 trên 20").wait_for()
    assert sending.arrived()["vừa.png"] == good


def test_what_is_cancelled_does_not_arrive(sending: Sending, tmp_path: Path) -> None:
    page, before = sending.page, sending.arrived()
    page.goto(f"/tiep-nhan/{sending.batch}")
    page.context.set_offline(True)
    sending.drop({f"bỏ {number}.png": noise(tmp_path / "bỏ.png", 500 + number) for number in range(30)})
    # What is there cannot be asked for without a line, so nothing is begun.
    page.get_by_text("Không liên lạc được với máy chủ").first.wait_for()
    page.context.set_offline(False)
    page.locator("button[data-act=cancelAll]").wait_for()
    page.locator("button[data-act=cancelAll]").click()
    page.locator("[data-part=in-work]").wait_for(state="hidden")
    assert len(sending.arrived()) < len(before) + 30


def test_a_closed_session_is_told_and_nothing_is_lost(sending: Sending, tmp_path: Path) -> None:
    page = sending.page
    page.goto(f"/tiep-nhan/{sending.batch}")
    page.context.clear_cookies()
    sending.drop({"sau.png": noise(tmp_path / "sau.png", 900)})
    page.get_by_text("Bạn không còn đăng nhập").first.wait_for()
    assert "sau.png" not in sending.arrived()
    both_widths(page)
