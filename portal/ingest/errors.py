"""What can be wrong with a file or a page that was brought."""

from __future__ import annotations

from portal.core.errors import InvalidError


class UnusableFileError(InvalidError):
    """The whole file cannot become pages; the code says why."""


class UnusablePageError(InvalidError):
    """One page cannot be shown or read; the others can."""
