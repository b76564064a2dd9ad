"""`flask ingest`: take in files and folders of this server.

Whoever starts it declares that the files hold no state secret; the declaration is
written down with the batch, as in the browser form.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from portal import work
from portal.accounts.actors import OPERATOR_AT_THE_MACHINE, Actor
from portal.accounts.roles import Permission
from portal.catalogue import documents, outbox, tree
from portal.cli import speaking, telling
from portal.core import clock, messages
from portal.core.db import db, end_reading, transaction
from portal.core.errors import InvalidError, NotFoundError, PortalError
from portal.ingest import batches, forecast, progress, scans, unpacking
from portal.ingest.models import ScanState
from portal.ingest.papers import Paper
from portal.ingest.progress import Status
from portal.jobs import liveness
from portal.rights.levels import Level
from portal.storage import originals
from portal.storage.store import Staged

LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.3, 2.0
LOOK_SECONDS_A_PAGE = 0.05
REST, LONGEST_REST_SECONDS = 5, 10.0
"""Between two looks at how far reading is: so much for each page that is left, for a look takes some ten
milliseconds of the cores that read; and at least so many times as long as the look took, but never longer
than it is bearable that all is read and nobody says so.
"""

INDEX_SECONDS = 300.0
"""How long the number of notes that wait for the index may stand still."""

GONE_SECONDS = 30.0
"""How long a worker that was there may be away while its supervisor restarts it; then we work ourselves."""

OPENED_ON_INTAKE = "Mở khi tiếp nhận"
"""The reason kept with the level of `--access open`; part of the record, so in the archive's language."""


@dataclass
class Taken:
    """One file of the command line and what became of it."""

    path: Path
    sha256: str | None = None
    scan_id: str | None = None
    status: Status = Status.REFUSED
    code: str = ""
    message: str = ""
    document: str | None = None
    refused_inside: int = 0
    """Files of a ZIP file that were refused."""
    pages: list[str] = field(default_factory=list)

    def refuse(self, error: PortalError, status: Status = Status.REFUSED) -> None:
        """Note why the file was not taken in."""
        self.status, self.code = status, error.code
        self.message = messages.english(error.code, error.values)

    def as_json(self) -> dict[str, object]:
        """Return what stands in the answer, as docs/cli.md promises it."""
        return {
            "path": str(self.path),
            "sha256": self.sha256,
            "status": self.status.value,
            "code": self.code or None,
            "message": self.message or None,
            "document": self.document,
            "pages": self.pages,
        }


@speaking.command("ingest")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--fonds", "fonds_code", required=True, metavar="CODE", help="The fonds the files belong to.")
@click.option("--new-fonds", default="", metavar="NAME", help="Make the fonds if there is none of that code.")
@click.option("--batch", "batch_name", default="", metavar="NAME", help="Name of the batch, for staff.")
@click.option("--access", type=click.Choice(["conditional", "open"]), default="conditional")
@click.option("--box", default="", help="The box that the paper lies in.")
@click.option("--folders", default="", help="Its folders, as people write them: 12–15, 18.")
@click.option("--sheets", "expected_sheets", type=int, help="Sheets of paper, as counted.")
@click.option("--sides", type=click.IntRange(1, 2), default=1, help="Sides of each sheet that are scanned.")
@click.option("--scanner", default="", help="What scanned them.")
@click.option("--as", "email", default="", metavar="EMAIL", help="Whose act this is.")
@click.option("--wait", is_flag=True, help="Return when all pages are read and can be found.")
@speaking.as_json
def ingest(
    paths: tuple[Path, ...],
    fonds_code: str,
    new_fonds: str,
    batch_name: str,
    access: str,
    email: str,
    wait: bool,
    as_json: bool,
    **paper: Any,
) -> None:
    """Take in PDF, TIFF, JPEG and PNG files, ZIP files and folders of them.

    By taking them in you declare that they hold no state secret.
    """
    if access == Level.OPEN and not email:
        raise click.UsageError("--access open needs --as EMAIL")
    actor = speaking.acting(email) if email else OPERATOR_AT_THE_MACHINE
    if access == Level.OPEN:
        actor.must(Permission.SET_ACCESS)
    batch_id = _open_batch(actor, fonds_code, new_fonds, batch_name, Paper(**paper))
    files = [Taken(path) for given in paths for path in _walk(given)]
    for taken in files:
        _take(actor, batch_id, taken, is_open=access == Level.OPEN)
    is_behind = wait and not _wait(batch_id, files)
    for taken in files:
        _look_up(taken, is_behind)
    answer = {"batch": batch_id, "files": [taken.as_json() for taken in files]}
    speaking.answer(answer, as_json, _words(batch_id, files))
    raise SystemExit(_exit_code(files, wait))


def _open_batch(actor: Actor, fonds_code: str, new_fonds: str, name: str, paper: Paper) -> str:
    with transaction():
        fonds = tree.fonds_by_code(fonds_code)
        if fonds is None and not new_fonds:
            raise NotFoundError("no_such_fonds", fonds=fonds_code)
        if fonds is None:
            fonds = tree.create_fonds(actor, code=fonds_code, name=new_fonds)
        local = clock.now().astimezone(clock.LOCAL)
        name = name or f"{local:%Y-%m-%d %H:%M:%S}"
        batch = batches.open_batch(actor, fonds.id, name, declared=True, paper=paper)
        return batch.id


def _walk(given: Path) -> Iterator[Path]:
    """Yield the file, or everything below the folder in the order of names; links are not followed."""
    if given.is_symlink() or not given.is_dir():
        yield given
        return
    try:
        inside = sorted(given.iterdir())
    except OSError:
        # Reported as a file that cannot be read, so that nothing is passed over in silence.
        yield given
        return
    for path in inside:
        yield from _walk(path)


def _take(actor: Actor, batch_id: str, taken: Taken, is_open: bool) -> None:
    try:
        staged = _stage(taken.path)
        taken.sha256 = staged.sha256
        with transaction():
            received = scans.take_in(actor, batch_id, taken.path.name, staged)
            if is_open and received.state is ScanState.RECEIVED and not received.document_id:
                raise InvalidError("archive_stays_closed")
            if is_open and received.state is ScanState.RECEIVED and received.document_id:
                documents.set_level(actor, received.document_id, Level.OPEN, OPENED_ON_INTAKE)
                documents.publish(actor, received.document_id)
        taken.scan_id = received.scan_id
    except InvalidError as error:
        taken.refuse(error)
    except PortalError as error:
        taken.refuse(error, Status.FAILED)


def _stage(path: Path) -> Staged:
    """Bring a regular file into the store; a link, a pipe or a device is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise InvalidError("path_missing") from None
    except OSError:
        raise InvalidError("file_is_link" if path.is_symlink() else "file_unreadable") from None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise InvalidError("file_unreadable")
        return originals.stage(file)


def _wait(batch_id: str, files: list[Taken]) -> bool:
    """Return when nothing more happens to the files by itself; tell whether the index holds them."""
    scan_ids = [taken.scan_id for taken in files if taken.scan_id]
    teller, patience = telling.Teller(), _Patience()
    pause = LOOK_SECONDS

    def done() -> bool:
        nonlocal pause
        start = time.monotonic()
        state = progress.of(unpacking.with_entries(scan_ids))
        pause = _pause(state.pages - state.pages_settled, time.monotonic() - start)
        if state.is_settled or teller.is_due:
            teller.say(_line(batch_id, state), is_last=state.is_settled)
        return state.is_settled and patience.is_over(outbox.pending())

    gone_since = -GONE_SECONDS
    while not done():
        if liveness.is_worker_alive():
            gone_since = time.monotonic()
        elif time.monotonic() - gone_since >= GONE_SECONDS:
            work.run_until(lambda: done() or liveness.is_worker_alive())
            continue
        end_reading()
        time.sleep(pause)
        db.session.expire_all()
    return not patience.is_lost


def _pause(left: int, took: float) -> float:
    """Return for how many seconds not to look, with so many pages left, after a look of so many seconds."""
    pause = min(LONGEST_LOOK_SECONDS, max(LOOK_SECONDS, LOOK_SECONDS_A_PAGE * left))
    return max(pause, min(LONGEST_REST_SECONDS, REST * took))


class _Patience:
    """Ends the wait for an index that does not get on, so that a script never hangs for good."""

    def __init__(self) -> None:
        self.is_lost = False
        self._pending = -1
        self._since = time.monotonic()

    def is_over(self, pending: int) -> bool:
        if pending != self._pending:
            self._pending, self._since = pending, time.monotonic()
        self.is_lost = pending > 0 and time.monotonic() - self._since >= INDEX_SECONDS
        return pending == 0 or self.is_lost


def _line(batch_id: str, state: progress.Progress) -> str:
    """Say how far reading has got, and when it will be over where that can be said."""
    line = f"{state.pages_settled} / {state.pages} pages"
    if state.is_settled:
        return line
    ready_at = forecast.of_batch(batch_id, forecast.circumstances())
    return f"{line}, ready about {telling.moment(ready_at)}" if ready_at else line


def _look_up(taken: Taken, is_behind: bool) -> None:
    """Fill in what became of a file that was taken in; what cannot be found yet is not done."""
    if taken.scan_id is None:
        return
    outcome = progress.outcome(taken.scan_id)
    taken.status, taken.code = outcome.status, outcome.code
    taken.document, taken.pages = outcome.document_id, list(outcome.page_ids)
    if is_behind and taken.status is Status.READ:
        taken.status, taken.code = Status.WAITING, "index_behind"
        taken.message = messages.english("index_behind", {"pending": outbox.pending()})
    elif outcome.code:
        taken.refused_inside = int(str(outcome.values.get("refused", 0)))
        taken.message = messages.english(outcome.code, outcome.values)


def _words(batch_id: str, files: list[Taken]) -> str:
    lines = [f"batch {batch_id}"]
    lines += [
        f"{taken.status.value:<10} {taken.document or '-':<10} {name} {taken.message}".rstrip()
        for taken in files
        for name in [speaking.visible(str(taken.path))]
    ]
    return "\n".join(lines)


def _exit_code(files: list[Taken], waited: bool) -> int:
    found = {taken.status for taken in files}
    if Status.FAILED in found or (waited and Status.WAITING in found):
        return speaking.FAILED
    is_refused = Status.REFUSED in found or any(taken.refused_inside for taken in files)
    return speaking.PARTLY_REFUSED if is_refused else speaking.DONE


COMMANDS = (ingest,)
