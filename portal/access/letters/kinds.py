"""What letters can be about."""

from __future__ import annotations

from enum import StrEnum


class LetterKind(StrEnum):
    """What a letter is about."""

    RECEIPT = "receipt"
    """What came in, and by when it is answered."""
    QUESTION = "question"
    """What the archive has to know before it can go on."""
    EXTENSION = "extension"
    """The answer comes later, and why."""
    ANSWER = "answer"
    """What was decided on each record."""
    TRANSFER = "transfer"
    """Another archive answers."""
