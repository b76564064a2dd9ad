"""What a claim is, and the table job kind → work, which `portal.work` fills.

A handler does the slow part first, outside any transaction, and returns `apply`; the
ledger runs `apply` inside the transaction that also writes the job as done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.jobs.models import Lane

SUSPECT_AT = 3
"""Worker deaths in a row after which a job is worked on alone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One job as it was given to one worker's child."""

    job_id: str
    kind: str
    subject: str
    payload: Mapping[str, object]
    lane: Lane
    owner: str
    token: int
    attempts: int
    deaths: int

    @property
    def is_suspect(self) -> bool:
        """Whether workers died over this job so often that it may be the cause."""
        return self.deaths >= SUSPECT_AT


Apply = Callable[[], None]
Handler = Callable[[Claim], Apply]
WhenDead = Callable[[str, str], None]
"""Takes subject and error code; runs in the transaction that gives the job up."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is done for one kind of job."""

    handler: Handler
    every: int | None = None
    """Seconds between two runs of periodic work, which has one row with an empty subject, for the desk."""
    when_dead: WhenDead | None = None


_table: dict[str, Work] = {}


def install(table: Mapping[str, Work]) -> None:
    """Set what this process knows to do."""
    _table.clear()
    _table.update(table)


def of(kind: str) -> Work | None:
    """Return the work of a kind, None where this process knows none."""
    return _table.get(kind)


def periodic() -> dict[str, Work]:
    """Return the kinds that run by the clock."""
    return {kind: work for kind, work in _table.items() if work.every is not None}
