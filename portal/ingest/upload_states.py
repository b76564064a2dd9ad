"""Where an upload can go from where it is."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import ConflictError


class UploadState(StrEnum):
    """Where an upload is."""

    BEGUN = "begun"
    DONE = "done"
    """It is a file of its batch."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class UploadAct(StrEnum):
    """What can happen to an upload."""

    FINISH = "finish"
    CANCEL = "cancel"
    EXPIRE = "expire"


TRANSITIONS: dict[tuple[UploadState, UploadAct], UploadState] = {
    (UploadState.BEGUN, UploadAct.FINISH): UploadState.DONE,
    (UploadState.BEGUN, UploadAct.CANCEL): UploadState.CANCELLED,
    (UploadState.BEGUN, UploadAct.EXPIRE): UploadState.EXPIRED,
}


def next_state(state: str, act: UploadAct) -> str:
    """Return the state that the act leads to.

    Raises:
        ConflictError: the upload is over.
    """
    target = TRANSITIONS.get((UploadState(state), act))
    if target is None:
        raise ConflictError("upload_over")
    return target.value
