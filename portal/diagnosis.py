"""What the portal leans on, looked at one by one, for `flask doctor`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from portal.accounts import details
from portal.catalogue import upkeep
from portal.catalogue.upkeep import State
from portal.core import house, schema, sealing
from portal.core.db import db
from portal.core.errors import PortalError
from portal.ingest import malware
from portal.ingest.ocr.tesseract import LANGUAGE, Tesseract
from portal.ingest.sandbox import walls
from portal.jobs import ledger, liveness
from portal.search import capacity, engine


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `state` is ok, warning or broken; `detail` says what was seen."""

    name: str
    state: str
    detail: str


def examine() -> list[Finding]:
    """Look at everything; one thing that is broken hides none of the others."""
    checks: tuple[Callable[[], Finding], ...] = (
        _database,
        _migrations,
        _disk,
        _engine,
        _sandbox,
        _scanner,
        _worker,
        _jobs,
        _data_key,
        _index,
    )
    return [_seen(check) for check in checks]


def _seen(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except PortalError as error:
        return Finding(check.__name__.strip("_"), "broken", error.code)


def _database() -> Finding:
    if db.engine.dialect.name != "sqlite":
        return Finding("database", "ok", db.engine.dialect.name)
    answer = str(db.session.scalar(text("PRAGMA quick_check(1)")))
    return Finding("database", "ok" if answer == "ok" else "broken", f"sqlite, quick_check: {answer}")


def _migrations() -> Finding:
    now, newest = schema.current(house.settings().database_url), schema.newest()
    return Finding("migrations", "ok" if now == newest else "broken", f"at {now}, newest is {newest}")


def _disk() -> Finding:
    settings = house.settings()
    free = shutil.disk_usage(settings.uploads_folder).free
    enough = free > settings.disk_reserve_bytes
    return Finding("disk", "ok" if enough else "broken", f"{free // 1024**2} MB free in uploads/")


def _engine() -> Finding:
    version = Tesseract(house.settings().tesseract_cmd).probe()
    return Finding("engine", "ok", f"tesseract {version} with {LANGUAGE}")


def _sandbox() -> Finding:
    state = walls.probe()
    if state.is_closed:
        return Finding("sandbox", "ok", state.detail)
    loud = "files from outside are opened WITHOUT WALLS, take in none of strangers"
    return Finding("sandbox", "warning", f"{loud} ({state.detail}): apt-get install bubblewrap")


def _scanner() -> Finding:
    if not malware.is_set_up():
        return Finding("scanner", "ok", "no scanner for malware is set up (CLAMAV)")
    is_there = malware.answers()
    return Finding("scanner", "ok" if is_there else "broken", "answers" if is_there else "away: files wait")


def _worker() -> Finding:
    alive = liveness.is_worker_alive()
    return Finding("worker", "ok" if alive else "warning", "at work" if alive else "not running: make run")


def _jobs() -> Finding:
    dead = ledger.overview()["jobs"].get("dead", 0)
    return Finding("jobs", "warning" if dead else "ok", f"{dead} dead")


def _data_key() -> Finding:
    """Count what personal data hangs on a key that is gone, or on one that is no longer in use."""
    present, *older = sealing.known_ids()
    held = details.sealed_by()
    lost = sum(number for key_id, number in held.items() if key_id not in (present, *older))
    old = sum(held.get(key_id, 0) for key_id in older)
    if lost:
        return Finding("data_key", "warning", f"{lost} rows of personal data hang on a key that is gone")
    return Finding("data_key", "ok", f"{sum(held.values())} rows of personal data, {old} on an older key")


def _index() -> Finding:
    state, drift = upkeep.state(), upkeep.take()
    held = ", ".join(f"{drift.held[side]} of {drift.expected[side]} {side}" for side in drift.expected)
    things, known = sum(drift.expected.values()), capacity.of(engine.name())
    waiting = f"{drift.waiting} waiting to be indexed"
    if drift.waiting:
        waiting += f", the oldest for {drift.oldest_seconds:.0f} s"
    seen = f"{engine.name()}: {held}; {waiting}; {drift.bytes_a_page:,} bytes for each of them"
    match state:
        case State.SOUND if drift.is_told:
            return Finding("index", "warning", f"{seen}. It does not match the catalogue: flask search mend")
        case State.SOUND if known and known.is_outgrown(things):
            wait = f"one search in twenty takes more than {known.p95_ms(things):.0f} ms"
            return Finding("index", "warning", f"{seen}. At this size {wait}: change to {known.next_engine}")
        case State.SOUND:
            return Finding("index", "ok", seen)
        case State.HALFWAY:
            return Finding("index", "warning", f"{seen}. A rebuild stands half done: flask search rebuild")
    return Finding("index", "broken", f"{state}: {seen}. The worker builds it anew from the catalogue")
