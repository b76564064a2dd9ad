"""The ways a mail leaves the house: by SMTP with TLS, or as a file in a folder.

The folder is the default, so that a portal without a mail server still keeps every
mail where staff can see it.
"""

from __future__ import annotations

import os
import smtplib  # noqa: TID251 - the one adapter of mail servers
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from config import Settings
from portal.core import house
from portal.core.errors import InvalidError, UnavailableError

SECONDS_TO_ANSWER = 20
PORT_OF_IMPLICIT_TLS = 465


class Sender(Protocol):
    """A way for mails to leave."""

    def send(self, message_id: str, mail: EmailMessage) -> None:
        """Send one mail, known by the id of its message."""


def laid_down(target: Path, content: bytes) -> None:
    """Write a file, whole or not at all; what lies there already stays."""
    if target.exists():
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)


@dataclass(frozen=True, slots=True)
class FolderSender:
    """Lay mails down as files; the same message twice makes one file."""

    folder: Path

    def send(self, message_id: str, mail: EmailMessage) -> None:
        """Write `<message id>.eml`, whole or not at all."""
        laid_down(self.folder / f"{message_id}.eml", mail.as_bytes())


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """Hand mails to a server, always under TLS with its certificate checked."""

    settings: Settings

    def send(self, message_id: str, mail: EmailMessage) -> None:
        """Hand over one mail. A crash after this and before the row is marked sends it again.

        Raises:
            UnavailableError: the server cannot be reached, offers no TLS or is busy.
            InvalidError: the server refuses this mail for good.
        """
        try:
            with self._connect() as server:
                if self.settings.smtp_user:
                    server.login(self.settings.smtp_user, self.settings.smtp_password)
                server.send_message(mail)
        except (smtplib.SMTPException, OSError) as error:
            # The text of the error may hold the address; its class says enough.
            failure = InvalidError if _is_final(error) else UnavailableError
            raise failure("mail_not_taken", problem=type(error).__name__) from None

    def _connect(self) -> smtplib.SMTP:
        host, port = self.settings.smtp_host, self.settings.smtp_port
        context = ssl.create_default_context()
        if port == PORT_OF_IMPLICIT_TLS:
            return smtplib.SMTP_SSL(host, port, timeout=SECONDS_TO_ANSWER, context=context)
        server = smtplib.SMTP(host, port, timeout=SECONDS_TO_ANSWER)
        try:
            server.starttls(context=context)
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
        return server


def _is_final(error: Exception) -> bool:
    """Tell whether the server said no to this very mail (RFC 5321: replies from 500 on are permanent)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return error.smtp_code >= 500
    return False


def forget(message_ids: Sequence[str]) -> None:
    """Remove the mails that lie in the folder; what a mail server took is no longer ours."""
    folder = house.settings().mail_folder
    for message_id in message_ids:
        (folder / f"{message_id}.eml").unlink(missing_ok=True)


def chosen() -> Sender:
    """Return the way that the settings choose."""
    settings = house.settings()
    return SmtpSender(settings) if settings.smtp_host else FolderSender(settings.mail_folder)
