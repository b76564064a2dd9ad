"""`flask batch ID`: how far the reading of a batch is and when it will be over; `--follow` as it happens.

Progress goes to stderr, so that what a script reads on stdout is the answer alone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import click

from portal.accounts.actors import OPERATOR_AT_THE_MACHINE
from portal.cli import speaking, telling
from portal.core.db import db, end_reading
from portal.core.errors import NotFoundError
from portal.ingest import forecast, worklists
from portal.ingest.worklists import BatchProgress
from portal.jobs import liveness

LOOK_SECONDS = 0.5
GONE_SECONDS = 30.0
"""How long nobody may read before whoever follows is told so and let go."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at a batch."""

    far: BatchProgress
    per_second: float | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.far.is_settled or self.far.is_paused

    def words(self) -> str:
        """Say it in a line."""
        far = self.far
        parts = [f"{far.done} of {far.total} pages read"]
        if far.files_waiting:
            parts.append(f"{far.files_waiting} files not opened yet")
        if far.failed:
            parts.append(f"{far.failed} failed")
        if far.is_paused and not far.is_settled:
            parts.append("reading is paused")
        elif not far.is_settled and self.per_second:
            parts.append(f"{self.per_second * 60:.0f} pages a minute")
        if far.ready_at is not None:
            parts.append(f"ready about {telling.moment(far.ready_at)}")
        return ", ".join(parts)

    def as_json(self) -> dict[str, object]:
        """Return what stands in the answer, as docs/cli.md promises it."""
        far = self.far
        return {
            "batch": far.id,
            "pages": far.total,
            "read": far.read,
            "failed": far.failed,
            "waiting": far.waiting,
            "files_waiting": far.files_waiting,
            "paused": far.is_paused,
            "per_second": self.per_second,
            "ready": far.ready_at.isoformat(timespec="seconds") if far.ready_at else None,
        }


def look(batch_id: str) -> Seen:
    """Look at a batch, as it is now.

    Raises:
        NotFoundError: there is no such batch.
    """
    db.session.expire_all()
    found = worklists.progress(OPERATOR_AT_THE_MACHINE, [batch_id])
    if not found:
        raise NotFoundError("not_found")
    now = forecast.circumstances()
    end_reading()
    return Seen(found[0], now.pace.per_second if now.pace else None)


@speaking.command("batch")
@click.argument("batch_id", metavar="ID")
@click.option("--follow", is_flag=True, help="Tell on stderr as it happens; return when it is over.")
@speaking.as_json
def batch(batch_id: str, follow: bool, as_json: bool) -> None:
    """Say how far the reading of a batch is, and when it will be over."""
    seen = _followed(batch_id) if follow else look(batch_id)
    speaking.answer(seen.as_json(), as_json, seen.words())
    is_well = not seen.far.failed and (seen.far.is_settled or not follow)
    raise SystemExit(speaking.DONE if is_well else speaking.FAILED)


def _followed(batch_id: str) -> Seen:
    """Tell how far the batch is until nothing more happens by itself, or nobody reads."""
    teller, gone_since = telling.Teller(), time.monotonic()
    while not (seen := look(batch_id)).is_over:
        teller.say(seen.words())
        if liveness.is_worker_alive():
            gone_since = time.monotonic()
        elif time.monotonic() - gone_since > GONE_SECONDS:
            teller.say("no worker reads; start one by `flask serve` or `flask worker`", is_last=True)
            return seen
        time.sleep(LOOK_SECONDS)
    teller.say(seen.words(), is_last=True)
    return seen


COMMANDS = (batch,)
"""What `portal.cli` offers of this module."""
