"""What the handlers call: count the pages of a file, look at one, all behind walls.

The child of the present file is kept for the next page of the same file, up to 32 of
them; the death of a child costs the page that it died over and nothing else. What needs
more memory than a page does is tried once more, alone on this machine.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from config import MEBIBYTE
from portal.catalogue.readings import Reading
from portal.core import house
from portal.core.errors import PortalError
from portal.ingest.errors import UnusableFileError, UnusablePageError
from portal.ingest.media import MediaType
from portal.ingest.sandbox import answers, process, questions, walls
from portal.ingest.sandbox.answers import Told
from portal.ingest.sandbox.process import Process
from portal.ingest.sandbox.questions import Question
from portal.ingest.signing import Signature
from portal.jobs.errors import NotReadyError

PAGES_OF_A_CHILD = 32
QUIET_SECONDS = 10.0
"""A child that was not asked for so long is not asked again; it ends by itself a little later."""

ORDINARY = 700 * MEBIBYTE
ALONE = 1_400 * MEBIBYTE
"""Bytes that a child and its engine may hold together: among others, and alone on this machine."""

COUNT_SECONDS = 8.0
IMAGE_SECONDS = 60.0
SIGNATURE_SECONDS = 60.0

_TROUBLES: dict[type[process.TroubleError], tuple[str, str]] = {
    process.SlowError: ("page_too_slow", "file_too_slow"),
    process.OutgrownError: ("page_too_costly", "file_too_costly"),
    process.GoneError: ("page_crashes", "file_crashes"),
    process.LyingError: ("page_crashes", "file_crashes"),
}
"""What a trouble means for the page, and for the file where its pages were to be counted."""

_BY_FAULT: dict[str, type[PortalError]] = {
    answers.FILE: UnusableFileError,
    answers.PAGE: UnusablePageError,
    answers.NOT_READY: NotReadyError,
}


class _Kept:
    """The child of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = house.settings().tesseract_cmd
        self.asked = 0
        self.last = time.monotonic()
        with path.open("rb") as file:
            words = [sys.executable, "-m", "portal.ingest.sandbox.child", self.engine]
            self.process = Process(walls.around(words, self.engine, file))

    def serves(self, path: Path) -> bool:
        """Tell whether this child can take the next page of the file."""
        is_same = path == self.path and self.engine == house.settings().tesseract_cmd
        is_fresh = time.monotonic() - self.last < QUIET_SECONDS
        return is_same and is_fresh and self.asked < PAGES_OF_A_CHILD and self.process.is_there


_kept: _Kept | None = None


def count(path: Path, media_type: MediaType) -> int:
    """Return how many pages the file has.

    Raises:
        UnusableFileError: it cannot be read, or harms whoever tries.
    """
    told, _ = _ask(path, Question(questions.COUNT, media_type=media_type), COUNT_SECONDS, is_page=False)
    try:
        return answers.number(told.get("pages"), 1, 100_000)
    except process.LyingError as error:
        raise _dismissed(error, is_page=False) from error


def look(path: Path, frame: int, *, is_released: bool = False) -> tuple[Image.Image, Reading]:
    """Return the view of a page, counted from 0, and what it says; of a state secret only that it is one.

    Args:
        is_released: somebody who answers for it has said that the page holds no state secret.

    Raises:
        NotReadyError: the engine itself cannot run.
        UnusableFileError: the file cannot be opened.
        UnusablePageError: the page cannot be shown, or the engine gave up on it.
    """
    seconds = house.settings().page_seconds
    question = Question(questions.LOOK, frame, seconds=seconds, is_released=is_released)
    told, pixels = _ask(path, question, seconds + IMAGE_SECONDS)
    try:
        view = answers.image(told, pixels)
        return view, answers.reading(told, view.size)
    except process.LyingError as error:
        raise _dismissed(error) from error


def image(path: Path, frame: int) -> Image.Image:
    """Return the whole image of a page, counted from 0.

    Raises:
        UnusableFileError: the file cannot be opened.
        UnusablePageError: the page cannot be shown.
    """
    told, pixels = _ask(path, Question(questions.IMAGE, frame), IMAGE_SECONDS)
    try:
        return answers.image(told, pixels)
    except process.LyingError as error:
        raise _dismissed(error) from error


def count_aside(path: Path, media_type: MediaType) -> int:
    """Return how many pages a file has by a child of its own, for callers that run in threads.

    Raises:
        UnusableFileError: it cannot be read, or harms whoever tries.
    """
    child = _Kept(path)
    try:
        counting = Question(questions.COUNT, media_type=media_type)
        told, _ = _answered(child, counting, COUNT_SECONDS, ORDINARY)
        return answers.number(told.get("pages"), 1, 100_000)
    except process.TroubleError as error:
        raise UnusableFileError(_TROUBLES[type(error)][1]) from error
    finally:
        child.process.end()


def picture(path: Path) -> Image.Image:
    """Return the picture of a small file by a child of its own, for callers that run in threads.

    Raises:
        UnusableFileError: it cannot be opened, or harms whoever tries.
        UnusablePageError: it cannot be shown.
    """
    child = _Kept(path)
    try:
        told, pixels = _answered(child, Question(questions.IMAGE), IMAGE_SECONDS, ORDINARY)
        return answers.image(told, pixels)
    except process.TroubleError as error:
        raise UnusableFileError(_TROUBLES[type(error)][1]) from error
    finally:
        child.process.end()


def pictures(path: Path, media_type: MediaType, most: int) -> Generator[Image.Image, None, None]:
    """Yield the pictures of all pages of a small file, as `picture` does of its first.

    Raises:
        UnusableFileError: as `picture`, or it has more than `most` pages.
        UnusablePageError: a page cannot be shown.
    """
    child = _Kept(path)
    try:
        counting = Question(questions.COUNT, media_type=media_type)
        told, _ = _answered(child, counting, COUNT_SECONDS, ORDINARY)
        pages = answers.number(told.get("pages"), 1, 100_000)
        if pages > most:
            raise UnusableFileError("file_pages", most=most)
        for frame in range(pages):
            told, pixels = _answered(child, Question(questions.IMAGE, frame), IMAGE_SECONDS, ORDINARY)
            yield answers.image(told, pixels)
    except process.TroubleError as error:
        raise UnusableFileError(_TROUBLES[type(error)][1]) from error
    finally:
        child.process.end()


def signatures(path: Path, roots: Sequence[str]) -> list[Signature]:
    """Return what the signatures of a PDF are worth, by a child of its own.

    Args:
        roots: certificates of issuers that are trusted, as PEM.

    Raises:
        UnusableFileError: the file cannot be opened, or harms whoever tries.
    """
    child = _Kept(path)
    try:
        asked = Question(questions.SIGNATURES, roots=tuple(roots))
        told, _ = _answered(child, asked, SIGNATURE_SECONDS, ORDINARY)
        return answers.signatures(told)
    except process.TroubleError as error:
        raise UnusableFileError(_TROUBLES[type(error)][1]) from error
    finally:
        child.process.end()


def dismiss() -> None:
    """End the child that is kept, if there is one."""
    global _kept
    if _kept is not None:
        _kept.process.end()
        _kept = None


def _ask(path: Path, question: Question, seconds: float, is_page: bool = True) -> tuple[Told, bytearray]:
    start = time.monotonic()
    try:
        try:
            return _asked(path, question, seconds, ORDINARY)
        except process.OutgrownError:
            dismiss()
            left = start + seconds - time.monotonic()
            with _alone():
                return _asked(path, question, left, ALONE)
    except process.TroubleError as error:
        raise _dismissed(error, is_page) from error


def _asked(path: Path, question: Question, seconds: float, memory: int) -> tuple[Told, bytearray]:
    return _answered(_child_of(path), question, seconds, memory)


def _answered(child: _Kept, question: Question, seconds: float, memory: int) -> tuple[Told, bytearray]:
    child.asked += 1
    words, pixels = child.process.ask(question.packed(), seconds, memory)
    child.last = time.monotonic()
    told = answers.told(words)
    failed = answers.failure(told)
    if failed is None:
        return told, pixels
    fault, code, values = failed
    if fault == answers.OUTGROWN:
        raise process.OutgrownError
    error = _BY_FAULT[fault](code)
    error.values = values
    raise error


def _child_of(path: Path) -> _Kept:
    global _kept
    if _kept is None or not _kept.serves(path):
        dismiss()
        _kept = _Kept(path)
    return _kept


def _dismissed(error: process.TroubleError, is_page: bool = True) -> PortalError:
    """End the child after its trouble, and return what that means for the page or the file."""
    dismiss()
    of_page, of_file = _TROUBLES[type(error)]
    return UnusablePageError(of_page) if is_page else UnusableFileError(of_file)


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until nobody else on this machine works on a giant."""
    folder = house.settings().run_folder
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "giant.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


atexit.register(dismiss)
