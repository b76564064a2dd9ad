"""What can go wrong, as values: a stable code, and values for its message.

The text of every code stands in `core.messages`; `web.errors` turns the classes
into HTTP once, and the command line prints the same text.
"""

from __future__ import annotations

from collections.abc import Mapping


class PortalError(Exception):
    """A failure with a stable `code` and `values` for the message of that code."""

    status = 500

    def __init__(self, code: str, *, fields: Mapping[str, str] | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
        self.fields = dict(fields or {})
        """Form field → message code, for errors that belong to one input."""


class NotFoundError(PortalError):
    """There is no such thing, or its existence is not for this reader."""

    status = 404


class NotAllowedError(PortalError):
    """The actor is known and may know of the thing, but may not do this."""

    status = 403


class TooManyError(NotAllowedError):
    """The actor did this too often; after some seconds it is possible again."""

    status = 429

    def __init__(self, code: str, *, seconds: int, **values: object) -> None:
        super().__init__(code, fields=None, **values)
        self.seconds = seconds


class InvalidError(PortalError):
    """The input cannot be used as it is."""

    status = 400


class ConflictError(PortalError):
    """Somebody else was faster, or the thing is no longer in the needed state."""

    status = 409


class UnavailableError(PortalError):
    """Something that the portal leans on does not answer now; later it may."""

    status = 503


class FullError(UnavailableError):
    """The disk has no room; when there is some again, it goes on by itself."""

    status = 507
    seconds = 60
    """After which it is worth another try."""
