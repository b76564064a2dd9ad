"""What is known of the signatures of a file, as plain values: what the child that checks them brings."""

from __future__ import annotations

from dataclasses import dataclass

UNBROKEN, ALTERED, UNKNOWN = "unbroken", "altered", "unknown"
"""Nothing was changed since it was signed; something was; it cannot be checked."""

STATES = (UNBROKEN, ALTERED, UNKNOWN)

LONGEST_NAME = 200
MOST_SIGNATURES = 20


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a PDF."""

    signer: str
    """Name in the certificate; personal data."""
    signed_at: str
    """As the signer's machine told it, ISO 8601; nothing where it did not."""
    state: str
    is_trusted: bool
    """Whether its certificate goes back to a root that the administrator has laid down."""
