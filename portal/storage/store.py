"""What any store of originals can do; the local folder is one, an object store may become another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that lie durably in the store; nothing refers to them until `originals.record`."""

    sha256: str
    size: int
    """In bytes."""


class BlobStore(Protocol):
    """Bytes kept once under their SHA-256."""

    def stage(self, stream: BinaryIO, most_bytes: int | None = None) -> Staged:
        """Take in a stream; on return its bytes survive a power cut."""

    def path(self, sha256: str) -> Path:
        """Return a local file with the bytes, for tools that read files only."""

    def size(self, sha256: str) -> int | None:
        """Return how many bytes are kept, or None where there are none."""

    def unclaimed(self, older_than: float) -> Iterator[str]:
        """Yield digests last staged before the instant (seconds since 1970)."""

    def remove(self, sha256: str, older_than: float) -> bool:
        """Remove the bytes unless they were staged again since the instant; tell whether they went."""

    def purge(self, sha256: str) -> None:
        """Remove the bytes however new they are; on return that survives a power cut."""

    def sweep(self, older_than: float) -> int:
        """Remove what broken uploads left before the instant; return how many files."""
