"""An operator gives two hundred scans to a batch, while line and server break off, until it is closed.

What arrives is, digest for digest, what lies in the folder: each file once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, Route

from tests.faults.portal import WatchedPortal
from tests.fixtures import engines
from tests.journeys.persons import chromium
from tests.journeys.second import Second
from tests.journeys.sender import OPERATOR, Sending, folder_of_scans, noise, separators

pytestmark = [pytest.mark.browser, pytest.mark.faults]

FILES, SEPARATORS = 200, 2
SECOND = "second@example.vn"
SETTINGS = {"OCR_WORKERS": "2", "WEB_WORKERS": "2", "DISK_RESERVE_MB": "50"}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedPortal]:
    folder = tmp_path_factory.mktemp("sending")
    stub = engines.write_stub(folder, seconds=0.02)
    running = WatchedPortal(folder / "home", {**SETTINGS, "TESSERACT_CMD": str(stub)})
    running.flask("user", "create", OPERATOR, "--role", "operator")
    running.flask("user", "create", SECOND, "--role", "archivist")
    first = folder / "first.png"
    noise(first, 0)
    running.flask("ingest", str(first), "--fonds", "K1", "--new-fonds", "Phông thử")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def sending(portal: WatchedPortal, browser: Browser) -> Sending:
    return Sending(portal, browser, "Lô lẻ")


def test_two_hundred_scans_become_a_closed_batch(
    portal: WatchedPortal, browser: Browser, tmp_path: Path
) -> None:
    sending = Sending(portal, browser, "Lô hai trăm tờ", sheets=FILES + 1)
    made = _whole_folder(sending, tmp_path / "hộp 12")
    _arrives(sending, tmp_path / "hộp 12", made)
    portal.settle()
    _is_split(sending)
    second = Second(portal, browser, SECOND, sending.batch)
    second.sees_nothing_wrong()
    assert second.looks(lambda place: "1r" if place == 3 else "a") > 3
    again = _is_scanned_again(sending, tmp_path)
    portal.settle()
    assert second.looks(lambda _: "a") == 1
    # One sheet less than counted: without a word on it nothing is closed.
    assert "Thiếu 1" in second.says
    second.closes()
    assert second.page.locator(".govuk-error-summary").is_visible()
    second.sees_nothing_wrong()
    assert not second.is_closed()
    missing = noise(tmp_path / "tờ 201.png", 201)
    sending.comes_anew()
    sending.drop({"tờ 201.png": missing})
    sending.page.locator("[data-part=over]").wait_for()
    portal.settle()
    second.looks(lambda _: "a")
    assert "Thiếu" not in second.says
    second.closes()
    assert second.is_closed()
    second.sees_nothing_wrong()
    assert sending.arrived() == made | again | {"tờ 201.png": hashlib.sha256(missing).hexdigest()}
    assert sending.complaints == []


def _whole_folder(sending: Sending, folder: Path) -> dict[str, str]:
    """Write the scans with two separators of the portal among them; return the digests by name."""
    made = folder_of_scans(folder, FILES, seed=1)
    (folder / "Thumbs.db").write_bytes(b"left by a system")
    printed = sending.page.request.get(f"/tiep-nhan/to-phan-cach.pdf?so={SEPARATORS}").body()
    for name, sheet in zip(("tờ 0.png", "tờ 60a.png"), separators(printed), strict=True):
        (folder / name).write_bytes(sheet)
        made[name] = hashlib.sha256(sheet).hexdigest()
    return made


def _arrives(sending: Sending, folder: Path, made: dict[str, str]) -> None:
    """Send the folder, by keyboard; line and server are cut twice, and the page is left once."""
    page = sending.page
    sending.choose(folder)
    sending.wait_for(20)
    sending.press("pause")
    page.locator("button[data-act=resume]").wait_for()
    sending.sees_nothing_wrong()
    sending.press("resume")
    for number in (50, 90):
        sending.wait_for(number)
        sending.loses_the_line()
        sending.wait_for(number + 20)
        sending.kill_the_server()
    sending.wait_for(130)
    there = len(sending.arrived())
    assert there < len(made)
    # The page is left, and the same folder given once more: what is there does not travel again.
    begun: list[Request] = []
    page.on("request", lambda asked: begun.append(asked) if asked.method == "POST" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    sending.comes_anew()
    sending.choose(folder)
    page.locator("[data-part=over]").wait_for(timeout=120_000)
    assert sending.arrived() == made
    assert len(begun) <= len(made) - there + 5, "what was there did not travel again"
    shown = sending.text("arrived")
    assert sum(digest in shown for digest in made.values()) == 20, "the digests of twenty at a time"
    sending.sees_nothing_wrong()
    sending.keys.leaves()


def _is_split(sending: Sending) -> None:
    """Confirm, by keyboard, what the separators say."""
    sending.comes_anew()
    sending.keys.follow("a[href$='/tach']")
    sending.sees_nothing_wrong()
    sending.keys.follow("form[action$='/tach/xac-nhan'] button")
    sending.page.get_by_text(f"Lô nay gồm {SEPARATORS} tài liệu.").wait_for()
    sending.sees_nothing_wrong()


def _is_scanned_again(sending: Sending, folder: Path) -> dict[str, str]:
    """Bring the picture that the second person asked for; return its digest by its name."""
    scan = noise(folder / "quét lại.png", 300)
    sending.page.goto("/kiem-tra/quet-lai")
    sending.keys.follow(".mg-strip a")
    sending.sees_nothing_wrong()
    sending.keys.hand_over("#rescan input[type=file]", folder / "quét lại.png")
    sending.keys.follow("#rescan button")
    return {"quét lại.png": hashlib.sha256(scan).hexdigest()}


def test_dropped_files_arrive_once(sending: Sending, tmp_path: Path) -> None:
    page = sending.page
    sending.comes_anew()
    content = noise(tmp_path / "thả.png", 77)
    sending.drop({"thả.png": content})
    page.locator("[data-part=over]").wait_for()
    assert sending.arrived()["thả.png"] == hashlib.sha256(content).hexdigest()
    sending.drop({"thả.png": content})
    page.get_by_text("Đã có trong danh sách").wait_for()
    sending.comes_anew()
    sending.drop({"thả.png": content})
    page.locator("[data-part=arrived]").get_by_text(hashlib.sha256(content).hexdigest()).wait_for()
    # What was said stays to be read, also when the numbers have been drawn.
    assert "Đã có ở đây, không gửi lại: 1" in sending.text("said")


def test_a_server_that_cannot_answer_now_is_asked_again(sending: Sending, tmp_path: Path) -> None:
    page, told = sending.page, [500, 502, 503]

    def is_away(route: Route) -> None:
        # Not the words of the protocol: what a proxy says, or the portal while its database is away.
        if route.request.method == "POST" and told:
            route.fulfill(status=told.pop(), content_type="text/html", body="<p>later</p>")
        else:
            route.continue_()

    sending.comes_anew()
    page.route("**/tai-len", is_away)
    sending.drop({"lúc khác.png": noise(tmp_path / "lúc khác.png", 78)})
    page.get_by_text("Không liên lạc được với máy chủ").first.wait_for()
    page.locator("[data-part=over]").wait_for()
    page.unroute("**/tai-len")
    assert not told
    assert "lúc khác.png" in sending.arrived()


def test_what_the_server_does_not_take_says_why(sending: Sending, tmp_path: Path) -> None:
    page, folder = sending.page, tmp_path / "lớn"
    sending.comes_anew()
    folder.mkdir()
    good = hashlib.sha256(noise(folder / "vừa.png", 88)).hexdigest()
    for number in range(21):
        with (folder / f"quá lớn {number}.tif").open("wb") as file:
            file.truncate(2 * 1024**3 + 1)
    sending.choose(folder)
    trouble = page.locator("[data-part=trouble]")
    trouble.get_by_text("1 đến 20 trên 21").wait_for()
    assert trouble.locator("li").count() == 20, "a list is never longer in the page"
    assert "2048" in trouble.locator("li").first.inner_text()
    sending.sees_nothing_wrong()
    sending.keys.reach("[data-part=trouble] button[data-turn='1']")
    page.keyboard.press("Enter")
    trouble.get_by_text("21 đến 21 trên 21").wait_for()
    sending.keys.reach("[data-part=trouble] button[data-each=cancel]")
    page.keyboard.press("Enter")
    trouble.get_by_text("1 đến 20 trên 20").wait_for()
    assert sending.arrived()["vừa.png"] == good


def test_what_is_cancelled_does_not_arrive(sending: Sending, tmp_path: Path) -> None:
    page, before = sending.page, sending.arrived()
    sending.comes_anew()
    page.context.set_offline(True)
    sending.drop({f"bỏ {number}.png": noise(tmp_path / "bỏ.png", 500 + number) for number in range(30)})
    # What is there cannot be asked for without a line, so nothing is begun.
    page.get_by_text("Không liên lạc được với máy chủ").first.wait_for()
    page.context.set_offline(False)
    page.locator("button[data-act=cancelAll]").wait_for()
    page.locator("button[data-act=cancelAll]").click()
    page.locator("[data-part=in-work]").wait_for(state="hidden")
    assert len(sending.arrived()) < len(before) + 30


def test_a_closed_session_is_told_and_nothing_is_lost(
    portal: WatchedPortal, browser: Browser, tmp_path: Path
) -> None:
    # A window of their own: signed out there, nobody else is.
    sending = Sending(portal, browser, "Lô dở dang")
    page = sending.page
    page.context.clear_cookies()
    sending.drop({"sau.png": noise(tmp_path / "sau.png", 900)})

    page.get_by_text("Bạn không còn đăng nhập").first.wait_for()
    assert "sau.png" not in sending.arrived()
    sending.sees_nothing_wrong()
