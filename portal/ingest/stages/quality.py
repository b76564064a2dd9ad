"""Last stage: a flag that tells a person how far to trust what was read."""

from __future__ import annotations

from collections.abc import Sequence

from portal.catalogue.readings import UNSURE, Word

GOOD, FAIR, POOR = "good", "fair", "poor"

GOOD_MEAN, FAIR_MEAN = 88.0, 72.0
GOOD_SHARE, FAIR_SHARE = 0.06, 0.25
"""Share of the letters that may be doubtful."""


def of(words: Sequence[Word]) -> str:
    """Return good, fair or poor; nothing for a page without words."""
    weights = [(len(word[0]), word[5]) for word in words]
    total = sum(weight for weight, _ in weights)
    if not total:
        return ""
    mean = sum(weight * confidence for weight, confidence in weights) / total
    doubtful = sum(weight for weight, confidence in weights if confidence < UNSURE) / total
    if mean >= GOOD_MEAN and doubtful <= GOOD_SHARE:
        return GOOD
    return FAIR if mean >= FAIR_MEAN and doubtful <= FAIR_SHARE else POOR
