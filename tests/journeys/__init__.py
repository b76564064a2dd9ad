"""Journeys: from files on disk and an empty home to a citizen's copy, with everything real."""
