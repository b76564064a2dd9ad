"""The two ways a mail leaves: as a file, or to a server under TLS only."""

from __future__ import annotations

import dataclasses
import email
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from config import Settings
from portal.core import house
from portal.core.errors import UnavailableError
from portal.mail import senders
from portal.mail.senders import FolderSender, SmtpSender


@pytest.fixture
def mail() -> EmailMessage:
    message = EmailMessage()
    message["To"] = "citizen@example.vn"
    message["Subject"] = "Yêu cầu của bạn"
    message.set_content("Đã nhận yêu cầu.\n")
    return message


class PlainServer(socketserver.ThreadingTCPServer):
    """A mail server that offers no TLS and remembers every line it was told."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        self.heard: list[str] = []
        super().__init__(("127.0.0.1", 0), PlainConversation)


class PlainConversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, PlainServer)
        self.wfile.write(b"220 plain\r\n")
        while line := self.rfile.readline().decode().strip():
            self.server.heard.append(line)
            known = line.upper().startswith(("EHLO", "HELO", "QUIT"))
            self.wfile.write(b"250 plain\r\n" if known else b"502 no\r\n")


@pytest.fixture
def plain_server() -> Iterator[PlainServer]:
    with PlainServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_mail_becomes_a_file_named_by_its_message(tmp_path: Path, mail: EmailMessage) -> None:
    FolderSender(tmp_path / "mail").send("0123456789", mail)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "0123456789.eml"
    read = email.message_from_bytes(file.read_bytes(), policy=default)
    assert read["Subject"] == "Yêu cầu của bạn"
    assert read.get_content() == "Đã nhận yêu cầu.\n"


def test_a_message_sent_twice_makes_one_file(tmp_path: Path, mail: EmailMessage) -> None:
    sender = FolderSender(tmp_path)
    sender.send("0123456789", mail)
    first = (tmp_path / "0123456789.eml").stat().st_mtime_ns
    sender.send("0123456789", mail)
    assert [file.name for file in tmp_path.iterdir()] == ["0123456789.eml"]
    assert (tmp_path / "0123456789.eml").stat().st_mtime_ns == first


def test_a_server_without_tls_is_told_nothing_of_the_mail(
    settings: Settings, plain_server: PlainServer, mail: EmailMessage
) -> None:
    port = plain_server.server_address[1]
    sender = SmtpSender(
        dataclasses.replace(
            settings, smtp_host="127.0.0.1", smtp_port=port, smtp_user="u", smtp_password="secret"
        )
    )
    with pytest.raises(UnavailableError) as caught:
        sender.send("0123456789", mail)
    assert caught.value.values == {"problem": "SMTPNotSupportedError"}
    heard = " ".join(plain_server.heard).upper()
    assert "EHLO" in heard
    for word in ("MAIL", "RCPT", "AUTH", "DATA"):
        assert word not in heard


def test_a_server_that_is_away_leaves_the_mail_for_later(settings: Settings, mail: EmailMessage) -> None:
    sender = SmtpSender(dataclasses.replace(settings, smtp_host="127.0.0.1", smtp_port=1))
    with pytest.raises(UnavailableError) as caught:
        sender.send("0123456789", mail)
    assert "citizen@example.vn" not in str(caught.value.values)


@pytest.mark.parametrize(("host", "kind"), [("", FolderSender), ("mail.example.vn", SmtpSender)])
def test_a_server_is_used_where_one_is_set(settings: Settings, host: str, kind: type) -> None:
    house.configure(dataclasses.replace(settings, smtp_host=host))
    assert isinstance(senders.chosen(), kind)
