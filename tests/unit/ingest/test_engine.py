"""The adapter of Tesseract: one recognition, an end in time, and no reading without an engine."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from portal.ingest.errors import UnusablePageError
from portal.ingest.ocr import tesseract
from portal.ingest.ocr.tesseract import Tesseract
from portal.ingest.stages import recognise
from portal.jobs.errors import NotReadyError
from tests.fixtures import engines, papers


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "page.pgm"
    papers.picture(dpi=300).save(path)
    return path


def script(folder: Path, body: str) -> str:
    """Write a command that answers the probe like Tesseract and does `body` with a picture."""
    path = folder / "engine"
    path.write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        '  --version) echo "tesseract 5.3.0"; exit 0 ;;\n'
        "  --list-langs) printf 'eng\\nvie\\n'; exit 0 ;;\n"
        f"esac\n{body}\n",
        encoding="ascii",
    )
    path.chmod(0o755)
    return str(path)


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


@pytest.mark.ocr
def test_one_look_brings_text_boxes_and_confidence() -> None:
    seen = recognise.read(Tesseract("tesseract"), papers.picture(dpi=300), 60)
    assert "Quyết định này có hiệu lực kể từ ngày ký." in seen.text
    assert seen.engine.startswith("tesseract ")
    assert seen.engine.endswith(" vie")
    word = next(word for word in seen.words if word[0] == "QUYẾT")
    assert 0.7 * 300 < word[1] < 0.9 * 300
    assert 1.5 * 300 < word[2] < 1.8 * 300
    assert word[5] > 80


def test_the_picture_is_recognised_once(tmp_path: Path, picture: Path) -> None:
    count = tmp_path / "count"
    stub = engines.write_stub(tmp_path, seconds=0)
    Tesseract(script(tmp_path, f'echo run >> {count}\nexec {stub} "$@"')).recognise(picture, 10)
    assert count.read_text(encoding="ascii").splitlines() == ["run"]


def test_the_engine_runs_on_one_thread(tmp_path: Path, picture: Path) -> None:
    told = tmp_path / "told"
    stub = engines.write_stub(tmp_path, seconds=0)
    os.environ.pop("OMP_THREAD_LIMIT", None)
    body = f'echo "$OMP_THREAD_LIMIT" > {told}\nexec {stub} "$@"'
    Tesseract(script(tmp_path, body)).recognise(picture, 10)
    assert told.read_text(encoding="ascii").strip() == "1"


@pytest.mark.parametrize("command", ["/bin/false", "/bin/true", "/nonexistent/tesseract", "/etc/hostname"])
def test_an_engine_that_cannot_run_makes_pages_wait(picture: Path, command: str) -> None:
    with pytest.raises(NotReadyError) as caught:
        Tesseract(command).recognise(picture, 10)
    assert caught.value.code == "engine_unavailable"


def test_an_engine_without_vietnamese_makes_pages_wait(tmp_path: Path, picture: Path) -> None:
    path = tmp_path / "english"
    path.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "tesseract 5.3.0" || echo eng\n', encoding="ascii"
    )
    path.chmod(0o755)
    with pytest.raises(NotReadyError):
        Tesseract(str(path)).recognise(picture, 10)


def test_a_picture_that_the_engine_gives_up_on_fails_alone(tmp_path: Path, picture: Path) -> None:
    with pytest.raises(UnusablePageError) as caught:
        Tesseract(script(tmp_path, "echo broken >&2; exit 3")).recognise(picture, 10)
    assert caught.value.code == "page_not_recognised"


def test_an_engine_that_breaks_later_makes_pages_wait(tmp_path: Path, picture: Path) -> None:
    command = script(tmp_path, f'exec {engines.write_stub(tmp_path, seconds=0)} "$@"')
    engine = Tesseract(command)
    engine.recognise(picture, 10)
    Path(command).write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    with pytest.raises(NotReadyError):
        engine.recognise(picture, 10)


def test_a_page_that_takes_too_long_is_stopped_with_all_that_it_started(
    tmp_path: Path, picture: Path
) -> None:
    started = tmp_path / "started"
    command = script(tmp_path, f"sleep 600 &\necho $! > {started}\nwait")
    with pytest.raises(UnusablePageError) as caught:
        Tesseract(command).recognise(picture, 1)
    assert caught.value.code == "page_too_slow"
    pid = int(started.read_text(encoding="ascii"))
    end = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_running(pid)


def test_words_come_from_rows_of_words_only() -> None:
    table = (
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
        "1\t1\t0\t0\t0\t0\t0\t0\t100\t100\t-1\t\n"
        '5\t1\t1\t1\t1\t1\t1\t2\t3\t4\t91.5\t"đất\n'
        "5\t1\t1\t1\t1\t2\t1\t2\t3\t4\t95.0\t \n"
    )
    assert [line.words for line in tesseract.lines(table)] == [[('"đất', 1, 2, 3, 4, 91.5)]]
