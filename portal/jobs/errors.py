"""What can go wrong with a job."""

from __future__ import annotations

from portal.core.errors import ConflictError, UnavailableError


class LeaseLostError(ConflictError):
    """The job was given to somebody else meanwhile; whatever was worked out must be dropped."""


class ImpossibleStepError(ConflictError):
    """The table of job states has no such step."""


class NotReadyError(UnavailableError):
    """The surroundings of the work are not there (no OCR engine, say); the work itself is not to blame."""

    def __init__(self, code: str, *, seconds: float = 30.0, **values: object) -> None:
        super().__init__(code)
        self.values = values
        self.seconds = seconds
        """After how long to look again."""
