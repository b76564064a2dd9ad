"""The kinds of terms of the rulebook, and what a reason is given for."""

from __future__ import annotations

from enum import StrEnum


class TermKind(StrEnum):
    """What a term is for."""

    REASON = "reason"
    USE_FORM = "use_form"
    PURPOSE = "purpose"
    EVIDENCE = "evidence"
    UNDERTAKING = "undertaking"
    PRIORITY = "priority"
    EXTENSION = "extension"
    TAKEDOWN = "takedown"


class Outcome(StrEnum):
    """What a reason is given for."""

    GRANT = "grant"
    REFUSE = "refuse"
    NOT_HELD = "not_held"
    TRANSFERRED = "transferred"


class Standing(StrEnum):
    """Where a row of the rulebook is on a day."""

    HOLDS = "holds"
    TO_COME = "to_come"
    OVER = "over"
    TAKEN_BACK = "taken_back"
    """It was ended before it began."""
