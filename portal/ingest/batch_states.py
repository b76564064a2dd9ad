"""Where a batch can go from where it is. The state follows from its dates, so nothing can contradict them."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import ConflictError
from portal.ingest.models import Batch


class BatchState(StrEnum):
    """Where a batch is."""

    OPEN = "open"
    CLOSED = "closed"
    """Complete: it takes nothing more and stays."""
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What can be done to a batch."""

    WITHDRAW = "withdraw"
    RESTORE = "restore"
    CLOSE = "close"
    REOPEN = "reopen"
    """By somebody other than who closed it."""


TRANSITIONS: dict[tuple[BatchState, Act], BatchState] = {
    (BatchState.OPEN, Act.WITHDRAW): BatchState.WITHDRAWN,
    (BatchState.WITHDRAWN, Act.RESTORE): BatchState.OPEN,
    (BatchState.OPEN, Act.CLOSE): BatchState.CLOSED,
    (BatchState.CLOSED, Act.REOPEN): BatchState.OPEN,
}

_REFUSALS = {
    (BatchState.OPEN, Act.RESTORE): "batch_not_withdrawn",
    (BatchState.OPEN, Act.REOPEN): "batch_not_closed",
    (BatchState.CLOSED, Act.CLOSE): "batch_closed",
    (BatchState.WITHDRAWN, Act.CLOSE): "batch_withdrawn",
    (BatchState.WITHDRAWN, Act.REOPEN): "batch_withdrawn",
    (BatchState.CLOSED, Act.WITHDRAW): "batch_closed",
    (BatchState.CLOSED, Act.RESTORE): "batch_not_withdrawn",
    (BatchState.WITHDRAWN, Act.WITHDRAW): "batch_withdrawn",
}


def of(batch: Batch) -> BatchState:
    """Return where the batch is."""
    if batch.withdrawn_at is not None:
        return BatchState.WITHDRAWN
    return BatchState.OPEN if batch.closed_at is None else BatchState.CLOSED


def advance(batch: Batch, act: Act) -> BatchState:
    """Return where the act leads; whoever asks writes the dates that say so.

    Raises:
        ConflictError: the act is not possible from the batch's present state.
    """
    here = of(batch)
    target = TRANSITIONS.get((here, act))
    if target is None:
        raise ConflictError(_REFUSALS[here, act])
    return target
