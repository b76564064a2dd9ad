"""Event streams: told as it happens, and never at the cost of readers.

A stream holds a thread of the server for as long as it is open. So each process has places for a
quarter of its threads, one for each browser; a stream ends after two minutes, and at once when the
process is told to stop. In between looks it holds no database session. Whoever gets no place polls.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from flask import Flask, Response, current_app

from portal.core import house
from portal.core.errors import UnavailableError

LIFE_SECONDS = 120.0
HEARTBEAT_SECONDS = 15.0
"""Proxies cut lines that are silent for long, and a browser that left is noticed by writing only."""
LOOK_SECONDS = 1.0
AGAIN_MILLISECONDS = 3000
"""After how long a browser comes back when the stream has ended; it resumes where it was."""
GIVE_WAY_SECONDS = 2.0
ONE_IN = 4

_PLACES = "portal_stream_places"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found."""

    cursor: str
    """Grows with everything that happens; the browser sends the last one when it comes back."""
    data: str
    """One line; the same data twice is sent once, and nothing where it is empty."""
    is_last: bool = False
    """Nothing more will happen."""


Look = Callable[[str], Seen | None]
"""Given the last cursor, return what is new; None where nothing is. Holds nothing when it returns."""


class Place:
    """A stream's leave to hold a thread."""

    def __init__(self, leave: Callable[[Place], None]) -> None:
        self._leave = leave
        self._ended = threading.Event()
        self._left = threading.Event()
        self.is_displaced = False

    @property
    def is_ended(self) -> bool:
        return self._ended.is_set()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until the stream has to end."""
        self._ended.wait(seconds)

    def end(self, *, displaced: bool = False) -> None:
        """Have the stream end at its next step."""
        self.is_displaced = displaced
        self._ended.set()

    def leave(self) -> None:
        """Give the thread back; twice is once."""
        if not self._left.is_set():
            self._left.set()
            self._leave(self)

    def has_left(self, within: float) -> bool:
        """Tell whether the thread was given back within so many seconds."""
        return self._left.wait(within)


class Places:
    """The places of one process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._taken: dict[str, Place] = {}
        self._is_closed = False

    def take(self, browser: str) -> Place | None:
        """Return a place, None where there is none; the browser's stream from before ends."""
        with self._lock:
            before = self._taken.get(browser)
        if before is not None:
            before.end(displaced=True)
            before.has_left(GIVE_WAY_SECONDS)
        with self._lock:
            if self._is_closed or len(self._taken) >= self._most or browser in self._taken:
                return None
            place = Place(lambda _: self._forget(browser))
            self._taken[browser] = place
            return place

    @property
    def taken(self) -> int:
        return len(self._taken)

    def close(self) -> None:
        """End every stream and let none begin. Called from a signal handler, so it takes no lock."""
        self._is_closed = True
        for place in list(self._taken.values()):
            place.end()

    def _forget(self, browser: str) -> None:
        with self._lock:
            self._taken.pop(browser, None)


def answer(browser: str, look: Look, cursor: str) -> Response:
    """Answer with a stream.

    Args:
        browser: tells one browser from another; one stream for each.
        cursor: the last one that the browser saw; empty at first.

    Raises:
        UnavailableError: all places are taken.
    """
    place = places(current_app).take(browser)
    if place is None:
        raise UnavailableError("no_stream_free")
    response = Response(events(place, look, cursor), mimetype="text/event-stream")
    # A browser that leaves before the first line never starts the generator.
    response.call_on_close(place.leave)
    response.headers["X-Accel-Buffering"] = "no"
    return response


def events(place: Place, look: Look, cursor: str, now: Callable[[], float] = time.monotonic) -> Iterator[str]:
    """Yield the lines of a stream until it has to end. `now` is in seconds."""
    try:
        yield f"retry: {AGAIN_MILLISECONDS}\n\n"
        last_data = ""
        end, beat = now() + LIFE_SECONDS, now() + HEARTBEAT_SECONDS
        while not place.is_ended and now() < end:
            seen = look(cursor)
            if seen is not None:
                cursor = seen.cursor
            if seen is not None and seen.data and seen.data != last_data:
                last_data = seen.data
                beat = now() + HEARTBEAT_SECONDS
                yield f"id: {cursor}\nevent: progress\ndata: {seen.data}\n\n"
            elif now() >= beat:
                beat = now() + HEARTBEAT_SECONDS
                yield ": still here\n\n"
            if seen is not None and seen.is_last:
                return
            place.wait(LOOK_SECONDS)
        if place.is_displaced:
            yield "event: moved\ndata: \n\n"
    finally:
        place.leave()


def places(app: Flask) -> Places:
    """Return the places of this process."""
    found: Places = app.extensions[_PLACES]
    return found


def end_on_signals(app: Flask) -> None:
    """End all streams when the process is told to stop, so that they do not hold the shutdown up."""
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT):
        signal.signal(number, _ending(app, signal.getsignal(number)))


def init_app(app: Flask) -> None:
    """Make the places of this process."""
    app.extensions[_PLACES] = Places(max(1, house.settings().web_threads // ONE_IN))


def _ending(app: Flask, before: Any) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        places(app).close()
        if callable(before):
            before(number, frame)

    return handle
