"""What every way of running jobs offers: the local pool now, a cluster later."""

from __future__ import annotations

from typing import Protocol


class Executor(Protocol):
    """Takes work from the ledger until it is stopped. The ledger is the truth; an executor holds none."""

    def start(self) -> None:
        """Begin to take work."""

    def tend(self) -> None:
        """Replace who died and account for what they held; called several times a second."""

    def stop(self, grace: float) -> None:
        """Let the present jobs end for at most so many seconds, and give back the rest."""
