"""The port for short messages: nothing leaves by default; files where a portal is tried out.

A gateway is another class with the same `send`. A message holds a number of a request and the address of
the site, never a name, a title or a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from portal.core import house
from portal.mail.senders import laid_down

NONE, FILE = "none", "file"


class SmsSender(Protocol):
    """A way for short messages to leave."""

    def send(self, message_id: str, phone: str, text: str) -> None:
        """Send one message, known by the id of its notice; the same twice is sent once.

        Raises:
            UnavailableError: the gateway takes nothing now.
        """


@dataclass(frozen=True, slots=True)
class FileSms:
    """Lay short messages down as files, on a machine that nobody else reaches."""

    folder: Path

    def send(self, message_id: str, phone: str, text: str) -> None:
        """Write `<message id>.txt`, whole or not at all: the number, an empty line, the text."""
        laid_down(self.folder / f"{message_id}.txt", f"{phone}\n\n{text}\n".encode())


def chosen() -> SmsSender | None:
    """Return the way that the settings choose; None where there is none."""
    settings = house.settings()
    return FileSms(settings.sms_folder) if settings.sms == FILE else None


def goes_out() -> bool:
    """Tell whether short messages can be sent at all."""
    return chosen() is not None


def forget(message_ids: list[str]) -> None:
    """Remove the messages that lie in the folder."""
    for message_id in message_ids:
        (house.settings().sms_folder / f"{message_id}.txt").unlink(missing_ok=True)
